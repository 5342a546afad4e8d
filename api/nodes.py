"""The nodes of a query, found without regard to what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import FieldNode, InlineFragmentNode, SelectionNode, SelectionSetNode


def selected(sets: Iterable[SelectionSetNode]) -> Iterator[SelectionNode]:
    """All fields, fragments and spreads of selections, at any depth; fragments that are spread are not entered."""
    todo = list(sets)
    while todo:
        for node in todo.pop().selections:
            yield node
            if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                todo.append(node.selection_set)
