"""The text of an operation changed so that its list can be walked: it says whether a page is cut, and goes on after."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import graphql
from graphql import (
    SKIP,
    ArgumentNode,
    DocumentNode,
    FieldNode,
    IntValueNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
)

from api.selections import Operation, Selected

PAGE = "pageInfo"
MORE, END = "hasNextPage", "endCursor"


def given(operation: Operation, connection: Selected, name: str) -> Any:
    """The value of an argument of a connection; None if it is not given."""
    for argument in connection.fields[0].arguments or ():
        if argument.name.value == name:
            value = graphql.value_from_ast_untyped(argument.value, dict(operation.variables))
            return None if value is graphql.Undefined else value
    return None


def asking(
    operation: Operation,
    connections: Iterable[Selected],
    way: Sequence[Selected] = (),
    after: str | None = None,
    first: int | None = None,
) -> str:
    """The operation's text, asking each of the connections whether it goes on.

    With ``first`` or ``after``, the connection at the end of ``way``, which begins at the root, is asked for that page;
    with ``after``, nothing else of the root is asked again.
    """
    document = operation.document if after is None else _only(operation, way[0])
    arguments: dict[str, ValueNode] = {}
    if first is not None:
        arguments["first"] = IntValueNode(value=str(first))
    if after is not None:
        arguments["after"] = StringValueNode(value=after)
    visitor = _Edit(_places(connections), _places(way[-1:]), arguments)
    return graphql.print_ast(_without_unused(graphql.visit(document, visitor)))


def _only(operation: Operation, field: Selected) -> DocumentNode:
    """The document with one field of the root, and the fragments that it needs."""
    definition = dataclasses.replace(
        operation.definition, selection_set=SelectionSetNode(selections=tuple(field.fields))
    )
    others = [one for one in operation.document.definitions if one is not operation.definition]
    (document,) = graphql.separate_operations(DocumentNode(definitions=(definition, *others))).values()
    return document


def _places(selections: Iterable[Selected]) -> frozenset[int]:
    """Where the fields stand in the text, which tells them apart from all others."""
    return frozenset(node.loc.start for one in selections for node in one.fields if node.loc)


class _Edit(graphql.Visitor):
    """Adds the question for the page to fields, and replaces arguments of others."""

    def __init__(self, asked: Collection[int], walked: Collection[int], arguments: dict[str, ValueNode]) -> None:
        super().__init__()
        self.asked = asked
        self.walked = walked
        self.arguments = arguments

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode:
        """A field, its own fields edited before it."""
        place = node.loc.start if node.loc else -1
        if place in self.asked and node.selection_set:
            selections = (*node.selection_set.selections, _field(PAGE, (_field(MORE), _field(END))))
            node = dataclasses.replace(node, selection_set=SelectionSetNode(selections=selections))
        if place in self.walked and self.arguments:
            kept = [one for one in node.arguments or () if one.name.value not in self.arguments]
            new = [ArgumentNode(name=NameNode(value=name), value=value) for name, value in self.arguments.items()]
            node = dataclasses.replace(node, arguments=(*kept, *new))
        return node


def _field(name: str, inner: tuple[SelectionNode, ...] = ()) -> FieldNode:
    return FieldNode(name=NameNode(value=name), selection_set=SelectionSetNode(selections=inner) if inner else None)


class _Used(graphql.Visitor):
    """Finds the variables that are used, beside where they are declared."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable_definition(self, *_: Any) -> Any:
        """The declaration is no use."""
        return SKIP

    def enter_variable(self, node: graphql.VariableNode, *_: Any) -> None:
        """A use."""
        self.names.add(node.name.value)


def _without_unused(document: DocumentNode) -> DocumentNode:
    """The document without the declarations of variables that an argument took with it, which would not be valid."""
    used = _Used()
    graphql.visit(document, used)
    definitions = []
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode) and one.variable_definitions:
            kept = tuple(d for d in one.variable_definitions if d.variable.name.value in used.names)
            one = dataclasses.replace(one, variable_definitions=kept)
        definitions.append(one)
    return DocumentNode(definitions=tuple(definitions))
