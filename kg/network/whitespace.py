"""White space: where in a matrix of condition groups by modality (vector, target, region) nobody is known to work.

What sources do not cover is never taken for empty: only a cell that a survey covers can be a candidate.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from math import log2

from kg.errors import UsageError
from kg.files import did_you_mean
from kg.network.expected import expected
from kg.network.network import Network
from kg.network.records import Record
from kg.network.space_entries import Entry, read_entries
from kg.network.space_tree import Tree
from kg.network.surveys import Standing, Surveys, read_surveys
from kg.network.whitespace_rules import CONDITION, read_space_rules
from kg.terms import Value

KEPT = 8
"""Matrices that are kept: who reads one opens its cells."""

Place = tuple[int, Value]
"""The condition of a row and the value of a column: a concept's slug, or the number of an entity."""


class State(StrEnum):
    """What may be said of a cell: somebody works there; only what has stopped; empty where the sources cover it and
    something would be expected; nothing, as it is not covered or too little would be expected.
    """

    ACTIVE = "active"
    DISCONTINUED = "discontinued"
    CANDIDATE = "candidate"
    NO_DATA = "no-data"


@dataclass(frozen=True)
class SpaceOptions:
    """What is asked. ``by`` is the dimension of the columns. ``rows`` are conditions, ``columns`` values; None gives
    those with enough on record: the uppermost groups, or what stands right below ``under``.

    ``since`` and ``until`` are years: what was active since, and had begun by then. What surveys cover is judged as of
    ``until``.
    """

    measure: str = "activity"
    by: str = "modality"
    rows: tuple[int, ...] | None = None
    columns: tuple[Value, ...] | None = None
    under: int | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Cell:
    """One cell. ``records`` are trials and products, ``organisations`` who is in them, ``levels`` by type the highest
    reached (a concept's slug), ``last`` the year in which any was last active, None where nothing says it.

    ``surveys`` cover the cell, as of ``covered_to``; ``surveyed`` records are theirs and stand against ``expected``:
    ``ratio`` is log2((surveyed + 1) / (expected + 1)). Without surveys these are None.
    """

    place: Place
    state: State
    records: tuple[int, ...]
    organisations: tuple[int, ...]
    levels: Mapping[str, str]
    last: int | None
    surveys: tuple[str, ...]
    covered_to: int | None
    surveyed: int
    expected: float | None
    ratio: float | None


@dataclass(frozen=True)
class Total:
    """What stands in a row, a column or all of it, each record and organisation once; ``surveyed`` adds the cells'."""

    records: int
    organisations: int
    surveyed: int


@dataclass(frozen=True)
class Matrix:
    """All cells by row and column, their ``states`` counted, and totals; ``whole.surveyed`` is the N of expectations.

    ``surveys`` are those of the measure that have their sources; those that know of no year from ``fresh_from`` on
    cover nothing here. ``without_condition`` and ``without_column`` are records in the time asked that state no
    condition, or no value for a column.
    """

    options: SpaceOptions
    year: int
    surveys: tuple[Standing, ...]
    fresh_from: int
    rows: Mapping[int, Total]
    columns: Mapping[Value, Total]
    cells: Mapping[Place, Cell]
    whole: Total
    states: Mapping[State, int]
    without_condition: int
    without_column: int


