"""Which rows of EMA's reports are about advanced therapies: by EMA's flag, by what curators know, by substance.

The medicines report has a flag that misses several, so a number or name of a curated product counts too. The orphan
designations report has none: there ``data/mappings/ema-substances.tsv`` (``use pattern reason``; the first row that
fits a substance decides, ``keep`` or ``refuse``) tells by the substance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import DataError, Fault
from kg.mappings import rows_or_shipped
from kg.records import Node
from kg.sources.beside import plain

SUBSTANCES = "ema-substances.tsv"
_COLUMNS = ("use", "pattern", "reason")
_EARLIER = re.compile(r"^(?P<now>.+?)\s*\(previously (?P<before>.+)\)$", re.IGNORECASE)


@dataclass(frozen=True)
class Scope:
    """Tells which rows are kept; ``numbers`` and ``names`` are those of curated products and their decisions."""

    numbers: frozenset[str]
    names: frozenset[str]
    patterns: tuple[tuple[bool, re.Pattern[str]], ...]

    def medicine(self, facts: Mapping[str, Any]) -> bool:
        """Whether a medicine is an advanced therapy."""
        if facts.get("advancedTherapy") is True or facts["id"] in self.numbers:
            return True
        return any(plain(name) in self.names for name in spoken_names(str(facts.get("name", ""))))

    def designation(self, facts: Mapping[str, Any], medicines: Iterable[str] = ()) -> bool:
        """Whether a designation is of an advanced therapy; ``medicines`` are the numbers of those that were kept."""
        if facts.get("number", facts["id"]) in self.numbers:
            return True
        if not self.numbers.union(medicines).isdisjoint(facts.get("product", ())):
            return True
        substance = str(facts.get("substance", ""))
        return next((keep for keep, pattern in self.patterns if pattern.search(substance)), False)


def read_scope(nodes: Mapping[str, Node], data_folder: Path) -> Scope:
    """The scope that the curated records and the table give; raises ``DataError`` for a bad row."""
    numbers: set[str] = set()
    names: set[str] = set()
    for node in nodes.values():
        if node.kind.name in ("Authorisation", "Designation"):
            numbers.update(node.values.get("number", ()))
        elif node.kind.name == "Product":
            names.update(plain(n) for key in ("name", "aliases") for n in node.values.get(key, ()))
    patterns = []
    for file, line, row in rows_or_shipped(data_folder, SUBSTANCES, _COLUMNS):
        if row["use"] not in ("keep", "refuse"):
            raise DataError([Fault(file, line, "use", f"{row['use']!r} is no use", "Write keep or refuse.")])
        try:
            patterns.append((row["use"] == "keep", re.compile(row["pattern"], re.IGNORECASE)))
        except re.error as error:
            what = f"{row['pattern']!r} is no pattern ({error})"
            raise DataError([Fault(file, line, "pattern", what, "Write a regular expression of Python.")]) from error
    return Scope(frozenset(numbers), frozenset(names), tuple(patterns))


def spoken_names(name: str) -> list[str]:
    """A medicine's names: ``Beqvez (previously Durveqtix)`` has two."""
    match = _EARLIER.match(name.strip())
    return [match["now"], match["before"]] if match else [name]
