"""The map as tables: its ties and its organisations, sorted, by pages, and as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from api.flatten import Cell
from api.web.network_asked import RECORDS, SHOW, SORT, STRENGTH, TABLES, TIES
from api.web.network_map import Drawn
from api.web.values import shown_of
from kg.errors import UsageError
from kg.network.records import ORGANISATION

ROWS = 25
"""Rows of a page."""


@dataclass(frozen=True)
class TieRow:
    """A tie, the one whose name comes first in the alphabet first; ``own`` if both are units of one organisation."""

    one: int
    other: int
    strength: float
    records: int
    last: int | None
    own: bool


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation; ``said`` are the texts of the fields that a map is narrowed by."""

    organisation: int
    strength: float
    ties: int
    records: int
    last: int | None
    said: tuple[str, ...]


class Table:
    """All that meets the filters, drawn or not: the ties, or the organisations with those that have no tie."""

    def __init__(self, drawn: Drawn) -> None:
        """Raises ``UsageError`` for a table, an order or a page that there is not."""
        self._drawn = drawn
        self._projection = drawn.asked.projection
        self._model = drawn.model
        query = drawn.asked.query
        self.show = query.choice(SHOW, tuple(TABLES))
        self.sort = query.choice(SORT, TABLES[self.show])
        self.page = query.page

    @property
    def orders(self) -> tuple[str, ...]:
        """What it may be sorted by."""
        return TABLES[self.show]

    @property
    def fields(self) -> list[str]:
        """The headings of what is said of an organisation."""
        return [field.label for field in self._drawn.asked.network.selecting.rules.organisations.values()]

    @cached_property
    def keys(self) -> Sequence[tuple[int, ...]]:
        """The rows in their order, as pairs or single organisations."""
        found: list[tuple[int, ...]]
        if self.show == TIES:
            found = [(min(pair), max(pair)) for pair in self._projection.graph.edges]
        else:
            found = [(one,) for one in self._projection.ties]
        names = self._names
        found.sort(key=lambda ones: [names[one] for one in ones])
        return sorted(found, key=self._order())

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, ceil(len(self.keys) / ROWS))

    def rows(self) -> Sequence[TieRow | OrganisationRow]:
        """The rows of the page; raises ``UsageError`` for one after the last."""
        if self.page > self.pages:
            raise UsageError(f"There is no page {self.page}: the last one is {self.pages}.")
        return [self._row(ones) for ones in self.keys[(self.page - 1) * ROWS : self.page * ROWS]]

    @property
    def header(self) -> tuple[str, ...]:
        """The headings of the file."""
        if self.show == TIES:
            return (
                "organisation",
                "other organisation",
                "strength",
                "records",
                "last active",
                "units of one organisation",
            )
        return "organisation", "strength", "ties", "records", "last active", *self.fields

    def lines(self) -> Iterator[Sequence[Cell]]:
        """All rows as a file has them."""
        label = self._model.label
        for ones in self.keys:
            row = self._row(ones)
            if isinstance(row, TieRow):
                yield label(row.one), label(row.other), round(row.strength, 4), row.records, row.last, row.own
            else:
                figures = round(row.strength, 4), row.ties, row.records, row.last
                yield label(row.organisation), *figures, *row.said

    @cached_property
    def _names(self) -> dict[int, str]:
        return {one: self._model.label(one).casefold() for one in self._projection.ties}

    def _order(self) -> Callable[[tuple[int, ...]], float]:
        """Most first; names stay as they are."""
        if self.sort == "name":
            return lambda ones: 0
        if self.show == TIES:
            name = {STRENGTH: "weight"}.get(self.sort, self.sort)
            ties = self._projection.ties
            return lambda ones: -(ties[ones[0]][ones[1]][name] or 0)
        by: dict[str, Callable[[int], float]] = {
            STRENGTH: lambda one: self._drawn.strengths.get(one, 0.0),
            TIES: lambda one: len(self._projection.ties[one]),
            RECORDS: lambda one: self._drawn.records[one],
            "last": lambda one: self._last(one) or 0,
        }
        figure = by[self.sort]
        return lambda ones: -figure(ones[0])

    def _row(self, ones: tuple[int, ...]) -> TieRow | OrganisationRow:
        if self.show == TIES:
            one, other = sorted(ones, key=lambda end: self._names[end])
            tie = self._projection.ties[one][other]
            network = self._drawn.asked.network
            own = network.house(one) == network.house(other)
            return TieRow(one, other, tie["weight"], tie["records"], tie["last"], own)
        (one,) = ones
        figures = self._drawn.strengths.get(one, 0.0), len(self._projection.ties[one]), self._drawn.records[one]
        return OrganisationRow(one, *figures, self._last(one), tuple(self._said(one, name) for name in self._said_of))

    @property
    def _said_of(self) -> Sequence[str]:
        return tuple(self._drawn.asked.network.selecting.rules.organisations)

    def _said(self, one: int, name: str) -> str:
        field = self._model.schema.types[ORGANISATION].fields[name]
        return ", ".join(shown_of(self._model, one, field, value).text for value in self._model.values(one, name))

    def _last(self, one: int) -> int | None:
        return max(
            (tie["last"] for tie in self._projection.ties[one].values() if tie["last"] is not None), default=None
        )
