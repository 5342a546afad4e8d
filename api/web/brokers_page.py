"""``/brokers`` and ``/communities``: who stands between others, and who belongs together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.flatten import Cell
from api.insights import networks
from api.insights.options import GRADE, grade_choices
from api.insights.standing import Group, summary
from api.reading import Reader
from api.web.asking import FORMAT, PAGE, Query
from api.web.chosen import KINDS, Names, choice, kinds
from api.web.files import csv_file
from api.web.needs import Lists, known
from api.web.site import Site
from kg.network.asked import asked
from kg.network.communities import read_community_rules
from kg.network.records import ORGANISATION
from kg.network.standing import Figures, ReleaseNetwork, Standing

SIZE = 50
"""Brokers of a page."""
COMMUNITIES = 10
"""Communities of a page."""
_USUAL = {"grade": GRADE, PAGE: "1"}


def routes(site: Site) -> list[Route]:
    """The addresses of these pages."""

    async def brokers(request: Request) -> Response:
        return await site.answer(request, lambda asked, reader: _brokers(site, asked, reader))

    async def communities(request: Request) -> Response:
        return await site.answer(request, lambda asked, reader: _communities(site, asked, reader))

    return [Route("/brokers", brokers), Route("/communities", communities)]


def _brokers(site: Site, request: Request, reader: Reader) -> Response:
    network = networks.rooms(site.asked(request, reader)).network
    query = Query(request, (*KINDS, "grade", "rollUp", PAGE, FORMAT), _USUAL)
    standing = _standing(network, query)
    wanted = _wanted(reader, query)
    if tidied := query.tidied():
        return tidied
    found = standing.brokers(wanted)
    if query.csv:
        return csv_file(reader, "brokers", _BROKERS, _broker_rows(reader, found))
    fields, lists = reader.schema.types[ORGANISATION].fields, reader.once(Lists)
    filters = [(name, fields[name].label, lists.of(fields[name].scheme or ""), query.one(name)) for name in KINDS]
    shown = _page(query, found, SIZE) | {"filters": filters, "summary": summary, "concepts": kinds(reader)}
    return site.page(request, reader, "brokers", standing=standing, **shown, **_choice(network, query))


def _communities(site: Site, request: Request, reader: Reader) -> Response:
    question = site.asked(request, reader)
    network = networks.rooms(question).network
    query = Query(request, ("organisation", "grade", "rollUp", PAGE, FORMAT), _USUAL)
    names = Names(question, query)
    member, standing = names.one("organisation"), _standing(network, query)
    if names.unclear:
        return choice(site, request, reader, query, names, {"organisation": "Only that of"})
    if tidied := query.tidied():
        return tidied
    rules = read_community_rules(reader.schema, network.constants)
    wanted = [one for one in standing.communities if member is None or member in one.members]
    found = [Group(reader.schema, rules, one) for one in wanted]
    if query.csv:
        return csv_file(reader, "communities", _COMMUNITIES, _community_rows(reader, found))
    shown = _page(query, found, COMMUNITIES) | {"rules": rules, "member": member}
    typed = "" if member is None else names.typed(member)
    return site.page(request, reader, "communities", standing=standing, typed=typed, **shown, **_choice(network, query))


def _standing(network: ReleaseNetwork, query: Query) -> Standing:
    grade = query.choice("grade", tuple(network.rules.grades))
    return network.standing(asked(network, grade, roll_up=query.flag("rollUp")))


def _choice(network: ReleaseNetwork, query: Query) -> dict[str, Any]:
    """What may be chosen of the network, and what is."""
    grades = grade_choices(network.constants)
    return {"grades": grades, "grade": query.one("grade"), "roll_up": query.flag("rollUp"), "query": query}


def _wanted(reader: Reader, query: Query) -> Callable[[int], bool]:
    """Whether an organisation has the values asked for, or narrower ones; raises ``NotFoundError`` for one unknown."""
    model, tests = reader.model, []
    for name in KINDS:
        slug, field = query.one(name), reader.schema.types[ORGANISATION].fields[name]
        if slug is not None:
            vocabulary = reader.schema.vocabularies[field.scheme or ""]
            tests.append((name, vocabulary.descendants(known(reader.schema, field, slug))))
    return lambda organisation: all(model.get(organisation, name) in values for name, values in tests)


def _page(query: Query, found: Sequence[Any], size: int) -> dict[str, Any]:
    """The part of a list that a page shows."""
    pages = max(1, -(-len(found) // size))
    page = min(query.page, pages)
    return {
        "rows": found[(page - 1) * size : page * size],
        "total": len(found),
        "page": page,
        "pages": pages,
        "to": lambda number: query.address({PAGE: str(number)}),
    }


# ---------------------------------------------------------------- as tables

_BROKERS = ("Rank", "Organisation", "What it is", "Betweenness", "Partners", "Apart", "Effective size", "Constraint")
_COMMUNITIES = ("Community", "Size", "Member", "Together", "Records")


def _broker_rows(reader: Reader, found: Sequence[Figures]) -> Iterator[Sequence[Cell]]:
    told = kinds(reader)
    for one in found:
        at, label = one.position, reader.model.label(one.organisation)
        figures = (at.partners, at.apart, at.effective_size, at.constraint)
        yield one.rank, label, told(one.organisation), one.betweenness, *figures


def _community_rows(reader: Reader, found: Sequence[Group]) -> Iterator[Sequence[Cell]]:
    for group in found:
        one = group.found
        for member in one.members:
            yield group.name, len(one.members), reader.model.label(member), one.together, one.records
