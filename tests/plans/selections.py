"""Selections drawn at random so that they are valid: fields that share a name in the answer ask the same and have one
shape, as a name stands for one field with its arguments throughout a document, or for one in each concrete type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)

from tests.plans.arguments import Arguments, written
from tests.plans.choices import Choices
from tests.plans.literals import Value, literal, variables_in
from tests.plans.variables import Variables

Way = tuple[str, ...]
"""The fields that lead from the root to a selection, as a query writes them; empty below a field that has variables."""

MOST_ROWS, DEEPEST = 60, 8
"""Objects that one selection is expected to be answered for, and fields within each other."""
_CONNECTION = ("nodes", "nodes", "nodes", "edges", "edges", "totalCount", "pageInfo", "facets", "groupBy")
_LIST = 6
"""Objects that a list without bounds is expected to have."""
_UNBOUNDED = ("vocabularies", "concepts", "narrower", "broader")
_SHARED = tuple(f"x{number}" for number in range(4))
"""Names that stand for another field in each concrete type."""


@dataclass(frozen=True)
class Scope:
    """Where a selection stands: the way to it, how deep it is, and how many objects it is expected for."""

    way: Way | None = ()
    depth: int = 0
    rows: int = 1

    def within(self, step: str | None, times: int) -> Scope:
        """The scope of what is selected of a field here."""
        way = (*self.way, step) if self.way is not None and step is not None and "$" not in step else None
        return Scope(way, self.depth + 1, self.rows * max(1, times))


@dataclass
class Fragment:
    """A named fragment: its type, its selection, the variables in it, and what it holds as a selection would."""

    kind: GraphQLCompositeType
    text: str
    variables: frozenset[str]


@dataclass(frozen=True)
class Head:
    """A field without its selection: as it stands in the query, and the scope of what is selected of it."""

    text: str
    field: GraphQLField
    variables: frozenset[str]
    inner: Scope


@dataclass
class Selections:
    """Draws the selections of one document. ``left`` is how many fields it may still have."""

    schema: GraphQLSchema
    choices: Choices
    arguments: Arguments
    variables: Variables
    left: int
    fragments: dict[str, Fragment] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)
    _taken: dict[str, Any] = field(default_factory=dict)
    """What a name in the answer stands for, by the name, or by the name and a concrete type."""
    _heads: dict[str, list[Head]] = field(default_factory=dict)
    """Fields with selections that were drawn of a type."""

    def of(self, kind: GraphQLCompositeType, scope: Scope, most: int = 4) -> str:
        """A selection on a type."""
        items = [self._item(kind, scope)]
        for _ in range(self.choices.below(most)):
            if self.left > 0:
                items.append(self._item(kind, scope))
        return f"{{ {' '.join(items)} }}"

    def _item(self, kind: GraphQLCompositeType, scope: Scope) -> str:
        choice = self.choices.below(20)
        plain = 10 if is_interface_type(kind) else 12  # of an interface the name of the type tells most
        if choice < plain or self.left <= 0:
            return self._field(kind, scope)
        if choice < 13:
            self.features.add("__typename")
            return f"{self._alias()}__typename{self._directives()}"
        if choice < 15:
            return self._again(kind, scope)
        if choice < 17 and kind is not self.schema.query_type:
            return self._inline(kind, scope)
        return self._spread(kind, scope)

    # ------------------------------------------------------------- fields

    def _field(self, kind: GraphQLCompositeType, scope: Scope) -> str:
        self.left -= 1
        name, found = self._chosen(kind, scope)
        args = dict(self.arguments.of_field(kind.name, found, self._way_to(scope, name)))
        if "first" in found.args and scope.rows > 4 and not {"first", "last"} & args.keys():
            args["first"] = self.arguments.size(found.args["first"].type)
        inner = scope.within(name + written(args), self._times(name, found, args))
        text = self._named(kind, name, found, written(args)) + written(args)
        if is_composite_type(get_named_type(found.type)):
            head = Head(text, found, frozenset(variables_in(args)), inner)
            self._heads.setdefault(kind.name, []).append(head)
        self.features.update(_features(name, found, args))
        whole = text + self._directives() + self._inside(found, inner)
        if self.left > 0 and scope.depth > 0 and self.choices.chance(12):
            whole += f" {self._again(kind, scope)}"  # right behind it, if it has fields of its own
        return whole

    def _way_to(self, scope: Scope, name: str) -> Sequence[str]:
        return () if scope.way is None else (*scope.way, name)

    def _inside(self, found: GraphQLField, inner: Scope) -> str:
        kind = get_named_type(found.type)
        return f" {self.of(kind, inner)}" if is_composite_type(kind) else ""

    def _again(self, kind: GraphQLCompositeType, scope: Scope) -> str:
        """A field that stands in the document already, so that the two selections are merged where they meet."""
        heads = [head for head in self._heads.get(kind.name, ()) if scope.depth < DEEPEST]
        if not heads:
            return self._field(kind, scope)
        self.left -= 1
        self.features.add("merged")
        head = heads[-1] if self.choices.chance(70) else self.choices.one(heads)
        self.variables.also(head.variables)
        return head.text + self._directives() + self._inside(head.field, head.inner)

    def _chosen(self, kind: Any, scope: Scope) -> tuple[str, GraphQLField]:
        """A field of a type; one with fields of its own less often, and not where there would be too much."""
        if is_object_type(kind) and "pageInfo" in kind.fields and self.left > 0 and scope.depth < DEEPEST:
            name = self.choices.one(_CONNECTION)
            if name in kind.fields:
                return name, kind.fields[name]
        leaves = [name for name, one in kind.fields.items() if not is_composite_type(get_named_type(one.type))]
        others = [name for name in kind.fields if name not in leaves]
        deep = scope.depth >= DEEPEST or scope.rows >= MOST_ROWS or self.left <= 0
        if leaves and (deep or not others or self.choices.chance(35)):
            name = self.choices.one(leaves)
        elif deep and "pageInfo" in others:
            name = "pageInfo"
        else:
            name = self.choices.one(others)
        return name, kind.fields[name]

    def _times(self, name: str, found: GraphQLField, args: Mapping[str, Value]) -> int:
        """How many objects a field is expected to give."""
        if "after" in found.args:
            size = args.get("last", args.get("first", _LIST))
            return size if isinstance(size, int) else _LIST
        if not is_list_type(get_nullable_type(found.type)) or name in ("nodes", "edges"):
            return 1
        return 30 if name in _UNBOUNDED else _LIST

    # -------------------------------------------------------------- names

    def _named(self, kind: GraphQLCompositeType, name: str, found: GraphQLField, args: str) -> str:
        """The field with an alias where it needs one, and now and then where it does not."""
        shape = shape_of(found)
        asks = (name, args) if same_everywhere(self.schema)[name] else (kind.name, name, args)
        if is_object_type(kind) and self.choices.chance(12):
            alias = self.choices.one(_SHARED)
            mine = self._taken.setdefault(f"{alias} of {kind.name}", asks) == asks
            if mine and self._taken.setdefault(alias, shape) == shape:
                self.features.add("shared alias")
                return f"{alias}: {name}"
        if self.choices.chance(8) or self._taken.setdefault(name, asks) != asks:
            return f"{self._alias(asks)}{name}"
        return name

    def _alias(self, asks: Any = ("__typename", "")) -> str:
        """A name of its own, or none for the name of a type where it is free."""
        if asks[0] == "__typename" and not self.choices.chance(30):
            return ""
        self.features.add("alias")
        names = ("id", "label", "name", "data", *(f"a{number}" for number in range(99)))
        start = 0 if self.choices.chance(10) else 4
        return next(f"{name}: " for name in names[start:] if self._taken.setdefault(name, asks) == asks)

    # ---------------------------------------------------------- fragments

    def _inline(self, kind: GraphQLCompositeType, scope: Scope) -> str:
        self.features.add("inline fragment")
        if self.choices.chance(20):
            return f"...{self._directives(70)} {self.of(kind, scope, 2)}"
        other = self._overlapping(kind)
        return f"... on {other.name}{self._directives()} {self._narrowed(kind, other, scope)}"

    def _narrowed(self, kind: GraphQLCompositeType, other: GraphQLCompositeType, scope: Scope) -> str:
        step = scope.way if kind is other or not scope.way else (*scope.way, f"... on {other.name}")
        return self.of(other, Scope(step, scope.depth, scope.rows), 3)

    def _spread(self, kind: GraphQLCompositeType, scope: Scope) -> str:
        known = [name for name, one in self.fragments.items() if self._meet(kind, one.kind)]
        if known and scope.depth > 0 and self.choices.chance(50):
            name = self.choices.one(known)
            self.features.add("spread again")
        else:
            name = self._new_fragment(kind, scope)
        self.features.add("fragment")
        self.variables.also(self.fragments[name].variables)
        return f"...{name}{self._directives()}"

    def _new_fragment(self, kind: GraphQLCompositeType, scope: Scope) -> str:
        other, outer = self._overlapping(kind), self.variables.used
        self.variables.begin()
        selection = self._narrowed(kind, other, Scope(None, max(scope.depth, 3), max(scope.rows, 4)))
        name = f"F{len(self.fragments)}"
        text = f"fragment {name} on {other.name} {selection}"
        self.fragments[name] = Fragment(other, text, frozenset(self.variables.used))
        self.variables.used = outer
        return name

    def _overlapping(self, kind: GraphQLCompositeType) -> GraphQLCompositeType:
        """A type of which there may be objects where one of this type is expected."""
        found = [kind]
        if is_interface_type(kind):
            concrete = self.schema.get_possible_types(kind)
            found += [*concrete, *(up for one in concrete[:1] for up in one.interfaces)]
        elif is_object_type(kind):
            found += kind.interfaces
        return self.choices.one(found)

    def _meet(self, one: GraphQLCompositeType, other: GraphQLCompositeType) -> bool:
        concrete = [set(self.schema.get_possible_types(k)) if is_interface_type(k) else {k} for k in (one, other)]
        return bool(concrete[0] & concrete[1])

    # --------------------------------------------------------- directives

    def _directives(self, percent: int = 10) -> str:
        if not self.choices.chance(percent):
            return ""
        names = self.choices.some(("include", "skip"), 2)
        self.features.update(names)
        return "".join(f" @{name}(if: {literal(self._condition())})" for name in names)

    def _condition(self) -> Value:
        if self.choices.chance(50):
            self.features.add("steered")
            return self.variables.use(GraphQLNonNull(GraphQLBoolean), ("if",))
        return self.choices.chance(50)


@cache
def same_everywhere(schema: GraphQLSchema) -> Mapping[str, bool]:
    """By the name of a field whether it has one shape in all types that have it."""
    found: dict[str, set[str]] = {}
    for kind in schema.type_map.values():
        if is_object_type(kind) or is_interface_type(kind):
            for name, one in kind.fields.items():
                found.setdefault(name, set()).add(shape_of(one))
    return {name: len(shapes) == 1 for name, shapes in found.items()}


def shape_of(found: GraphQLField) -> str:
    """The type of a field as far as the shape of the answer goes."""
    named = get_named_type(found.type)
    return str(found.type).replace(named.name, "{}") if is_composite_type(named) else str(found.type)


def _features(name: str, found: GraphQLField, args: Mapping[str, Value]) -> Iterator[str]:
    """What the statistics of a run know of a field."""
    yield from (one for one in ("where", "orderBy", "after", "before", "last") if one in args)
    if name in ("facets", "groupBy", "search", "node", "nodes", "entity", "release", "completeness"):
        yield name
    if is_interface_type(get_named_type(found.type)):
        yield "interface"
