"""How a field of an object is written: its resolver is called without what Strawberry wraps around it."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from graphql import FieldNode, GraphQLField
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from api.definitions import ModelField
from api.plan.arguments import Arguments, Parts
from api.plan.selection import Write
from api.plan.uncovered import Uncovered


def field_writer(parts: Parts, field: GraphQLField, node: FieldNode, write: Write) -> Write:
    """Writes a field of an object, its value by ``write``; raises Uncovered for one that is defined in another way."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if isinstance(definition, ModelField):
        return _of_model(definition, Arguments(parts, field, definition, node), write)
    if not isinstance(definition, StrawberryField) or field.args:
        raise Uncovered(f"the field {node.name.value}")
    take: Callable[[Any], Any] = definition.base_resolver or attrgetter(definition.python_name)
    return lambda source, run: write(take(source), run)


def _of_model(definition: ModelField, arguments: Arguments, write: Write) -> Write:
    resolve = definition.resolver
    if arguments.constant:
        given = arguments.constants
        return lambda source, run: write(resolve(source, run.context, given), run)
    return lambda source, run: write(resolve(source, run.context, run.given(arguments)), run)
