"""The projection: organisations tied by the records they share, each tie the sum of what its records contribute.

The weight is Newman's for collaboration (Phys. Rev. E 64, 016132, 2001), times the weights of kind and role, fading
with the years since a record was last active (after Ahmad, Porter and Beguerisse-Diaz, arXiv 1805.00193).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import fsum, sqrt
from typing import Any

import networkx as nx

from kg.network.records import Member, Part, Record
from kg.network.rules import Rules

Pair = tuple[int, int]
"""Two organisations, the one with the smaller number first."""


@dataclass(frozen=True)
class Options:
    """What a projection is made of. ``half_life`` is in years, None for no fading; ``since`` and ``until`` are years.

    A record is in if it was active in or after ``since`` and had begun by ``until``; fading is reckoned from
    ``until`` if that is before the release.
    """

    grade: str = "all"
    sites: bool = False
    roll_up: bool = False
    half_life: float | None = 5.0
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Contribution:
    """What one record gives to one tie: ``weight`` = kind x sqrt(role x role) x fading / (members - 1).

    ``roles`` and ``stated_by`` are those of the pair in its order; ``star`` says that the record ties to its lead
    alone.
    """

    record: Record
    parts: tuple[Part, Part]
    members: int
    star: bool
    fading: float
    weight: float


class Projection:
    """Ties between organisations under some options. ``graph`` has ``weight``, ``records`` and ``last`` on each edge.

    Nodes are organisations with a record, isolates too.
    """

    def __init__(self, rules: Rules, records: Sequence[Record], options: Options, year: int) -> None:
        """``records`` as ``chosen`` gives them; ``year`` is the release's."""
        self.rules = rules
        self.options = options
        self.records = records
        self.year = year if options.until is None else min(year, options.until)
        self._agreed: frozenset[tuple[int, int, int]] = frozenset()
        self._agreed = self._pairs_with_agreement()
        self.shared: Mapping[Pair, Sequence[Record]] = self._pairs()
        """By pair the records that tie it."""

    @cached_property
    def graph(self) -> nx.Graph:
        """The weighted graph."""
        graph = nx.Graph()
        graph.add_nodes_from(sorted({member.organisation for record in self.records for member in record.members}))
        for pair in sorted(self.shared):
            found = self.contributions(*pair)
            years = [year for c in found if (year := self.last_active(c.record)) is not None]
            weight = fsum(c.weight for c in found)
            graph.add_edge(*pair, weight=weight, records=len(found), last=max(years, default=None))
        return graph

    @cached_property
    def ties(self) -> Mapping[int, Mapping[int, Mapping[str, Any]]]:
        """The graph as plain mappings, organisation to organisation to the tie: quick to walk, not to be changed."""
        return dict(self.graph.adjacency())

    def contributions(self, one: int, other: int) -> list[Contribution]:
        """What each shared record gives to the tie, the most first; their weights sum up to the tie's."""
        pair = (min(one, other), max(one, other))
        found = [self._contribution(record, pair) for record in self.shared.get(pair, ())]
        if pair[0] != one:
            found = [replace(c, parts=(c.parts[1], c.parts[0])) for c in found]
        return sorted(found, key=lambda c: (-c.weight, c.record.entity))

    def narrowed(self, keeps: Callable[[Record, Pair], bool], least: float) -> Projection:
        """The same of fewer ties: of the records that are kept for a pair, and none weaker than ``least``.

        What a record contributes stays what it is.
        """
        found = copy(self)
        for made in ("graph", "ties"):
            found.__dict__.pop(made, None)
        kept = {pair: [one for one in records if keeps(one, pair)] for pair, records in self.shared.items()}
        found.shared = {pair: records for pair, records in kept.items() if records}
        if least:
            found.shared = {pair: records for pair, records in found.shared.items() if found.weight(pair) >= least}
        return found

    def weight(self, pair: Pair) -> float:
        """What the shared records of a pair contribute together."""
        return fsum(c.weight for c in self.contributions(*pair))

    def _pairs_with_agreement(self) -> frozenset[tuple[int, int, int]]:
        """The pairs (with the product first) that an agreement about a product ties: the product does not do so
        again.
        """
        about = (record for record in self.records if record.about)
        return frozenset((p, *pair) for record in about for pair in self._tied(record) for p in record.about)

    def _pairs(self) -> Mapping[Pair, list[Record]]:
        shared: dict[Pair, list[Record]] = defaultdict(list)
        for record in self.records:
            for pair in self._tied(record):
                shared[pair].append(record)
        return shared

    def _tied(self, record: Record) -> Iterator[Pair]:
        """The pairs that a record ties: all, or each with the lead; not two sites, nor who has an agreement on it."""
        members = {m.organisation: m for m in record.members}
        pairs: Iterable[Pair] = combinations(members, 2)
        if len(members) > self.rules.star_above:
            lead = self._lead(record)
            pairs = ((min(lead, one), max(lead, one)) for one in members if one != lead)
        for one, other in pairs:
            apart = not self.options.sites and self._is_site(members[one]) and self._is_site(members[other])
            if not apart and (record.entity, one, other) not in self._agreed:
                yield one, other

    def _is_site(self, member: Member) -> bool:
        return all(part.role in self.rules.sites for part in member.parts)

    def _lead(self, record: Record) -> int:
        """The member with the first of the leading roles that the record has, else with the weightiest role."""
        ranks = {role: rank for rank, role in enumerate(self.rules.leads)}

        def place(member: Member) -> tuple[int, float, int]:
            rank = min(ranks.get(part.role, len(ranks)) for part in member.parts)
            return rank, -self.rules.roles[self.best(member).role], member.organisation

        return min(record.members, key=place).organisation

    def best(self, member: Member) -> Part:
        """The role by which a member counts: its weightiest in the record."""
        return max(member.parts, key=lambda part: (self.rules.roles[part.role], -part.stated_by))

    def last_active(self, record: Record) -> int | None:
        """The year in which a record was last active, as seen from the projection's year; None if nothing says it."""
        return None if record.year is None else min(record.year, self.year)

    def fading(self, record: Record) -> float:
        """What is left of a record after the years since it was last active."""
        last = self.last_active(record)
        if self.options.half_life is None or last is None:
            return 1.0
        faded: float = 2.0 ** ((last - self.year) / self.options.half_life)
        return round(faded, 12)  # a machine's last digits are its own

    def _contribution(self, record: Record, pair: Pair) -> Contribution:
        members = {m.organisation: m for m in record.members}
        parts = (self.best(members[pair[0]]), self.best(members[pair[1]]))
        roles = sqrt(self.rules.roles[parts[0].role] * self.rules.roles[parts[1].role])
        fading = self.fading(record)
        weight = record.kind.weight * roles * fading / (len(members) - 1)
        return Contribution(record, parts, len(members), len(members) > self.rules.star_above, fading, weight)
