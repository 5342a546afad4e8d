"""The compiler: the selections of an operation, merged as GraphQL says, turned into writers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet, collect_fields, collect_subfields

from api import limits
from api.plan.arguments import Parts
from api.plan.marks import Marks
from api.plan.reading import field_writer
from api.plan.run import Run
from api.plan.selection import Selection, Write, kept_field
from api.plan.uncovered import Uncovered
from api.plan.writing import leaf, listed, listed_objects, nullable

_TYPE_NAME = "__typename"


class Compiler:
    """Compiles one operation for one choice of its directives.

    Selections on interfaces are compiled for a type when an object of it is first met.
    """

    def __init__(
        self,
        parts: Parts,
        document: DocumentNode,
        executor: Executor[None],
        steering: Mapping[str, Any],
        grow: Callable[[int], None],
    ) -> None:
        """``executor`` is graphql-core's for the operation, with the values of the ``steering`` variables.

        ``grow`` is told how many fields are compiled.
        """
        self._grow = grow
        self._parts = parts
        self._executor = executor
        self._marks = Marks(document, executor.operation, steering)
        self._size = 0

    def root(self) -> Selection:
        """The writer of the whole answer; raises Uncovered for an operation that is not covered."""
        executor = self._executor
        kind = executor.schema.query_type
        if kind is None or executor.schema.get_root_type(executor.operation.operation) is not kind:
            raise Uncovered("no query")
        found = collect_fields(executor.schema, executor.fragments, executor.variable_values, kind, executor.operation)
        return Selection(self._fields(kind, found.grouped_field_set))

    def _selection(self, kind: GraphQLObjectType, asked: FieldDetailsList) -> Selection:
        executor = self._executor
        found = collect_subfields(
            executor.schema, executor.fragments, executor.variable_values, executor.operation, kind, asked
        ).grouped_field_set
        keep = kind.name in self._parts.entities and _is_worth_keeping(found)
        sets = [one.node.selection_set for one in asked if one.node.selection_set]
        return Selection(self._fields(kind, found), self._marks.of(kind.name, sets) if keep else None)

    def _fields(self, kind: GraphQLObjectType, found: GroupedFieldSet) -> list[tuple[str, Write]]:
        self._size += len(found)
        self._grow(len(found))
        if self._size > limits.PLAN:
            raise Uncovered("an operation of too many fields")
        return [(name, self._field(kind, asked)) for name, asked in found.items()]

    def _field(self, kind: GraphQLObjectType, asked: FieldDetailsList) -> Write:
        """What writes a field of an object: its value is read, then written by its type."""
        node = asked[0].node
        if node.name.value == _TYPE_NAME:
            written = orjson.dumps(kind.name)
            return lambda _source, _run: written
        field = kind.fields.get(node.name.value)
        if field is None:
            raise Uncovered("introspection")
        write = field_writer(self._parts, field, node, self._writer(field.type, asked))
        if kind is not self._executor.schema.query_type or self._is_entity(field.type):
            return write
        return kept_field(write, self._marks.of(kind.name, [one.node for one in asked]))

    def _is_entity(self, kind: GraphQLOutputType) -> bool:
        """Whether values of a type are entities, whose JSON is kept by itself."""
        named = get_named_type(kind)
        return is_abstract_type(named) or named.name in self._parts.entities

    def _writer(self, kind: GraphQLOutputType, asked: FieldDetailsList) -> Write:
        required = is_non_null_type(kind)
        inner: GraphQLOutputType = kind.of_type if is_non_null_type(kind) else kind
        if is_leaf_type(inner):
            return leaf(inner, required)
        return self._present(inner, asked) if required else nullable(self._present(inner, asked))

    def _present(self, kind: GraphQLOutputType, asked: FieldDetailsList) -> Write:
        """What writes a list or an object that is there."""
        if is_list_type(kind):
            item = kind.of_type
            if is_non_null_type(item) and is_object_type(item.of_type):
                return listed_objects(self._selection(item.of_type, asked))
            return listed(self._writer(item, asked))
        if is_abstract_type(kind):
            return self._of_interface(kind, asked)
        assert is_object_type(kind)
        return self._selection(kind, asked).write

    def _of_interface(self, kind: GraphQLAbstractType, asked: FieldDetailsList) -> Write:
        tell: Callable[..., Any] | None = kind.resolve_type
        types, known = self._executor.schema.type_map, dict[str, Selection]()
        if tell is None:
            raise Uncovered(f"how {kind.name} tells its types")

        def write(value: Any, run: Run) -> bytes:
            name = tell(value, run, kind)
            selection = known.get(name)
            if selection is None:
                found = types[name]
                assert is_object_type(found)
                selection = known[name] = self._selection(found, asked)
            return selection.write(value, run)

        return write


def _is_worth_keeping(found: GroupedFieldSet) -> bool:
    """Whether to write the fields anew takes longer than to find them."""
    return len(found) > 2 or any(asked[0].node.selection_set for asked in found.values())
