"""What is told of an entity: where it stands and since when, its facts, how sure they are, and what is not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from api.completeness import expectations
from api.reading import Reader
from api.web.notes import Mark, Notes
from api.web.telling import days, is_own, telling_fields
from api.web.values import Shown, heading, restated, shown_of
from kg.completeness import Completeness
from kg.provenance import CONFLICT_FIELD
from kg.schema import Field
from kg.terms import Value

INLINE = 12
"""Values that a fact lists; the rest is a list of its own."""


@dataclass(frozen=True)
class Told:
    """A value and who states it."""

    value: Shown
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Fact:
    """A field with its values; ``marks`` are those of all of them, ``more`` the number of values left out."""

    field: Field
    heading: str
    values: tuple[Told, ...]
    marks: tuple[Mark, ...]
    as_of: str | None
    more: int
    disputed: bool


@dataclass(frozen=True)
class Conflict:
    """A field of which sources state different values; ``chosen`` says of each whether it is the one that is shown."""

    name: str
    heading: str
    reason: str
    claims: tuple[tuple[Told, str, bool], ...]


class Facts:
    """Everything that one entity says of itself, in the order of the ontology."""

    def __init__(self, reader: Reader, entity: int, notes: Notes) -> None:
        self.reader = reader
        self.model = reader.model
        self.entity = entity
        self.notes = notes
        self.kind = reader.model.kind(entity)

    @property
    def summary(self) -> list[Shown]:
        """The most telling values, in few words."""
        fields = self.reader.once(telling_fields)[self.kind.name]
        found = ((field, value) for field in fields for value in self._values(field))
        return [self._dated(field, self._shown(field, value)) for field, value in found]

    @cached_property
    def standing(self) -> list[Fact]:
        """What holds as of a day."""
        return self.of(lambda field: field.as_of is not None)

    @cached_property
    def rest(self) -> list[Fact]:
        """All other facts but those that are lists of their own."""
        return self.of(lambda field: field.as_of is None)

    @property
    def badges(self) -> list[tuple[str, Shown]]:
        """What is said of the record itself in the words of a list: whether it was checked, how sure it is."""
        fields = (f for f in self.kind.fields.values() if self.kind.is_entity and f.kind == "enum" and not is_own(f))
        return [(heading(field), self._shown(field, value)) for field in fields for value in self._values(field)]

    @property
    def given_up(self) -> bool:
        """Whether the record was given up."""
        return "deprecated" in self.kind.fields and self.model.get(self.entity, "deprecated") is True

    @property
    def remark(self) -> str | None:
        """The curator's remark."""
        return str(text) if self.kind.is_entity and (text := self.model.get(self.entity, "note")) else None

    @property
    def completeness(self) -> Completeness | None:
        """What is stated of what is expected of the type; None where nothing is."""
        found = self.reader.once(expectations).of(self.entity) if self.kind.is_entity else None
        return found if found and found.of else None

    @property
    def unknown(self) -> list[str]:
        """The headings of what was looked for and not found."""
        found = self.model.values(self.entity, "unknown") if self.kind.is_entity else ()
        return self.headings([str(name) for name in found])

    def headings(self, names: Sequence[str]) -> list[str]:
        """What fields are called."""
        return [heading(self.kind.fields[name]) for name in names if name in self.kind.fields]

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """The fields that sources disagree on."""
        if CONFLICT_FIELD not in self.kind.fields:
            return []
        return [self._conflict(one) for one in self.model.links(self.entity, CONFLICT_FIELD)]

    def of(self, wanted: Callable[[Field], bool] = lambda field: True) -> list[Fact]:
        """The facts of the fields that are wanted, but for those that are lists of their own."""
        beside = days(self.kind)
        fields = (f for f in self.kind.fields.values() if is_own(f) and f.name not in beside and not is_list(f))
        return [fact for field in fields if wanted(field) and (fact := self._fact(field)) is not None]

    def _fact(self, field: Field) -> Fact | None:
        values = self._values(field)
        told = tuple(
            Told(self._shown(field, value), self.notes.of(self.entity, field, value)) for value in values[:INLINE]
        )
        if not told:
            return None
        common = told[0].marks if all(one.marks == told[0].marks for one in told) else ()
        if common:
            told = tuple(replace(one, marks=()) for one in told)
        disputed = any(conflict.name == field.name for conflict in self.conflicts)
        return Fact(field, heading(field), told, common, self._day(field), max(len(values) - INLINE, 0), disputed)

    def _conflict(self, conflict: int) -> Conflict:
        name, shown_value = str(self.model.get(conflict, "field")), self.model.get(conflict, "shown")
        field = self.kind.fields.get(name)
        claims = []
        for evidence in self.model.links(conflict, "values"):
            text, date = self.model.get(evidence, "value"), self.model.get(evidence, "date")
            value = restated(self.model, self.kind, field, str(text))
            claims.append((Told(value, self.notes.marks([evidence])), str(date or ""), text == shown_value))
        reason = str(self.model.get(conflict, "reason") or "")
        return Conflict(name, heading(field) if field else name, reason, tuple(claims))

    def _values(self, field: Field) -> tuple[Value, ...]:
        return self.model.values(self.entity, field.name)

    def _shown(self, field: Field, value: Value) -> Shown:
        return shown_of(self.model, self.entity, field, value)

    def _day(self, field: Field) -> str | None:
        day = self.model.get(self.entity, field.as_of) if field.as_of else None
        return None if day is None else str(day)

    def _dated(self, field: Field, value: Shown) -> Shown:
        day = self._day(field)
        return replace(value, text=f"{value.text} as of {day}") if day else value


def is_list(field: Field) -> bool:
    """Whether the values of a field are records or links that make a table of their own."""
    return field.kind == "link" and field.many and (field.owns or field.inverse)
