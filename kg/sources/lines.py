"""Writes what importers found into ``data/registry/``: one JSON record a line, sorted, replaced in one step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kg.aside import written_aside
from kg.errors import DataError, Fault
from kg.snapshots import FOLDER

Record = Mapping[str, Any]
"""One record: ``id`` and the fields of a curated record."""


def snapshot_path(data_folder: Path, type_slug: str, name: str) -> Path:
    """Where a snapshot stands."""
    return data_folder / FOLDER / type_slug / f"{name}.jsonl"


def as_lines(records: Iterable[Record]) -> bytes:
    """The records as the bytes of a snapshot: by id, empty fields left out."""
    rows = sorted(({k: v for k, v in record.items() if v not in (None, "", [], {})} for record in records), key=_id)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a snapshot that may be there; raises ``DataError`` with file and line if it cannot be read."""
    found = []
    for number, line in enumerate(path.read_bytes().splitlines() if path.is_file() else (), start=1):
        try:
            record = json.loads(line)
            record["id"]
        except (ValueError, KeyError, TypeError) as error:
            remedy = "Restore the file, or remove it and refresh again."
            raise DataError([Fault(str(path), number, "", f"no JSON record with an id ({error})", remedy)]) from error
        found.append(record)
    return found


def write_lines(path: Path, records: Iterable[Record]) -> bool:
    """Write a snapshot whole or not at all; False if the file holds just that already and stays untouched."""
    content = as_lines(records)
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(path) as file:
        file.write(content)
    return True


def _id(record: Record) -> str:
    return str(record["id"])