class WhiteSpace:
    """The room: ``matrix(options)``. What it reads of the release is read once; safe to use from many threads."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._model = network.model
        self.rules = read_space_rules(network.model.schema, network.constants)
        self._tree = Tree(network.model, self.rules.slots)
        self._made = lru_cache(KEPT)(self._make)

    @cached_property
    def _standing(self) -> tuple[Standing, ...]:
        return tuple(read_surveys(self._model, self.rules))

    @cached_property
    def _entries(self) -> Mapping[str, tuple[Entry, ...]]:
        net = self._network
        return {m: read_entries(net.model, net.rules, self.rules, m, net.year) for m in self.rules.measures}

    def matrix(self, options: SpaceOptions) -> Matrix:
        """The matrix; raises ``UsageError`` for a measure, dimension, row or column that there is not."""
        self._check(options)
        return self._made(options)

    def _make(self, options: SpaceOptions) -> Matrix:
        entries = [e for e in self._entries[options.measure] if e.within(options.since, options.until)]
        rows, columns = self._rows(options, entries), self._columns(options, entries)
        filled = self._filled(options.by, entries, rows, columns)
        year = self._network.year if options.until is None else min(self._network.year, options.until)
        cells = self._cells(options, year, [(row, column) for row in rows for column in columns], filled)
        found = Counter(cell.state for cell in cells.values())
        return Matrix(
            options=options,
            year=year,
            surveys=tuple(one for one in self._standing if one.survey.measure == options.measure),
            fresh_from=year - self.rules.fresh,
            rows={row: _total(cells[row, column] for column in columns) for row in rows},
            columns={column: _total(cells[row, column] for row in rows) for column in columns},
            cells=cells,
            whole=_total(cells.values()),
            states={state: found[state] for state in State},
            without_condition=_without(entries, CONDITION),
            without_column=_without(entries, options.by),
        )

    def below(self, condition: int) -> Sequence[Value]:
        """The conditions right below one."""
        return self._tree.below(condition)

    def _cells(
        self, options: SpaceOptions, year: int, places: Sequence[Place], filled: Mapping[Place, Sequence[Entry]]
    ) -> dict[Place, Cell]:
        measured = [one for one in self._standing if one.survey.measure == options.measure]
        surveys = Surveys(measured, self._tree, options.by, year - self.rules.fresh)
        cover = {place: surveys.covering(*place) for place in places}
        surveyed = {place: _own(filled.get(place, ()), found) for place, found in cover.items() if found}
        expect = expected(surveyed)
        return {
            place: self._cell(
                year, place, filled.get(place, ()), cover[place], surveyed.get(place, 0), expect.get(place)
            )
            for place in places
        }

    def _check(self, options: SpaceOptions) -> None:
        dimensions = [name for name in self.rules.slots if name != CONDITION]
        for asked, known in ((options.measure, list(self.rules.measures)), (options.by, dimensions)):
            if asked not in known:
                hint = did_you_mean(asked, known) or f"Ask for one of {', '.join(known)}."
                raise UsageError(f"White space knows no '{asked}'. {hint}")
        for row in (*(options.rows or ()), *((options.under,) if options.under is not None else ())):
            if not self._tree.has(CONDITION, row):
                raise UsageError(f"'{self._model.ids[row]}' is no condition. Rows of white space are conditions.")
        for column in options.columns or ():
            if not self._tree.has(options.by, column):
                raise UsageError(f"'{column}' is no {options.by}. Ask for values that the field has.")

    def _rows(self, options: SpaceOptions, entries: Iterable[Entry]) -> tuple[int, ...]:
        """The conditions asked for, or those at the level asked for with enough on record, most first."""
        if options.rows is not None:
            return tuple(dict.fromkeys(options.rows))
        groups = self._tree.groups() if options.under is None else self._tree.below(options.under)
        counts: dict[Value, set[int]] = defaultdict(set)
        for entry in entries:
            for condition in self._above(entry):
                counts[condition].add(entry.record.entity)
        kept = [row for row in groups if isinstance(row, int) and len(counts[row]) >= self.rules.least[options.measure]]
        return tuple(sorted(kept, key=lambda row: (-len(counts[row]), self._model.ids[row])))

    def _columns(self, options: SpaceOptions, entries: Iterable[Entry]) -> tuple[Value, ...]:
        if options.columns is not None:
            return tuple(dict.fromkeys(options.columns))
        pairs = {(value, entry.record.entity) for entry in entries for value in entry.shown.get(options.by, ())}
        counts = Counter(value for value, _ in pairs)
        kept = [value for value, count in counts.items() if count >= self.rules.least[options.measure]]
        return tuple(sorted(kept, key=lambda value: (-counts[value], str(value))))

    def _above(self, entry: Entry) -> frozenset[Value]:
        """The conditions of an entry and all that are broader."""
        return self._tree.above(CONDITION, entry.shown.get(CONDITION, ()))

    def _filled(
        self, by: str, entries: Sequence[Entry], rows: Sequence[int], columns: Sequence[Value]
    ) -> dict[Place, list[Entry]]:
        """The entries by cell: in all rows above their conditions, and in the nearest columns above their values."""
        wanted, asked = frozenset(rows), frozenset(columns)
        shown = {value for entry in entries for value in entry.shown.get(by, ())}
        nearest = {value: self._tree.nearest(by, value, asked) for value in shown}
        found: dict[Place, list[Entry]] = defaultdict(list)
        for entry in entries:
            values = {column for value in entry.shown.get(by, ()) for column in nearest[value]}
            for row in self._above(entry) & wanted:
                for column in values:
                    found[int(row), column].append(entry)
        return found

    def _cell(
        self,
        year: int,
        place: Place,
        entries: Sequence[Entry],
        found: Sequence[Standing],
        surveyed: int,
        expect: float | None,
    ) -> Cell:
        records = {entry.record.entity: entry.record for entry in entries}
        years = [min(record.year, year) for record in records.values() if record.year is not None]
        return Cell(
            place=place,
            state=self._state(entries, expect),
            records=tuple(sorted(records)),
            organisations=_members(records.values()),
            levels=_levels(entries),
            last=max(years, default=None),
            surveys=tuple(one.survey.name for one in found),
            covered_to=max((one.to for one in found), default=None),
            surveyed=surveyed,
            expected=expect,
            ratio=None if expect is None else log2((surveyed + 1) / (expect + 1)),
        )

    def _state(self, entries: Sequence[Entry], expect: float | None) -> State:
        if entries:
            return State.DISCONTINUED if all(entry.ended for entry in entries) else State.ACTIVE
        enough = expect is not None and expect >= self.rules.expected_from
        return State.CANDIDATE if enough else State.NO_DATA


def _levels(entries: Iterable[Entry]) -> dict[str, str]:
    """By type of record the level of the highest rank."""
    best: dict[str, tuple[int, str]] = {}
    for entry in entries:
        if entry.level is not None:
            kind = entry.record.kind.type
            best[kind] = max(best.get(kind, entry.level), entry.level)
    return {kind: level for kind, (_, level) in sorted(best.items())}


def _own(entries: Iterable[Entry], found: Iterable[Standing]) -> int:
    """How many records are those of the surveys that cover the cell."""
    surveys = tuple(found)
    return len({entry.record.entity for entry in entries if any(one.has(entry) for one in surveys)})


def _total(cells: Iterable[Cell]) -> Total:
    there = tuple(cells)
    return Total(
        records=len({record for cell in there for record in cell.records}),
        organisations=len({one for cell in there for one in cell.organisations}),
        surveyed=sum(cell.surveyed for cell in there),
    )


def _without(entries: Iterable[Entry], dimension: str) -> int:
    """The records of which no entry shows a value."""
    shown: dict[int, bool] = defaultdict(bool)
    for entry in entries:
        shown[entry.record.entity] |= bool(entry.shown.get(dimension))
    return sum(not any_shown for any_shown in shown.values())


def _members(records: Iterable[Record]) -> tuple[int, ...]:
    return tuple(sorted({member.organisation for record in records for member in record.members}))
