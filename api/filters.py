"""The ``where`` inputs: one per type, with objects of operators for values and nested conditions for links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import strawberry
from strawberry.types.field import StrawberryField

from api.definitions import Definitions, GraphType, extend, input_field, listing
from api.reading import Release, Request
from api.scalars import IRI, Date
from api.wording import names
from kg.errors import OntologyError
from kg.schema import EntityType, Field, Schema, pascal

BROADER = "http://www.w3.org/2004/02/skos/core#broader"
OPERATORS = ("id", "completeness", "eq", "isNull", "isA", "under", "and", "or", "not")
"""The names in a type's ``where`` that are not fields."""

_TEXTS = {
    "eq": "Is this value.",
    "ne": "Is there and is not this value.",
    "in": "Is one of these values.",
    "notIn": "Is there and is none of these values.",
    "isNull": "True: is not there. False: is there.",
}
_LIST_TEXTS = {
    "some": "At least one fits.",
    "every": "All fit; so does a list that is empty.",
    "none": "None fits; so does a list that is empty.",
}


@dataclass(frozen=True)
class Filterable:
    """A field that can be filtered on, and the concrete types that have it."""

    field: Field
    types: frozenset[str]


def filterable(schema: Schema, kind: EntityType) -> Mapping[str, Filterable]:
    """The fields to filter a type on; for an interface also fields of the types below it that mean the same there."""
    found: dict[str, list[tuple[Field, str]]] = {}
    for concrete in schema.concrete(kind.name):
        for field in concrete.fields.values():
            if not field.hidden:
                found.setdefault(field.name, []).append((field, concrete.name))
    return {
        name: Filterable(uses[0][0], frozenset(concrete for _, concrete in uses))
        for name, uses in found.items()
        if len({(f.kind, f.many, f.target, f.scheme) for f, _ in uses}) == 1
    }


def known_fields(request: Request, kind: EntityType) -> Mapping[str, Filterable]:
    """The fields to filter a type on, kept for as long as the release serves."""
    return request.reader.once(_known_fields)[kind.name]


def _known_fields(release: Release) -> Mapping[str, Mapping[str, Filterable]]:
    return {kind.name: filterable(release.schema, kind) for kind in release.schema.types.values()}


def tree_link(kind: EntityType) -> str | None:
    """The field that links a type to broader ones of its own, if it has one."""
    return next((f.name for f in kind.fields.values() if f.predicate == BROADER and not f.inverse), None)


