"""What ``/white-space`` is asked: the rows and columns of a matrix, as addresses say them and forms offer them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from api import reading
from api.insights import networks
from api.insights.matrices import Space, Square
from api.insights.naming import of_field
from api.insights.white_space import measure_text
from api.web.asking import Query
from api.web.chosen import Names
from api.web.needs import Lists, Options, known
from kg.errors import UsageError
from kg.network.asked import check_years
from kg.network.whitespace_rules import CONDITION
from kg.schema import Field
from kg.terms import Value

MATRIX = "/white-space"
CELL = f"{MATRIX}/cell"
ROW, COLUMN = "row", "column"
"""The parameters of a cell's place."""
Tick = tuple[str, str, bool]
"""A row or column to choose: how an address names it, its label, and whether it is chosen."""


@dataclass(frozen=True)
class Line:
    """What rows or columns may be chosen: ``ticks`` among those on record, and all others from a list or by name."""

    name: str
    label: str
    ticks: Sequence[Tick]
    options: Options | None
    kind: str
    chosen: int


class Matrix:
    """A matrix that was asked for, as pages tell of it."""

    def __init__(self, asked: reading.Request, query: Query, names: Names) -> None:
        self._room = networks.rooms(asked).white_space
        self._asked = asked
        self.rules = self._room.rules
        self.query = query
        self.model = asked.model
        since, until = query.year("since"), query.year("until")
        check_years(since, until)
        self.by = query.choice("by", self.dimensions)
        self.rows = names.many("rows", self.type)
        self.columns = self._columns(names)
        self.under = names.one("under", self.type)
        self._check_rows()
        self.given: dict[str, Any] = {
            "measure": query.choice("measure", tuple(self.rules.measures)),
            "by": self.by,
            "rows": [self.model.ids[row] for row in self.rows] or None,
            "columns": [of_field(asked, self.slot, column).value for column in self.columns] or None,
            "under": None if self.under is None or self.rows else self.model.ids[self.under],
            "since": since,
            "until": until,
        }

    @property
    def type(self) -> str:
        """The type of the rows."""
        return self.rules.slots[CONDITION].target or ""

    @property
    def slot(self) -> Field:
        """The field of the columns."""
        return self.rules.slots[self.by]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What columns may be of."""
        return tuple(name for name in self.rules.slots if name != CONDITION)

    def fill(self) -> Space:
        """The matrix with its cells."""
        return Space(self._asked, self.given)

    def form(self, space: Space, names: Names) -> Mapping[str, Any]:
        """What the form shows."""
        schema = self._asked.schema
        # what would stand there if no row and no column were chosen
        every = self._room.matrix(replace(space.matrix.options, rows=None, columns=None, under=self.under))
        return {
            "measures": [(name, measure_text(schema, self.rules, name)) for name in self.rules.measures],
            "measure": self.given["measure"],
            "dimensions": [(name, self.rules.slots[name].label) for name in self.dimensions],
            "lines": [
                self._line("columns", self.slot, every.columns, self.columns),
                self._line("rows", self.rules.slots[CONDITION], every.rows, self.rows),
            ],
            "under": "" if self.under is None else names.typed(self.under),
            "since": self.given["since"],
            "until": self.given["until"],
        }

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

    def _columns(self, names: Names) -> tuple[Value, ...]:
        """The columns asked for; raises ``NotFoundError`` for a value that the field cannot have."""
        if self.slot.target:
            return names.many("columns", self.slot.target)
        return tuple(known(self._asked.schema, self.slot, text) for text in self.query.many("columns"))

    def _check_rows(self) -> None:
        """With both, rows are some of those right below ``under``."""
        if self.under is not None:
            below = self._room.below(self.under)
            for row in self.rows:
                if row not in below:
                    label = self.model.label
                    raise UsageError(
                        f"'rows' has {label(row)}, which is not right below {label(self.under)}, the 'under' that was "
                        "given. Leave out one or the other."
                    )

    def _line(self, name: str, slot: Field, offered: Iterable[Value], chosen: Sequence[Value]) -> Line:
        """What may be chosen: rows or columns with enough on record, and what else is chosen already."""
        kind = self._asked.schema.types[slot.target] if slot.target else None
        return Line(
            name=name,
            label=kind.label if kind else slot.label,
            ticks=[
                (self.key(value), of_field(self._asked, slot, value).label, value in chosen)
                for value in dict.fromkeys([*offered, *chosen])
            ],
            options=self._asked.reader.once(Lists).of(slot.scheme) if slot.scheme else None,
            kind=kind.slug if kind else "",
            chosen=len(chosen),
        )
