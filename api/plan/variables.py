"""The variables of an operation, made ready once to be read from what each request gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError, GraphQLInputType, GraphQLSchema, Undefined, VariableDefinitionNode, is_non_null_type
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, get_variable_values
from graphql.utilities import coerce_input_value

from api.plan.uncovered import Uncovered

NONE = VariableValues({}, {})
"""The values of no variables."""


class Variables:
    """Reads variables as graphql-core does, without working out their types anew."""

    def __init__(self, core: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]) -> None:
        """Raises Uncovered for a definition that is refused."""
        self._types: dict[str, GraphQLInputType] = {}
        self._defaults: dict[str, Any] = {}
        for definition in definitions:
            signature = get_variable_signature(core, definition)
            if isinstance(signature, GraphQLError):
                raise Uncovered(signature.message)
            self._types[signature.name] = signature.type
            if definition.default_value is not None:
                self._defaults |= _values(core, definition).coerced

    def read(self, given: Mapping[str, Any]) -> VariableValues:
        """The values of a request; raises Uncovered for one that is refused."""
        if not self._types:
            return NONE
        coerced: dict[str, Any] = {}
        for name, kind in self._types.items():
            if name in given:
                value = coerce_input_value(given[name], kind)
                if value is Undefined:
                    raise Uncovered(f"the value of ${name}")
                coerced[name] = value
            elif name in self._defaults:
                coerced[name] = self._defaults[name]
            elif is_non_null_type(kind):
                raise Uncovered(f"no value of ${name}")
        return VariableValues({}, coerced)


def _values(core: GraphQLSchema, definition: VariableDefinitionNode) -> VariableValues:
    values = get_variable_values(core, [definition], {})
    if isinstance(values, list):
        raise Uncovered("a default that is refused")
    return values
