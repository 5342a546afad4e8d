"""Strawberry definitions made from values: types, inputs, enums and fields that the ontology names at run time.

Strawberry reads a definition from a class; here the class is empty and the definition is handed over ready, which
spares a dataclass and a resolver's signature for each of some hundreds of types and fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryList, StrawberryObjectDefinition, StrawberryOptional, StrawberryType
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from api.reading import Request
from kg.errors import OntologyError

GraphType = Any
"""A class with a Strawberry definition, a scalar, or an optional or list of one."""

Resolver = Callable[[Any, Request, Mapping[str, Any]], Any]
"""Gives a field's value from its parent, the request and the arguments that were given."""


Method = TypeVar("Method", bound=Callable[..., Any])


def answered(description: str) -> Callable[[Method], Method]:
    """``strawberry.field`` for a method of a type written by hand, with the method's own type."""
    decorator: Callable[[Method], Method] = strawberry.field(description=description)
    return decorator


class Slug(str):
    """The value behind a GraphQL enum value: a concept's slug, a field's name, a type's name."""

    __slots__ = ()


class ModelField(StrawberryField):
    """A Strawberry field whose type, arguments and resolver are given as values."""

    def __init__(
        self,
        name: str,
        kind: GraphType,
        description: str,
        resolve: Resolver | None = None,
        arguments: Iterable[StrawberryArgument] = (),
    ) -> None:
        super().__init__(python_name=name, graphql_name=name, description=description)
        self._kind = kind
        self.resolver: Resolver = resolve or _no_resolver
        """What gives the value."""
        self.arguments = list(arguments)

    def resolve_type(self, *, type_definition: StrawberryObjectDefinition | None = None) -> GraphType:
        """The type that was given."""
        return self._kind

    @property
    def is_basic_field(self) -> bool:
        """False: the resolver needs the request."""
        return False

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        """The value of the field on its parent."""
        return self.resolver(source, info.context, kwargs)


def _no_resolver(_source: Any, _request: Request, _given: Mapping[str, Any]) -> Any:
    raise TypeError("a field of an input is given, not resolved")


def optional(kind: GraphType) -> GraphType:
    """The type, or null."""
    return StrawberryOptional(kind)


def listing(kind: GraphType) -> GraphType:
    """A list of the type."""
    return StrawberryList(kind)


def argument(name: str, kind: GraphType, description: str) -> StrawberryArgument:
    """An argument of a field."""
    return StrawberryArgument(name, name, StrawberryAnnotation(kind), description=description)


def input_field(name: str, kind: GraphType, description: str) -> ModelField:
    """A field of an input, which need not be given."""
    return ModelField(name, optional(kind), description)


def as_it_came(_kind: type, value: Mapping[str, Any], _context: Any) -> Mapping[str, Any]:
    """The value of an input type: the mapping itself."""
    return value


class Definitions:
    """Makes definitions and keeps their names apart: a name that is taken is an error of the ontology."""

    _ROW: ClassVar[dict[str, Any]] = {"is_type_of": lambda _source, _info: True, "resolve_type": None}

    def __init__(self) -> None:
        self.made: dict[str, GraphType] = {}

    def object(self, name: str, description: str, interfaces: Sequence[GraphType] = ()) -> GraphType:
        """An object type without fields; ``extend`` adds them."""
        return self._make(name, description, interfaces=[i.__strawberry_definition__ for i in interfaces])

    def interface(
        self,
        name: str,
        description: str,
        resolve_type: Callable[[Any, Any, Any], str],
        interfaces: Sequence[GraphType] = (),
    ) -> GraphType:
        """An interface without fields, and how the type of a value is told."""
        return self._make(
            name,
            description,
            is_interface=True,
            resolve_type=resolve_type,
            interfaces=[i.__strawberry_definition__ for i in interfaces],
        )

    def input(self, name: str, description: str) -> GraphType:
        """An input type without fields, whose values reach resolvers as plain mappings."""
        return self._make(name, description, is_input=True, from_input=as_it_came)

    def enum(self, name: str, description: str, values: Iterable[tuple[str, str, str]]) -> GraphType:
        """An enum of (GraphQL value, value behind it, description)."""
        cls = self._claim(name)
        cls.__strawberry_definition__ = StrawberryEnumDefinition(
            wrapped_cls=Slug,  # type: ignore[arg-type]  # a value class is all that Strawberry's converter asks of it
            name=name,
            values=[EnumValue(shown, value, description=text) for shown, value, text in values],
            description=description,
        )
        return cls

    def _make(self, name: str, description: str, **more: Any) -> GraphType:
        cls = self._claim(name)
        given: dict[str, Any] = {"is_input": False, "is_interface": False, "interfaces": [], **self._ROW, **more}
        cls.__strawberry_definition__ = StrawberryObjectDefinition(
            name=name, description=description, origin=cls, extend=False, directives=(), fields=[], **given
        )
        return cls

    def _claim(self, name: str) -> GraphType:
        if name in self.made:
            raise OntologyError(
                f"The GraphQL name {name} is asked for twice. Rename the entity type or list of that name."
            )
        self.made[name] = type(name, (), {})
        return self.made[name]


def extend(kind: GraphType, fields: Iterable[StrawberryField]) -> None:
    """Add fields to a type or input that was made without."""
    definition: StrawberryType = kind.__strawberry_definition__
    assert isinstance(definition, StrawberryObjectDefinition)
    definition.fields.extend(fields)
