"""One honest split: what was known in year T, and which pairs without a tie came to share a record in the years after.

Both organisations are seen in training. Strata are pairs of organisations with about as many partners each, so that
popularity alone tells nothing within one: without that a null method of degrees looks good (Aiyappa and others, arXiv
2405.14985; on easy negatives Li and others, arXiv 2306.10453).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from random import Random

from kg.network.components import NO_NEED, Components
from kg.network.projection import Projection
from kg.network.scene import Scene

EXACT, RATIO = 10, 1.2
"""Up to how many partners a stratum is of that number exactly, and by what ratio wider ones grow."""
PER_STRATUM = 500
"""Pairs without a tie that are drawn from a stratum at most."""

Pair = tuple[int, int]
"""Two organisations by place in ``Split.organisations``, the first one first."""


@dataclass(frozen=True)
class Split:
    """The training state and what came of it. ``positives`` are in order; ``barred`` are pairs that cannot be found.

    ``records`` counts those that the positives rest on: a trial with many members makes many.
    """

    cut: int
    window: int
    components: Components
    organisations: Sequence[int]
    positives: tuple[Pair, ...]
    barred: frozenset[Pair]
    records: int

    def capability(self, organisation: int) -> Mapping[int, float]:
        """The capability of all for an organisation that states no need; kept, as several methods ask for it."""
        if organisation not in self._capability:
            self._capability[organisation] = self.components.capability(organisation, NO_NEED)
        return self._capability[organisation]

    @cached_property
    def _capability(self) -> dict[int, Mapping[int, float]]:
        return {}

    @property
    def candidates(self) -> int:
        """The number of pairs that are judged."""
        count = len(self.organisations)
        return count * (count - 1) // 2 - len(self.barred)

    @cached_property
    def degrees(self) -> Sequence[int]:
        """The number of partners of each organisation in training."""
        return [len(self.components.ties[organisation]) for organisation in self.organisations]

    @cached_property
    def bins(self) -> Sequence[int]:
        """The class of each organisation by its number of partners."""
        return [d if d <= EXACT else EXACT + 1 + int(log(d / (EXACT + 1)) / log(RATIO)) for d in self.degrees]

    def stratum(self, pair: Pair) -> Pair:
        """The two classes of a pair, the lower first."""
        a, b = self.bins[pair[0]], self.bins[pair[1]]
        return (a, b) if a <= b else (b, a)

    @cached_property
    def strata(self) -> Mapping[Pair, Sequence[Pair]]:
        """For each stratum with a positive its negatives, of many a seeded draw."""
        members: dict[int, list[int]] = defaultdict(list)
        for place, found in enumerate(self.bins):
            members[found].append(place)
        wanted = sorted({self.stratum(pair) for pair in self.positives})
        return {s: self._drawn(members[s[0]], members[s[1]], Random(f"{self.cut} {s}")) for s in wanted}

    def _drawn(self, ones: Sequence[int], others: Sequence[int], random: Random) -> list[Pair]:
        if len(ones) * len(others) <= 4 * PER_STRATUM:
            every = {_pair(a, b) for a in ones for b in others if a != b}
            return _thinned(sorted(every - self.barred - self._positive))
        found: dict[Pair, None] = {}
        for _ in range(4 * PER_STRATUM):
            a, b = ones[int(random.random() * len(ones))], others[int(random.random() * len(others))]
            pair = _pair(a, b)
            if a != b and pair not in self.barred and pair not in self._positive:
                found[pair] = None
            if len(found) == PER_STRATUM:
                break
        return list(found)

    @cached_property
    def _positive(self) -> frozenset[Pair]:
        return frozenset(self.positives)

    def negatives(self, count: int, seed: str) -> list[Pair]:
        """Pairs that did not come to share a record, drawn from all candidates."""
        random, every = Random(seed), len(self.organisations)
        found: dict[Pair, None] = {}
        for _ in range(20 * count):
            a, b = int(random.random() * every), int(random.random() * every)
            pair = _pair(a, b)
            if a != b and pair not in self.barred and pair not in self._positive:
                found[pair] = None
            if len(found) == count:
                break
        return list(found)

    def matched(self, each: int, seed: str) -> list[Pair]:
        """For each positive some negatives of its stratum."""
        random = Random(seed)
        found: list[Pair] = []
        for positive in self.positives:
            pool = self.strata[self.stratum(positive)]
            found += [pool[int(random.random() * len(pool))] for _ in range(each if pool else 0)]
        return found


def split_at(scene: Scene, cut: int, window: int) -> Split:
    """Train on what was known in ``cut``, test on what became known in the ``window`` years after it."""
    components = Components(scene.until(cut))
    organisations = components.organisations
    place = {organisation: n for n, organisation in enumerate(organisations)}
    barred = frozenset(_barred(scene, components, place))
    records = scene.between(cut + 1, cut + window)
    later = Projection(scene.rules, records, scene.options(cut + window), cut + window)
    positives = {}
    for a, b in later.graph.edges:
        if a in place and b in place and (pair := _pair(place[a], place[b])) not in barred:
            positives[pair] = [c.record.entity for c in later.contributions(a, b)]
    return Split(
        cut=cut,
        window=window,
        components=components,
        organisations=organisations,
        positives=tuple(sorted(positives)),
        barred=barred,
        records=len({entity for entities in positives.values() for entity in entities}),
    )


def _barred(scene: Scene, components: Components, place: Mapping[int, int]) -> Iterator[Pair]:
    """Pairs with a tie already, and those of one house."""
    for one, other in components.scene.projection.graph.edges:
        yield _pair(place[one], place[other])
    houses: dict[int, list[int]] = defaultdict(list)
    for organisation, n in place.items():
        houses[scene.house(organisation)].append(n)
    for members in houses.values():
        yield from ((a, b) for a in members for b in members if a < b)


def _pair(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)


def _thinned(pairs: list[Pair]) -> list[Pair]:
    """At most as many as are drawn, evenly over the whole list."""
    step = max(1.0, len(pairs) / PER_STRATUM)
    return [pairs[int(n * step)] for n in range(min(len(pairs), PER_STRATUM))]
