"""Arguments of fields as a query gives them: literals are read once, variables are put in their places in each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLSchema
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.scalars import is_scalar
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryContainer
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from api.definitions import as_it_came
from api.plan.marks import text_of, variables_in
from api.plan.uncovered import Uncovered
from api.plan.variables import NONE

Given = Mapping[str, Any]
Fill = Callable[[Mapping[str, Any]], Any]
"""Gives a value from those of the variables."""


@dataclass(frozen=True)
class Parts:
    """What plans are made from: graphql-core's schema, Strawberry's converter of arguments, the types of entities."""

    core: GraphQLSchema
    converter: GraphQLCoreConverter
    entities: frozenset[str]


@dataclass(frozen=True)
class _Place:
    """Stands for the value of a variable."""

    name: str


class Arguments:
    """The arguments of one field of a query.

    Raises GraphQLError or UsageError for literals that are none of their types, Uncovered for types of arguments that
    Strawberry would change on their way to a resolver.
    """

    def __init__(self, parts: Parts, field: GraphQLField, definition: StrawberryField, node: FieldNode) -> None:
        for argument in definition.arguments:
            if not _is_plain(parts, argument.type):
                raise Uncovered(f"the argument {argument.python_name}")
        self._field = field
        self._node = node
        self._names = sorted(set().union(*(variables_in(text_of(one)) for one in node.arguments or ())))
        places = VariableValues({}, {name: _Place(name) for name in self._names})
        self.constants: Given = get_argument_values(field, node, places if self._names else NONE)
        self._fills = {name: fill for name, value in self.constants.items() if (fill := _fill(value))}

    @property
    def constant(self) -> bool:
        """Whether no variable stands in them."""
        return not self._fills

    def values(self, variables: VariableValues) -> Given:
        """What resolvers are given; raises GraphQLError or UsageError for values that are none of their types."""
        coerced = variables.coerced
        for name in self._names:
            if coerced.get(name) is None:  # not given or null: whether that leaves it out, is null or is refused
                return get_argument_values(self._field, self._node, variables)
        return {**self.constants, **{name: fill(coerced) for name, fill in self._fills.items()}}


def _fill(value: Any) -> Fill | None:
    """What puts variables in their places in a value; None if it has none."""
    if isinstance(value, _Place):
        name = value.name
        return lambda coerced: coerced[name]
    if isinstance(value, dict):
        fills = {key: fill for key, inner in value.items() if (fill := _fill(inner))}
        return (lambda coerced: {**value, **{key: fill(coerced) for key, fill in fills.items()}}) if fills else None
    if isinstance(value, list):
        items = [_fill(inner) or _same(inner) for inner in value]
        return (lambda coerced: [item(coerced) for item in items]) if any(map(_fill, value)) else None
    return None


def _same(value: Any) -> Fill:
    return lambda _coerced: value


def _is_plain(parts: Parts, kind: Any) -> bool:
    """Whether Strawberry hands a value of a type of argument on as graphql-core gives it."""
    while isinstance(kind, StrawberryContainer):
        kind = kind.of_type
    if isinstance(kind, StrawberryEnumDefinition) or is_scalar(kind, parts.converter.scalar_registry):
        return True
    definition = getattr(kind, "__strawberry_definition__", None)
    return isinstance(definition, StrawberryEnumDefinition) or getattr(definition, "from_input", None) is as_it_came
