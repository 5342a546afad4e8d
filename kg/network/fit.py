"""Partner fit: who would suit an organisation, ranked by five components that each show their evidence.

``fit(i -> j | need) = sum of beta x component``, no beta below 0. Hard filters come first: who is a partner already, of
the same house, excluded, or has nothing on record since a year. Without a need, capability is how alike both are in
what they work on. Nothing is learned per request, so a row can be reckoned by hand from its bars.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul

from kg.network.capability import Match
from kg.network.components import Components
from kg.network.fit_question import Question, checked, countries_of
from kg.network.fit_rules import COMPONENTS, ORDERS
from kg.network.lifts import Lifts
from kg.network.network import Network
from kg.network.records import Record
from kg.network.scene import scene_of
from kg.network.traits import Trait

RECORDS = 5
"""Records that a row shows at the most."""
_DIGITS = 9
"""Digits to which scores are told apart, so that the last bits of a sum decide no order."""


@dataclass(frozen=True)
class Bar:
    """One component of a row: its ``value``, what it adds to the fit (``beta`` x value), and its ``length``, 0 to 1,
    between the least and the most of all candidates. ``known`` is false where there were no data: the value is 0 then.
    """

    component: str
    value: float
    beta: float
    length: float
    known: bool

    @property
    def adds(self) -> float:
        """What the component adds to the fit."""
        return self.beta * self.value


@dataclass(frozen=True)
class Shared:
    """A shared partner, and what it adds to Adamic-Adar."""

    organisation: int
    adds: float


@dataclass(frozen=True)
class Groups:
    """A pair of kinds or countries, how many past ties it has, and how many were to be expected."""

    one: str
    other: str
    seen: int
    expected: float


@dataclass(frozen=True)
class Row:
    """One candidate. ``percentile`` is the share of the other candidates with a lower fit, in percent.

    ``shared`` partners, ``kinds``, ``countries``, ``wished`` (whether in a wished region, None without a wish or a
    country), ``matches`` of the need, what both are ``alike`` in, what would be ``new``, the number of ``partners`` and
    the year ``last`` active are the evidence of the bars; ``records`` are entities to open, what answers the need
    first. ``missing`` names the components without data, ``tied_to`` the named competitors that are partners.
    """

    organisation: int
    fit: float
    percentile: float
    bars: tuple[Bar, ...]
    shared: tuple[Shared, ...]
    kinds: Groups | None
    countries: Groups | None
    wished: bool | None
    matches: tuple[Match, ...]
    alike: tuple[Trait, ...]
    new: tuple[Trait, ...]
    partners: int
    last: int | None
    records: tuple[int, ...]
    missing: tuple[str, ...]
    tied_to: tuple[int, ...]


class PartnerFit:
    """Partner fit over a release's network: made once, asked often, safe to use from many threads."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.components = Components(scene_of(network))
        self.rules = self.components.scene.fit
        self.components.prepare()
        self.records = _by_organisation(self.components.scene.records)

    def ask(self, question: Question) -> Ranking:
        """The ranking; raises ``UsageError`` or ``NotFoundError`` for what there is not."""
        return Ranking(self, checked(self.network, self.rules, question))


