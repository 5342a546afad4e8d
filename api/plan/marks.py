"""Marks: what stands for all that shapes the JSON of a selection, so that no other selection finds it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, Node, OperationDefinitionNode

from api import cursors

_VARIABLE = re.compile(r"\$(?:[\s,\ufeff]|#[^\r\n]*)*(\w+)")
"""A variable; between its sign and its name may stand all that GraphQL passes over."""


@dataclass(frozen=True, eq=False)
class Mark:
    """The digest of a selection as it is written in the query, and the variables whose values shape it too."""

    digest: bytes
    names: tuple[str, ...]

    def with_values(self, values: Mapping[str, Any]) -> bytes:
        """The digest with the values of the variables; one that is not given differs from one that is null."""
        return cursors.digest([self.digest.hex(), [[values[name]] if name in values else [] for name in self.names]])


class Marks:
    """Makes the marks of one operation from its text: aliases, arguments, directives and fragments all stand in it."""

    def __init__(self, document: DocumentNode, operation: OperationDefinitionNode, steering: Mapping[str, Any]) -> None:
        """``steering`` are the variables of directives, for whose values the selections are merged."""
        fragments = [d for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
        self._fragments = "\n".join(map(text_of, fragments))
        self._steering = sorted(steering.items())
        self._declared = frozenset(one.variable.name.value for one in operation.variable_definitions or ())

    def of(self, type_name: str, nodes: Sequence[Node]) -> Mark:
        """The mark of the selections of fields that are merged, on objects of a type."""
        texts = [text_of(node) for node in nodes]
        if any("..." in text for text in texts):
            texts.append(self._fragments)
        names = frozenset[str]().union(*map(variables_in, texts)) & self._declared
        return Mark(cursors.digest([type_name, self._steering, texts]), tuple(sorted(names)))


def variables_in(text: str) -> frozenset[str]:
    """The variables that may stand in a part of a query: what only looks like one in a string or comment as well."""
    return frozenset(_VARIABLE.findall(text))


def text_of(node: Node) -> str:
    """The text of a part of a query."""
    place = node.loc
    assert place is not None  # documents are parsed with their places, which errors name
    return place.source.body[place.start : place.end]
