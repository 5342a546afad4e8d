"""Curated YAML as nodes: every value checked and typed by the ontology, every fault with its line."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from kg import yamltext
from kg.errors import Fault
from kg.files import SLUG, RecordFile, did_you_mean, find_records, read_text
from kg.schema import TERMS, EntityType, Field, Schema
from kg.values import Wrong, check_value
from kg.yamltext import Block, Items, Scalar, Tree


@dataclass
class Node:
    """One entity as a curator wrote it: its values in lexical form by field, and where each stands.

    Links are full ids (``product/kymriah``). ``owner`` is the id it is nested under and ``key`` its short name there.
    ``refused`` are the fields of which a value was left out because of a fault that is told already.
    """

    id: str
    kind: EntityType
    file: str
    line: int
    owner: str | None = None
    key: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def first(self, name: str) -> str | None:
        """The first value of a field, or None."""
        return next(iter(self.values.get(name, ())), None)


@dataclass
class Records:
    """What a data folder holds: nodes by id, faults, and the ids of files whose content could not be read."""

    nodes: dict[str, Node] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)


def read_records(schema: Schema, folder: Path) -> Records:
    """Read every record of a data folder; all faults of all files are collected, none hides another.

    Whether links have targets is for ``check_links`` to say, once everything is read that can be linked to.
    """
    files, faults = find_records(schema, folder)
    records = Records(faults=faults)
    for file in files:
        text = read_text(file, folder)
        if isinstance(text, Fault):
            records.faults.append(text)
            records.unread.add(f"{file.kind.slug}/{file.slug}")
            continue
        records.texts[file.name] = text
        _read_one(schema, file, text, records)
    return records


def _read_one(schema: Schema, file: RecordFile, text: str, records: Records) -> None:
    tree, faults = yamltext.parse(text, file.name)
    records.faults += faults
    entity_id = f"{file.kind.slug}/{file.slug}"
    if tree is None:
        records.unread.add(entity_id)
        return
    reader = RecordReader(schema, file.name)
    for node in reader.read(tree, Node(entity_id, file.kind, file.name, 1)):
        records.nodes.setdefault(node.id, node)
    records.faults += reader.faults


def check_links(schema: Schema, nodes: Mapping[str, Node], known: Set[str]) -> list[Fault]:
    """A fault for each link whose target is not known; the dangling value is taken out of its node."""
    faults = []
    for node in nodes.values():
        for name, values in node.values.items():
            fld = node.kind.fields[name]
            if fld.kind != "link" or fld.owns:
                continue
            for value in [v for v in values if v not in known]:
                values.remove(value)
                node.refused.add(name)
                faults.append(_dangling(schema, node, fld, value, known))
    return faults


def _dangling(schema: Schema, node: Node, fld: Field, value: str, known: Set[str]) -> Fault:
    type_slug, _, slug = value.partition("/")
    same_type = [k.partition("/")[2] for k in known if k.startswith(type_slug + "/")]
    label = schema.by_slug[type_slug].label
    hint = did_you_mean(slug, same_type) or f"Add data/{type_slug}/{slug}.yaml or mend the id."
    return Fault(node.file, node.lines.get(fld.name, node.line), fld.name, f"there is no {label} {slug!r}", hint)


def owned_id(kind: EntityType, owner: Node, key: str, schema: Schema) -> str:
    """The id of a nested record: the owner's slug and the key, with the owner's type where that may vary."""
    slug = owner.id.partition("/")[2]
    varies = len(schema.concrete(kind.owner or "")) > 1
    prefix = f"{owner.kind.slug}.{slug}" if varies else slug
    return f"{kind.slug}/{prefix}.{key}"


def spoken_of(schema: Schema, node_kind: EntityType, owner: EntityType | None, fld: Field) -> EntityType:
    """The type whose fields a field name refers to: the owner's where an owned type itself declares the field."""
    declaring = fld.iri.removeprefix(TERMS).partition(".")[0]
    declared = schema.types.get(declaring)
    return owner if owner is not None and declared is not None and declared.owner else node_kind


