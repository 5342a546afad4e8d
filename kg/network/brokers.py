"""Brokers: who stands between others, by betweenness, and how much their partners are tied without them.

Betweenness is Brandes' (J. Math. Sociol. 25, 163, 2001), unweighted; constraint and effective size are Burt's
(Structural Holes, 1992). Nothing here depends on the order in which numbers happen to be added: a release is the same
on every machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from random import Random

import networkx as nx

from kg.network.constants import Section
from kg.network.network import Network
from kg.network.projection import Projection
from kg.schema import Schema


@dataclass(frozen=True)
class BrokerRules:
    """What holds for brokers; see ``data/network.yaml``."""

    exact_up_to: int
    pivots: int
    seed: int
    constraint_from: int


@dataclass(frozen=True)
class Betweenness:
    """By organisation of the largest component the share of shortest chains that run through it, from 0 to 1.

    ``size`` is the component's; ``exact`` is false if it was reckoned from pivots. Nobody is between fewer than three.
    """

    values: Mapping[int, float]
    size: int
    exact: bool


@dataclass(frozen=True)
class Position:
    """How an organisation stands among its partners, its own units apart.

    Of ``partners``, ``apart`` are tied to no other of them (units of one organisation are). ``effective_size`` is the
    number of partners less the mean number of others that each is tied to, None without partners. ``constraint`` is
    Burt's, on the weights: low for who can play off partners that do not meet; None for too few partners.
    """

    partners: int
    apart: int
    effective_size: float | None
    constraint: float | None


def read_broker_rules(_schema: Schema, whole: Section) -> BrokerRules:
    """The section ``brokers``; raises ``DataError`` for what cannot be used."""
    section = whole.section("brokers")
    section.refuse_others(("exact_up_to", "pivots", "seed", "constraint_from"))
    return BrokerRules(
        exact_up_to=int(section.number("exact_up_to", least=1)),
        pivots=int(section.number("pivots", least=1)),
        seed=int(section.number("seed")),
        constraint_from=int(section.number("constraint_from", least=1)),
    )


def largest_component(graph: nx.Graph) -> list[int]:
    """The organisations of the largest component, sorted; of several the one with the first organisation."""
    return sorted(max(nx.connected_components(graph), key=lambda found: (len(found), -min(found)), default=()))


def betweenness(graph: nx.Graph, rules: BrokerRules) -> Betweenness:
    """Betweenness on the largest component, normalised."""
    members = largest_component(graph)
    size = len(members)
    exact = size <= max(rules.exact_up_to, rules.pivots)
    if size < 3:
        return Betweenness({}, size, exact)
    place = {organisation: number for number, organisation in enumerate(members)}
    neighbours = [sorted(place[other] for other in graph[organisation]) for organisation in members]
    pivots = range(size) if exact else sorted(Random(rules.seed).sample(range(size), rules.pivots))
    through = [0.0] * size
    for pivot in pivots:
        _add_dependencies(neighbours, pivot, through)
    scale = size / len(pivots) / ((size - 1) * (size - 2))
    return Betweenness({one: value * scale for one, value in zip(members, through, strict=True)}, size, exact)


def ranks(values: Mapping[int, float]) -> dict[int, int]:
    """The rank of each by its value, the highest first; equal values have the same."""
    found: dict[float, int] = {}
    for rank, value in enumerate(sorted(values.values(), reverse=True), start=1):
        found.setdefault(value, rank)
    return {one: found[value] for one, value in values.items()}


class Positions:
    """The position of any organisation in a projection, reckoned when it is asked for."""

    def __init__(self, network: Network, projection: Projection) -> None:
        self._rules = read_broker_rules(network.model.schema, network.constants)
        self._houses = {one: network.house(one) for one in projection.graph}
        self._ties = projection.ties
        self._outside: dict[int, dict[int, float]] = {}

    def of(self, organisation: int) -> Position:
        """The position of an organisation; one that is not in the projection has no partners."""
        found = self._shares(organisation)
        linked = [len(others) for others in self._linked(found)]
        effective = len(found) - sum(linked) / len(found) if found else None
        constraint = self._constraint(found) if len(found) >= self._rules.constraint_from else None
        return Position(len(found), linked.count(0), effective, constraint)

    def _linked(self, partners: Mapping[int, float]) -> Iterator[set[int]]:
        """For each partner the others that it is tied to or shares a house with."""
        houses: dict[int, set[int]] = defaultdict(set)
        for partner in partners:
            houses[self._houses[partner]].add(partner)
        for partner in partners:
            yield (self._ties[partner].keys() & partners.keys() | houses[self._houses[partner]]) - {partner}

    def _shares(self, organisation: int) -> Mapping[int, float]:
        """The partners with the share of the organisation's weight that each tie has."""
        if organisation not in self._outside:
            house = self._houses.get(organisation)
            found = {
                other: tie["weight"]
                for other, tie in self._ties.get(organisation, {}).items()
                if self._houses[other] != house
            }
            whole = fsum(found.values())
            self._outside[organisation] = {other: weight / whole for other, weight in found.items() if weight}
        return self._outside[organisation]

    def _constraint(self, shares: Mapping[int, float]) -> float:
        """The sum over partners of (share + shares by way of other partners) squared."""
        by_way: dict[int, list[float]] = {partner: [share] for partner, share in shares.items()}
        for between, share in shares.items():
            for partner, further in self._shares(between).items():
                if partner in by_way:
                    by_way[partner].append(share * further)
        return fsum(fsum(found) ** 2 for found in by_way.values())


def positions(network: Network, projection: Projection, organisations: Iterable[int]) -> dict[int, Position]:
    """The positions of many."""
    known = Positions(network, projection)
    return {organisation: known.of(organisation) for organisation in organisations}


def _add_dependencies(neighbours: Sequence[Sequence[int]], pivot: int, through: list[float]) -> None:
    """Add to each node how much of the shortest chains from a pivot runs through it: one round of Brandes."""
    paths, level = [0] * len(neighbours), [-1] * len(neighbours)
    paths[pivot], level[pivot] = 1, 0
    order = [pivot]
    for node in order:  # grows on the way
        after, here = level[node] + 1, paths[node]
        for other in neighbours[node]:
            if level[other] < 0:
                level[other], paths[other] = after, here
                order.append(other)
            elif level[other] == after:
                paths[other] += here
    depends = [0.0] * len(neighbours)
    for node in reversed(order[1:]):
        share, before = (1 + depends[node]) / paths[node], level[node] - 1
        for other in neighbours[node]:
            if level[other] == before:
                depends[other] += paths[other] * share
        through[node] += depends[node]
