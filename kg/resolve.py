"""The resolved view: what the build derives from records - shortcuts, labels - on top of what sources state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice

from kg.dates import first_day
from kg.provenance import add_disagreement
from kg.records import Node
from kg.schema import Field, Schema, Shortcut
from kg.turtle import RDFS

LABEL = RDFS + "label"


class Resolver:
    """Adds the derived values to the nodes, each kind of derivation once and in an order that lets it build on."""

    def __init__(self, schema: Schema, nodes: dict[str, Node]) -> None:
        self.schema = schema
        self.nodes = nodes
        self.backwards = self._index()

    def run(self) -> None:
        """Derive shortcuts, then labels."""
        for node in list(self.nodes.values()):
            for fld in node.kind.fields.values():
                if fld.shortcut:
                    self._shortcut(node, fld)
        for node in self.nodes.values():
            self.label(node)

    def _index(self) -> Mapping[tuple[str, str], list[str]]:
        """Who points at an entity by which predicate."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for node in self.nodes.values():
            for name, values in node.values.items():
                fld = node.kind.fields[name]
                if fld.kind == "link":
                    for value in values:
                        found[fld.predicate, value].append(node.id)
        return found

    def follow(self, node: Node, name: str) -> list[str]:
        """The values of a field, read backwards where the field is."""
        fld = node.kind.fields[name]
        if not fld.inverse:
            return node.values.get(name, [])
        allowed = {kind.slug for kind in self.schema.concrete(fld.target or "")}
        return [v for v in self.backwards.get((fld.predicate, node.id), []) if v.partition("/")[0] in allowed]

    def _shortcut(self, node: Node, fld: Field) -> None:
        shortcut = fld.shortcut
        assert shortcut is not None
        targets = [self.nodes[value] for value in self.follow(node, shortcut.link) if value in self.nodes]
        if shortcut.keep_field:
            targets = [t for t in targets if t.first(shortcut.keep_field) in shortcut.keeps]
        if shortcut.newest_by:
            self._newest(node, fld, shortcut, shortcut.newest_by, targets)
            return
        values = {value for target in targets for value in self.follow(target, shortcut.takes)}
        if values:
            node.values[fld.name] = sorted(values) if fld.many else [min(values)]

    def _newest(self, node: Node, fld: Field, shortcut: Shortcut, newest_by: str, targets: list[Node]) -> None:
        takes, per = shortcut.takes, shortcut.per
        said = [(t, value, t.first(newest_by) or "") for t in targets if (value := t.first(takes)) is not None]
        if not said:
            return
        said.sort(key=lambda row: (first_day(row[2]) if row[2] else "", row[0].id), reverse=True)
        node.values[fld.name] = [said[0][1]]
        if per:  # what each was before its newest state is history and no contradiction
            newest: dict[str | None, tuple[Node, str, str]] = {}
            for row in said:
                newest.setdefault(row[0].first(per), row)
            said = list(newest.values())
        if takes != newest_by and len({value for _, value, _ in said}) > 1:
            add_disagreement(self.schema, self.nodes, node, fld.name, said)

    def label(self, node: Node) -> str:
        """What a node is called; a relation is called by its owner and the first two things it relates."""
        named = next((f for f in node.kind.fields.values() if f.predicate == LABEL and f.written), None)
        if named is not None:
            return node.first(named.name) or node.id
        derived = next((f for f in node.kind.fields.values() if f.predicate == LABEL), None)
        if derived is None:
            return node.id
        if derived.name not in node.values:
            owner = self.label(self.nodes[node.owner]) if node.owner in self.nodes else node.id
            parts = ", ".join(islice(self._parts(node), 2)) or node.key.replace("-", " ")
            node.values[derived.name] = [f"{owner}: {parts}"]
        return node.values[derived.name][0]

    def _parts(self, node: Node) -> Iterator[str]:
        for fld in node.kind.fields.values():
            value = node.first(fld.name)
            if value is None or not fld.written or fld.many:
                continue
            if fld.kind == "link" and value in self.nodes:
                yield self.label(self.nodes[value])
            elif fld.kind == "enum":
                yield self.schema.vocabularies[fld.scheme or ""].concepts[value].label
