"""Introductions: how one organisation is led to another, by chains of ties that each have their evidence.

Fewest ties first, then the least sum of 1/weight. Chains differ in their first contact. They are found by levels of
distance from the goal, of which each organisation keeps its cheapest way on: no chain is tried that is not shortest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import fsum
from typing import Any

from kg.errors import UsageError
from kg.network.constants import Section
from kg.network.network import Network
from kg.network.projection import Contribution, Options, Projection
from kg.network.records import ORGANISATION, canonical
from kg.schema import Schema

Ways = dict[int, tuple[float, int]]
"""By organisation what the rest of the chain costs, and who comes next."""

_ISLAND = 6
"""Organisations in a component that a message names."""


@dataclass(frozen=True)
class IntroductionRules:
    """What holds for introductions; see ``data/network.yaml``."""

    grade: str
    hops: int
    most_hops: int
    chains: int
    records: int


@dataclass(frozen=True)
class Asked:
    """What is asked for: ``hops`` at the most, organisations to leave out, and the year that each tie must reach.

    ``hops`` None is what ``network.yaml`` says.
    """

    hops: int | None = None
    exclude: frozenset[int] = frozenset()
    active_since: int | None = None


class Outcome(StrEnum):
    """What a search came to."""

    FOUND = "found"
    ISOLATED = "isolated"
    NO_PATH = "no-path"
    TOO_FAR = "too-far"


@dataclass(frozen=True)
class Hop:
    """A tie of a chain, from ``one`` to ``other``; ``last`` is the year in which it was last active.

    ``contributions`` are its newest records, their parts in the order of the chain; ``records`` says how many it has.
    ``in_house`` is a tie between units of one organisation.
    """

    one: int
    other: int
    weight: float
    records: int
    last: int | None
    in_house: bool
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True)
class Chain:
    """Hops from the start to the goal; ``cost`` is the sum of 1/weight."""

    hops: tuple[Hop, ...]
    cost: float

    @property
    def organisations(self) -> tuple[int, ...]:
        """Everybody in the chain, from the start to the goal."""
        return (self.hops[0].one, *(hop.other for hop in self.hops))


@dataclass(frozen=True)
class Introductions:
    """The answer for ``start`` and ``goal``, each the one that took the place of a merged one.

    ``shortest`` is the number of hops of the shortest chain, longer than allowed or not; ``message`` says what was
    found, or why nothing was.
    """

    start: int
    goal: int
    outcome: Outcome
    chains: tuple[Chain, ...]
    shortest: int | None
    message: str


def read_introduction_rules(_schema: Schema, whole: Section) -> IntroductionRules:
    """The section ``introductions``; raises ``DataError`` for what cannot be used."""
    section = whole.section("introductions")
    section.refuse_others(("grade", "hops", "most_hops", "chains", "records"))
    most = section.number("most_hops", least=1)
    return IntroductionRules(
        grade=section.text("grade", whole.section("grades").keys()),
        hops=int(section.number("hops", least=1, most=most)),
        most_hops=int(most),
        chains=int(section.number("chains", least=1)),
        records=int(section.number("records", least=1)),
    )


def introductions(
    network: Network, start: int, goal: int, asked: Asked | None = None, options: Options | None = None
) -> Introductions:
    """How ``start`` is led to ``goal``; without ``options`` in the projection that ``network.yaml`` names.

    Raises ``UsageError`` if either is no organisation, both are one, either is left out, or too many hops are asked.
    """
    rules, asked = read_introduction_rules(network.model.schema, network.constants), asked or Asked()
    projection = network.projection(options or network.options(grade=rules.grade))
    start, goal = (_organisation(network, entity) for entity in (start, goal))
    exclude = frozenset(canonical(network.model, entity) for entity in asked.exclude)
    most = rules.hops if asked.hops is None else asked.hops
    _refuse(network, (start, goal), exclude, most, rules)
    search = _Search(projection, exclude, asked.active_since)
    ways = search.chains(start, goal, most)[: rules.chains]
    chains = tuple(_chain(network, projection, way, rules.records) for way in ways)
    shortest = len(ways[0]) - 1 if ways else search.distance(start, goal)
    outcome = _outcome(projection, (start, goal), chains, shortest)
    message = _message(network, projection, (start, goal), most, shortest, len(chains))
    return Introductions(start, goal, outcome, chains, shortest, message)


class _Search:
    """The ties that may be used, walked from the goal level by level."""

    def __init__(self, projection: Projection, exclude: Collection[int], active_since: int | None) -> None:
        self._ties = projection.ties
        self._exclude = exclude
        self._since = active_since

    def chains(self, start: int, goal: int, most: int) -> list[tuple[int, ...]]:
        """For each first contact its best chain of up to ``most`` hops, the best first."""
        first = self._costs(start)
        ways: Ways = {goal: (0.0, goal)}
        hops, level = {goal: 0}, {goal}
        for distance in range(1, most):
            near = self._next(level, ways, start) if distance < most - 1 else self._last(first, level, ways)
            ways |= near
            hops |= dict.fromkeys(near, distance)
            level = set(near)
        ranked = sorted((hops[one], cost + ways[one][0], one) for one, cost in first.items() if one in ways)
        return [(start, *_along(one, goal, ways)) for _, _, one in ranked]

    def distance(self, start: int, goal: int) -> int | None:
        """The hops of the shortest chain of any length; None if there is none. Walked from both ends, in turns."""
        near, far = ({start}, {start}), ({goal}, {goal})
        hops = 0
        while near[1] and far[1]:
            near, far = sorted((near, far), key=lambda side: len(side[1]))
            seen, level = near
            level = {other for one in level for other in self._costs(one) if other not in seen}
            hops += 1
            if level & far[0]:
                return hops
            near = (seen | level, level)
        return None

    def _next(self, level: Collection[int], ways: Ways, start: int) -> Ways:
        """Everybody one tie further off than a level, with the cheapest way on."""
        found: Ways = {}
        for one in level:
            rest = ways[one][0]
            for other, cost in self._costs(one).items():
                way = (cost + rest, one)
                if other not in ways and other != start and (other not in found or way < found[other]):
                    found[other] = way
        return found

    def _last(self, first: Collection[int], level: Set[int], ways: Ways) -> Ways:
        """The same for the last level, of which only the first contacts matter."""
        found: Ways = {}
        for one in first:
            if one not in ways:
                ties = self._ties[one]
                on = ((ties[other], other) for other in ties.keys() & level)
                ranked = [(1 / tie["weight"] + ways[other][0], other) for tie, other in on if self._usable(tie)]
                if ranked:
                    found[one] = min(ranked)
        return found

    def _costs(self, one: int) -> dict[int, float]:
        """The cost of each tie that may be used, by the other organisation."""
        ties, exclude = self._ties.get(one, {}), self._exclude
        return {o: 1 / tie["weight"] for o, tie in ties.items() if o not in exclude and self._usable(tie)}

    def _usable(self, tie: Mapping[str, Any]) -> bool:
        """A tie of no weight, by records that ``network.yaml`` gives none, leads nowhere."""
        last = tie["last"]
        return tie["weight"] > 0 and (self._since is None or (last is not None and last >= self._since))


def _along(one: int, goal: int, ways: Ways) -> list[int]:
    found = [one]
    while found[-1] != goal:
        found.append(ways[found[-1]][1])
    return found


def _chain(network: Network, projection: Projection, way: tuple[int, ...], records: int) -> Chain:
    hops = tuple(_hop(network, projection, *pair, records) for pair in pairwise(way))
    return Chain(hops, fsum(1 / hop.weight for hop in hops))


def _hop(network: Network, projection: Projection, one: int, other: int, records: int) -> Hop:
    def newest(found: Contribution) -> tuple[int, float, int]:
        return -(projection.last_active(found.record) or 0), -found.weight, found.record.entity

    tie = projection.ties[one][other]
    shown = sorted(projection.contributions(one, other), key=newest)[:records]
    in_house = network.house(one) == network.house(other)
    return Hop(one, other, tie["weight"], tie["records"], tie["last"], in_house, tuple(shown))


# ---------------------------------------------------------------- what is refused, and what is said


def _organisation(network: Network, entity: int) -> int:
    if network.model.kind(entity).name != ORGANISATION:
        raise UsageError(f"{network.model.ids[entity]} is no organisation. Introductions lead from one to another.")
    return canonical(network.model, entity)


def _refuse(
    network: Network, ends: tuple[int, int], exclude: Collection[int], most: int, rules: IntroductionRules
) -> None:
    labels = [network.model.label(end) for end in ends]
    if ends[0] == ends[1]:
        raise UsageError(f"Both ends are {labels[0]}, which needs no introduction to itself. Name two organisations.")
    for end, label in zip(ends, labels, strict=True):
        if end in exclude:
            raise UsageError(f"{label} is an end of the chain and cannot be excluded. Exclude others.")
    if not 1 <= most <= rules.most_hops:
        raise UsageError(f"A chain of {most} hops cannot be asked for. Ask for 1 to {rules.most_hops}.")


def _outcome(projection: Projection, ends: tuple[int, int], chains: Collection[Chain], shortest: int | None) -> Outcome:
    if chains:
        return Outcome.FOUND
    if not all(projection.ties.get(end) for end in ends):
        return Outcome.ISOLATED
    return Outcome.NO_PATH if shortest is None else Outcome.TOO_FAR


def _message(
    network: Network, projection: Projection, ends: tuple[int, int], most: int, shortest: int | None, found: int
) -> str:
    one, other = (network.model.label(end) for end in ends)
    alone = " and ".join(network.model.label(end) for end in ends if not projection.ties.get(end))
    if found and shortest is not None:
        return f"{one} is led to {other} in {_ties(shortest)}, by {found} first contact{'s'[: found != 1]}."
    if alone:
        return f"{alone}: no tie to anybody on record, so that nobody leads from {one} to {other}."
    if shortest is None:
        islands = filter(None, (_island(network, projection, end) for end in ends))
        return " ".join([f"No chain of ties that may be used leads from {one} to {other}.", *islands])
    return f"The shortest chain from {one} to {other} has {_ties(shortest)}, more than the {most} that are allowed."


def _island(network: Network, projection: Projection, end: int) -> str:
    """What an organisation is tied to in all, if that is little; else nothing."""
    within = {end}
    todo = [end]
    while todo and len(within) <= _ISLAND:
        found = projection.ties.get(todo.pop(), {}).keys() - within
        within |= found
        todo += sorted(found)
    if len(within) > _ISLAND:
        return ""
    others = ", ".join(network.model.label(one) for one in sorted(within - {end}))
    return f"{network.model.label(end)} is tied, directly or through them, to nobody but {others}."


def _ties(number: int) -> str:
    return f"{number} tie{'s'[: number != 1]}"