class Ranking:
    """The candidates for one question, the best first; ``rows`` brings the evidence of those that are looked at."""

    def __init__(self, fit: PartnerFit, question: Question) -> None:
        self.question = question
        self._fit = fit
        self._components = fit.components
        self._betas = fit.rules.betas[question.order]
        self._wished = countries_of(fit.network.model, question.regions)
        others = list(self._candidates())
        self._columns = list(self._worked_out(others))
        self._places = {other: place for place, other in enumerate(others)}
        betas = [self._betas.get(name, 0.0) for name in COMPONENTS]
        sums: Iterator[float] = (sum(map(mul, betas, values)) for values in zip(*self._columns, strict=True))
        self._scores: dict[int, float] = {o: round(found, _DIGITS) for o, found in zip(others, sums, strict=True)}
        self.organisations: Sequence[int] = sorted(others, key=lambda other: (-self._scores[other], other))

    def __len__(self) -> int:
        return len(self.organisations)

    def rows(self, start: int = 0, stop: int | None = None) -> list[Row]:
        """The rows from one place to before another, counted from 0."""
        return [self.row(other) for other in self.organisations[start:stop]]

    def score(self, organisation: int) -> float:
        """The fit of a candidate."""
        return self._scores[organisation]

    @property
    def message(self) -> str:
        """What the ranking rests on, in a sentence."""
        model, question = self._fit.network.model, self.question
        name = model.label(question.organisation)
        if not self.organisations:
            return f"Nobody is left: all who are on record are partners of {name} already, of its house, or left out."
        alone = "" if self._components.ties.get(question.organisation) else f"{name} has no partner on record. "
        capability = (
            "capability is what they have of the need"
            if question.need
            else f"no need is stated, so capability is how alike their work is to that of {name}"
        )
        return f"{alone}{len(self):,} organisations; {capability}."

    # ---------------------------------------------------------------- scores

    def _candidates(self) -> Iterator[int]:
        scene, one = self._components.scene, self.question.organisation
        house, partners = scene.house(one), self._components.ties.get(one, {})
        since, last = self.question.active_since, self._components.last
        for other in self._components.organisations:
            if other in partners or other in self.question.exclude or scene.house(other) == house:
                continue
            if since is None or last.get(other, since - 1) >= since:
                yield other

    def _worked_out(self, others: Sequence[int]) -> Iterator[list[float]]:
        """The values of each component for all candidates, in the order of ``COMPONENTS``."""
        question, components = self.question, self._components
        near = components.proximity.of(question.organisation)
        able = components.capability(question.organisation, question.need)
        yield [near.get(other, 0.0) for other in others]
        yield components.kinds.of(question.organisation, others)
        yield self._wishes(others) if question.regions else components.countries.of(question.organisation, others)
        yield [able.get(other, 0.0) for other in others]
        yield [components.activity[other] for other in others]

    def _wishes(self, others: Sequence[int]) -> list[float]:
        """Geography by whether each is where the user wishes."""
        wish, wished = self._fit.rules.wish, self._wished
        countries = map(self._components.countries.group, others)
        return [0.0 if country is None else wish if country in wished else -wish for country in countries]

    @cached_property
    def _ordered(self) -> Sequence[float]:
        return sorted(self._scores.values())

    @cached_property
    def _spans(self) -> Sequence[tuple[float, float]]:
        return [(min(column), max(column)) for column in self._columns]

    # ---------------------------------------------------------------- evidence

    def row(self, other: int) -> Row:
        """The row of a candidate."""
        one, components, need = self.question.organisation, self._components, self.question.need
        matches = tuple(components.capabilities.matches(other, need))
        missing = tuple(self._missing(other))
        found = (column[self._places[other]] for column in self._columns)
        values = zip(COMPONENTS, found, self._spans, strict=True)
        country = components.countries.group(other)
        return Row(
            organisation=other,
            fit=self._scores[other],
            percentile=self._percentile(other),
            bars=tuple(self._bar(name, v, span, missing) for name, v, span in values),
            shared=tuple(Shared(z, adds) for z, adds in components.proximity.shared(one, other)),
            kinds=_groups(components.kinds, one, other),
            countries=_groups(components.countries, one, other),
            wished=country in self._wished if self.question.regions and country else None,
            matches=matches,
            alike=tuple(components.capabilities.alike(one, other)),
            new=tuple(components.capabilities.new(one, other)),
            partners=len(components.ties[other]),
            last=components.last.get(other),
            records=self._records(other, matches),
            missing=missing,
            tied_to=tuple(rival for rival in self.question.competitors if rival in components.ties[other]),
        )

    def _bar(self, name: str, value: float, span: tuple[float, float], missing: Sequence[str]) -> Bar:
        least, most = span
        length = (value - least) / (most - least) if most > least else 0.0
        return Bar(name, value, self._betas.get(name, 0.0), length, name not in missing)

    def _percentile(self, other: int) -> float:
        others = len(self) - 1
        return 100.0 * bisect_left(self._ordered, self._scores[other]) / others if others else 100.0

    def _missing(self, other: int) -> Iterator[str]:
        """The components that had no data of one of the two, in the order of all."""
        one, components = self.question.organisation, self._components
        both, need = (one, other), self.question.need
        placed = (other,) if self.question.regions else both
        able = (other,) if need else both
        had = {
            "proximity": all(components.ties.get(organisation) for organisation in both),
            "role": all(components.kinds.group(organisation) for organisation in both),
            "geography": all(components.countries.group(organisation) for organisation in placed),
            "capability": all(components.capabilities.known(organisation, need) for organisation in able),
            "activity": other in components.last,
        }
        return (name for name in ORDERS[self.question.order] if not had[name])

    def _records(self, other: int, matches: Sequence[Match]) -> tuple[int, ...]:
        newest = (record.entity for record in self._fit.records.get(other, ()))
        return tuple(dict.fromkeys([*(match.entity for match in matches), *newest]))[:RECORDS]


def _groups(lifts: Lifts, one: int, other: int) -> Groups | None:
    a, b = lifts.group(one), lifts.group(other)
    return None if a is None or b is None else Groups(a, b, lifts.seen(a, b), lifts.expected(a, b))


def _by_organisation(records: Sequence[Record]) -> Mapping[int, Sequence[Record]]:
    """The records of each organisation, the newest first."""
    found: dict[int, list[Record]] = {}
    for record in records:
        for member in record.members:
            found.setdefault(member.organisation, []).append(record)
    return {o: sorted(theirs, key=lambda record: (-(record.year or 0), record.entity)) for o, theirs in found.items()}
