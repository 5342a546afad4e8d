"""Lists of each type for people: its entities by name, with facts, and filters that say how many each would leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import reading
from api.pages import Page
from api.reading import Reader
from api.web.asking import CSV, FORMAT, PAGE, Query
from api.web.columns import Cell, Column, columns
from api.web.files import csv_file
from api.web.narrowing import Narrowing
from api.web.site import Site
from api.web.words import plural
from kg.errors import UsageError
from kg.schema import EntityType
from kg.turtle import RDFS

SIZE = 25
"""Entities on a page."""
_SORT, _ID = "sort", "id"


def routes(site: Site) -> list[Route]:
    """The lists, a type each."""

    async def listed(request: Request) -> Response:
        return await site.answer(request, partial(_list, site))

    return [Route("/{type}", listed)]


def _list(site: Site, request: Request, reader: Reader) -> Response:
    kind = reader.schema.by_slug.get(request.path_params["type"])
    if kind is None:
        raise HTTPException(404)
    shown, orders = columns(reader, kind), sorts(reader, kind)
    asked, names = site.asked(request, reader), [name for column in shown for name in column.facets]
    query = Query(request, [*names, _SORT, PAGE, FORMAT], {_SORT: next(iter(orders))})
    tidied = query.tidied()
    if tidied is not None:
        return tidied
    sort = query.choice(_SORT, orders)
    narrowing = Narrowing(asked, kind, {name: query.many(name) for name in names})
    rows = _rows(asked, kind, narrowing.where(), sort)
    if query.csv:
        return _file(reader, kind, rows, shown)
    pages = max(1, -(-len(rows) // SIZE))
    if query.page > pages:
        raise UsageError(f"There is no page {query.page} of this list. The last is {pages}.")
    told: dict[str, Any] = {
        "kind": kind,
        "plural": plural(kind),
        "every": len(reader.model.rows(kind.name)),
        "total": len(rows),
        "columns": shown,
        "rows": _cells(reader, shown, rows[(query.page - 1) * SIZE : query.page * SIZE]),
        "filters": narrowing.filters(),
        "sort": sort,
        "sorts": [(label, name == sort, query.address({_SORT: name})) for name, label in orders.items()],
        "usual": next(iter(orders)),
        "page": query.page,
        "pages": pages,
        "to": lambda page: query.address({PAGE: str(page)}),
        "table": query.address({FORMAT: CSV}),
        "without": lambda name, value: query.address({name: [one for one in query.many(name) if one != value]}),
        "none": query.address(dict.fromkeys(names)),
    }
    return site.page(request, reader, "list", **told)


def sorts(reader: Reader, kind: EntityType) -> Mapping[str, str]:
    """The orders that a list of a type may have, with what they are called; the usual one first."""
    label = next((field.name for field in kind.fields.values() if field.predicate == f"{RDFS}label"), _ID)
    found = {label: "name"}
    for column in columns(reader, kind):
        date = column.field if column.field.kind == "date" else kind.fields.get(column.field.as_of or "")
        if date is not None and not date.many:
            found[f"-{date.name}"] = f"{date.label}, latest first"
    return found


def _rows(asked: reading.Request, kind: EntityType, where: Mapping[str, Any], sort: str) -> Sequence[int]:
    """The entities that meet the conditions, in order."""
    direction = "DESC" if sort.startswith("-") else "ASC"
    order = [{"field": sort.removeprefix("-"), "direction": direction}]
    return Page(asked, kind, kind.name, None, {"where": where, "orderBy": order}).fitting(where)


def _cells(reader: Reader, shown: Sequence[Column], rows: Sequence[int]) -> list[tuple[int, list[tuple[Column, Cell]]]]:
    return [(row, [(column, column.cell(reader.model, row)) for column in shown]) for row in rows]


def _file(reader: Reader, kind: EntityType, rows: Sequence[int], shown: Sequence[Column]) -> Response:
    """The whole list as a table; several values of a field stand in one cell."""
    model = reader.model
    header = ["id", "name"]
    for column in shown:
        header += [column.heading, f"{column.heading}, as of"] if column.field.as_of else [column.heading]
    return csv_file(reader, kind.slug, header, (_row(reader, row, shown, model.label(row)) for row in rows))


def _row(reader: Reader, row: int, shown: Sequence[Column], label: str) -> list[str]:
    cells = [reader.model.ids[row], label]
    for column in shown:
        cells.append("; ".join(column.texts(reader.model, row)))
        if column.field.as_of:
            cells.append(column.cell(reader.model, row).day)
    return cells
