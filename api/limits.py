"""The bounds of a request, and the checks of a document that need no schema: depth, aliases, circles of fragments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
)

from kg.errors import DepthError, LimitError, UsageError

DEPTH = 15
"""Fields within fields of a query; a field of an introspection query does not count."""
LEVELS = 60
"""Fields and fragments within each other, introspection as well."""
NESTING = 30
"""Lists and objects within each other in an argument or a variable, as in a filter."""
OBJECTS = 500
"""Objects in an argument or in the variables: the conditions of a filter."""
ALIASES = 100
"""Fields that are given another name, in the operation with its fragments written out."""
INTROSPECTION_ALIASES = 10
"""The same of introspection, whose fields are large."""
FIELDS = 5_000
"""Fields of the operation with its fragments written out."""
TOKENS = 5_000
"""Words, names, numbers and signs of a query's text."""
TEXT = 100_000
"""Characters of a query's text."""
ENTITIES = 20_000
"""Entities that the lists of one answer give out together; the unit of the cost of a query."""
FIRST, MOST = 20, 200
"""How many a list gives when not told, and at most."""
NODES = 100
"""Ids that ``nodes`` takes."""
BODY = 1_000_000
"""Bytes of a request's body."""
DOCUMENTS = 512
"""Parsed and checked queries that are kept."""
KEPT_ORDERS = 200
"""Sorted lists that are kept."""

_INTROSPECTION = -1
"""The depth of everything below an introspection field, which GraphiQL nests deeper than a query may."""


def page_size(name: str, asked: Any, default: int = FIRST) -> int:
    """How many to list; raises UsageError that names the bounds."""
    if asked is None:
        return default
    if not 0 <= asked <= MOST:
        raise UsageError(f"{name}: {asked} is out of bounds. Ask for 0 to {MOST}.", argument=name, min=0, max=MOST)
    return int(asked)


def check_text(query: str) -> None:
    """Refuse a text that is too long to be parsed."""
    if len(query) > TEXT:
        raise LimitError(
            f"The query has {len(query)} characters, more than {TEXT}. Put long lists in variables.",
            cost=len(query),
            max=TEXT,
        )


def check_document(document: DocumentNode) -> None:
    """Refuse a document past a limit, or with fragments in a circle; raises a LimitError or UsageError."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    for fragment in fragments.values():
        _check_circle(fragment, fragments)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _Measure(fragments).operation(definition)


def check_variables(variables: Mapping[str, Any]) -> None:
    """Refuse variables that are nested too deeply or hold too many objects."""
    _check_values(variables.values(), _of_variable)


def _check_values(values: Iterable[Any], inside: Callable[[Any], tuple[bool, Iterable[Any]]]) -> None:
    """Walk values level by level; ``inside`` tells whether one is an object, and what it holds."""
    level, objects, row = 0, 0, list(values)
    while row:
        level += 1
        if level > NESTING:
            raise DepthError(f"A value has more than {NESTING} levels. Ask for less at once.", depth=level, max=NESTING)
        held = [inside(value) for value in row]
        objects += sum(is_object for is_object, _ in held)
        if objects > OBJECTS:
            raise LimitError(
                f"A value holds more than {OBJECTS} objects. Use `in` for long lists, or ask for less at once.",
                cost=objects,
                max=OBJECTS,
            )
        row = [inner for _, inners in held for inner in inners]


def _of_variable(value: Any) -> tuple[bool, Iterable[Any]]:
    if isinstance(value, dict):
        return True, value.values()
    return False, (one for one in value if isinstance(one, dict | list)) if isinstance(value, list) else ()


def _of_literal(value: ValueNode) -> tuple[bool, Iterable[Any]]:
    if isinstance(value, ObjectValueNode):
        return True, [field.value for field in value.fields or ()]
    return False, (value.values or ()) if isinstance(value, ListValueNode) else ()


def _check_circle(fragment: FragmentDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
    """Refuse a fragment that contains itself, directly or through others."""
    seen: set[str] = set()
    todo = list(_spreads(fragment.selection_set))
    while todo:
        name = todo.pop()
        if name == fragment.name.value:
            raise UsageError(f"Fragment '{name}' contains itself. Break the circle.")
        if name not in seen and name in fragments:
            seen.add(name)
            todo.extend(_spreads(fragments[name].selection_set))


def _spreads(selections: SelectionSetNode) -> list[str]:
    """The names of the fragments that a selection spreads, at any depth."""
    found: list[str] = []
    todo = [selections]
    while todo:
        for node in todo.pop().selections:
            if isinstance(node, FragmentSpreadNode):
                found.append(node.name.value)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                todo.append(node.selection_set)
    return found


class _Measure:
    """Counts over an operation with its fragments written out, and stops at the first limit that is passed."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.aliases = 0
        self.introspection_aliases = 0
        self.fields = 0

    def operation(self, operation: OperationDefinitionNode) -> None:
        """Measure one operation."""
        self._selections(operation.selection_set, 0, 0)

    def _selections(self, selections: SelectionSetNode, depth: int, level: int) -> None:
        """``depth`` counts what is nested but introspection, ``level`` everything, fragments too."""
        if level > LEVELS:
            raise DepthError(
                f"The query has more than {LEVELS} levels of fields and fragments. Ask in two queries.",
                depth=level,
                max=LEVELS,
            )
        for node in selections.selections:
            if isinstance(node, FieldNode):
                self._field(node, depth, level)
            elif isinstance(node, InlineFragmentNode):
                self._selections(node.selection_set, depth, level + 1)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in self.fragments:
                self._selections(self.fragments[node.name.value].selection_set, depth, level + 1)

    def _field(self, field: FieldNode, depth: int, level: int) -> None:
        self.fields += 1
        introspection = depth == _INTROSPECTION or field.name.value in ("__schema", "__type")
        self.aliases += field.alias is not None
        self.introspection_aliases += introspection and field.alias is not None
        inner = depth if depth < 0 else depth + 1
        if inner > DEPTH:
            raise DepthError(
                f"The query is more than {DEPTH} fields deep at '{field.name.value}'. Ask in two queries.",
                depth=inner,
                max=DEPTH,
            )
        _check_values((argument.value for argument in field.arguments or ()), _of_literal)
        self._check_count("aliases", self.aliases, ALIASES)
        self._check_count("aliases in introspection", self.introspection_aliases, INTROSPECTION_ALIASES)
        self._check_count("fields, its fragments written out,", self.fields, FIELDS)
        if field.selection_set is not None:
            self._selections(field.selection_set, _INTROSPECTION if introspection else inner, level + 1)

    @staticmethod
    def _check_count(what: str, count: int, most: int) -> None:
        if count > most:
            raise LimitError(
                f"The query has more than {most} {what}. Ask in two queries, or use `nodes(ids:)` or a filter.",
                cost=count,
                max=most,
            )
