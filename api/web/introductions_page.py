"""``/introductions``: how one organisation is led to another, with the records of each hop, or why there is no way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import limits, reading
from api.flatten import Cell
from api.insights import networks
from api.insights.introductions import WORDING
from api.insights.options import grade_choices
from api.reading import Reader
from api.web import ties, wider
from api.web.asking import FORMAT, Query
from api.web.chosen import Names, choice
from api.web.files import csv_file
from api.web.path_drawing import path_drawing
from api.web.site import Site
from api.web.ties import Shown
from api.web.wider import Sought
from kg.network.introductions import Asked, Chain, Hop, Introductions, read_introduction_rules

ENDS = ("from", "to")
PARAMETERS = (*ENDS, "hops", "exclude", "since", "grade", FORMAT)
_ASKED = {"from": "Who wants to be led", "to": "Where to", "exclude": "Not by way of"}


@dataclass(frozen=True)
class HopShown:
    """A tie of a chain with its records, newest first."""

    hop: Hop
    records: Sequence[Shown]


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
        "grades": grade_choices(network.constants),
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
        "offers": [] if chains else wider.offers(asked, query, sought),
        "nearest": [] if chains else wider.nearest(sought),
        "firsts": [chain.organisations[1] for chain in found.chains],
    }


def _hops(sought: Sought, chain: Chain) -> list[HopShown]:
    shown = sought.network, sought.projection
    return [HopShown(hop, ties.records(*shown, hop.one, hop.other)) for hop in chain.hops]


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
