"""What organisations can do on record: the share of a need that each has, likeness to another, and what is new.

A need is values by dimension. A showing (one record of one organisation) answers it by the mean over the dimensions of
the closest value; the rest that only other records show counts in part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import fsum, log, sqrt

from kg.network.fit_rules import FitRules
from kg.network.traits import Near, Showing, Trait
from kg.terms import Value

Need = Mapping[str, tuple[Value, ...]]
"""By dimension the wanted values, any of which will do."""


@dataclass(frozen=True)
class Match:
    """What answers one dimension of a need: the value on record, how close it is (0 to 1), and the newest entity."""

    dimension: str
    wanted: Value
    found: Value
    closeness: float
    entity: int


class Capability:
    """The showings of all organisations, by trait."""

    def __init__(self, rules: FitRules, showings: Iterable[Showing], near: Mapping[str, Near]) -> None:
        self._rules = rules
        self._near = near
        self._by_trait: dict[Trait, list[Showing]] = defaultdict(list)
        self._traits: dict[int, set[Trait]] = defaultdict(set)
        self._entities: dict[int, list[Showing]] = defaultdict(list)
        for showing in showings:
            self._entities[showing.organisation].append(showing)
            for trait in showing.traits:
                self._by_trait[trait].append(showing)
                self._traits[showing.organisation].add(trait)

    def prepare(self) -> None:
        """Work out now what is else worked out when somebody first asks for it."""
        self.likeness(next(iter(self._norms), 0))

    def known(self, organisation: int, need: Need) -> bool:
        """Whether anything is on record of an organisation in a dimension of the need, or of those compared."""
        wanted = need or self._rules.alike
        return any(dimension in wanted for dimension, _ in self._traits.get(organisation, ()))

    def traits(self, organisation: int) -> frozenset[Trait]:
        """All that is on record of an organisation."""
        return frozenset(self._traits.get(organisation, ()))

    # ---------------------------------------------------------------- a need

    def shares(self, need: Need) -> dict[int, float]:
        """The share of a need, 0 to 1, of everybody who has any of it on record."""
        best: dict[int, dict[str, float]] = defaultdict(dict)
        joint: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
        for dimension, value, closeness in self._wanted(need):
            for showing in self._by_trait.get((dimension, value), ()):
                for kept in (best[showing.organisation], joint[showing.organisation, showing.entity]):
                    if closeness > kept.get(dimension, 0.0):
                        kept[dimension] = closeness
        together: dict[int, float] = defaultdict(float)
        for (organisation, _), found in joint.items():
            together[organisation] = max(together[organisation], sum(found.values()))
        apart = self._rules.apart
        return {
            organisation: (together[organisation] + apart * (sum(found.values()) - together[organisation])) / len(need)
            for organisation, found in best.items()
        }

    def matches(self, organisation: int, need: Need) -> list[Match]:
        """What of a need an organisation has on record: the record that answers most of it first, then the rest."""
        wanted = self._by_want(need)
        per_showing = []
        for showing in self._entities.get(organisation, ()):
            found: dict[str, Match] = {}
            for trait in sorted(showing.traits & wanted.keys(), key=str):
                want, closeness = wanted[trait]
                kept = found.get(trait[0])
                if kept is None or closeness > kept.closeness:
                    found[trait[0]] = Match(trait[0], want, trait[1], closeness, showing.entity)
            if found:
                per_showing.append((sum(m.closeness for m in found.values()), showing.entity, found))
        per_showing.sort(key=lambda row: (-row[0], row[1]))
        best: dict[str, Match] = {}
        for _, _, found in per_showing:
            for dimension, match in found.items():
                if dimension not in best or match.closeness > best[dimension].closeness:
                    best[dimension] = match
        return sorted(best.values(), key=lambda match: list(need).index(match.dimension))

    def _by_want(self, need: Need) -> dict[Trait, tuple[Value, float]]:
        """Each value that answers the need, with the wanted value that it answers best and how well."""
        found: dict[Trait, tuple[Value, float]] = {}
        for dimension, values in need.items():
            for wanted in values:
                for value, closeness in self._near[dimension].near(wanted).items():
                    if closeness > found.get((dimension, value), (wanted, 0.0))[1]:
                        found[dimension, value] = (wanted, closeness)
        return found

    def _wanted(self, need: Need) -> Iterable[tuple[str, Value, float]]:
        return ((d, value, closeness) for (d, value), (_, closeness) in self._by_want(need).items())

    # ---------------------------------------------------------------- likeness

    @cached_property
    def _compared(self) -> Mapping[int, frozenset[Trait]]:
        alike = set(self._rules.alike)
        found = {o: frozenset(trait for trait in traits if trait[0] in alike) for o, traits in self._traits.items()}
        return {o: traits for o, traits in found.items() if traits}

    @cached_property
    def _holders(self) -> Mapping[Trait, tuple[int, ...]]:
        found: dict[Trait, list[int]] = defaultdict(list)
        for organisation, traits in self._compared.items():
            for trait in traits:
                found[trait].append(organisation)
        return {trait: tuple(holders) for trait, holders in found.items()}

    @cached_property
    def _rarity(self) -> Mapping[Trait, float]:
        """What few have tells more than what all have (inverse document frequency)."""
        every = len(self._compared)
        return {trait: log((1 + every) / (1 + len(found))) for trait, found in self._holders.items()}

    @cached_property
    def _norms(self) -> Mapping[int, float]:
        return {o: sqrt(fsum(self._rarity[t] ** 2 for t in traits)) for o, traits in self._compared.items()}

    def likeness(self, organisation: int) -> dict[int, float]:
        """The cosine, 0 to 1, with everybody who works on some of the same, what few have counting most."""
        sums: dict[int, float] = defaultdict(float)
        for trait in sorted(self._compared.get(organisation, ()), key=str):
            squared = self._rarity[trait] ** 2
            for other in self._holders[trait]:
                sums[other] += squared
        sums.pop(organisation, None)
        norm = self._norms.get(organisation, 0.0)
        return {o: min(1.0, found / (norm * self._norms[o])) for o, found in sums.items() if found and norm}

    def alike(self, one: int, other: int, first: int = 5) -> list[Trait]:
        """What two organisations both work on, what few have first."""
        both = self._compared.get(one, frozenset()) & self._compared.get(other, frozenset())
        return sorted(both, key=lambda trait: (-self._rarity[trait], str(trait)))[:first]

    # ---------------------------------------------------------------- what is new

    def novelty(self, organisation: int, others: Iterable[int]) -> dict[int, float]:
        """The share, 0 to 1, of what each of some others works on that this one does not."""
        nothing: frozenset[Trait] = frozenset()
        ours = self._compared.get(organisation, nothing)
        known = ((other, theirs) for other in others if (theirs := self._compared.get(other, nothing)))
        return {other: 1.0 - len(ours & theirs) / len(theirs) for other, theirs in known}

    def new(self, organisation: int, other: int, first: int = 5) -> list[Trait]:
        """What the other works on and this one does not, what few have first."""
        lacking = self._compared.get(other, frozenset()) - self._compared.get(organisation, frozenset())
        return sorted(lacking, key=lambda trait: (-self._rarity[trait], str(trait)))[:first]

    def counts(self) -> Counter[str]:
        """By dimension the number of organisations with something on record."""
        return Counter(d for traits in self._traits.values() for d in {dimension for dimension, _ in traits})
