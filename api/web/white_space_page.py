"""``/white-space``: conditions by modality or another dimension, where somebody works and where nobody is known to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import reading
from api.flatten import Cell as Entry
from api.insights import networks
from api.insights.matrices import USUAL, Space, Square
from api.insights.white_space import STATES, measure_text
from api.reading import Reader
from api.web.asking import FORMAT, Query
from api.web.chosen import Names, choice
from api.web.files import csv_file
from api.web.site import Site
from api.web.ties import when
from kg.errors import NotFoundError
from kg.network.asked import check_years
from kg.network.records import Record, read_record
from kg.network.whitespace import State
from kg.network.whitespace_rules import CONDITION, SpaceRules
from kg.terms import Value

MATRIX = "/white-space"
CELL = f"{MATRIX}/cell"
ROW, COLUMN = "row", "column"
PARAMETERS = ("measure", "columns", "rows", "under", "since", "until", FORMAT)
_ASKED = {"rows": "Condition", "under": "Conditions below", ROW: "Condition"}
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


class Matrix:
    """A matrix that was asked for, as pages tell of it."""

    def __init__(self, asked: reading.Request, query: Query, names: Names) -> None:
        self._room = networks.rooms(asked).white_space
        self.rules = self._room.rules
        self.query = query
        self.model = asked.model
        since, until = query.year("since"), query.year("until")
        check_years(since, until)
        self.rows = names.many("rows", self._type)
        self.under = names.one("under", self._type)
        self.given: dict[str, Any] = {
            "measure": query.choice("measure", tuple(self.rules.measures)),
            "by": query.choice("columns", dimensions(self.rules)),
            "rows": [self.model.ids[row] for row in self.rows] or None,
            "under": None if self.under is None else self.model.ids[self.under],
            "since": since,
            "until": until,
        }
        self._asked = asked

    @property
    def _type(self) -> str:
        """The type of the rows."""
        return self.rules.slots[CONDITION].target or ""

    def fill(self) -> Space:
        """The matrix with its cells."""
        return Space(self._asked, self.given)

    def narrower(self, row: int) -> str | None:
        """The address of the matrix of the conditions right below a row, if there are any."""
        return self.address({"under": self.key(row), "rows": None}) if self._room.below(row) else None

    def key(self, value: Value) -> str:
        """How an address names a row or a column."""
        return self.model.ids[value].partition("/")[2] if type(value) is int else str(value)

    def address(self, changes: Mapping[str, str | None]) -> str:
        """The address of the matrix with changes."""
        return self.query.address({ROW: None, COLUMN: None, **changes}, MATRIX)

    def cell(self, square: Square) -> str:
        """The address of the page of a cell."""
        row, column = square.cell.place
        return self.query.address({ROW: self.key(row), COLUMN: self.key(column)}, CELL)


def dimensions(rules: SpaceRules) -> tuple[str, ...]:
    """What columns may be of."""
    return tuple(name for name in rules.slots if name != CONDITION)


def routes(site: Site) -> list[Route]:
    """The addresses of these pages."""

    async def matrix(request: Request) -> Response:
        return await site.answer(request, lambda asked, reader: _matrix(site, asked, reader))

    async def cell(request: Request) -> Response:
        return await site.answer(request, lambda asked, reader: _cell(site, asked, reader))

    return [Route(MATRIX, matrix), Route(CELL, cell)]


def _matrix(site: Site, request: Request, reader: Reader) -> Response:
    asked = site.asked(request, reader)
    query = Query(request, PARAMETERS, {"measure": USUAL.measure, "columns": USUAL.by})
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
        "form": _form(reader, matrix, names),
        "candidates": sorted(candidates, key=lambda square: -(square.cell.expected or 0))[:FIRST],
        "squares": squares,
        "columns": list(zip(space.matrix.columns, space.columns, strict=True)),
    }
    return site.page(request, reader, "white_space", matrix=matrix, space=space, **shown, **_words())


def _cell(site: Site, request: Request, reader: Reader) -> Response:
    asked = site.asked(request, reader)
    query = Query(request, (*PARAMETERS, ROW, COLUMN), {"measure": USUAL.measure, "columns": USUAL.by})
    names = Names(asked, query)
    matrix = Matrix(asked, query, names)
    row = names.one(ROW, matrix.rules.slots[CONDITION].target or "")
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
    return site.page(
        request,
        reader,
        "white_space_cell",
        matrix=matrix,
        space=space,
        square=square,
        records=_records(asked, cell.records)[:SHOWN],
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
    return "not covered" if expected is None else f"only {expected:.1f} expected"


def _form(reader: Reader, matrix: Matrix, names: Names) -> Mapping[str, Any]:
    rules, given = matrix.rules, matrix.given
    return {
        "measures": [(name, measure_text(reader.schema, rules, name)) for name in rules.measures],
        "measure": given["measure"],
        "dimensions": [(name, rules.slots[name].label) for name in dimensions(rules)],
        "by": given["by"],
        "rows": [names.typed(row) for row in matrix.rows],
        "under": "" if matrix.under is None else names.typed(matrix.under),
        "since": given["since"],
        "until": given["until"],
    }


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


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
