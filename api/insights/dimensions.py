"""In what records and organisations are compared (modality, condition, vector ...), as inputs of GraphQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import strawberry

from api import limits, lookup
from api.definitions import GraphType, extend, input_field, listing
from api.reading import Request
from api.types import Types
from kg.errors import NotFoundError, UsageError
from kg.schema import Field
from kg.terms import Value

Given = Mapping[str, Any]
Slots = Mapping[str, Field]
"""By dimension the field that its values stand in."""


def traits_input(types: Types, slots: Slots) -> GraphType:
    """The input that names values by dimension."""
    made = types.parts.definitions.input(
        "TraitsInput", "What is on record: any of the values given, in every dimension given. What is narrower counts."
    )
    extend(made, (input_field(name, *_shape(types, slot)) for name, slot in slots.items()))
    return made


def _shape(types: Types, slot: Field) -> tuple[GraphType, str]:
    """The type and the description of a dimension."""
    if slot.scheme:
        return listing(types.parts.enums[slot.scheme]), f"Any of these. {slot.description}"
    if slot.target:
        example = types.schema.types[slot.target].example
        return listing(strawberry.ID), f"Any of these, by slug or full id, such as `{example}`. {slot.description}"
    return bool, f"True: this is wanted. {slot.description}"


def traits(request: Request, slots: Slots, given: Given | None) -> dict[str, tuple[Value, ...]]:
    """The values by dimension; raises NotFoundError or UsageError for an entity that there is not."""
    found = {name: _values(request, slots[name], name, asked) for name, asked in (given or {}).items() if asked}
    return {name: found[name] for name in slots if name in found}


def _values(request: Request, slot: Field, name: str, asked: Any) -> tuple[Value, ...]:
    if asked is True:
        return (True,)
    bounded(name, asked)
    if slot.target:
        kind = request.schema.types[slot.target]
        return tuple(dict.fromkeys(lookup.entity(request, text, kind) for text in asked))
    return tuple(dict.fromkeys(str(value) for value in asked))


def bounded(name: str, asked: Iterable[Any]) -> None:
    """Refuse a list of more than ``limits.NODES``."""
    if (count := len(list(asked))) > limits.NODES:
        raise UsageError(f"{name}: {count} were given. Give {limits.NODES} at most.", max=limits.NODES)


def value(request: Request, slot: Field, text: str) -> Value:
    """The value of a dimension as texts name it: a value of its enum, or an id; raises NotFoundError."""
    if slot.target:
        return lookup.entity(request, text, request.schema.types[slot.target])
    concepts = request.schema.vocabularies[slot.scheme or ""].concepts
    by_enum = {concept.enum: concept.slug for concept in concepts.values()}
    if text not in by_enum:
        raise NotFoundError(f"There is no {slot.label} '{text}'.{lookup.near(text, by_enum)}")
    return by_enum[text]
