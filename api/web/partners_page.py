"""``/partners``: who would suit an organisation as a partner, each with five bars that open to their evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import reading
from api.flatten import Cell
from api.insights import networks
from api.insights.candidates import Candidate
from api.insights.naming import of_field
from api.reading import Reader
from api.web import needs
from api.web.asking import FORMAT, PAGE, Query
from api.web.chosen import Names, choice
from api.web.files import csv_file
from api.web.needs import Lists
from api.web.site import Site
from kg.network.capability import Need
from kg.network.fit import Ranking
from kg.network.fit_question import REGIONS, Question, countries_of
from kg.network.fit_rules import COMPONENTS, LIKELY, ORDERS, FitRules

SIZE = 10
"""Candidates of a page."""
PARAMETERS = ("for", "order", "exclude", "since", "competitor", "region", "only", PAGE, FORMAT)
"""What may be asked beside the dimensions of a need."""
_ASKED = {"for": "Who looks for a partner", "exclude": "Leave out", "competitor": "Competitor"}
_ORDERS = {
    "likely": "Likely: all five parts count, so that busy organisations stand high.",
    "non-obvious": "Non-obvious: how busy somebody is does not count, so that the less known come up.",
}
_PARTS = {
    "proximity": "Shared partners; those with few ties of their own count most.",
    "role": "How much oftener organisations of these two kinds are tied than chance would have it.",
    "geography": "The same for their two countries; or, if you name a region, whether it lies there.",
    "capability": "How much of the need it has on record; without a need, how alike the work of both is.",
    "activity": "How many partners it has, and how lately it was active.",
}


@dataclass(frozen=True)
class Wanted:
    """What is asked: the question of partner fit, and whether only those in its regions are shown."""

    question: Question
    only: bool


def routes(site: Site) -> list[Route]:
    """The address of this page."""

    async def page(request: Request) -> Response:
        return await site.answer(request, lambda asked, reader: _page(site, asked, reader))

    return [Route("/partners", page)]


def _page(site: Site, request: Request, reader: Reader) -> Response:
    asked = site.asked(request, reader)
    rules = networks.rooms(asked).fit.rules
    query = Query(request, (*PARAMETERS, *rules.slots), {"order": LIKELY, PAGE: "1"})
    names = Names(asked, query)
    one = names.one("for")
    wanted = _wanted(asked, rules, query, names, one)
    if names.unclear:
        kinds = {name: slot.label.capitalize() for name, slot in rules.slots.items()}
        return choice(site, request, reader, query, names, kinds | _ASKED)
    if tidied := query.tidied():
        return tidied
    form = _form(asked, rules, wanted, names, one)
    if one is None:
        return site.page(request, reader, "partners", form=form, query=query, missing=not query.empty, answer=None)
    ranking = networks.rooms(asked).fit.ask(wanted.question)
    found = _found(asked, ranking, wanted)
    if query.csv:
        return csv_file(reader, "partners", _header(), _rows(reader, found))
    answer = _answer(asked, query, ranking, found)
    return site.page(request, reader, "partners", form=form, query=query, missing=False, answer=answer)


def _wanted(asked: reading.Request, rules: FitRules, query: Query, names: Names, one: int | None) -> Wanted:
    question = Question(
        organisation=-1 if one is None else one,
        need=needs.read(asked.model, rules, query, names),
        order=query.choice("order", tuple(ORDERS)),
        regions=tuple(query.many("region")),
        exclude=frozenset(names.many("exclude")),
        active_since=query.year("since"),
        competitors=names.many("competitor"),
    )
    return Wanted(question, query.flag("only"))


def _form(asked: reading.Request, rules: FitRules, wanted: Wanted, names: Names, one: int | None) -> Mapping[str, Any]:
    question, lists = wanted.question, asked.reader.once(Lists)
    return {
        "one": "" if one is None else names.typed(one),
        "dimensions": list(needs.inputs(asked.model, rules, lists, question.need, names.typed)),
        "orders": _ORDERS,
        "order": question.order,
        "regions": question.regions,
        "all_regions": lists.of(REGIONS),
        "only": wanted.only,
        "excluded": [names.typed(entity) for entity in sorted(question.exclude)],
        "competitors": [names.typed(entity) for entity in question.competitors],
        "since": question.active_since,
    }


def _found(asked: reading.Request, ranking: Ranking, wanted: Wanted) -> Sequence[Candidate]:
    """The candidates, the best first; only those in the regions if that is asked."""
    asked.spend(len(ranking))
    organisations, regions = ranking.organisations, wanted.question.regions
    if wanted.only and regions:
        group = networks.rooms(asked).fit.components.countries.group
        countries = countries_of(asked.model, regions)
        organisations = [one for one in organisations if group(one) in countries]
    return [Candidate(asked, ranking, one) for one in organisations]


def _answer(asked: reading.Request, query: Query, ranking: Ranking, found: Sequence[Candidate]) -> Mapping[str, Any]:
    pages = max(1, -(-len(found) // SIZE))
    page = min(query.page, pages)
    start = (page - 1) * SIZE
    slots = networks.rooms(asked).fit.rules.slots
    return {
        "one": ranking.question.organisation,
        "competitors": ranking.question.competitors,
        "message": ranking.message,
        "need": _said(asked, ranking.question.need),
        "rows": list(enumerate(found[start : start + SIZE], start=start + 1)),
        "total": len(found),
        "all": len(ranking),
        "page": page,
        "pages": pages,
        "to": lambda number: query.address({PAGE: str(number)}),
        "parts": {name: _PARTS[name] for name in COMPONENTS},
        "slots": slots,
        "cuts": asked.reader.release.backtest().get("cuts", ()),
    }


def _said(asked: reading.Request, need: Need) -> Mapping[str, Sequence[str]]:
    slots = networks.rooms(asked).fit.rules.slots
    return {slots[n].label: [of_field(asked, slots[n], value).label for value in values] for n, values in need.items()}


# ---------------------------------------------------------------- as a table


def _header() -> list[str]:
    bars = [heading for name in COMPONENTS for heading in (name.capitalize(), f"{name.capitalize()}: evidence")]
    return ["Place", "Organisation", "Percentile", "Fit", *bars, "Without data", "Already tied to", "Records"]


def _rows(reader: Reader, found: Sequence[Candidate]) -> Iterator[Sequence[Cell]]:
    label = reader.model.label

    def listed(entities: Sequence[int]) -> str:
        return "; ".join(map(label, entities))

    for place, candidate in enumerate(found, start=1):
        row = candidate.row
        bars = [cell for bar in row.bars for cell in (round(bar.adds, 3), candidate.words(bar))]
        told = (", ".join(row.missing), listed(row.tied_to), listed(row.records))
        yield [place, label(row.organisation), round(row.percentile, 1), round(row.fit, 3), *bars, *told]