class RecordReader:
    """Reads the tree of one file into nodes and collects its faults."""

    def __init__(self, schema: Schema, file: str) -> None:
        self.schema = schema
        self.file = file
        self.faults: list[Fault] = []

    def read(self, tree: Block, node: Node, owner: Node | None = None) -> list[Node]:
        """The node and everything nested in it, outermost first."""
        nodes = [node]
        for key, value in tree.pairs:
            fld = node.kind.fields.get(key.text)
            if fld is None or not fld.written:
                self._no_such(node.kind, key, fld)
                continue
            node.lines[fld.name] = key.line
            told = len(self.faults)
            if fld.owns:
                nodes += self._owned(node, fld, value)
            else:
                node.values[fld.name] = self._values(node, fld, value, owner)
            if len(self.faults) > told:
                node.refused.add(fld.name)
        return nodes

    def _fault(self, line: int, name: str, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, line, name, what, remedy))

    def _no_such(self, kind: EntityType, key: Scalar, fld: Field | None) -> None:
        if fld is None:
            known = [f.name for f in kind.fields.values() if f.written]
            hint = did_you_mean(key.text, known) or f"Fields of a {kind.label} are {', '.join(known)}."
            self._fault(key.line, key.text, f"a {kind.label} has no such field", hint)
        elif fld.inverse:
            remedy = f"State it on the {self.schema.types[fld.target or ''].label} instead."
            self._fault(key.line, key.text, "is read from the other side and not written here", remedy)
        else:
            self._fault(key.line, key.text, "is set by the build and not written", "Take it out.")

    def _values(self, node: Node, fld: Field, tree: Tree, owner: Node | None) -> list[str]:
        if isinstance(tree, Block) or (isinstance(tree, Items) and not fld.many):
            form = "a list like [a, b]" if fld.many else "one value"
            self._fault(tree.line, fld.name, "has the wrong form", f"Write {form}.")
            return []
        if isinstance(tree, Scalar) and fld.many:
            remedy = f"Write a list: {fld.name}: [{tree.text}]." if tree.text else f"Leave {fld.name} out."
            self._fault(tree.line, fld.name, "takes a list", remedy)
            return []
        spoken = spoken_of(self.schema, node.kind, owner.kind if owner else None, fld)
        found: list[str] = []
        for item in tree.items if isinstance(tree, Items) else (tree,):
            lexical = self._value(spoken, fld, item)
            if lexical is not None and lexical in found:
                self._fault(item.line, fld.name, f"{lexical!r} stands twice", "Keep one of them.")
            elif lexical is not None:
                found.append(lexical)
        return found

    def _value(self, spoken: EntityType, fld: Field, tree: Tree) -> str | None:
        if not isinstance(tree, Scalar):
            self._fault(tree.line, fld.name, "holds a list or mapping where one value is wanted", "Write one value.")
            return None
        checked = check_value(self.schema, spoken, fld, tree.text)
        if isinstance(checked, Wrong):
            self._fault(tree.line, fld.name, checked.what, checked.remedy)
            return None
        return checked

    def _owned(self, node: Node, fld: Field, tree: Tree) -> list[Node]:
        kind = self.schema.types[fld.target or ""]
        if not isinstance(tree, Block) or not tree.pairs:
            remedy = f"Write {fld.name}: with a short key a {kind.label}, and its fields below the key."
            self._fault(tree.line, fld.name, "takes a mapping", remedy)
            return []
        nodes: list[Node] = []
        for key, value in tree.pairs:
            if not SLUG.fullmatch(key.text):
                remedy = "Use lower-case letters and digits, joined by single hyphens."
                self._fault(key.line, fld.name, f"{key.text!r} is no key", remedy)
            elif not isinstance(value, Block):
                self._fault(
                    key.line, fld.name, f"{key.text} holds no fields", f"Write the {kind.label}'s fields there."
                )
            else:
                entity_id = owned_id(kind, node, key.text, self.schema)
                nested = Node(entity_id, kind, self.file, key.line, node.id, key.text)
                node.values.setdefault(fld.name, []).append(entity_id)
                nodes += self.read(value, nested, node)
        return nodes
