"""Whether the GraphQL schema describes itself: every part in sentences, with an example id and what null means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_non_null_type,
    is_specified_scalar_type,
)

_SENTENCE = re.compile(r"\S.*[.!?][)`\"']?", re.DOTALL)
_EXAMPLE_ID = re.compile(r"`[a-z-]+/[^`\s]+`")
_NULL = re.compile(r"\bnull\b", re.IGNORECASE)
_INSTEAD = re.compile(r"`[^`]+`")

NODE = "Node"
"""The interface of everything that has an id."""


@dataclass(frozen=True)
class Flaw:
    """One part of the schema that is not described as it should be, and what is wrong."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def lint(schema: GraphQLSchema) -> list[Flaw]:
    """All flaws of a schema's descriptions, by place; none if it describes itself."""
    flaws = [flaw for part in _parts(schema) for flaw in _flaws_of_text(*part)]
    for kind in _own_types(schema):
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            flaws += _flaws_of_object(kind)
    return sorted(flaws, key=str)


def _own_types(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    """The types that are neither GraphQL's own nor introspection's."""
    for kind in schema.type_map.values():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield kind


def _parts(schema: GraphQLSchema) -> Iterator[tuple[str, str | None, str | None]]:
    """Every type, field, argument, enum value and input field, with its description and why it is deprecated."""
    for kind in _own_types(schema):
        yield kind.name, kind.description, None
        if isinstance(kind, GraphQLEnumType):
            for name, value in kind.values.items():
                yield f"{kind.name}.{name}", value.description, value.deprecation_reason
        if isinstance(kind, GraphQLInputObjectType):
            for name, given in kind.fields.items():
                yield f"{kind.name}.{name}", given.description, given.deprecation_reason
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field.description, field.deprecation_reason
                for argument, found in field.args.items():
                    yield f"{kind.name}.{name}({argument}:)", found.description, found.deprecation_reason


def _flaws_of_text(place: str, text: str | None, deprecated: str | None) -> Iterator[Flaw]:
    if not (text or "").strip():
        yield Flaw(place, "has no description")
    elif not _SENTENCE.fullmatch((text or "").strip()):
        yield Flaw(place, "has a description that does not end as a sentence")
    if deprecated is not None and not _INSTEAD.search(deprecated):
        yield Flaw(place, "is deprecated and does not say in backticks what to use instead")


def _flaws_of_object(kind: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[Flaw]:
    text = kind.description or ""
    is_node = isinstance(kind, GraphQLObjectType) and any(one.name == NODE for one in kind.interfaces)
    if is_node and not _EXAMPLE_ID.search(text):
        yield Flaw(kind.name, "has no example id, such as `type/slug`")
    if not _NULL.search(text):
        for name, field in kind.fields.items():
            if _is_silent_on_null(field):
                yield Flaw(f"{kind.name}.{name}", "may be null and does not say what that means")


def _is_silent_on_null(field: GraphQLField) -> bool:
    return not is_non_null_type(field.type) and not _NULL.search(field.description or "")
