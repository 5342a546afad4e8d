"""``/introductions``: how one organisation is led to another, with the records of each hop, or why there is no way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import limits, reading
from api.flatten import Cell
from api.insights import networks
from api.insights.introductions import WORDING
from api.insights.options import grade_text
from api.reading import Reader
from api.web import ties
from api.web.asking import FORMAT, Changes, Query
from api.web.chosen import Names, choice
from api.web.drawings import path_drawing
from api.web.files import csv_file
from api.web.site import Site
from api.web.ties import Shown
from kg.network.introductions import (
    Asked,
    Chain,
    Hop,
    IntroductionRules,
    Introductions,
    introductions,
    read_introduction_rules,
)
from kg.network.network import Network
from kg.network.partners import Partner, partners
from kg.network.projection import Options, Projection

ENDS = ("from", "to")
PARAMETERS = (*ENDS, "hops", "exclude", "since", "grade", FORMAT)
_ASKED = {"from": "Who wants to be led", "to": "Where to", "exclude": "Not by way of"}
NEAREST = 8
"""Partners of the goal that are named where nobody leads to it."""


@dataclass(frozen=True)
class HopShown:
    """A tie of a chain with its records, newest first."""

    hop: Hop
    records: Sequence[Shown]


@dataclass(frozen=True)
class Offer:
    """Another question that has an answer: in words, its address, and how many ties its shortest chain has.

    ``hint`` says which ties are used, if that is not the usual.
    """

    words: str
    href: str
    hops: int
    hint: str


@dataclass(frozen=True)
class Sought:
    """What was asked, and the network in which an answer is sought."""

    network: Network
    rules: IntroductionRules
    start: int
    goal: int
    asked: Asked
    options: Options

    def found(self, asked: Asked | None = None, options: Options | None = None) -> Introductions:
        """The answer, or that to another question of the same two."""
        return introductions(self.network, self.start, self.goal, asked or self.asked, options or self.options)

    @property
    def projection(self) -> Projection:
        """Where it is sought."""
        return self.network.projection(self.options)


def routes(site: Site) -> list[Route]:
    """The address of this page."""

    async def page(request: Request) -> Response:
        return await site.answer(request, lambda asked, reader: _page(site, asked, reader))

    return [Route("/introductions", page)]


def _page(site: Site, request: Request, reader: Reader) -> Response:
    asked = site.asked(request, reader)
    network = networks.rooms(asked).network
    rules = read_introduction_rules(reader.schema, network.constants)
    query = Query(request, PARAMETERS, {"hops": str(rules.hops), "grade": rules.grade})
    names = Names(asked, query)
    ends = [names.one(name) for name in ENDS]
    excluded = names.many("exclude")
    hops, since = query.count("hops", rules.most_hops), query.year("since")
    options = network.options(grade=query.choice("grade", tuple(network.rules.grades)))
    if names.unclear:
        return choice(site, request, reader, query, names, _ASKED)
    if tidied := query.tidied():
        return tidied
    form = {
        "values": {name: "" if end is None else names.typed(end) for name, end in zip(ENDS, ends, strict=True)},
        "excluded": [names.typed(one) for one in excluded],
        "hops": hops or rules.hops,
        "most_hops": rules.most_hops,
        "grade": options.grade,
        "grades": [(slug, grade_text(grade)) for slug, grade in network.constants.section("grades").sections()],
        "since": since,
    }
    start, goal = ends
    if start is None or goal is None:
        missing = [_ASKED[name] for name, end in zip(ENDS, ends, strict=True) if end is None] if not query.empty else []
        return site.page(request, reader, "introductions", form=form, answer=None, missing=missing)
    sought = Sought(network, rules, start, goal, Asked(hops, frozenset(excluded), since), options)
    found = _found(asked, sought)
    if query.csv:
        return csv_file(reader, "introduction", _HEADER, _rows(reader, sought, found))
    answer = _told(asked, query, sought, found)
    return site.page(request, reader, "introductions", form=form, answer=answer, missing=[], query=query)


def _found(asked: reading.Request, sought: Sought) -> Introductions:
    asked.spend(len(sought.projection.ties) // limits.ROWS)
    asked.tick()
    return sought.found()


def _told(asked: reading.Request, query: Query, sought: Sought, found: Introductions) -> dict[str, object]:
    chains = [(chain, _hops(sought, chain)) for chain in found.chains]
    asked.tick()
    return {
        "found": found,
        "chains": chains,
        "drawing": path_drawing(sought.network, sought.projection, found.chains) if chains else None,
        "wording": WORDING,
        "offers": [] if chains else sorted(_offers(query, sought), key=lambda offer: offer.hops),
        "nearest": [] if chains else _nearest(sought),
        "firsts": [chain.organisations[1] for chain in found.chains],
    }


def _hops(sought: Sought, chain: Chain) -> list[HopShown]:
    shown = sought.network, sought.projection
    return [HopShown(hop, ties.records(*shown, hop.one, hop.other)) for hop in chain.hops]


# ---------------------------------------------------------------- where there is no way


def _offers(query: Query, sought: Sought) -> Iterator[Offer]:
    """What else may be asked, as far as it leads somewhere."""
    grades = sought.network.constants.section("grades")
    for words, changes, asked, options in _ways(sought):
        found = sought.found(asked, options)
        if found.chains and found.shortest:
            other = options.grade != sought.options.grade
            hint = grade_text(grades.section(options.grade)) if other else ""
            yield Offer(words, query.address(changes), found.shortest, hint)


def _ways(sought: Sought) -> Iterator[tuple[str, Changes, Asked, Options]]:
    """What else may be asked: in words, what changes in the address, and the question."""
    asked, options, most = sought.asked, sought.options, sought.rules.most_hops
    further, hops = replace(asked, hops=most), {"hops": str(most)}
    yield f"up to {most} ties", hops, further, options
    for grade in sought.network.rules.grades:
        if grade != options.grade:
            other = replace(options, grade=grade)
            yield f"ties of grade “{grade}”", {"grade": grade}, asked, other
            yield f"up to {most} ties of grade “{grade}”", {"grade": grade, **hops}, further, other
    if asked.active_since is not None:
        yield "ties of any year", {"since": None}, replace(asked, active_since=None), options
    if asked.exclude:
        yield "nobody left out", {"exclude": None}, replace(asked, exclude=frozenset()), options


def _nearest(sought: Sought) -> list[Partner]:
    """Who is tied to the goal by any record."""
    network = sought.network
    return partners(network, network.projection(network.options()), sought.goal)[:NEAREST]


# ---------------------------------------------------------------- as a table

_HEADER = ("Chain", "Hop", "From", "To", "Record", "Type", "Part of the one", "Part of the other", "When", "Sources")


def _rows(reader: Reader, sought: Sought, found: Introductions) -> Iterator[Sequence[Cell]]:
    label = reader.model.label
    for number, chain in enumerate(found.chains, start=1):
        for place, (one, other) in enumerate(pairwise(chain.organisations), start=1):
            for record in ties.records(sought.network, sought.projection, one, other):
                parts = (", ".join(part.roles) for part in record.parts)
                sources = "; ".join(label(source) for source in record.sources)
                record_of = (label(record.entity), record.kind.label, *parts, record.when, sources)
                yield number, place, label(one), label(other), *record_of
