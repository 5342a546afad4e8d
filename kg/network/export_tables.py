"""A projection as CSV (an archive with a table of nodes and one of edges) and as the JSON of VOSviewer."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from io import BytesIO, StringIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import orjson

from kg.network.export_graph import Attribute, Attributes, Exported
from kg.spreadsheets import guarded

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The day of every file in an archive: the first that there is, the same on all days."""
_UNIX = 3
_READABLE = 0o644 << 16


def csv_archive(found: Exported) -> bytes:
    """A zip archive: ``nodes.csv`` and ``edges.csv``, which Gephi and pandas read, and ``about.json``.

    Not compressed: the bytes of compression depend on the library at hand.
    """
    label = {one: node["label"] for one, node in found.nodes.items()}
    nodes = ({"id": one, **node} for one, node in found.nodes.items())
    edges = (
        {"source": one, "target": other, **edge, "sourceLabel": label[one], "targetLabel": label[other]}
        for (one, other), edge in found.edges.items()
    )
    files = {
        "about.json": orjson.dumps(found.about, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE),
        "edges.csv": _table(("source", "target", *found.edge_columns, "sourceLabel", "targetLabel"), edges),
        "nodes.csv": _table(("id", *found.node_columns), nodes),
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, content in files.items():
            info = ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = _UNIX, _READABLE
            archive.writestr(info, content)
    return file.getvalue()


def vosviewer(found: Exported) -> bytes:
    """The JSON that VOSviewer and VOSviewer Online read; they lay out and cluster it themselves."""
    release = str(found.about["release"])
    content = {
        "network": {
            "items": [_item(one, node) for one, node in found.nodes.items()],
            "links": [
                {"source_id": one, "target_id": other, "strength": edge["weight"]}
                for (one, other), edge in found.edges.items()
            ],
        },
        "config": {"terminology": _TERMS},
        "info": {
            "title": f"ATMP collaborator network, release {release}",
            "description": escape("; ".join(found.told())),
        },
    }
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


_TERMS = {
    "item": "organisation",
    "items": "organisations",
    "link": "tie",
    "links": "ties",
    "link_strength": "tie strength",
    "total_link_strength": "strength",
}
_FIGURES = ("label", "degree", "strength", "records", "lastActive", "iri")


def _item(one: str, node: Mapping[str, Attribute]) -> dict[str, object]:
    told = [f"{escape(name)}: {escape(str(value))}" for name, value in node.items() if name not in _FIGURES]
    item: dict[str, object] = {"id": one, "label": node["label"], "url": node["iri"], "description": "<br>".join(told)}
    item["weights"] = {"Ties": node["degree"], "Strength": node["strength"], "Records": node["records"]}
    if "lastActive" in node:
        item["scores"] = {"Last active year": node["lastActive"]}
    return item


def _table(columns: Sequence[str], rows: Iterable[Attributes]) -> bytes:
    """The rows as RFC 4180 has them; what a row does not have is an empty cell."""
    file = StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name, "")) for name in columns] for row in rows)
    return file.getvalue().encode()


def _cell(value: Attribute) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return guarded(value) if isinstance(value, str) else str(value)
