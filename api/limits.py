"""The bounds of a request, and the checks of a document that need no schema: depth, aliases, circles of fragments."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from graphql.language import (
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from api.nodes import selected
from kg.errors import DepthError, LimitError, UsageError

DEPTH = 15
"""Fields within fields of a query; a field of an introspection query does not count."""
LEVELS = 60
"""Fields and fragments within each other, introspection as well."""
NESTING = 30
"""Lists and objects within each other in an argument or a variable, as in a filter."""
OBJECTS = 500
"""Objects in an argument or in the variables: the conditions of a filter."""
VALUES = 10_000
"""Values in the lists and objects of the variables, as the ids of an `in`."""
STRING = 5_000
"""Characters of a text in an argument or a variable; the longest in the graph, and cursors, have hundreds."""
USES = 20
"""Variables within one argument: each may stand for all that a request holds, and is written out."""
TERMS = 5
"""Terms of an order."""
ALIASES = 100
"""Fields that are given another name, in the operation with its fragments written out."""
INTROSPECTION_ALIASES = 10
"""The same of introspection, whose fields are large."""
NAME = 100
"""Characters of a name that a field is given: it stands in the answer as often as the field does."""
FIELDS = 5_000
"""Fields of all operations with their fragments written out, and the fragments themselves."""
COMPARISONS = 20_000
"""Steps in which the fields of one name are compared for whether they ask the same. The queries that are known ask
for less than 100; without a bound 600 fields of one name take a second in which nothing else is looked at."""
TOKENS = 5_000
"""Words, names, numbers and signs of a query's text."""
TEXT = 100_000
"""Characters of a query's text."""
COST = 200_000
"""Values of one answer, the unit of its cost: fields of its objects, entities that its lists give out."""
ROWS = 100
"""Rows that a facet or a group counts for one value of cost."""
TICK = 200
"""Values between two looks at the clock."""
LOOK = 0.002
"""Seconds after which the next object looks at the clock whatever its values."""
CHARACTERS = 100
"""Characters of a text of the answer for one value of cost beyond the first."""
FAULT = 100
"""Values that an error in the answer costs: it says where it stands, and offers what may have been meant."""
SECONDS = 10.0
"""How long a request may take on a server, its turn among others included."""
SLOTS = 1
"""Requests that work at the same time; the others wait for their turn. A second would not add work, as Python does one
thing at a time, and would make the loop that takes requests in and sends answers wait twice as long."""
PLACES = 128
"""Requests that a server takes in; more are refused at once."""
RETRY = 2
"""Seconds after which a refused client may ask again."""
TURNS = (0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256)
"""Seconds of work after each of which a request stands back behind all that have worked less."""
READING = 1e-6
"""Seconds that a byte of a request takes to be read, parsed and checked: large requests stand back from the start."""
FIRST, MOST = 20, 200
"""How many a list gives when not told, and at most."""
FACETS = 20
"""Fields that ``facets`` counts a list by at once."""
NODES = 100
"""Ids that ``nodes`` takes."""
BODY = 1_000_000
"""Bytes of a request's body."""
PACKED = 1000
"""Bytes from which on an answer is packed for who takes it so."""
AHEAD = 1.0
"""Seconds after which a release that serves makes in the background what its first readers would wait for; at once it
would hold up the first answers."""
DOCUMENTS = 512
"""Parsed and checked queries that are kept."""
KEPT_TEXT = 200_000
"""Characters of their texts together: parsed they take up to 500 times as many bytes, so this is 100 MB at worst."""
KEPT_ORDERS = 200
"""Sorted lists that are kept."""
KEPT_JSON = 64_000_000
"""Bytes of the JSON of entities and lists that is kept of a release, with what it is found by."""
KEPT_ROWS = 1_000_000
"""Entities in the lists that filters found, and that are kept of a release."""
PLAN = FIELDS
"""Fields of a plan, those on an interface once for each type that was met; larger operations run on the executor."""
PLANS = 50_000
"""Fields of all plans that are kept, about a kilobyte each."""
QUICK = 0.002
"""Seconds in which an operation was answered by its plan, to be answered where it comes in the next time."""
AT_ONCE = 0.006
"""Seconds after which that is given up, and it is answered in a thread as others are."""
DIRECT = 20_000
"""Bytes of a body that is read where it comes in."""
CHOICES = 8
"""Plans of one operation, one for each choice that its directives make."""

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
    _check_circles(fragments)
    measure = _Measure(fragments)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            measure.operation(definition)


def check_variables(variables: Mapping[str, Any]) -> None:
    """Refuse variables that are nested too deeply or hold too much."""
    for value in variables.values():
        if isinstance(value, dict | list) or (isinstance(value, str) and len(value) > STRING):
            _check_values(variables.values(), _of_variable)
            return
    _check_count("A value holds", len(variables), VALUES, "values")