class Filters:
    """Makes the inputs: those of values at once, those of types in two steps, for they name each other."""

    def __init__(self, definitions: Definitions, schema: Schema, enums: Mapping[str, GraphType]) -> None:
        self.definitions = definitions
        self.schema = schema
        self.enums = enums
        self.entity_type = self._entity_type()
        self.values = self._values()
        self.lists: dict[str, GraphType] = {}
        self.types = {
            kind.name: definitions.input(
                f"{kind.name}Where", f"Conditions on {kind.plural}; all that are given have to hold."
            )
            for kind in schema.types.values()
        }
        for kind in schema.types.values():
            extend(self.types[kind.name], self._type_fields(kind))

    def _entity_type(self) -> GraphType:
        kinds = [
            (kind.slug.replace("-", "_").upper(), kind.name, kind.definition) for kind in self.schema.entity_types()
        ]
        return self.definitions.enum("EntityType", "The types of which there are entities.", kinds)

    def _values(self) -> dict[str, GraphType]:
        make = self._value
        date = make(
            "DateWhere", "a date; a partial date stands for all days it may mean", Date, "eq ne in notIn isNull"
        )
        extend(date, [input_field(name, Date, text) for name, text in _DATE_TEXTS.items()])
        string = make("StringWhere", "a text", str, "eq ne in notIn isNull")
        iri = make("IRIWhere", "an address", IRI, "eq ne in notIn isNull")
        for kind in (string, iri):
            extend(kind, [input_field(name, str, text) for name, text in _STRING_TEXTS.items()])
        whole = make("IntWhere", "a whole number", int, "eq ne in notIn isNull")
        decimal = make("FloatWhere", "a number", float, "eq ne in notIn isNull")
        for kind, number in ((whole, int), (decimal, float)):
            extend(kind, [input_field(name, number, text) for name, text in _NUMBER_TEXTS.items()])
        boolean = make("BooleanWhere", "true or false", bool, "eq ne isNull")
        self.ids = make("IDWhere", "an id", strawberry.ID, "eq ne in notIn")
        kinds = {"string": string, "field-name": string, "uri": iri, "iri": iri, "date": date, "boolean": boolean}
        found = {**kinds, "integer": whole, "decimal": decimal}
        return found | {f"enum {slug}": self._enum(slug, enum) for slug, enum in self.enums.items()}

    def _value(self, name: str, what: str, kind: GraphType, operators: str) -> GraphType:
        made = self.definitions.input(
            name, f"Conditions on {what}; all that are given have to hold. What is not there fits `isNull: true` only."
        )
        types = {"in": listing(kind), "notIn": listing(kind), "isNull": bool}
        extend(made, [input_field(op, types.get(op, kind), _TEXTS[op]) for op in operators.split()])
        return made

    def _enum(self, slug: str, enum: GraphType) -> GraphType:
        made = self._value(f"{pascal(slug)}Where", f"a value of {pascal(slug)}", enum, "eq ne in notIn isNull")
        text = "Is this value or one below it in the tree of the list."
        extend(made, [input_field("under", enum, text)])
        return made

    def list_of(self, item: GraphType) -> GraphType:
        """The input for lists of what an input is for."""
        inner = item.__strawberry_definition__.name
        name = inner.removesuffix("Where") + "ListWhere"
        if name not in self.lists:
            made = self.lists[name] = self.definitions.input(
                name, f"Conditions on a list, its items by {inner}; all that are given have to hold."
            )
            extend(made, [input_field(op, item, text) for op, text in _LIST_TEXTS.items()])
            extend(made, [input_field("count", self.values["integer"], "How many there are.")])
        return self.lists[name]

    def _type_fields(self, kind: EntityType) -> list[StrawberryField]:
        fields: list[StrawberryField] = list(self._operators(kind))
        for name, found in filterable(self.schema, kind).items():
            if name in OPERATORS:
                raise OntologyError(
                    f"{found.field.iri}: {name} is an operator of filters. Give the field another sh:name."
                )
            field = found.field
            item = self.types[field.target] if field.target else self._value_input(field)
            only = f" Only of: {names(self.schema, found.types)}." if name not in kind.fields else ""
            fields.append(input_field(name, self.list_of(item) if field.many else item, field.description + only))
        return fields

    def _value_input(self, field: Field) -> GraphType:
        return self.values[f"enum {field.scheme}" if field.kind == "enum" else field.kind]

    def _operators(self, kind: EntityType) -> list[StrawberryField]:
        own = self.types[kind.name]
        fields: list[StrawberryField] = [
            input_field("id", self.ids, "Conditions on the id."),
            input_field("eq", strawberry.ID, "Is the entity of this id; short for `id: {eq: ...}`."),
            input_field("isNull", bool, "Of a link that holds one. True: there is none. False: there is one."),
        ]
        if kind.abstract:
            fields.append(input_field("isA", self.entity_type, "Is an entity of this type."))
        if tree_link(kind):
            fields.append(input_field("under", strawberry.ID, "Is the entity of this id or one below it in the tree."))
        if kind.is_entity:
            text = "Conditions on the part that is stated of what is expected of its type, from 0 to 1."
            fields.append(input_field("completeness", self.values["decimal"], text))
        return [
            *fields,
            input_field("and", listing(own), "All of these hold."),
            input_field("or", listing(own), "At least one of these holds."),
            input_field("not", own, "This does not hold."),
        ]


_STRING_TEXTS = {
    "contains": "Has this text in it; case and accents do not matter.",
    "startsWith": "Begins with this text; case and accents do not matter.",
}
_NUMBER_TEXTS = {
    "gt": "Is greater than this.",
    "gte": "Is this or greater.",
    "lt": "Is less than this.",
    "lte": "Is this or less.",
}
_DATE_TEXTS = {
    "gt": "Its first possible day is after the last possible day of this.",
    "gte": "Its first possible day is the first possible day of this, or later.",
    "lt": "Its last possible day is before the first possible day of this.",
    "lte": "Its last possible day is the last possible day of this, or earlier.",
}
