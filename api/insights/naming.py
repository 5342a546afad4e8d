"""Values as GraphQL shows them: of an enum or an entity's id, with what they are called, and how many have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from api.definitions import Definitions, GraphType
from api.plain import fact, made
from api.reading import Request
from kg.schema import Concept, Field, Schema
from kg.terms import Value


@dataclass(frozen=True)
class Named:
    """A value, and what it is called; ``count`` where it was counted."""

    value: str
    label: str
    count: int = 0


def value_type(definitions: Definitions) -> GraphType:
    """The type of a value."""
    return made(definitions, "NamedValue", "A value of an enum, or an entity, and what it is called.", _fields())


def count_type(definitions: Definitions) -> GraphType:
    """The type of a value with its count."""
    count = fact("count", int, "How many have it.")
    return made(definitions, "NamedCount", "A value, and how many have it.", [*_fields(), count])


def _fields() -> list[GraphType]:
    text = "The value of its enum, or the id of the entity. For example `CAR_T`."
    return [fact("value", str, text), fact("label", str, "What it is called in English.")]


def of_field(request: Request, field: Field, value: Value) -> Named:
    """A value of a field."""
    if isinstance(value, int) and field.target:
        return Named(request.model.ids[value], request.model.label(value))
    return of_concept(request.schema.vocabularies[field.scheme].concepts[str(value)]) if field.scheme else _as_is(value)


def of_concept(concept: Concept) -> Named:
    """A concept."""
    return Named(concept.enum, concept.label)


def counts(schema: Schema, field: str, found: Iterable[tuple[str, int]]) -> list[Named]:
    """The counted values of the fields of a name, in their order."""
    schemes = (kind.fields[field].scheme for kind in schema.types.values() if field in kind.fields)
    scheme = next((scheme for scheme in schemes if scheme), None)
    concepts = schema.vocabularies[scheme].concepts if scheme else {}
    return [
        Named(concepts[value].enum, concepts[value].label, count) if value in concepts else Named(value, value, count)
        for value, count in found
    ]


def _as_is(value: Value) -> Named:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Named(text, text)
