"""What a registry states beside the records that stand: each value compared, so that only true differences differ."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from kg.dates import first_day, last_day
from kg.records import Node

ADDED, AGREED, DIFFERING = "added", "agreed", "differing"
EARLIER, SUPERSEDED = "earlier", "superseded"

Records = dict[str, list[tuple[str, dict[str, Any]]]]
"""Records in the form of curated ones, each with the slug of its type, by the date of their snapshot."""


class Beside:
    """Collects records by date and counts how their values stand to the nodes.

    Offer the newest snapshot first: what an older one said otherwise is history (``superseded``) and no disagreement.
    """

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self.nodes = nodes
        self.counts: Counter[str] = Counter()
        self.names: dict[str, list[str]] = defaultdict(list)
        """For each count of things that somebody may look after, which they are."""
        self.records: Records = {}
        self._standing: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._newer: dict[tuple[str, str], Any] = {}

    def note(self, what: str, name: str = "") -> None:
        """Count something; a name is kept once."""
        self.counts[what] += 1
        if name and name not in self.names[what]:
            self.names[what].append(name)

    def add(self, date: str, type_slug: str, record: dict[str, Any]) -> None:
        """Take a record that states something beside its id and sources; those of one thing become one."""
        if not record.keys() - {"id", "sources"}:
            return
        key = (date, type_slug, record["id"])
        standing = self._standing.get(key)
        if standing is None:
            self._standing[key] = record
            self.records.setdefault(date, []).append((type_slug, record))
            return
        for name, value in record.items():
            if isinstance(value, dict):
                standing[name] = standing.get(name, {}) | value
            else:
                standing.setdefault(name, value)

    def offer(self, record: dict[str, Any], node: Node, name: str, value: Any, lexical: str | None = None) -> None:
        """State a value of a node in a record, unless a newer snapshot states another one.

        ``lexical`` is the value as nodes hold it, where that differs: a link's whole id.
        """
        if value in (None, ""):
            return
        if self._newer.setdefault((node.id, name), value) != value:
            self.counts[SUPERSEDED] += 1
            return
        record[name] = value
        own, held = node.first(name), lexical or str(value)
        outcome = ADDED if own is None else AGREED if own == held else DIFFERING
        self.counts[outcome] += 1
        if outcome == DIFFERING:
            self.names[DIFFERING].append(f"{node.id} {name}: {own} here, {held} there")

    def offer_state(
        self, record: dict[str, Any], node: Node, name: str, value: Any, date: str, lexical: str | None = None
    ) -> None:
        """State a value that may change with time; one older than what stands, and otherwise, is history."""
        own, since = node.first(name), node.first("statusDate")
        if own not in (None, lexical or value) and value and since and last_day(date) < first_day(since):
            self.counts[EARLIER] += 1
        else:
            self.offer(record, node, name, value, lexical)


def plain(name: str) -> str:
    """A name without case, accents and punctuation: equal for spellings that differ in form only."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return " ".join(re.findall(r"\w+", "".join(c for c in folded if not unicodedata.combining(c))))
