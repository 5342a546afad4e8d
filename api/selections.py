"""What an operation selects: a tree of response keys with their types, fragments written out, skipped fields gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import graphql
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.execution.values import VariableValues

Path = tuple[str, ...]
"""Response keys, from the outside in."""


@dataclass(frozen=True)
class Selected:
    """A response key: the fields that can answer it, their types, whether it is a list, and what is selected of it."""

    key: str
    fields: tuple[FieldNode, ...]
    kinds: tuple[GraphQLNamedType, ...]
    many: bool
    inner: tuple[Selected, ...]

    @property
    def identified(self) -> bool:
        """Whether it is a thing of its own: with an id, or an edge, which points at one."""
        return any({"id", "node"} & getattr(kind, "fields", {}).keys() for kind in self.kinds)

    @property
    def paged(self) -> bool:
        """Whether it is a connection, the page of a list."""
        return any("pageInfo" in getattr(kind, "fields", {}) for kind in self.kinds)

    def child(self, key: str) -> Selected | None:
        """What is selected of it under a key."""
        return next((one for one in self.inner if one.key == key), None)


@dataclass(frozen=True)
class Operation:
    """One operation of a document, alone with its fragments, and what it selects with the variables that were given."""

    document: DocumentNode
    definition: OperationDefinitionNode
    variables: Mapping[str, Any]
    root: Selected


def read(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], name: str | None
) -> Operation | None:
    """The operation of that name in a valid document; None if it cannot be executed: no such query, wrong variables."""
    definition = graphql.get_operation_ast(document, name)
    if definition is None or definition.operation is not graphql.OperationType.QUERY:
        return None
    values = graphql.get_variable_values(schema, definition.variable_definitions or (), dict(variables))
    if not isinstance(values, VariableValues):
        return None
    alone = graphql.separate_operations(document)[definition.name.value if definition.name else ""]
    inner = _Tree(schema, alone, values).inner([(schema.query_type, definition.selection_set)])
    root = Selected("", (), (schema.query_type,) if schema.query_type else (), False, inner)
    return Operation(alone, definition, values.coerced, root)


class _Tree:
    """Grows the tree of one operation; a type condition of a fragment may hold or not, so all are taken in."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, values: VariableValues) -> None:
        self.schema = schema
        self.values = values
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}

    def inner(self, parents: Sequence[tuple[Any, SelectionSetNode]]) -> tuple[Selected, ...]:
        """What selections of types select together, by response key in the order of the answer."""
        found: dict[str, list[tuple[FieldNode, graphql.GraphQLOutputType]]] = {}
        for kind, selections in parents:
            for owner, node in self._fields(kind, selections):
                field = self.schema.get_field(owner, node.name.value)
                if field is not None:
                    key = (node.alias or node.name).value
                    found.setdefault(key, []).append((node, field.type))
        return tuple(self._selected(key, same) for key, same in found.items())

    def _selected(self, key: str, same: Sequence[tuple[FieldNode, graphql.GraphQLOutputType]]) -> Selected:
        kinds = [graphql.get_named_type(kind) for _, kind in same]
        many = graphql.is_list_type(graphql.get_nullable_type(same[0][1]))
        nodes = tuple(node for node, _ in same)
        parents = [(kind, node.selection_set) for node, kind in zip(nodes, kinds, strict=True) if node.selection_set]
        return Selected(key, nodes, tuple(kinds), many, self.inner(parents))

    def _fields(
        self, kind: GraphQLCompositeType, selections: SelectionSetNode
    ) -> Iterator[tuple[GraphQLCompositeType, FieldNode]]:
        """The fields of a selection that are not skipped, with the type that each is of."""
        for node in selections.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield kind, node
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(self._narrowed(node, kind), node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                yield from self._fields(self._narrowed(fragment, kind), fragment.selection_set)

    def _narrowed(
        self, fragment: InlineFragmentNode | FragmentDefinitionNode, kind: GraphQLCompositeType
    ) -> GraphQLCompositeType:
        condition = fragment.type_condition
        found: Any = self.schema.get_type(condition.name.value) if condition else None
        return found or kind

    def _included(self, node: Any) -> bool:
        skip = graphql.get_directive_values(graphql.GraphQLSkipDirective, node, self.values)
        include = graphql.get_directive_values(graphql.GraphQLIncludeDirective, node, self.values)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))
