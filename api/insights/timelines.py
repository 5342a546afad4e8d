"""What began when, in GraphQL: the field ``timeline``, and the one of a tie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api import limits
from api.definitions import GraphType, ModelField, argument, listing, optional
from api.insights import networks, options
from api.insights.dimensions import Slots, traits
from api.insights.evidence import Evidence
from api.insights.options import ProjectionOptions
from api.insights.ties import Tie
from api.plain import bounded, fact, made
from api.reading import Request
from kg.errors import UsageError
from kg.network.records import ORGANISATION
from kg.network.timeline import Bar, Timeline, TimelineOptions

Given = Mapping[str, Any]


def field(
    evidence: Evidence, projections: ProjectionOptions, timeline: GraphType, about: GraphType, slots: Slots
) -> StrawberryField:
    """The field of the query type; ``about`` is the input of the dimensions in ``slots``."""
    example = evidence.types.schema.types[ORGANISATION].example
    one = f"Only records that this organisation is in, by slug or full id; all if not given. For example `{example}`."
    year = f"{options.YEAR}; that of the data if not given"
    return ModelField(
        "timeline",
        timeline,
        "Products, trials, agreements and programmes by the year in which they began, or ended if only that is known, "
        "and the ties that were new then.",
        lambda _root, request, given: _timeline(request, slots, given),
        [
            argument("organisation", optional(strawberry.ID), one),
            argument("with", optional(strawberry.ID), "Only those that tie it to this one, by slug or full id."),
            argument("about", optional(about), "Only records that show all of this; all if not given."),
            *projections.choice(),
            argument("since", optional(int), f"The first year to list: {year}."),
            argument("until", optional(int), f"The last year to list: {year}."),
        ],
    )


def tie_field(timeline: GraphType) -> ModelField:
    """The timeline of a tie."""
    text = "Its records by the year in which they began; the year of the first is that in which the tie was new."
    return ModelField("timeline", timeline, text, lambda tie, request, _given: _of_tie(request, tie))


def _of_tie(request: Request, tie: Tie) -> Timeline:
    drawn = tie.projection.options
    found = TimelineOptions(tie.one, tie.other, projection=drawn, since=drawn.since, until=drawn.until)
    return _read(request, found)


def _timeline(request: Request, slots: Slots, given: Given) -> Timeline:
    network = networks.rooms(request).network
    since, until = options.years(given)
    found = TimelineOptions(
        where=traits(request, slots, given.get("about")),
        projection=options.chosen(network, given),
        since=since,
        until=until,
    )
    named = [given.get(name) for name in ("organisation", "with")]
    if any(text is not None for text in named):
        projection = networks.drawn(request, found.projection)
        one, other = (
            None if text is None else networks.stand_in(network, projection, networks.organisation(request, text))
            for text in named
        )
        if one is None:
            raise UsageError("with was given without organisation. Name both, or organisation alone.")
        if one == other:
            raise UsageError(f"organisation and with are both {request.model.label(one)}. Name two, or one alone.")
        found = replace(found, organisation=one, other=other)
    return _read(request, found)


def _read(request: Request, asked: TimelineOptions) -> Timeline:
    rooms = networks.rooms(request)
    request.spend(len(rooms.network.records) // limits.ROWS)
    request.tick()
    found = rooms.timelines.timeline(asked)
    request.spend(len(found.years))
    return found


# ---------------------------------------------------------------- types


def timeline_type(evidence: Evidence) -> GraphType:
    """The type of a timeline."""
    bar = _bar(evidence)
    years = "Every year from the first to the last, those in which nothing began too; none if nothing has a year."
    fields = [
        fact("years", listing(bar), years),
        fact("undated", bar, "What has no known year."),
    ]
    return made(evidence.types.parts.definitions, "Timeline", "What began, year by year.", fields)


def _bar(evidence: Evidence) -> GraphType:
    definitions = evidence.types.parts.definitions
    kinds = [
        fact("type", evidence.kind, "The type.", lambda pair: pair[0]),
        fact("count", int, "How many records of it began.", lambda pair: pair[1]),
    ]
    kind = made(definitions, "TimelineKind", "How many records of a type began in a year.", kinds)
    pair = [
        fact("a", evidence.organisation, "The one.", lambda pair: pair[0]),
        fact("b", evidence.organisation, "The other.", lambda pair: pair[1]),
    ]
    tie = made(definitions, "TimelineTie", "Two organisations that share no earlier record.", pair)
    fields = [
        fact("year", optional(int), "The year; null for what has none."),
        fact("count", int, "How many records began.", _count),
        fact("kinds", listing(kind), "These by type.", lambda bar: list(bar.kinds.items())),
        bounded("records", evidence.record, "These, by id.", lambda bar: bar.records),
        fact("newTieCount", int, "How many ties were new.", lambda bar: len(bar.new_ties)),
        bounded("newTies", tie, "These, by id.", lambda bar: bar.new_ties),
    ]
    return made(definitions, "TimelineYear", "What began in one year.", fields)


def _count(bar: Bar) -> int:
    return len(bar.records)
