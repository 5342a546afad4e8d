"""``/timeline``: what began when, of an organisation, of two together or of all, as bars and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import limits
from api.flatten import Cell
from api.insights import networks
from api.insights.options import GRADE, grade_choices
from api.reading import Reader
from api.web.asking import FORMAT, Query
from api.web.chosen import Names, choice
from api.web.files import csv_file
from api.web.site import Site
from kg.errors import UsageError
from kg.network.asked import asked, check_years
from kg.network.timeline import Bar, Timeline, TimelineOptions

PARAMETERS = ("organisation", "with", "grade", "since", "until", FORMAT)
_ASKED = {"organisation": "Whose records", "with": "Those shared with"}
HEIGHT, WIDTH, GAP, LEFT, BELOW, ABOVE = 160, 18, 4, 12, 24, 16
"""Of the chart, in its own unit: of the bars, of one bar, between two, and of the room around them."""
_APART = 5
"""Years between two that are named below the bars."""


@dataclass(frozen=True)
class Column:
    """A bar of the chart; ``named`` if its year stands below it."""

    bar: Bar
    x: float
    y: float
    height: float
    named: bool


@dataclass(frozen=True)
class Chart:
    """The bars of all years; ``most`` records began in the busiest."""

    columns: Sequence[Column]
    size: tuple[float, float]
    most: int
    width: float = WIDTH
    top: float = ABOVE
    base: float = ABOVE + HEIGHT


def routes(site: Site) -> list[Route]:
    """The address of this page."""

    async def page(request: Request) -> Response:
        return await site.answer(request, lambda asked, reader: _page(site, asked, reader))

    return [Route("/timeline", page)]


def chart(found: Timeline) -> Chart:
    """The bars of a timeline, with places in the chart's own unit."""
    most = max((len(bar.records) for bar in found.years), default=0)
    columns = []
    for place, bar in enumerate(found.years):
        height = HEIGHT * len(bar.records) / most if most else 0.0
        named = (bar.year or 0) % _APART == 0 or len(found.years) <= _APART
        columns.append(Column(bar, LEFT + place * (WIDTH + GAP), ABOVE + HEIGHT - height, height, named))
    return Chart(columns, (LEFT + max(1, len(columns)) * (WIDTH + GAP) + GAP, ABOVE + HEIGHT + BELOW), most)


def _page(site: Site, request: Request, reader: Reader) -> Response:
    question = site.asked(request, reader)
    rooms = networks.rooms(question)
    query = Query(request, PARAMETERS, {"grade": GRADE})
    names = Names(question, query)
    one, other = names.one("organisation"), names.one("with")
    since, until = query.year("since"), query.year("until")
    check_years(since, until)
    grade = query.choice("grade", tuple(rooms.network.rules.grades))
    if names.unclear:
        return choice(site, request, reader, query, names, _ASKED)
    if one is None and other is not None:
        raise UsageError("'with' was given without 'organisation'. Name both, or 'organisation' alone.")
    if tidied := query.tidied():
        return tidied
    question.spend(len(rooms.network.records) // limits.ROWS)
    question.tick()
    projection = asked(rooms.network, grade)
    options = TimelineOptions(one, other, projection=projection, since=since, until=until)
    found = rooms.timelines.timeline(options)
    if query.csv:
        return csv_file(reader, "timeline", _HEADER, _rows(reader, found))
    shown = {
        "one": one,
        "other": other,
        "typed": ["" if end is None else names.typed(end) for end in (one, other)],
        "since": since,
        "until": until,
        "grade": grade,
        "grades": grade_choices(rooms.network.constants),
        "chart": chart(found),
    }
    return site.page(request, reader, "timeline", found=found, query=query, **shown)


_HEADER = ("Year", "Type", "Record", "New ties of the year")


def _rows(reader: Reader, found: Timeline) -> Iterator[Sequence[Cell]]:
    model = reader.model
    for bar in (*found.years, found.undated):
        for record in bar.records:
            yield bar.year, model.kind(record).label, model.label(record), len(bar.new_ties)
