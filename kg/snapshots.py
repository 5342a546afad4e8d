"""Registry snapshots: records that importers and registries state, laid under what curators wrote, field by field.

``data/registry/{type}/{source}.jsonl`` holds one JSON record a line, sorted by ``id``; fields are those of a curated
record. (Folders of facts, named by a registry, are read by ``kg.sources.derived`` and become layers too.) A curated
value stands; where a curator wrote none, the newest snapshot's value is shown; values that differ become a conflict.
What each snapshot stated stays in the graph of its source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import Fault
from kg.files import SLUG
from kg.records import Node, RecordReader
from kg.schema import EntityType, Schema
from kg.yamltext import Block, Items, Scalar, Tree

FOLDER = "registry"
_DATE = re.compile(r"-?(\d{4}(?:-\d{2}){0,2})$")


@dataclass(frozen=True)
class Layer:
    """The nodes of one snapshot by id. Of the layers of one family, a registry's states, the newest speaks."""

    family: str
    date: str
    nodes: dict[str, Node]


@dataclass(frozen=True)
class Row:
    """One record of a snapshot: the line it stands on, its type, and the record with its ``id``."""

    line: int
    type: str
    record: Any


def snapshot_bytes(folder: Path) -> dict[str, bytes]:
    """The contents of all snapshots of a data folder by name, newest first by the date that ends the file's name."""
    paths = [p for p in (folder / FOLDER).glob("*/*.jsonl") if not p.is_symlink()]
    newest_first = sorted(paths, key=lambda p: (_split(p.stem)[1], p.as_posix()), reverse=True)
    return {f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in newest_first}


def read_snapshots(
    schema: Schema, contents: Mapping[str, bytes], apart: Collection[str] = ()
) -> tuple[list[Layer], list[Fault]]:
    """The layers of all snapshots by name that hold records, with their faults; folders ``apart`` are left out."""
    layers: list[Layer] = []
    faults: list[Fault] = []
    for name, content in contents.items():
        type_slug, stem = name.split("/")[-2], name.rsplit("/", 1)[1].removesuffix(".jsonl")
        if type_slug in apart:
            continue
        kind = schema.by_slug.get(type_slug)
        if kind is None or kind.owner is not None:
            faults.append(Fault(name, 0, "", f"{type_slug} is no type of record", "Name the folder by a type."))
            continue
        lines = enumerate(content.splitlines(), start=1)
        rows = [row for number, line in lines if (row := _row(name, number, kind, line, faults))]
        family, date = _split(stem)
        layer, found = read_layer(schema, Layer(f"{type_slug}/{family}", date, {}), name, rows)
        layers.append(layer)
        faults += found
    return layers, faults


def read_layer(schema: Schema, layer: Layer, name: str, rows: Iterable[Row]) -> tuple[Layer, list[Fault]]:
    """The layer with the nodes of its records read into it, and their faults; ``name`` is that of the file."""
    reader = RecordReader(schema, name)
    for row in rows:
        record = dict(row.record)
        slug = str(record.pop("id")).removeprefix(f"{row.type}/")
        entity_id = f"{row.type}/{slug}"
        if not SLUG.fullmatch(slug):
            reader.faults.append(Fault(name, row.line, "id", f"{slug!r} is no id", "Run the importer again."))
            continue
        if entity_id in layer.nodes:
            reader.faults.append(Fault(name, row.line, "id", f"{slug} stands twice", "Run the importer again."))
            continue
        tree = _tree(record, row.line)
        assert isinstance(tree, Block)
        for node in reader.read(tree, Node(entity_id, schema.by_slug[row.type], name, row.line)):
            layer.nodes.setdefault(node.id, node)
    return layer, reader.faults


def _split(stem: str) -> tuple[str, str]:
    """A file's name as family and date."""
    match = _DATE.search(stem)
    return (stem[: match.start()], match[1]) if match else (stem, "")


def _row(name: str, number: int, kind: EntityType, line: bytes, faults: list[Fault]) -> Row | None:
    try:
        record = json.loads(line)
        record["id"]
    except (ValueError, KeyError, TypeError) as error:
        what = f"the line is no JSON record with an id ({error})"
        faults.append(Fault(name, number, "", what, "Run the importer again."))
        return None
    return Row(number, kind.slug, record)


def _tree(value: Any, line: int) -> Tree:
    """A JSON value as the tree that YAML gives: every scalar a string."""
    if isinstance(value, dict):
        return Block(tuple((Scalar(str(key), line), _tree(item, line)) for key, item in value.items()), line)
    if isinstance(value, list):
        return Items(tuple(_tree(item, line) for item in value), line)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", line)
    return Scalar("" if value is None else str(value), line)
