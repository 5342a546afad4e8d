"""What fields read: the resolvers behind the definitions of Strawberry, called without what it wraps around them."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from graphql import FieldNode, GraphQLField
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from api.definitions import ModelField
from api.plan.arguments import Arguments, Parts
from api.plan.run import Run
from api.plan.uncovered import Uncovered

Read = Callable[[Any, Run], Any]
"""Gives the value of a field of an object."""


def reader(parts: Parts, field: GraphQLField, node: FieldNode) -> Read:
    """What reads a field; raises Uncovered for one that is defined in a way that is not known here."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if isinstance(definition, ModelField):
        return _of_model(definition, Arguments(parts, field, definition, node))
    if not isinstance(definition, StrawberryField) or field.args:
        raise Uncovered(f"the field {node.name.value}")
    method = definition.base_resolver
    if method is None:
        attribute = attrgetter(definition.python_name)
        return lambda source, _run: attribute(source)
    return lambda source, _run: method(source)  # it has no arguments


def _of_model(definition: ModelField, arguments: Arguments) -> Read:
    resolve = definition.resolver
    if arguments.constant:
        given = arguments.constants
        return lambda source, run: resolve(source, run.context, given)
    return lambda source, run: resolve(source, run.context, run.given(arguments))
