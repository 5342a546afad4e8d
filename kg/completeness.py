"""Which fields an entity of a type is expected to have, by what others of its type have, and which of them it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Model
from kg.schema import ENTITY, TERMS, EntityType, Field

USUAL = 1 / 4
"""A field that at least this part of a type has is expected of all of it; one that fewer have is rare, not missing."""

_FACTS = frozenset(["link", "enum", "date", "integer", "decimal"])
"""Kinds that say something definite; texts, addresses and yes or no are remarks that many do without."""


@dataclass(frozen=True)
class Completeness:
    """How much of what is expected of an entity is there: each expected field is stated, unknown or missing.

    ``unknown`` are the fields that the record says were looked for and not found.
    """

    stated: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def of(self) -> int:
        """How many fields are expected."""
        return len(self.stated) + len(self.unknown) + len(self.missing)

    @property
    def share(self) -> float | None:
        """The part of the expected fields that is stated, from 0 to 1; None if none is expected."""
        return len(self.stated) / self.of if self.of else None


class Expectations:
    """What is expected of each type in a model; worked out for a type when it is first asked for, and kept."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._fields: dict[str, tuple[str, ...]] = {}
        self._shares: dict[int, float | None] = {}

    def fields(self, kind: EntityType) -> tuple[str, ...]:
        """The names of the fields that an entity of a concrete type is expected to have, in order."""
        if kind.name not in self._fields:
            telling = (field.name for field in kind.fields.values() if _tells(field))
            self._fields[kind.name] = tuple(name for name in telling if self._is_usual(kind, name))
        return self._fields[kind.name]

    def lacking(self, kind: EntityType, field: str) -> Sequence[int]:
        """The entities of a concrete type that neither state a field nor say that it was looked for."""
        rows = self.model.rows(kind.name)
        return [row for row in rows if not self._states(row, field) and not self._sought(row, field)]

    def of(self, entity: int) -> Completeness:
        """What an entity states of what is expected of its type."""
        expected = self.fields(self.model.kind(entity))
        stated = tuple(name for name in expected if self._states(entity, name))
        absent = [name for name in expected if name not in stated]
        unknown = tuple(name for name in absent if self._sought(entity, name))
        return Completeness(stated, unknown, tuple(name for name in absent if name not in unknown))

    def share(self, entity: int) -> float | None:
        """The part that an entity states of what is expected of its type; kept, for lists are ordered by it."""
        if entity not in self._shares:
            self._shares[entity] = self.of(entity).share
        return self._shares[entity]

    def _is_usual(self, kind: EntityType, field: str) -> bool:
        total = len(self.model.rows(kind.name))
        return total - len(self.lacking(kind, field)) >= total * USUAL

    def _states(self, entity: int, field: str) -> bool:
        return self.model.get(entity, field) not in (None, ())

    def _sought(self, entity: int, field: str) -> bool:
        return "unknown" in self.model.kind(entity).fields and field in self.model.values(entity, "unknown")


def _tells(field: Field) -> bool:
    """Whether a field says something of its own type; what every entity has is about the record, not the thing."""
    own = not field.required and not field.hidden and not field.iri.startswith(f"{TERMS}{ENTITY}.")
    return own and field.kind in _FACTS
