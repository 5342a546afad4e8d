"""``/network``: who is tied to whom, as a map and as tables, and ``/network/tie``: what ties two, record by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import limits, reading
from api.etags import known_again
from api.flatten import Cell
from api.insights import networks
from api.insights.introductions import WORDING
from api.insights.ties import Tie
from api.reading import Reader
from api.web import ties
from api.web.asking import FORMAT, Query
from api.web.chosen import Names, choice
from api.web.files import csv_file
from api.web.network_asked import COLOUR, DRAWN, FOCUS, RELEASE, SIZE, VIEW, WITH, Asked, usual
from api.web.network_form import Form, Occurring
from api.web.network_map import Drawn
from api.web.network_tables import Table
from api.web.site import Site
from kg.errors import UsageError
from kg.network.asked import PARAMETERS as OPTIONS
from kg.network.network import Network

LOOK = (COLOUR, SIZE, DRAWN)
"""What the canvas is told beside the filters."""
ENDS: Mapping[str, str] = {"a": "One organisation", "b": "The other"}
FILES = (("csv", "CSV"), ("graphml", "GraphML"), ("gexf", "GEXF"))
"""The formats that the page offers, by their names under ``/dumps``."""


def routes(site: Site) -> list[Route]:
    """The addresses of the map, its data and its ties."""

    async def page(request: Request) -> Response:
        return await site.answer(request, partial(_page, site))

    async def data(request: Request) -> Response:
        return await site.answer(request, partial(_data, site))

    async def tie(request: Request) -> Response:
        return await site.answer(request, partial(_tie, site))

    site.ahead("/network", partial(_page, site))
    site.ahead("/network.json", partial(_data, site))
    return [Route("/network", page), Route("/network.json", data), Route("/network/tie", tie)]


def _asked(asked: reading.Request, request: Request, more: tuple[str, ...]) -> Asked:
    """The question, its cost counted."""
    network = networks.rooms(asked).network
    known = (*OPTIONS, *network.selecting.parameters, *more)
    found = Asked(network, Query(request, known, usual(network)))
    asked.spend(2 * len(network.records) // limits.ROWS)
    asked.tick()
    return found


def _page(site: Site, request: Request, reader: Reader) -> Response:
    asking = site.asked(request, reader)
    asked = _asked(asking, request, VIEW)
    names = Names(asking, asked.query)
    for name in (FOCUS, WITH):
        names.one(name)
    if names.unclear:
        return choice(site, request, reader, asked.query, names, {FOCUS: "Look at", WITH: "and at"})
    if tidied := asked.query.tidied():
        return tidied
    drawn = Drawn(reader, asked)
    table = Table(drawn)
    if asked.query.csv:
        return csv_file(reader, f"network-{table.show}", table.header, table.lines())
    asking.tick()
    form = Form(asked, reader.once(Occurring))
    empty = not drawn.strengths
    return site.page(
        request,
        reader,
        "network",
        query=asked.query,
        asked=asked,
        drawn=drawn,
        table=table,
        rows=table.rows(),
        form=form,
        remedies=list(form.remedies()) if empty else [],
        data=asked.query.address(_only(asked.query, LOOK), "/network.json"),
        tie_address=asked.query.address(dict.fromkeys(VIEW), "/network/tie"),
        other_release=_other_release(asked.query, reader),
        files=FILES,
    )


def _only(query: Query, kept: tuple[str, ...]) -> dict[str, str | None]:
    return {name: query.one(name) if name in kept else None for name in VIEW}


def _other_release(query: Query, reader: Reader) -> str | None:
    """The release that a copied link was made of, if another serves now."""
    made_of = query.one(RELEASE)
    return made_of if made_of != reader.release.id else None


def _data(site: Site, request: Request, reader: Reader) -> Response:
    asked = _asked(site.asked(request, reader), request, LOOK)
    drawn = Drawn(reader, asked)
    release = reader.release.id
    content = orjson.dumps({"release": release, "size": drawn.size, **drawn.json()})
    return known_again(request, Response(content, 200, {"X-ATMP-Release": release}, "application/json"))


def _tie(site: Site, request: Request, reader: Reader) -> Response:
    asking = site.asked(request, reader)
    asked = _asked(asking, request, (*ENDS, FORMAT))
    names = Names(asking, asked.query)
    one, other = (names.one(name) for name in ENDS)
    if names.unclear:
        return choice(site, request, reader, asked.query, names, dict(ENDS))
    if one is None or other is None:
        raise UsageError("A tie has two ends: name them as 'a' and 'b', by slug, id or name.")
    if one == other:
        raise UsageError(f"Both ends are {reader.model.label(one)}. Name two organisations.")
    if tidied := asked.query.tidied():
        return tidied
    one, other = (_standing(asked.network, asked, end) for end in (one, other))
    tied = other in asked.projection.ties.get(one, {})
    tie = Tie(asked.network, asked.projection, one, other) if tied else None
    if asked.query.csv:
        return csv_file(reader, "tie", _HEADER, _lines(reader, tie) if tie else ())
    return site.page(
        request,
        reader,
        "network_tie",
        query=asked.query,
        asked=asked,
        one=one,
        other=other,
        tie=tie,
        wording=WORDING,
        records=ties.records(asked.network, asked.projection, one, other) if tie else [],
        map_address=asked.query.address(
            {"a": None, "b": None, FOCUS: _slug(reader, one), WITH: _slug(reader, other)}, "/network"
        ),
        wider=None if tie else asked.unfiltered(),
    )


def _standing(network: Network, asked: Asked, organisation: int) -> int:
    return networks.stand_in(network, asked.projection, organisation)


def _slug(reader: Reader, organisation: int) -> str:
    return reader.model.ids[organisation].partition("/")[2]


_HEADER = ("record", "type", "weight", "kind weight", "role weight", "fading", "members", "last active")


def _lines(reader: Reader, tie: Tie) -> list[Sequence[Cell]]:
    return [
        (
            reader.model.label(share.contribution.record.entity),
            reader.model.kind(share.contribution.record.entity).label,
            round(share.contribution.weight, 6),
            share.kind_weight,
            round(share.role_weight, 6),
            round(share.contribution.fading, 6),
            share.contribution.members,
            share.last,
        )
        for share in tie.shares
    ]