@dataclass(frozen=True)
class _Seen:
    """What one value is, and what it holds."""

    inside: Collection[Any] = ()
    objects: int = 0
    uses: int = 0
    characters: int = 0


def _check_values(values: Iterable[Any], see: Callable[[Any], _Seen]) -> None:
    """Walk values level by level and stop at the first limit that is passed."""
    level, count, objects, uses, row = 0, 0, 0, 0, list(values)
    while row:
        level, count = level + 1, count + len(row)
        if level > NESTING:
            raise DepthError(f"A value has more than {NESTING} levels. Ask for less at once.", depth=level, max=NESTING)
        _check_count("A value holds", count, VALUES, "values")
        seen = [see(value) for value in row]
        objects += sum(one.objects for one in seen)
        uses += sum(one.uses for one in seen)
        _check_count("A value holds", objects, OBJECTS, "objects", "Use `in` for long lists")
        _check_count("An argument holds", uses, USES, "variables", "Use one variable for a whole list or filter")
        _check_count("A text has", max(one.characters for one in seen), STRING, "characters", "Give a shorter one")
        row = [inner for one in seen for inner in one.inside]


def _of_variable(value: Any) -> _Seen:
    if isinstance(value, str):
        return _Seen(characters=len(value))
    if isinstance(value, dict):
        return _Seen(value.values(), objects=1)
    return _Seen(value) if isinstance(value, list) else _Seen()


def _of_literal(value: ValueNode) -> _Seen:
    if isinstance(value, ObjectValueNode):
        return _Seen([field.value for field in value.fields or ()], objects=1)
    if isinstance(value, ListValueNode):
        return _Seen(value.values or ())
    characters = len(value.value) if isinstance(value, StringValueNode | IntValueNode | FloatValueNode) else 0
    return _Seen(uses=isinstance(value, VariableNode), characters=characters)


def _check_count(what: str, count: int, most: int, unit: str, remedy: str = "Ask in two queries") -> None:
    if count > most:
        message = f"{what} more than {most} {unit}. {remedy}, or ask for less at once."
        raise LimitError(message, cost=count, max=most)


def _check_circles(fragments: Mapping[str, FragmentDefinitionNode]) -> None:
    """Refuse fragments that contain themselves, directly or through others."""
    try:
        TopologicalSorter({name: _spreads(f.selection_set) for name, f in fragments.items()}).prepare()
    except CycleError as error:
        raise UsageError(f"Fragment '{error.args[1][0]}' contains itself. Break the circle.") from error


def _spreads(selections: SelectionSetNode) -> list[str]:
    """The names of the fragments that a selection spreads, at any depth."""
    return [node.name.value for node in selected([selections]) if isinstance(node, FragmentSpreadNode)]


class _Measure:
    """Counts over an operation with its fragments written out, and stops at the first limit that is passed."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.aliases = 0
        self.introspection_aliases = 0
        self.fields = 0

    def operation(self, operation: OperationDefinitionNode) -> None:
        """Measure one operation; aliases are counted anew, fields go on from the operation before."""
        self.aliases = self.introspection_aliases = 0
        defaults = [one.default_value for one in operation.variable_definitions or () if one.default_value]
        _check_values(defaults, _of_literal)
        self._selections(operation.selection_set, 0, 0)

    def _selections(self, selections: SelectionSetNode, depth: int, level: int) -> None:
        """``depth`` counts what is nested but introspection, ``level`` everything, fragments too."""
        if level > LEVELS:
            raise DepthError(
                f"The query has more than {LEVELS} levels of fields and fragments. Ask in two queries.",
                depth=level,
                max=LEVELS,
            )
        self.fields += len(selections.selections)
        _check_count("The query has", self.fields, FIELDS, "fields, its fragments written out")
        for node in selections.selections:
            if isinstance(node, FieldNode):
                self._field(node, depth, level)
            elif isinstance(node, InlineFragmentNode):
                self._selections(node.selection_set, depth, level + 1)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in self.fragments:
                self._selections(self.fragments[node.name.value].selection_set, depth, level + 1)

    def _field(self, field: FieldNode, depth: int, level: int) -> None:
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
        if field.alias is not None:
            _check_count("An alias has", len(field.alias.value), NAME, "characters", "Give a shorter one")
        remedy = "Ask in two queries, use `nodes(ids:)` or a filter"
        _check_count("The query has", self.aliases, ALIASES, "aliases", remedy)
        what = "aliases in introspection"
        _check_count("The query has", self.introspection_aliases, INTROSPECTION_ALIASES, what, remedy)
        if field.selection_set is not None:
            self._selections(field.selection_set, _INTROSPECTION if introspection else inner, level + 1)
