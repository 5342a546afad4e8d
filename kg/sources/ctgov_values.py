"""How single values of a ClinicalTrials.gov record are read: texts, codes, dates, numbers, lists, and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.sources.ctgov_rules import Rules
from kg.sources.deltas import DATE as DATE

NCT = re.compile(r"NCT\d{8}")
_SHOWN = 60


@dataclass(frozen=True)
class Remark:
    """Something in a record that is not as it should be.

    ``kind`` is ``no-number`` (skipped), ``type`` (a value of another type, left out), ``code`` (a code that no list
    has, kept), ``personal`` (a name or contact of a person, left out).
    """

    kind: str
    record: str
    field: str
    what: str


@dataclass
class Reporter:
    """Collects the remarks on one record."""

    rules: Rules
    record: str = ""
    remarks: list[Remark] = field(default_factory=list)

    def wrong(self, name: str, value: Any, wanted: str = "an object") -> None:
        """A value has another type than it should; the remark stands once a field."""
        what = f"{type(value).__name__} {repr(value)[:_SHOWN]} where {wanted} is wanted"
        self._add("type", name, what)

    def unknown_code(self, name: str, value: str) -> None:
        """A code that no list has."""
        self._add("code", name, value)

    def personal(self, name: str, rule: str) -> None:
        """A name that a rule takes for a person's; the remark does not repeat it."""
        self._add("personal", name, rule)

    def _add(self, kind: str, name: str, what: str) -> None:
        remark = Remark(kind, self.record, name, what)
        if remark not in self.remarks:
            self.remarks.append(remark)


Reader = Callable[[Any, str, Reporter], Any]
"""Gives what is kept of a value (None for nothing), told the name of its field and whom to tell of faults."""


def text(value: Any, name: str, reporter: Reporter) -> str | None:
    """A text without space around it; halves of characters, which no file can hold, are replaced."""
    if not isinstance(value, str):
        reporter.wrong(name, value, "a text")
        return None
    return value.encode("utf-8", "replace").decode().strip() or None


def organisation(value: Any, name: str, reporter: Reporter) -> str | None:
    """The name of an organisation or site; None if a rule takes it for a person's name or contact."""
    found = text(value, name, reporter)
    rule = reporter.rules.personal(found) if found else None
    if rule is None:
        return found
    reporter.personal(name, rule)
    return None


def code(scheme: str) -> Reader:
    """A code of a list; one that the list does not have is kept and reported."""

    def read(value: Any, name: str, reporter: Reporter) -> str | None:
        found = text(value, name, reporter)
        known = reporter.rules.codes.get(scheme)
        if found and known and found not in known:
            reporter.unknown_code(name, found)
        return found

    return read


def day(value: Any, name: str, reporter: Reporter) -> str | None:
    """A date as precise as it is given."""
    if isinstance(value, str) and DATE.fullmatch(value.strip()):
        return value.strip()
    reporter.wrong(name, value, "a date like 2026-11-24")
    return None


def count(value: Any, name: str, reporter: Reporter) -> int | None:
    """A whole number, zero or more."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    reporter.wrong(name, value, "a number")
    return None


def many(read: Reader) -> Reader:
    """A list; items that cannot be read are left out, the others stay in their order."""

    def read_all(value: Any, name: str, reporter: Reporter) -> list[Any] | None:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            reporter.wrong(name, value, "a list")
            return None
        items = (read(item, name, reporter) for item in value if item is not None)
        return [item for item in items if item not in (None, "", [], {})]

    return read_all


def thing(readers: Mapping[str, Reader]) -> Reader:
    """An object of which the named keys are kept."""

    def read_it(value: Any, name: str, reporter: Reporter) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            reporter.wrong(name, value)
            return None
        found = {
            key: read(value[key], f"{name}.{key}", reporter)
            for key, read in readers.items()
            if value.get(key) is not None
        }
        return {key: item for key, item in found.items() if item not in (None, "", [], {})}

    return read_it


def in_order(read: Reader, keys: Sequence[str]) -> Reader:
    """A list of objects sorted by keys, so that another order in the registry is no change."""

    def read_sorted(value: Any, name: str, reporter: Reporter) -> list[Any] | None:
        found = read(value, name, reporter)
        return found and sorted(found, key=lambda item: [item.get(key, "") for key in keys])

    return read_sorted
