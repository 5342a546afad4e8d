"""Registry snapshots: records by the line that importers wrote, laid under what curators wrote, field by field.

``data/registry/{type}/{source}.jsonl`` holds one JSON record a line, sorted by ``id``; fields are those of a curated
record. A curated value stands; where a curator wrote none, the newest snapshot's value is shown; values that differ
become a conflict. What each snapshot stated stays in the graph of its source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.errors import Fault
from kg.files import SLUG
from kg.provenance import CONFLICT_FIELD, CURATED, NEWEST, add_disagreement
from kg.records import Node, RecordReader
from kg.schema import EntityType, Schema
from kg.yamltext import Block, Items, Scalar, Tree

FOLDER = "registry"
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}$")

Layer = dict[str, Node]
"""The nodes of one snapshot by id."""


def snapshot_bytes(folder: Path) -> dict[str, bytes]:
    """The contents of all snapshots of a data folder by name, newest first by the date that ends the file's name."""
    paths = [p for p in (folder / FOLDER).glob("*/*.jsonl") if not p.is_symlink()]
    newest_first = sorted(paths, key=lambda p: (_date(p.stem), p.as_posix()), reverse=True)
    return {f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in newest_first}


def read_snapshots(schema: Schema, folder: Path) -> tuple[list[Layer], list[Fault], dict[str, bytes]]:
    """All snapshots of a data folder, newest first, with their faults and their contents by name."""
    contents = snapshot_bytes(folder)
    layers: list[Layer] = []
    faults: list[Fault] = []
    for name, content in contents.items():
        type_slug = name.split("/")[-2]
        kind = schema.by_slug.get(type_slug)
        if kind is None or kind.owner is not None:
            faults.append(Fault(name, 0, "", f"{type_slug} is no type of record", "Name the folder by a type."))
            continue
        layer, found = _read_layer(schema, kind, name, content)
        layers.append(layer)
        faults += found
    return layers, faults, contents


def _date(stem: str) -> str:
    match = _DATE.search(stem)
    return match[0] if match else ""


def _read_layer(schema: Schema, kind: EntityType, name: str, content: bytes) -> tuple[Layer, list[Fault]]:
    layer: Layer = {}
    reader = RecordReader(schema, name)
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            record = json.loads(line)
            slug = str(record.pop("id")).removeprefix(f"{kind.slug}/")
        except (ValueError, KeyError, AttributeError) as error:
            what = f"the line is no JSON record with an id ({error})"
            reader.faults.append(Fault(name, number, "", what, "Run the importer again."))
            continue
        if not SLUG.fullmatch(slug):
            reader.faults.append(Fault(name, number, "id", f"{slug!r} is no id", "Run the importer again."))
            continue
        tree = _tree(record, number)
        assert isinstance(tree, Block)
        if f"{kind.slug}/{slug}" in layer:
            reader.faults.append(Fault(name, number, "id", f"{slug} stands twice", "Run the importer again."))
            continue
        for node in reader.read(tree, Node(f"{kind.slug}/{slug}", kind, name, number)):
            layer.setdefault(node.id, node)
    return layer, reader.faults


def _tree(value: Any, line: int) -> Tree:
    """A JSON value as the tree that YAML gives: every scalar a string."""
    if isinstance(value, dict):
        return Block(tuple((Scalar(str(key), line), _tree(item, line)) for key, item in value.items()), line)
    if isinstance(value, list):
        return Items(tuple(_tree(item, line) for item in value), line)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", line)
    return Scalar("" if value is None else str(value), line)


def lay_under(schema: Schema, nodes: dict[str, Node], layers: Iterable[Layer]) -> None:
    """Complete the nodes from the layers, newest first; where single values differ, add a conflict."""
    for layer in layers:
        for item in layer.values():
            shown = nodes.get(item.id)
            if shown is None:
                copied = {name: list(found) for name, found in item.values.items()}
                nodes[item.id] = replace(item, values=copied, lines=dict(item.lines), refused=set(item.refused))
                continue
            for name, values in item.values.items():
                _complete(schema, nodes, shown, item, name, values)


def _complete(schema: Schema, nodes: dict[str, Node], shown: Node, item: Node, name: str, values: list[str]) -> None:
    own = shown.values.setdefault(name, [])
    if shown.kind.fields[name].many:
        own += [value for value in values if value not in own]
    elif not own:
        own += values
    elif values and own[0] != values[0] and not _disputed(nodes, shown, name):
        said = [(shown, own[0], ""), (item, values[0], "")]
        add_disagreement(schema, nodes, shown, name, said, NEWEST if _is_snapshot(shown) else CURATED)


def _is_snapshot(node: Node) -> bool:
    return node.file.split("/")[1] == FOLDER


def _disputed(nodes: Mapping[str, Node], shown: Node, name: str) -> bool:
    return any(nodes[c].first("field") == name for c in shown.values.get(CONFLICT_FIELD, ()) if c in nodes)
