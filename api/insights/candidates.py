"""Who would suit an organisation: a page of the ranking, each row with its evidence, also in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from api import limits
from api.insights import networks, options
from api.insights.dimensions import bounded, traits
from api.insights.introductions import Linked
from api.insights.naming import Named, of_field
from api.once import once
from api.ranked import Ranked
from api.reading import Request
from kg.network.fit import Bar, Groups, Ranking, Row
from kg.network.fit_question import Question
from kg.network.fit_rules import LIKELY
from kg.network.introductions import introductions, read_introduction_rules
from kg.network.records import ORGANISATION
from kg.network.traits import Trait

Given = Mapping[str, Any]

TYPE, COUNTRY = "type", "country"
"""What past ties of organisations are compared by."""
NAMED = 3
"""Names that a sentence has."""


@dataclass(frozen=True)
class Pair:
    """Two groups of organisations, and how often they are tied."""

    one: Named
    other: Named
    seen: int
    expected: float


class Candidate:
    """An organisation of a ranking; its row is worked out when it is looked at."""

    def __init__(self, request: Request, ranking: Ranking, organisation: int) -> None:
        self.organisation = organisation
        self._request = request
        self._ranking = ranking

    @once
    def row(self) -> Row:
        """What the ranking says of it."""
        self._request.tick()
        return self._ranking.row(self.organisation)

    @property
    def score(self) -> float:
        """Its fit."""
        return self._ranking.score(self.organisation)

    def pair(self, name: str) -> Pair | None:
        """The groups of the two by a field of organisations, ``TYPE`` or ``COUNTRY``."""
        found: Groups | None = self.row.kinds if name == TYPE else self.row.countries
        if found is None:
            return None
        field = self._request.schema.types[ORGANISATION].fields[name]
        one, other = (of_field(self._request, field, slug) for slug in (found.one, found.other))
        return Pair(one, other, found.seen, found.expected)

    def named(self, trait: Trait) -> Named:
        """A value of a dimension."""
        dimension, value = trait
        return of_field(self._request, networks.rooms(self._request).fit.rules.slots[dimension], value)

    @property
    def chain(self) -> Linked | None:
        """The shortest chain to it, if there is one."""
        network = networks.rooms(self._request).network
        chosen = network.options(grade=read_introduction_rules(self._request.schema, network.constants).grade)
        projection = networks.drawn(self._request, chosen)
        found = introductions(network, self._ranking.question.organisation, self.organisation, options=chosen)
        return Linked(projection, found.chains[0]) if found.chains else None

    # ---------------------------------------------------------------- in words

    def words(self, bar: Bar) -> str:
        """What a bar rests on, in a sentence."""
        if not bar.known:
            return "No data."
        return _WORDS[bar.component](self)

    def _proximity(self) -> str:
        shared = self.row.shared
        if not shared:
            return "No shared partner."
        labels = [self._request.model.label(one.organisation) for one in shared]
        return f"{_counted(len(labels), 'shared partner')}: {_listed(labels)}."

    def _role(self) -> str:
        return self._tied(TYPE)

    def _geography(self) -> str:
        if self.row.wished is None:
            return self._tied(COUNTRY)
        return f"{'In' if self.row.wished else 'Outside'} the regions asked for."

    def _tied(self, name: str) -> str:
        pair = self.pair(name)
        if pair is None:
            return "No data."
        groups = f"{pair.one.label} with {pair.other.label}"
        return f"{groups}: {_counted(pair.seen, 'past tie')}, where {pair.expected:.1f} were to be expected."

    def _capability(self) -> str:
        if self._ranking.question.need:
            met = [self.named((match.dimension, match.found)).label for match in self.row.matches]
            asked = _counted(len(self._ranking.question.need), "dimension")
            return (
                f"Has {len(met)} of {asked} asked for on record: {_listed(met)}." if met else "Has nothing of the need."
            )
        alike = [self.named(trait).label for trait in self.row.alike]
        return f"Both work on {_listed(alike)}." if alike else "Nothing on record that both work on."

    def _activity(self) -> str:
        last = "" if self.row.last is None else f", last active in {self.row.last}"
        return f"{_counted(self.row.partners, 'partner')}{last}."


_WORDS: Mapping[str, Callable[[Candidate], str]] = {
    "proximity": Candidate._proximity,
    "role": Candidate._role,
    "geography": Candidate._geography,
    "capability": Candidate._capability,
    "activity": Candidate._activity,
}


class Candidates(Ranked[Candidate]):
    """A window on a ranking."""

    def __init__(self, request: Request, given: Given) -> None:
        rooms = networks.rooms(request)
        self.ranking = rooms.fit.ask(_question(request, given))
        request.spend(len(self.ranking) // limits.ROWS)
        request.tick()
        where, ids = given.get("where"), request.model.ids
        found = networks.fitting(request, self.ranking.organisations, where, lambda organisation: organisation)
        rows = [Candidate(request, self.ranking, organisation) for organisation in found]
        super().__init__(
            request,
            ["partners", _place(self.ranking.question), where],
            rows,
            lambda r: (r.score, ids[r.organisation]),
            given,
        )


def _question(request: Request, given: Given) -> Question:
    def organisations(name: str) -> Iterable[int]:
        bounded(name, given.get(name) or ())
        return (networks.organisation(request, text) for text in given.get(name) or ())

    return Question(
        organisation=networks.organisation(request, given["for"]),
        need=traits(request, networks.rooms(request).fit.rules.slots, given.get("need")),
        order=given.get("order") or LIKELY,
        regions=tuple(given.get("regions") or ()),
        exclude=frozenset(organisations("exclude")),
        active_since=options.year("activeSince", given),
        competitors=tuple(organisations("competitors")),
    )


def _place(question: Question) -> list[Any]:
    """What tells one ranking from another, for cursors."""
    return [sorted(value) if isinstance(value, frozenset) else value for value in astuple(question)]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s'[: count != 1]}"


def _listed(labels: list[str]) -> str:
    """The first of some names, and how many more there are."""
    more = len(labels) - NAMED
    return ", ".join(labels[:NAMED]) + (f" and {more} more" if more > 0 else "")
