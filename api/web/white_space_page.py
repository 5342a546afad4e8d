"""``/white-space``: conditions by modality or another dimension, where somebody works and where nobody is known to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import reading
from api.flatten import Cell as Entry
from api.insights import networks
from api.insights.matrices import USUAL, Space, Square
from api.insights.white_space import STATES
from api.reading import Reader
from api.web.asking import CSV, FORMAT, Query
from api.web.chosen import Names, choice
from api.web.files import csv_file
from api.web.site import Site
from api.web.ties import when
from api.web.white_space_asked import CELL, COLUMN, MATRIX, ROW, Matrix
from kg.errors import NotFoundError
from kg.network.records import Record, read_record
from kg.network.whitespace import State

PARAMETERS = ("measure", "by", "rows", "columns", "under", "since", "until", FORMAT)
_USUAL = {"measure": USUAL.measure, "by": USUAL.by}
_ASKED = {"rows": "Condition", "columns": "Column", "under": "Conditions below", ROW: "Condition"}
FIRST = 12
"""Candidates that are named above the matrix."""
SHOWN = 200
"""Records of a cell that its page lists."""
WORDS = {
    State.ACTIVE: "active",
    State.DISCONTINUED: "all stopped",
    State.CANDIDATE: "candidate white space",
    State.NO_DATA: "no data",
}
"""What the states are called."""


def routes(site: Site) -> list[Route]:
    """The addresses of these pages."""

    async def matrix(request: Request) -> Response:
        return await site.answer(request, lambda asked, reader: _matrix(site, asked, reader))

    async def cell(request: Request) -> Response:
        return await site.answer(request, lambda asked, reader: _cell(site, asked, reader))

    return [Route(MATRIX, matrix), Route(CELL, cell)]


def _matrix(site: Site, request: Request, reader: Reader) -> Response:
    asked = site.asked(request, reader)
    query = Query(request, PARAMETERS, _USUAL)
    names = Names(asked, query)
    matrix = Matrix(asked, query, names)
    if names.unclear:
        return choice(site, request, reader, query, names, _ASKED)
    if tidied := query.tidied():
        return tidied
    space = matrix.fill()
    if query.csv:
        return csv_file(reader, "white-space", _HEADER, _table(reader, space))
    squares = {square.cell.place: square for square in space.cells(None)}
    candidates = [square for square in squares.values() if square.cell.state is State.CANDIDATE]
    shown = {
        "form": matrix.form(space, names),
        "candidates": sorted(candidates, key=lambda square: -(square.cell.expected or 0))[:FIRST],
        "squares": squares,
        "columns": list(zip(space.matrix.columns, space.columns, strict=True)),
    }
    return site.page(request, reader, "white_space", matrix=matrix, space=space, **shown, **_words())


def _cell(site: Site, request: Request, reader: Reader) -> Response:
    asked = site.asked(request, reader)
    query = Query(request, (*PARAMETERS, ROW, COLUMN), _USUAL)
    names = Names(asked, query)
    matrix = Matrix(asked, query, names)
    row = names.one(ROW, matrix.type)
    if names.unclear:
        return choice(site, request, reader, query, names, _ASKED)
    if tidied := query.tidied():
        return tidied
    space = matrix.fill()
    column = next((value for value in space.matrix.columns if matrix.key(value) == query.one(COLUMN)), None)
    if row is None or column is None or (row, column) not in space.matrix.cells:
        raise NotFoundError("The matrix that is asked for has no such cell. Open one from the matrix itself.")
    square = Square(space, space.matrix.cells[row, column])
    cell = square.cell
    records = _records(asked, cell.records)
    if query.csv:
        return csv_file(reader, "white-space-cell", _CELL_HEADER, _cell_table(reader, records))
    return site.page(
        request,
        reader,
        "white_space_cell",
        matrix=matrix,
        space=space,
        square=square,
        records=records[:SHOWN],
        csv=query.address({FORMAT: CSV}),
        covered=[one for one in space.surveys if one.standing.survey.name in cell.surveys],
        **_words(),
    )


def _records(asked: reading.Request, entities: Sequence[int]) -> list[tuple[Record, str]]:
    """The records of a cell, the newest first, each with when it was active."""
    network = networks.rooms(asked).network
    kinds = network.rules.kinds
    found = [read_record(asked.model, kinds[asked.model.kind(one).name], one, network.year) for one in entities]
    newest = sorted(found, key=lambda record: (-(record.year or 0), record.entity))
    return [(record, when(record, record.year)) for record in newest]


def _words() -> dict[str, Any]:
    return {"words": WORDS, "meanings": STATES, "State": State, "why": _why}


def _why(square: Square) -> str:
    """Why nothing may be said of an empty cell."""
    expected = square.cell.expected
    return "not covered" if expected is None else f"only {int(10 * expected) / 10} expected"  # not 1.0 where it is less


# ---------------------------------------------------------------- as a table

_HEADER = (
    "Condition",
    "Column",
    "State",
    "Records",
    "Organisations",
    "Highest level",
    "Last active",
    "Surveys",
    "Covered to",
    "Surveyed",
    "Expected",
    "log2 ratio",
)


def _table(reader: Reader, space: Space) -> Iterator[Sequence[Entry]]:
    for square in space.cells(None):
        cell = square.cell
        levels = "; ".join(f"{reader.schema.types[kind].label}: {level.label}" for kind, level in square.levels)
        yield (
            reader.model.label(cell.place[0]),
            square.column.label,
            WORDS[cell.state],
            len(cell.records),
            len(cell.organisations),
            levels,
            cell.last,
            "; ".join(cell.surveys),
            cell.covered_to,
            cell.surveyed,
            _rounded(cell.expected),
            _rounded(cell.ratio),
        )


_CELL_HEADER = ("Record", "Type", "When", "Organisations")


def _cell_table(reader: Reader, records: Sequence[tuple[Record, str]]) -> Iterator[Sequence[Entry]]:
    model = reader.model
    for record, active in records:
        members = "; ".join(model.label(member.organisation) for member in record.members)
        yield model.label(record.entity), model.kind(record.entity).label, active, members


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
