"""What lists can be counted by: the fields of a type whose values many entities share, and the enums that name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from api.definitions import Definitions, GraphType
from api.filters import filterable
from api.wording import order_value
from kg.errors import OntologyError
from kg.schema import EntityType, Field, Schema

KINDS = ("enum", "boolean", "date", "field-name")
"""The kinds of value that are counted, beside links."""
IS_A = "isA"
"""The facet of an interface that counts by type, named like the condition of a filter."""


@dataclass(frozen=True)
class Facetable:
    """What entities can be counted by: a field, a field of those that a link leads to, or (no path) their type."""

    path: tuple[Field, ...]

    @property
    def name(self) -> str:
        """How it stands in a filter: ``phase``, ``sponsors.country``, ``isA``."""
        return ".".join(field.name for field in self.path) or IS_A

    @property
    def value(self) -> str:
        """How it stands in the enum: ``PHASE``, ``SPONSORS_COUNTRY``, ``IS_A``."""
        return "_".join(order_value(field) for field in self.path) or "IS_A"

    @property
    def label(self) -> str:
        """What it is called."""
        return ", ".join(field.label for field in self.path) or "type"

    @property
    def description(self) -> str:
        """What the enum says of it."""
        text = self.path[-1].description if self.path else "The type of the entity."
        if len(self.path) > 1:
            text = f"Of those in `{self.path[0].name}`: {text}"
        return f"{text} By year." if self.path and self.path[-1].kind == "date" else text

    @property
    def steps(self) -> tuple[tuple[str, bool], ...]:
        """The names in a filter that lead to its conditions, each with whether it is of a list."""
        return tuple((field.name, field.many) for field in self.path) or ((IS_A, False),)


def facetable(schema: Schema, kind: EntityType) -> Mapping[str, Facetable]:
    """What a type can be counted by, by name; for an interface what all below it share, and their type."""
    found = list(_facetable(schema, kind))
    return {one.name: one for one in found}


def _facetable(schema: Schema, kind: EntityType) -> Iterator[Facetable]:
    if kind.abstract:
        yield Facetable(())
    for field in kind.fields.values():
        if _is_counted(schema, field):
            yield Facetable((field,))
        for name in field.facet_by:
            yield Facetable((field, _beyond(schema, field, name)))


def _is_counted(schema: Schema, field: Field) -> bool:
    """Whether a field holds values of a kind that is counted; what is owned is shared by none."""
    if field.hidden:
        return False
    if field.target:
        return not field.owns and schema.types[field.target].owner is None
    return field.kind in KINDS


def _beyond(schema: Schema, link: Field, name: str) -> Field:
    """The field of that name where a link leads."""
    there = filterable(schema, schema.types[link.target or ""])
    if name not in there or not _is_counted(schema, there[name].field):
        raise OntologyError(
            f"{link.iri}: atmp:facetBy names {name}, by which {link.target} cannot be counted. Name a field of it that "
            "holds a value of a list, a link, a date or true and false."
        )
    return there[name].field


class Facets:
    """Makes the enums that name what lists are counted by, one a type."""

    def __init__(self, definitions: Definitions, schema: Schema) -> None:
        self.of = {kind.name: facetable(schema, kind) for kind in schema.types.values()}
        self.types: dict[str, GraphType] = {}
        for kind in schema.types.values():
            values = [(one.value, one.name, one.description) for one in self.of[kind.name].values()]
            text = f"What {kind.plural} can be counted by."
            self.types[kind.name] = definitions.enum(f"{kind.name}Facet", text, values)
