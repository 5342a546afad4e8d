"""A matrix of white space as it was asked for: its rows, columns and cells with what they are called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from api import limits, lookup
from api.insights import networks, options
from api.insights.dimensions import bounded, value
from api.insights.naming import Named, of_field
from api.reading import Request
from kg.errors import UsageError
from kg.network.surveys import Standing
from kg.network.whitespace import Cell, Matrix, SpaceOptions, Total
from kg.network.whitespace_rules import CONDITION, SpaceRules
from kg.terms import Value

Given = Mapping[str, Any]

CELLS = 4_000
"""Cells of a matrix at the most."""
USUAL = SpaceOptions()


class Space:
    """A matrix, and the request that reads it."""

    def __init__(self, request: Request, given: Given) -> None:
        rooms = networks.rooms(request)
        self.rules = rooms.white_space.rules
        self._request = request
        asked = _asked(request, self.rules, given)
        request.spend(len(rooms.network.records) // limits.ROWS)
        request.tick()
        self.matrix: Matrix = rooms.white_space.matrix(asked)
        request.spend(len(self.matrix.cells) // limits.ROWS)
        request.tick()

    @property
    def columns(self) -> list[tuple[Named, Total]]:
        """What stands along the top, with what stands below."""
        return [(self.column(one), total) for one, total in self.matrix.columns.items()]

    def column(self, value: Value) -> Named:
        """One of them."""
        return of_field(self._request, self.rules.slots[self.matrix.options.by], value)

    def cells(self, states: Collection[str] | None) -> list[Square]:
        """The cells in these states, row by row; all if not told."""
        places = ((row, column) for row in self.matrix.rows for column in self.matrix.columns)
        found = (self.matrix.cells[place] for place in places)
        shown = [Square(self, cell) for cell in found if states is None or cell.state in states]
        self._request.spend(len(shown))
        return shown

    @property
    def surveys(self) -> list[Looked]:
        """The surveys of what is counted."""
        return [Looked(one, one.to >= self.matrix.fresh_from) for one in self.matrix.surveys]

    def level(self, kind: str, slug: str) -> Named:
        """The level of a type of record."""
        fields = self._request.schema.types
        counted = next(c for c in self.rules.counted.values() if kind == self._counts(c.type, c.of))
        return of_field(self._request, fields[counted.type].fields[counted.level], slug)

    def _counts(self, kind: str, of: str | None) -> str | None:
        """The type that counts: itself, or that of which it is."""
        return kind if of is None else self._request.schema.types[kind].fields[of].target


@dataclass(frozen=True)
class Looked:
    """A survey, and whether it is new enough for the year of the matrix."""

    standing: Standing
    fresh: bool


@dataclass(frozen=True)
class Square:
    """A cell, and its matrix."""

    space: Space
    cell: Cell

    @property
    def column(self) -> Named:
        """The value of its column."""
        return self.space.column(self.cell.place[1])

    @property
    def levels(self) -> list[tuple[str, Named]]:
        """By type of record the highest level reached."""
        return [(kind, self.space.level(kind, slug)) for kind, slug in self.cell.levels.items()]


def _asked(request: Request, rules: SpaceRules, given: Given) -> SpaceOptions:
    rows, columns, under = (given.get(name) for name in ("rows", "columns", "under"))
    if rows is not None and under is not None:
        raise UsageError("rows and under were both given. Give rows, or under for those right below one.")
    for name, asked in (("rows", rows), ("columns", columns)):
        bounded(name, asked or ())
    if (count := len(rows or ()) * len(columns or ())) > CELLS:
        raise UsageError(f"The matrix would have {count} cells. Ask for {CELLS} at most.", max=CELLS)
    by = str(given.get("by") or USUAL.by)
    since, until = options.years(given)
    condition = request.schema.types[rules.slots[CONDITION].target or ""]
    return SpaceOptions(
        measure=str(given.get("measure") or USUAL.measure),
        by=by,
        rows=None if rows is None else tuple(lookup.entity(request, text, condition) for text in rows),
        columns=None if columns is None else tuple(value(request, rules.slots[by], text) for text in columns),
        under=None if under is None else lookup.entity(request, under, condition),
        since=since,
        until=until,
    )
