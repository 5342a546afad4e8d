"""Arguments of fields as a query gives them, turned into what resolvers take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLSchema, ListValueNode, ObjectValueNode, ValueNode, VariableNode
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

Given = Mapping[str, Any]

NOTHING = VariableValues({}, {})
"""The values of no variables."""


@dataclass(frozen=True)
class Parts:
    """What plans are made from: graphql-core's schema, Strawberry's converter of arguments, the types of entities."""

    core: GraphQLSchema
    converter: GraphQLCoreConverter
    entities: frozenset[str]


class Arguments:
    """The arguments of a field as a query gives them."""

    def __init__(self, parts: Parts, field: GraphQLField, definition: StrawberryField, node: FieldNode) -> None:
        self._parts = parts
        self._field = field
        self._definition = definition
        self._node = node

    @property
    def constant(self) -> bool:
        """Whether no variable stands in them."""
        return not any(_holds_variable(argument.value) for argument in self._node.arguments or ())

    def values(self, variables: VariableValues) -> Given:
        """What resolvers are given; raises GraphQLError or UsageError for values that are none of their types."""
        if not self._field.args:
            return {}
        coerced = get_argument_values(self._field, self._node, variables)
        converter = self._parts.converter
        return convert_arguments(coerced, self._definition.arguments, converter.scalar_registry, converter.config)


def _holds_variable(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(map(_holds_variable, node.values or ()))
    if isinstance(node, ObjectValueNode):
        return any(_holds_variable(field.value) for field in node.fields or ())
    return isinstance(node, VariableNode)
