"""What lists show of an entity beside its name: the fields that tell most of its type."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from api.completeness import expectations
from api.reading import Reader, Release
from api.web.values import Shown, heading, shown_of
from kg.completeness import USUAL, Expectations
from kg.model import Model
from kg.schema import ENTITY, TERMS, EntityType, Field, Schema
from kg.terms import Value

COLUMNS = 6
"""How many columns a list has at most."""
SHORT = 2
"""Values of a field that a list writes out."""
_KINDS = ("enum", "date", "link")


@dataclass(frozen=True)
class Cell:
    """What a list shows in one place: the first values, how many there are in all, and the day for which they are
    stated, empty if none is."""

    shown: Sequence[Shown]
    total: int
    day: str

    @property
    def more(self) -> int:
        """How many are not written out."""
        return self.total - len(self.shown)


@dataclass(frozen=True)
class Column:
    """A field, or a field of what an owning link leads to."""

    field: Field
    beyond: Field | None = None

    @property
    def name(self) -> str:
        """How it stands in an address."""
        return self.field.name

    @property
    def heading(self) -> str:
        """What stands above it."""
        label = self.beyond.label if self.beyond else heading(self.field)
        return label[:1].upper() + label[1:]

    @property
    def facets(self) -> Sequence[str]:
        """The names of what a list can be filtered by here: the values, or those beyond the link."""
        if self.beyond:
            return [f"{self.field.name}.{self.beyond.name}"]
        if self.field.kind == "link":
            return [f"{self.field.name}.{name}" for name in self.field.facet_by]
        return [self.field.name]

    def cell(self, model: Model, entity: int) -> Cell:
        """What a list shows of an entity."""
        stated = self._stated(model, entity)
        day = model.get(entity, self.field.as_of) if stated and self.field.as_of else None
        return Cell(self._shown(model, stated[:SHORT]), len(stated), str(day or ""))

    def texts(self, model: Model, entity: int) -> Sequence[str]:
        """All that an entity states, in words."""
        return [one.text for one in self._shown(model, self._stated(model, entity))]

    def _stated(self, model: Model, entity: int) -> Sequence[tuple[int, Value]]:
        """The values, each once, and by whom."""
        if self.beyond is None:
            return [(entity, value) for value in model.values(entity, self.field.name)]
        holders = model.links(entity, self.field.name)
        found = {value: one for one in reversed(holders) for value in model.values(one, self.beyond.name)}
        return [(one, value) for value, one in reversed(found.items())]

    def _shown(self, model: Model, stated: Sequence[tuple[int, Value]]) -> Sequence[Shown]:
        field = self.beyond or self.field
        return [shown_of(model, one, field, value) for one, value in stated]


class Columns:
    """The columns of each type; chosen when they are first asked for."""

    def __init__(self, release: Release) -> None:
        self._model = release.model
        self._counted_by = counted_by(release.schema)
        self._of: dict[str, tuple[Column, ...]] = {}

    def of(self, kind: EntityType, expectations: Expectations) -> tuple[Column, ...]:
        """The columns of a type, the most telling first."""
        if kind.name not in self._of:
            self._of[kind.name] = tuple(map(self._column, self._chosen(kind, expectations.fields(kind))))
        return self._of[kind.name]

    def _chosen(self, kind: EntityType, expected: Container[str]) -> Sequence[Field]:
        dates = {field.as_of for field in kind.fields.values()}
        usable = [
            field
            for field in kind.fields.values()
            if field.kind in _KINDS and not field.hidden and not field.iri.startswith(f"{TERMS}{ENTITY}.")
            if field.name not in dates and not self._is_owned(field)
            if field.name in expected
            or field.required
            or (self._tells(kind, field) < 2 and self._is_usual(kind, field))
        ]
        return sorted(usable, key=lambda field: (self._tells(kind, field), field.order))[:COLUMNS]

    def _column(self, field: Field) -> Column:
        target = self._model.schema.types[field.target] if field.owns and field.target else None
        return Column(field, target.fields[field.facet_by[0]] if target else None)

    def _is_owned(self, field: Field) -> bool:
        """Whether a link leads to records that say little by themselves, and not through them to one other thing."""
        owned = field.target is not None and self._model.schema.types[field.target].owner is not None
        return owned and not (field.owns and len(field.facet_by) == 1)

    def _tells(self, kind: EntityType, field: Field) -> int:
        """How much a field tells, 0 the most: by what reports and others' lists count, then what has facets itself."""
        if field.counted or field.as_of:
            return 0
        if field.name in self._counted_by[kind.name]:
            return 1
        return 2 if field.facet_by else 3 if field.kind != "link" else 4

    def _is_usual(self, kind: EntityType, field: Field) -> bool:
        column = self._model.column(kind.name, field.name)
        return sum(cell not in (None, ()) for cell in column) >= len(column) * USUAL


def counted_by(schema: Schema) -> dict[str, frozenset[str]]:
    """By concrete type the fields by which lists of others are counted through a link to it."""
    named: dict[str, set[str]] = {kind.name: set() for kind in schema.entity_types()}
    for kind in schema.types.values():
        for link in kind.fields.values():
            for target in schema.concrete(link.target) if link.target and link.facet_by else ():
                named[target.name].update(link.facet_by)
    return {name: frozenset(found) for name, found in named.items()}


def columns(reader: Reader, kind: EntityType) -> tuple[Column, ...]:
    """The columns of a list of a type, the most telling first."""
    return reader.once(Columns).of(kind, reader.once(expectations))
