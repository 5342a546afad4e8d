"""The links and owned records of an entity as tables: the first rows on its page, the rest page by page, all as CSV."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from api import flatten
from api.reading import Reader, Release
from api.web.columns import Cell, Column, columns
from api.web.notes import Mark, Notes
from api.web.telling import days, is_own
from api.web.values import Shown, heading, of_entity
from kg.errors import UsageError
from kg.files import did_you_mean
from kg.model import Model
from kg.provenance import SOURCE
from kg.schema import EntityType, Field
from kg.stating import Stating
from kg.turtle import RDFS

FIRST = 20
"""Rows on the page of an entity."""
ROWS = 100
"""Rows of a page that has one list alone."""
_TICK = 500


@dataclass(frozen=True)
class Row:
    """One linked record; ``cells`` are those of the columns."""

    record: Shown
    kind: EntityType
    cells: tuple[Cell, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Listing:
    """A part of the records behind a link. ``kinds`` counts those of each type where there may be several.

    ``named`` says whether the records have names to be told apart by; ``alone`` counts those that rest on this source
    alone, None where nothing rests on the entity.
    """

    field: Field
    heading: str
    total: int
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    named: bool
    kinds: tuple[tuple[EntityType, int], ...]
    alone: int | None


class Listings:
    """The lists of one entity. ``tick`` is called between rows."""

    def __init__(self, reader: Reader, entity: int, notes: Notes, tick: Callable[[], None]) -> None:
        self.reader = reader
        self.model = reader.model
        self.entity = entity
        self.notes = notes
        self.tick = tick
        self.kind = reader.model.kind(entity)

    def field(self, name: str) -> Field:
        """The link of a name; raises ``UsageError`` if the type has none."""
        links = {f.name: f for f in self.kind.fields.values() if f.kind == "link" and f.many and not f.hidden}
        if name not in links:
            hint = did_you_mean(name, links) or f"Ask for one of {', '.join(links)}."
            raise UsageError(f"'list' has no value '{name[:50]}' for {self.kind.label}. {hint}")
        return links[name]

    def records(self, field: Field, kind: EntityType | None = None, alone: bool = False) -> Sequence[int]:
        """The records behind a link: those of one type, and those that rest on the source alone, if asked."""
        found = self.model.links(self.entity, field.name)
        if kind is not None:
            found = tuple(one for one in found if self.model.kind(one) == kind)
        return self._alone(found) if alone else found

    def listing(self, field: Field, records: Sequence[int], start: int = 0, rows: int = FIRST) -> Listing:
        """A table of some of the records behind a link."""
        target = self.model.schema.types[field.target or ""]
        shown = self._columns(field, target, records)
        counted = Counter(self.model.kind(one).name for one in records) if target.abstract else {}
        return Listing(
            field=field,
            heading=heading(field),
            total=len(records),
            headings=tuple(column.heading for column in shown),
            rows=tuple(self._row(field, shown, one) for one in records[start : start + rows]),
            named=not _is_owned(target),
            kinds=tuple((k, counted[k.name]) for k in self.model.schema.concrete(target.name) if k.name in counted),
            alone=len(self._alone(records)) if self._rests(field) else None,
        )

    def table(self, field: Field, records: Sequence[int]) -> tuple[list[str], Iterator[list[flatten.Cell]]]:
        """The header and the rows of the whole list, for a file."""
        target = self.model.schema.types[field.target or ""]
        shown = self._columns(field, target, records)
        header = ["Id", "Label", "Type"]
        for column in shown:
            header += [column.heading, f"{column.heading}, as of"] if column.field.as_of else [column.heading]
        return header, self._cells(shown, records)

    def _cells(self, shown: Sequence[Column], records: Sequence[int]) -> Iterator[list[flatten.Cell]]:
        for number, one in enumerate(records):
            if number % _TICK == 0:
                self.tick()
            cells: list[flatten.Cell] = [self.model.ids[one], self.model.label(one), self.model.kind(one).label]
            for column in shown:
                cells.append("; ".join(column.texts(self.model, one)))
                cells += [column.cell(self.model, one).day] if column.field.as_of else []
            yield cells

    def _columns(self, field: Field, target: EntityType, records: Sequence[int]) -> list[Column]:
        """The columns in which any of the records has a value; of records that are owned all their own."""
        if target.abstract:
            return []
        found: Sequence[Column] = columns(self.reader, target)
        if _is_owned(target):
            beside = days(target)
            own = (f for f in target.fields.values() if is_own(f) and f.name not in beside)
            found = [Column(f) for f in own if f.predicate != field.predicate]
        return [one for one in found if _is_used(self.model, one, records)]

    def _row(self, field: Field, shown: Sequence[Column], record: int) -> Row:
        cells = tuple(column.cell(self.model, record) for column in shown)
        marks = () if self.kind.name == SOURCE else self.notes.of(self.entity, field, record)
        return Row(of_entity(self.model, record), self.model.kind(record), cells, marks)

    def _rests(self, field: Field) -> bool:
        """Whether a link tells what a source supports."""
        return self.kind.name == SOURCE and field.inverse and self.model.schema.types[field.target or ""].is_entity

    def _alone(self, records: Sequence[int]) -> Sequence[int]:
        """Those that would be left without a source if this one were withdrawn."""
        falling = self.reader.once(_resting_alone).get(self.entity, frozenset())
        return [one for one in records if one in falling]


def _resting_alone(release: Release) -> Mapping[int, frozenset[int]]:
    """By source the records that cite nothing else."""
    stating = Stating(release.model)
    found: dict[int, set[int]] = defaultdict(set)
    for record in range(len(release.model)):
        sources = stating.record(record)
        if len(sources) == 1:
            found[sources[0]].add(record)
    return {source: frozenset(records) for source, records in found.items()}


def _is_owned(target: EntityType) -> bool:
    """Whether records of a type have no life, and no name, of their own."""
    return target.owner is not None or not any(f.predicate == RDFS + "label" for f in target.fields.values())


def _is_used(model: Model, column: Column, records: Sequence[int]) -> bool:
    return any(model.get(one, column.field.name) not in (None, ()) for one in records)
