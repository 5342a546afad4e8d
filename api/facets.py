"""Facets and cross tables of a list in GraphQL: how many of its entities state what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import strawberry

from api import conditions, limits
from api.counting import Counted, Counts, Key, Values
from api.definitions import ModelField, Resolver, argument, listing, optional
from api.facetable import Facetable, Facets
from api.pages import Page
from api.reading import Request
from kg.errors import UsageError
from kg.schema import EntityType

Given = Mapping[str, Any]

_FACETS_TEXT = (
    "The whole list, not the page, counted by fields, in the order asked for. A facet leaves out the conditions that "
    "`where` puts on its own field, so that it shows what else could be chosen: those at the top and within `and`. "
    "Those within `or` and `not` hold for it too. Of a field beyond a link that holds many it leaves out the "
    "conditions on that field within `some`."
)


@strawberry.type(description="One value and how many entities state it.")
class Bucket:
    """A value of a facet."""

    value: str = strawberry.field(
        description="The value as `where` takes it back: the value of an enum, the id of an entity, `true` or `false`; "
        "of dates the year, for `{gte: ..., lte: ...}`."
    )
    label: str = strawberry.field(description="The value in English: the label of a concept or of an entity.")
    count: int = strawberry.field(
        description="How many entities of the list state it; each counts once, and under each of several values."
    )
    broader: list[str] = strawberry.field(
        description="The values right above it in the tree of its list; none at the top and where there is no tree."
    )


@strawberry.type(description="The entities of a list counted by one field.")
class Facet:
    """The buckets of a field."""

    field: str = strawberry.field(description="The field as `where` names it: `phase`, `sponsors.country`, `isA`.")
    label: str = strawberry.field(description="What the field is called in English.")
    missing: int = strawberry.field(description="How many entities of the list state no value.")
    distinct: int = strawberry.field(description="How many buckets there are, those that are not shown too.")
    buckets: list[Bucket] = strawberry.field(description="The values: most entities first, then by value.")


@strawberry.type(description="How many entities state a value of one field and one of another.")
class CrossCell:
    """A pair of values."""

    row: str = strawberry.field(description="The value of the rows' field, as in `rows`.")
    column: str = strawberry.field(description="The value of the columns' field, as in `columns`.")
    count: int = strawberry.field(description="How many entities state both.")


@strawberry.type(
    description="The entities of a list counted by two fields. An entity with several values counts once in each cell "
    "that it belongs to. `missing`, `leftOut` and those in cells are all of the list."
)
class CrossTable:
    """Two facets and their pairs."""

    rows: Facet = strawberry.field(description="The values down the side, with how many entities state each.")
    columns: Facet = strawberry.field(description="The values along the top, with how many entities state each.")
    cells: list[CrossCell] = strawberry.field(
        description="The pairs that any entity states, in the order of rows, then columns; a pair not listed is 0."
    )
    missing: int = strawberry.field(description="How many entities state no value of the one field or of the other.")
    left_out: int = strawberry.field(
        description="How many entities state both and are in no cell: their values are beyond `first`."
    )


def fields(kind: EntityType, facets: Facets) -> list[ModelField]:
    """The fields of a connection that count its list."""
    enum, known = facets.types[kind.name], facets.of[kind.name]
    bounds = f"0 to {limits.MOST}, most entities first; {limits.FIRST} if not given"
    first = argument("first", optional(int), f"How many buckets, {bounds}.")
    under = argument(
        "under",
        optional(bool),
        "True: count in each bucket also what is below its value in the tree, as `under` of a filter finds it; so an "
        "entity counts under all that is above. False if not given. Without effect on values that have no tree.",
    )
    asked = argument("fields", listing(enum), f"What to count by: 1 to {limits.FACETS}, each once.")
    rows, columns = (argument(name, enum, f"What the {name} are.") for name in ("rows", "columns"))
    return [
        ModelField(
            "facets",
            listing(Facet),
            _FACETS_TEXT,
            _facets(known),
            [asked, first, under],
        ),
        ModelField(
            "groupBy",
            CrossTable,
            "The whole list, not the page, counted by two fields. All of `where` holds.",
            _group_by(known),
            [rows, columns, first, under],
        ),
    ]


def _facets(known: Mapping[str, Facetable]) -> Resolver:
    def resolve(page: Page, request: Request, given: Given) -> list[Facet]:
        names: Sequence[str] = given["fields"]
        _check(names)
        size = limits.page_size("first", given.get("first"))
        return [_facet(page, request, known[name], given, size) for name in names]

    return resolve


def _facet(page: Page, request: Request, facet: Facetable, given: Given, size: int) -> Facet:
    counted = _counted(page, request, facet, given, conditions.without(page.where, facet.steps))
    counts = counted.counts()
    found = _shown(facet, counted.values, counts, _top(counted.values, counts, size))
    request.spend(len(found.buckets))
    return found


def _check(names: Sequence[str]) -> None:
    if not 1 <= len(names) <= limits.FACETS:
        raise UsageError(f"fields: {len(names)} were given. Give 1 to {limits.FACETS}.", max=limits.FACETS)
    if len(set(names)) < len(names):
        raise UsageError("fields: one was given twice. Give each once.")


def _group_by(known: Mapping[str, Facetable]) -> Resolver:
    def resolve(page: Page, request: Request, given: Given) -> CrossTable:
        size = limits.page_size("first", given.get("first"))
        facets = known[given["rows"]], known[given["columns"]]
        sides = [_counted(page, request, facet, given, page.where) for facet in facets]
        counts = [side.counts() for side in sides]
        tops = [_top(side.values, count, size) for side, count in zip(sides, counts, strict=True)]
        crossed = sides[0].crossed(sides[1], *tops)
        texts = [{key: side.values.text(key) for key in top} for side, top in zip(sides, tops, strict=True)]
        cells = [
            CrossCell(row=row_text, column=column_text, count=crossed.by_pair[row, column])
            for row, row_text in texts[0].items()
            for column, column_text in texts[1].items()
            if (row, column) in crossed.by_pair
        ]
        request.spend(len(tops[0]) + len(tops[1]) + len(cells))
        rows, columns = (
            _shown(facet, side.values, count, top)
            for facet, side, count, top in zip(facets, sides, counts, tops, strict=True)
        )
        return CrossTable(rows=rows, columns=columns, cells=cells, missing=crossed.missing, left_out=crossed.left_out)

    return resolve


def _counted(page: Page, request: Request, facet: Facetable, given: Given, where: Given) -> Counted:
    """The entities of the list that meet the conditions, to be counted by a facet."""
    rows = page.fitting(where)
    request.spend(len(rows) // limits.ROWS)
    request.tick()
    return Counted(request, page.kind, rows, facet, bool(given.get("under")))


def _top(values: Values, counts: Counts, size: int) -> list[Key]:
    """The values that most entities state, in order."""
    return sorted(counts.by_key, key=lambda key: (-counts.by_key[key], values.text(key)))[:size]


def _shown(facet: Facetable, values: Values, counts: Counts, top: Iterable[Key]) -> Facet:
    buckets = [
        Bucket(
            value=values.text(key),
            label=values.label(key),
            count=counts.by_key[key],
            broader=[values.text(above) for above in values.above.get(key, ())],
        )
        for key in top
    ]
    return Facet(
        field=facet.name, label=facet.label, missing=counts.missing, distinct=len(counts.by_key), buckets=buckets
    )
