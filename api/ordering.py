"""The order of lists: the inputs that ask for one, and the keys that entities are sorted and found again by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import total_ordering
from typing import Any

from strawberry.types.base import StrawberryOptional

from api import completeness, limits
from api.definitions import Definitions, GraphType, ModelField, extend
from api.reading import Request
from api.wording import order_value
from kg import dates
from kg.errors import UsageError
from kg.folding import fold
from kg.schema import EntityType, Field, Schema

Raw = str | int | float | bool | None
"""A value to order by, as a cursor carries it."""

Key = tuple[Any, ...]
"""What entities are compared by: for each term of the order whether it is absent and its rank, then the id."""

ID, COMPLETENESS, ASC, DESC = "id", "completeness", "ASC", "DESC"


def orderable(kind: EntityType) -> Iterator[Field]:
    """The fields that a type can be ordered by: those that hold one value that is no link."""
    return (f for f in kind.fields.values() if not (f.many or f.hidden or f.kind == "link"))


class Orders:
    """Makes the inputs that ask for an order, one a type."""

    def __init__(self, definitions: Definitions, schema: Schema) -> None:
        self.definitions = definitions
        self.direction = definitions.enum(
            "OrderDirection",
            "Which way to order. What is absent comes last both ways.",
            [("ASC", ASC, "Smallest, earliest, A first."), ("DESC", DESC, "Greatest, latest, Z first.")],
        )
        self.types = {kind.name: self._order(kind) for kind in schema.types.values()}

    def _order(self, kind: EntityType) -> GraphType:
        values = [("ID", ID, "The id, as text.")]
        values += [(order_value(field), field.name, field.description) for field in orderable(kind)]
        if kind.is_entity:
            values.append(("COMPLETENESS", COMPLETENESS, "The part that is stated of what is expected of its type."))
        field = self.definitions.enum(f"{kind.name}OrderField", f"What {kind.plural} can be ordered by.", values)
        made = self.definitions.input(
            f"{kind.name}Order",
            "One term of an order. Texts are ordered without regard to case and accents, dates by their first possible "
            "day, values of a list by their rank if the list has ranks; ties are settled by the next term, last by id.",
        )
        extend(
            made,
            [
                ModelField("field", field, "What to order by."),
                ModelField("direction", StrawberryOptional(self.direction), "Which way; ASC if not given."),
            ],
        )
        return made


@total_ordering
class _Down:
    """A rank that is compared the other way round."""

    __slots__ = ("rank",)

    def __init__(self, rank: Any) -> None:
        self.rank = rank

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Down) and bool(self.rank == other.rank)

    def __lt__(self, other: _Down) -> bool:
        return bool(other.rank < self.rank)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Term:
    """One term of an order: the name of what to order by, its field (None if it is no field), whether it goes down."""

    name: str
    field: Field | None
    down: bool


class Order:
    """The order of a list of one type: total, as the id settles what the terms leave open."""

    def __init__(self, request: Request, kind: EntityType, asked: Sequence[Mapping[str, Any]]) -> None:
        if len(asked) > limits.TERMS:
            raise UsageError(f"orderBy: {len(asked)} terms were given. Give {limits.TERMS} at most.", max=limits.TERMS)
        self.model = request.model
        self.schema = request.schema
        self.terms = [
            Term(term["field"], kind.fields.get(term["field"]), term.get("direction") == DESC) for term in asked
        ]
        self._ranks = [self._rank(term) for term in self.terms]
        self._reads = [self._read(request, term) for term in self.terms]

    @property
    def plain(self) -> bool:
        """Whether the order is by id alone."""
        return not self.terms

    def raw(self, entity: int) -> list[Raw]:
        """The values that the entity is ordered by."""
        return [read(entity) for read in self._reads]

    def key(self, raw: Sequence[Raw], entity_id: str) -> Key:
        """The key of an entity with these values and this id; raises TypeError for values of another kind."""
        parts: list[Any] = []
        for term, rank, value in zip(self.terms, self._ranks, raw, strict=True):
            if value is None:
                parts.append((True,))
            else:
                parts.append((False, _Down(rank(value)) if term.down else rank(value)))
        return (*parts, entity_id)

    def entity_key(self, entity: int) -> Key:
        """The key of an entity."""
        if not self.terms:
            return (self.model.ids[entity],)
        return self.key(self.raw(entity), self.model.ids[entity])

    def sorted(self, entities: Sequence[int]) -> Sequence[int]:
        """The entities in this order."""
        return sorted(entities, key=self.entity_key)

    def _read(self, request: Request, term: Term) -> Callable[[int], Raw]:
        """How the value of a term is read from an entity."""
        if term.field is not None:
            name, get = term.field.name, self.model.get
            return lambda entity: None if isinstance(cell := get(entity, name), tuple) else cell
        return completeness.share(request) if term.name == COMPLETENESS else self.model.ids.__getitem__

    def _rank(self, term: Term) -> Callable[[Any], Any]:
        """How a value of a term compares; refuses values of another kind, which a forged cursor may carry."""
        field = term.field
        if field is None:
            return _as_number if term.name == COMPLETENESS else _as_text
        if field.kind == "enum":
            concepts = self.schema.vocabularies[field.scheme or ""].concepts
            ranks = {slug: concept.rank for slug, concept in concepts.items() if concept.rank is not None}
            return lambda slug: (ranks.get(_as_text(slug), -1), slug)
        if field.kind == "date":
            return _as_day
        return _as_number if field.kind in ("integer", "decimal", "boolean") else _as_folded


def _as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r}")
    return value


def _as_folded(value: Any) -> tuple[str, str]:
    return fold(_as_text(value)), value


def _as_day(value: Any) -> str:
    if not dates.is_partial_date(_as_text(value)):
        raise TypeError(f"not a date: {value!r}")
    return dates.first_day(value)


def _as_number(value: Any) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"not a number: {value!r}")
    return value
