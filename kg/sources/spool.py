"""What a refresh has fetched so far, in a file that outlives it: records by date, remarks, and where to go on.

A page and the token of the next one are kept in one step, so that nothing is lost or doubled whenever it stops. The
file is on the disk and read in order, so that memory does not grow with the number of records.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from kg.errors import AtmpError
from kg.sources.ctgov_facts import Read
from kg.sources.deltas import as_line

EXAMPLES = 5
"""Records that a remark names at most."""
_TABLES = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (date TEXT, id TEXT, line BLOB, PRIMARY KEY (date, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS remarks (kind TEXT, field TEXT, what TEXT, record TEXT, detail TEXT,
                                    PRIMARY KEY (kind, field, what, record)) WITHOUT ROWID;
"""
_SAID = {
    "no-number": "without an NCT number, skipped",
    "type": "of another type than it should be, left out",
    "code": "is a code that no list has, kept",
    "personal": "left out as",
}


class Spool(AbstractContextManager["Spool"]):
    """One refresh's records. Without a path it is gone with the process."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._store = sqlite3.connect(str(path) if path else "")
            self._store.executescript(_TABLES)
        except sqlite3.DatabaseError as error:
            raise AtmpError(f"{path}: what is kept of a refresh cannot be read ({error}). Remove the file.") from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._store.close()

    def state(self, name: str) -> str | None:
        """A value that was kept."""
        row = self._store.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def knows(self, token: str) -> bool:
        """Whether a page token was met already."""
        return self._store.execute("SELECT 1 FROM tokens WHERE token = ?", (token,)).fetchone() is not None

    def add(self, reads: Iterable[Read], default_date: str, **state: str) -> int:
        """Keep records, their remarks and the state after them, in one step; gives the number of records."""
        count = 0
        with self._store:
            for read in reads:
                date = read.date or default_date
                count += self._add_one(read, date)
            for name, value in state.items():
                self._store.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))
            if token := state.get("token"):
                self._store.execute("INSERT OR IGNORE INTO tokens VALUES (?)", (token,))
        return count

    def _add_one(self, read: Read, date: str) -> int:
        for remark in read.remarks:
            what, detail = (remark.what, "") if remark.kind in ("code", "personal") else ("", remark.what)
            row = (remark.kind, remark.field, what, remark.record or str(self._unnumbered()), detail)
            self._store.execute("INSERT OR IGNORE INTO remarks VALUES (?, ?, ?, ?, ?)", row)
        if read.facts is None:
            return 0
        record = (date, read.facts["id"], as_line(read.facts))
        self._store.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", record)
        return 1

    def _unnumbered(self) -> int:
        row = self._store.execute("SELECT count(*) FROM remarks WHERE kind = 'no-number'").fetchone()
        return int(row[0]) + 1

    def __len__(self) -> int:
        return int(self._store.execute("SELECT count(*) FROM records").fetchone()[0])

    def dates(self) -> list[str]:
        """The dates of the records, oldest first."""
        return [date for (date,) in self._store.execute("SELECT DISTINCT date FROM records ORDER BY date")]

    def records(self, date: str) -> Iterator[dict[str, Any]]:
        """The records of a date, sorted by id."""
        for (line,) in self._store.execute("SELECT line FROM records WHERE date = ? ORDER BY id", (date,)):
            yield json.loads(line)

    def remarks(self) -> Iterator[str]:
        """Each kind of remark in one line, with how often and a few records."""
        query = "SELECT kind, field, what, count(*), min(detail) FROM remarks GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        for kind, field, what, count, detail in self._store.execute(query).fetchall():
            named = self._store.execute(
                "SELECT record FROM remarks WHERE kind = ? AND field = ? AND what = ? ORDER BY record LIMIT ?",
                (kind, field, what, EXAMPLES),
            ).fetchall()
            if kind == "no-number":
                yield f"{count} {'record' if count == 1 else 'records'} {_SAID[kind]} ({detail})"
                continue
            names = ", ".join(name for (name,) in named) + (f" and {count - EXAMPLES} more" if count > EXAMPLES else "")
            said = f"{what} {_SAID[kind]}" if kind == "code" else f"{_SAID[kind]} {what}".strip()
            yield f"{field}: {said}{f' ({detail})' if detail else ''}: {names}"

    def clear(self) -> None:
        """Forget everything, to start anew."""
        with self._store:
            for table in ("state", "tokens", "records", "remarks"):
                self._store.execute(f"DELETE FROM {table}")

    def drop(self) -> None:
        """Remove the file; nothing is needed of it any more."""
        self._store.close()
        if self.path:
            self.path.unlink(missing_ok=True)
