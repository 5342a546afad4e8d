"""Disease terms as a release of a vocabulary states them, whatever the form of its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.errors import DataError, Fault

EXACT_FIELDS: Mapping[str, tuple[str, str]] = {
    "orphanet": ("orphanet", "ORPHA:"),
    "mesh": ("mesh", "MESH:"),
    "ncit": ("ncit", "NCIT:"),
}
"""For each vocabulary, by the prefix of its ids in small letters: the field of a condition, and the prefix there."""

Links = frozenset[tuple[str, str]]
"""Pairs of a term and a broader one."""


@dataclass(frozen=True)
class Term:
    """One term: its id, label, the direct broader terms, other names, and the line where it stands."""

    id: str
    label: str
    parents: tuple[str, ...]
    synonyms: tuple[str, ...]
    line: int


@dataclass
class Terms:
    """The terms of one release by id, and their exact matches by field of a condition.

    ``mappings_version`` is the release that the exact matches are of, where they come in files of their own.
    """

    version: str
    by_id: dict[str, Term]
    exact: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    mappings_version: str = ""
    replaced: dict[str, str] = field(default_factory=dict)

    def match(self, name: str, term: str) -> str | None:
        """The one exact match of a term for a field; None if there is none or more than one."""
        found = self.exact.get(name, {}).get(term, [])
        return found[0] if len(found) == 1 else None

    def above(self, term: str, without: Links = frozenset()) -> set[str]:
        """All terms that are broader than a term, not passing any of the links ``without``."""
        seen: set[str] = set()
        todo = [term]
        while todo:
            current = todo.pop()
            for parent in self.parents(current, without):
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
        return seen

    def parents(self, term: str, without: Links = frozenset()) -> Iterator[str]:
        """The direct broader terms."""
        known = self.by_id.get(term)
        return (parent for parent in (known.parents if known else ()) if (term, parent) not in without)

    def nearest(self, starts: Iterable[str], kept: Mapping[str, str], without: Links) -> list[str]:
        """Of the kept terms at or above ``starts`` those that are above no other one found."""
        found: set[str] = set()
        seen: set[str] = set()
        todo = list(starts)
        while todo:
            current = todo.pop()
            if current in seen:
                continue
            seen.add(current)
            if current in kept:
                found.add(current)
            else:
                todo.extend(self.parents(current, without))
        covered = {above for term in found for above in self.above(term, without)}
        return sorted(found - covered)


def exact_match(curie: str) -> tuple[str, str] | None:
    """A foreign id as (field of a condition, value there), or None if the graph keeps no such ids."""
    prefix, _, local = curie.partition(":")
    known = EXACT_FIELDS.get(prefix.lower())
    return (known[0], known[1] + local) if known and local else None


def add_match(exact: dict[str, dict[str, list[str]]], term: str, curie: str) -> None:
    """Note an exact match of a term, once."""
    match = exact_match(curie)
    if match is not None:
        found = exact.setdefault(match[0], {}).setdefault(term, [])
        if match[1] not in found:
            found.append(match[1])


def check_whole(name: str, terms: Mapping[str, Term], text: str) -> None:
    """Raise ``DataError`` if a file is cut short: no terms, no last line break, or broader terms that are not there."""
    remedy = "The file is cut short or is a part of a release: fetch the whole release again."
    last = text.count("\n") + 1
    if not terms:
        raise DataError([Fault(name, 0, "", "there is no disease term in the file", remedy)])
    if not text.endswith("\n"):
        raise DataError([Fault(name, last, "", "the last line is not complete", remedy)])
    missing = [(term, parent) for term in terms.values() for parent in term.parents if parent not in terms]
    if missing:
        term, parent = missing[0]
        what = f"{term.id} is below {parent}, which is not there ({len(missing)} such links)"
        raise DataError([Fault(name, term.line, "is_a", what, remedy)])
