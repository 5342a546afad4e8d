"""The object types and interfaces: one per entity type of the ontology, with connections where lists can grow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api import completeness, limits, lookup
from api.connections import Connections
from api.definitions import Definitions, GraphType, ModelField, Resolver, argument, extend, listing, optional
from api.lists import CUT, cut, first_argument
from api.pages import Page
from api.reading import Request
from api.scalars import IRI, Date
from api.wording import field_text, type_text
from kg.schema import EntityType, Field, Schema
from kg.turtle import RDFS

_ALONE = "alone"
"""The argument that keeps what would fall together with what is asked."""

_PLAIN: Mapping[str, GraphType] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "decimal": float,
    "date": Date,
    "uri": IRI,
    "iri": IRI,
    "field-name": str,
}


@dataclass(frozen=True)
class Parts:
    """What the types are put together from."""

    definitions: Definitions
    schema: Schema
    enums: Mapping[str, GraphType]
    keys: Mapping[str, GraphType]


class Types:
    """Makes the types in two steps, for they name each other: all of them empty, then their fields."""

    def __init__(self, parts: Parts, connections: Callable[[Mapping[str, GraphType]], Connections]) -> None:
        self.parts = parts
        self.schema = parts.schema
        self.example = next(kind.example for kind in self.schema.entity_types())
        self.node = self._interface("Node", "Anything with an id: an entity, a source, evidence, a conflict.", [])
        extend(self.node, self._identity(self.example))
        self.made: dict[str, GraphType] = {}
        for kind in self.schema.types.values():
            self.made[kind.name] = self._empty(kind)
        self.connections = connections(self.made)
        for kind in self.schema.types.values():
            extend(self.made[kind.name], self._fields(kind))

    def _interface(self, name: str, text: str, above: list[GraphType]) -> GraphType:
        return self.parts.definitions.interface(name, text, _type_name, above)

    def _empty(self, kind: EntityType) -> GraphType:
        above = [self.made[name] for name in kind.ancestors] + [self.node]
        if kind.abstract:
            return self._interface(kind.name, type_text(kind), above)
        return self.parts.definitions.object(kind.name, type_text(kind), above)

    def _identity(self, example: str) -> list[StrawberryField]:
        return [
            ModelField("id", strawberry.ID, f"The id: its type and slug. For example `{example}`.", _id),
            ModelField("iri", IRI, "The address: the id as an IRI.", _iri),
        ]

    def _fields(self, kind: EntityType) -> list[StrawberryField]:
        fields = self._identity(kind.example)
        shown = [field for field in kind.fields.values() if not field.hidden]
        if any(field.predicate == RDFS + "label" for field in shown):
            fields.append(ModelField("label", str, "What it is called in lists; its id if nothing names it.", _label))
        fields += [self._field(field) for field in shown if field.name != "label"]
        return [*fields, completeness.field()] if kind.is_entity else fields

    def _field(self, field: Field) -> StrawberryField:
        if field.kind == "link":
            return self._many_links(field) if field.many else self._one_link(field)
        kind = self._value_type(field)
        if field.many:
            return ModelField(field.name, listing(kind), field_text(field), _values(field.name))
        return ModelField(field.name, optional(kind), field_text(field), _value(field.name))

    def _value_type(self, field: Field) -> GraphType:
        if field.kind == "enum":
            return self.parts.enums[field.scheme or ""]
        return self.parts.keys.get(field.name, str) if field.natural_key else _PLAIN[field.kind]

    def _one_link(self, field: Field) -> StrawberryField:
        return ModelField(field.name, optional(self.made[field.target or ""]), field_text(field), _value(field.name))

    def _many_links(self, field: Field) -> StrawberryField:
        target = self.schema.types[field.target or ""]
        if self._is_connection(field, target):
            return self._connection(field, target)
        text = f"{field_text(field)} {CUT}, by id."
        arguments = [first_argument()]
        about = _field_name(target)
        arguments += [] if about is None else [_about(about)]
        return ModelField(field.name, listing(self.made[target.name]), text, _list(field.name, about), arguments)

    def _connection(self, field: Field, target: EntityType) -> StrawberryField:
        arguments, forward = self.connections.arguments(target), _forward(field, target)
        if forward is not None:
            text = f"Only those whose `{forward}` names nothing else: they would be left without. All if not given."
            arguments = [*arguments, argument(_ALONE, optional(bool), text)]
        kind = self.connections.connection(target)
        return ModelField(field.name, kind, field_text(field), _page(field, target, forward), arguments)

    def _is_connection(self, field: Field, target: EntityType) -> bool:
        """Links between entities, and whatever points at a source; what is owned, a shortcut or backing is plain."""
        if field.owns or field.shortcut:
            return False
        return field.inverse or target.is_entity


def _forward(field: Field, target: EntityType) -> str | None:
    """The list of the target that a field reads backwards, if it is one."""
    there = target.fields.values() if field.inverse else ()
    return next((f.name for f in there if f.predicate == field.predicate and f.many and not f.inverse), None)


def _field_name(kind: EntityType) -> str | None:
    """The field of a type that names a field of what it is about, as evidence and conflicts do."""
    return next((f.name for f in kind.fields.values() if f.kind == "field-name" and not f.many), None)


def _about(name: str) -> StrawberryArgument:
    return argument(name, optional(str), "Only those about this field. For example `name`.")


# ---------------------------------------------------------------- resolvers


def _type_name(entity: int, info: Any, _kind: Any) -> str:
    request: Request = info.context
    return request.model.kind(entity).name


def _id(entity: int, request: Request, _given: Mapping[str, Any]) -> str:
    return request.model.ids[entity]


def _iri(entity: int, request: Request, _given: Mapping[str, Any]) -> str:
    return request.model.iri(entity)


def _label(entity: int, request: Request, _given: Mapping[str, Any]) -> str:
    return request.model.label(entity)


def _value(name: str) -> Resolver:
    return lambda entity, request, _given: request.model.get(entity, name)


def _values(name: str) -> Resolver:
    return lambda entity, request, _given: request.model.values(entity, name)


def _list(name: str, about: str | None) -> Resolver:
    def resolve(entity: int, request: Request, given: Mapping[str, Any]) -> list[int]:
        found = request.model.links(entity, name)
        if about is not None and given.get(about) is not None:
            asked = lookup.field_name(request.model.kind(entity), given[about])
            found = tuple(one for one in found if request.model.get(one, about) == asked)
        return cut(found, request, given)

    return resolve


def _page(field: Field, target: EntityType, forward: str | None) -> Resolver:
    def resolve(entity: int, request: Request, given: Mapping[str, Any]) -> Page:
        place, found = f"{request.model.ids[entity]} {field.name}", request.model.links(entity, field.name)
        if forward is not None and given.get(_ALONE):
            place, found = f"{place} {_ALONE}", _with_one(request, found, forward)
        return Page(request, target, place, found, given)

    return resolve


def _with_one(request: Request, entities: Sequence[int], field: str) -> tuple[int, ...]:
    """The entities that have one value of a field."""
    found: list[int] = []
    for start in range(0, len(entities), limits.ROWS):
        request.spend(1)
        request.tick()
        rows = entities[start : start + limits.ROWS]
        found += [row for row in rows if len(request.model.values(row, field)) == 1]
    return tuple(found)
