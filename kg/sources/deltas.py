"""The facts lines of ``data/registry/{family}/{date}.jsonl``: a file holds what its day showed new or otherwise.

A line is a whole record: ``id`` first, empty values left out, sorted by id. What a snapshot shows just as the older
ones left it is not written again, so a refresh that finds nothing new writes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.aside import written_aside
from kg.errors import DataError, Fault
from kg.locks import locked
from kg.snapshots import FOLDER

Facts = Mapping[str, Any]
"""What a registry states of one thing: ``id`` and its facts."""

DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
"""A day, or a month or year where the day is not known."""

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE older (id TEXT PRIMARY KEY, digest BLOB) WITHOUT ROWID;
CREATE TABLE own (id TEXT PRIMARY KEY, digest BLOB, line BLOB) WITHOUT ROWID;
CREATE TABLE shown (id TEXT PRIMARY KEY, digest BLOB, line BLOB) WITHOUT ROWID;
"""
_COUNTS = """
SELECT count(*) FILTER (WHERE held IS NULL), count(*) FILTER (WHERE held != digest),
       count(*) FILTER (WHERE held = digest)
FROM (SELECT shown.digest AS digest, coalesce(own.digest, older.digest) AS held
      FROM shown LEFT JOIN own USING (id) LEFT JOIN older USING (id))
"""
_LINES = """
SELECT line FROM (SELECT * FROM shown UNION ALL SELECT * FROM own WHERE id NOT IN (SELECT id FROM shown)) AS whole
LEFT JOIN older USING (id) WHERE older.digest IS NULL OR older.digest != whole.digest ORDER BY id
"""


@dataclass(frozen=True)
class Changes:
    """What a snapshot brought: the file that was written, if any, and how many records of each kind."""

    path: Path | None
    new: int
    changed: int
    unchanged: int


def as_line(record: Facts) -> bytes:
    """A record as its line: ``id`` first, the other keys in the order given, empty values left out at any depth."""
    facts = {"id": record["id"], **{key: _without_empty(value) for key, value in record.items() if key != "id"}}
    kept = {key: value for key, value in facts.items() if value not in (None, "", [], {})}
    return json.dumps(kept, ensure_ascii=False).encode() + b"\n"


def read_states(data_folder: Path, family: str) -> dict[str, list[dict[str, Any]]]:
    """The records of every snapshot of a family by its date, oldest first.

    Raises ``DataError`` with file and line for a line that is no record.
    """
    return {date: [record for record, _ in _read(data_folder, path)] for date, path in _snapshots(data_folder, family)}


def newest(states: Mapping[str, Iterable[Facts]]) -> dict[str, Facts]:
    """The newest state of each thing by id."""
    return {facts["id"]: facts for date in sorted(states) for facts in states[date]}


def write_changes(data_folder: Path, family: str, date: str, records: Iterable[Facts]) -> Changes:
    """Write what a snapshot of ``date`` shows otherwise than the snapshots up to that day, whole or not at all.

    Records may come in any order and number; of two with one id the later stands. Raises ``DataError`` if a standing
    line cannot be read, and ``AtmpError`` if another process writes to the data folder.
    """
    if not DATE.fullmatch(date):
        raise DataError([Fault(family, 0, "date", f"{date!r} is no date", "Write it like 2026-11-24 or 2026-11.")])
    held = f"another command writes to {data_folder}. Nothing was written; try again when it is done."
    with locked(data_folder, lambda: held), closing(sqlite3.connect("")) as store:
        store.executescript(_TABLES)
        for other, path in _snapshots(data_folder, family):
            if other < date:
                _fill(store, "older", ((r["id"], _digest(line)) for r, line in _read(data_folder, path)))
            elif other == date:
                _fill(store, "own", ((r["id"], _digest(line), line) for r, line in _read(data_folder, path)))
        lines = ((str(record["id"]), as_line(record)) for record in records)
        _fill(store, "shown", ((slug, _digest(line), line) for slug, line in lines))
        new, changed, unchanged = store.execute(_COUNTS).fetchone()
        path = data_folder / FOLDER / family / f"{date}.jsonl"
        if not new and not changed:
            return Changes(None, new, changed, unchanged)
        _write(path, (line for (line,) in store.execute(_LINES)))
        return Changes(path, new, changed, unchanged)


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        inner = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in inner.items() if item not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [item for item in map(_without_empty, value) if item not in (None, "", [], {})]
    return value


def _snapshots(data_folder: Path, family: str) -> list[tuple[str, Path]]:
    """The files of a family by date, oldest first."""
    found = []
    for path in sorted((data_folder / FOLDER / family).glob("*.jsonl")):
        if not DATE.fullmatch(path.stem):
            remedy = "Name it by the day of its snapshot, like 2026-11-24.jsonl."
            raise DataError([Fault(_name(data_folder, path), 0, "", "the file's name is no date", remedy)])
        found.append((path.stem, path))
    return sorted(found)


def _read(data_folder: Path, path: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                record = json.loads(line)
                if not isinstance(record["id"], str):
                    raise TypeError("its id is no text")
            except (ValueError, KeyError, TypeError) as error:
                remedy = "Restore the file, or remove it and refresh again."
                what = f"no JSON record with an id ({error})"
                raise DataError([Fault(_name(data_folder, path), number, "", what, remedy)]) from error
            yield record, line


def _fill(store: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    marks = {"older": "?, ?", "own": "?, ?, ?", "shown": "?, ?, ?"}[table]
    store.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)
    store.commit()


def _digest(line: bytes) -> bytes:
    return hashlib.blake2b(line.rstrip(b"\r\n"), digest_size=16).digest()


def _write(path: Path, lines: Iterator[bytes]) -> None:
    """Replace a snapshot in one step; without lines it goes, for then the day shows what the day before showed."""
    first = next(lines, None)
    if first is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(path) as file:
        file.write(first)
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def _name(data_folder: Path, path: Path) -> str:
    return f"{data_folder.name}/{path.relative_to(data_folder).as_posix()}"
