"""Where nobody leads to an organisation: what may be asked more widely so that somebody does, and who is near it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product

from api import reading
from api.insights.options import grade_text
from api.web.asking import Query
from kg.network.introductions import Asked, IntroductionRules, Introductions, introductions
from kg.network.network import Network
from kg.network.partners import Partner, partners
from kg.network.projection import Options, Projection

NEAREST = 8
"""Partners of the goal that are named."""


@dataclass(frozen=True)
class Sought:
    """What was asked, and the network in which an answer is sought."""

    network: Network
    rules: IntroductionRules
    start: int
    goal: int
    asked: Asked
    options: Options

    def found(self) -> Introductions:
        """The answer."""
        return introductions(self.network, self.start, self.goal, self.asked, self.options)

    @property
    def projection(self) -> Projection:
        """Where it is sought."""
        return self.network.projection(self.options)


@dataclass(frozen=True)
class Offer:
    """Another question that has an answer: in words, its address, and how many ties its shortest chain has.

    ``hint`` says which ties are used, if that is not the usual.
    """

    words: str
    href: str
    ties: int
    hint: str


@dataclass(frozen=True)
class _Step:
    """One thing asked more widely: the parameter with its value, and the words ``before`` and ``after`` "ties"."""

    name: str
    value: str | None
    before: str
    after: str
    widen: Callable[[Sought], Sought]


def offers(request: reading.Request, query: Query, sought: Sought) -> list[Offer]:
    """What else may be asked, as far as it leads somewhere: the shortest chains first, then what changes least.

    What changes more is offered only if its chain is shorter.
    """
    found: list[tuple[set[_Step], Offer]] = []
    for steps in _ways(sought):
        request.tick()
        offer = _offer(query, steps, reduce(lambda wide, step: step.widen(wide), steps, sought))
        if offer and not any(less <= set(steps) and other.ties <= offer.ties for less, other in found):
            found.append((set(steps), offer))
    return [offer for _, offer in sorted(found, key=lambda pair: pair[1].ties)]


def nearest(sought: Sought) -> list[Partner]:
    """Who is tied to the goal by any record."""
    network = sought.network
    return partners(network, network.projection(network.options()), sought.goal)[:NEAREST]


def _offer(query: Query, steps: tuple[_Step, ...], wide: Sought) -> Offer | None:
    found = wide.found()
    if not found.chains or found.shortest is None:
        return None
    words = "".join([*(step.before for step in steps), "ties", *(step.after for step in steps)])
    grades = wide.network.constants.section("grades")
    hint = grade_text(grades.section(wide.options.grade)) if any(step.name == "grade" for step in steps) else ""
    return Offer(words, query.address({step.name: step.value for step in steps}), found.shortest, hint)


def _ways(sought: Sought) -> list[tuple[_Step, ...]]:
    """All that may be asked more widely, one thing alone or several at once, the fewest first."""
    by_name: dict[str, list[_Step | None]] = {}
    for step in _steps(sought):
        by_name.setdefault(step.name, [None]).append(step)
    ways = (tuple(step for step in chosen if step) for chosen in product(*by_name.values()))
    return sorted(filter(None, ways), key=len)


def _steps(sought: Sought) -> Iterator[_Step]:
    def using(grade: str) -> Callable[[Sought], Sought]:
        return lambda wide: replace(wide, options=replace(wide.options, grade=grade))

    most = sought.rules.most_hops
    if (sought.asked.hops or sought.rules.hops) < most:
        further = f"up to {most} "
        yield _Step("hops", str(most), further, "", lambda s: replace(s, asked=replace(s.asked, hops=most)))
    for grade in sought.network.rules.grades:
        if grade != sought.options.grade:
            yield _Step("grade", grade, "", f" of grade “{grade}”", using(grade))
    if sought.asked.active_since is not None:
        yield _Step("since", None, "", " of any year", lambda s: replace(s, asked=replace(s.asked, active_since=None)))
    if sought.asked.exclude:
        everybody = " with nobody left out"
        yield _Step("exclude", None, "", everybody, lambda s: replace(s, asked=replace(s.asked, exclude=frozenset())))
