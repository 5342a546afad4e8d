"""Arguments of a field drawn at random: most of them of values that there are, so that they find something."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_required_argument,
)

from tests.plans.choices import Choices
from tests.plans.known import Known
from tests.plans.literals import Name, Value, literal
from tests.plans.variables import Place, Variables

WINDOW = ("first", "after", "last", "before")
_WINDOWS = ((), ("first",), ("first",), ("last",), ("first", "after"), ("after",), ("last", "before"), ("before",))
"""Which of these are given together."""
_WHERE = re.compile(r"^(\w+?)(?:List)?Where$")
_EXAMPLE = re.compile(r"`([a-z-]+)/")
_DEEPEST = 3
"""Filters within each other."""
_NULL, _INSIDE, _UNKNOWN = 1, 20, 4
"""Per cent of values that are null, variables within others, and ids that there are none of."""
FORGED = ("", "x", "bnVsbA", urlsafe_b64encode(b'["AAAAAAAA",[],"trial/a"]').decode(), "W1tb" * 9)


class Arguments:
    """Draws arguments and the values that variables are given."""

    def __init__(self, choices: Choices, known: Known, variables: Variables) -> None:
        self._choices = choices
        self._known = known
        self._variables = variables
        self._constant = False

    def of_field(self, owner: str, field: GraphQLField, way: Sequence[str]) -> Mapping[str, Value]:
        """Arguments of a field of a type; ``way`` are the fields that lead to it, empty if variables stand in them."""
        given = {name: self._argument(owner, name, field) for name in self._names(field)}
        for name in self._window(field):
            if name in ("first", "last"):
                given[name] = self.size(field.args[name].type, inside=_INSIDE if owner == "Query" else 40)
            elif cursors := self._cursors(way, given):
                given[name] = self._cursor(field.args[name].type, cursors)
        return given

    def size(self, kind: GraphQLInputType, inside: int = 40) -> Value:
        """How many of a list are asked for; a variable so often in a hundred."""
        return self.value(kind, ("first",), inside=inside)

    def constant(self, kind: GraphQLInputType, place: Place) -> Value:
        """A value without variables."""
        self._constant = True
        try:
            return self.value(kind, place)
        finally:
            self._constant = False

    def _names(self, field: GraphQLField) -> list[str]:
        """The arguments that are given, those of the window apart."""
        free = [
            name for name, argument in field.args.items() if name not in WINDOW and not is_required_argument(argument)
        ]
        needed = [name for name, argument in field.args.items() if is_required_argument(argument)]
        if "id" in free:  # exactly one key is wanted
            return [self._choices.one(free)] if not self._choices.chance(4) else self._choices.some(free, 2)
        return needed + [name for name in free if self._choices.chance(25)]

    def _window(self, field: GraphQLField) -> Sequence[str]:
        if "after" in field.args:
            return WINDOW if self._choices.chance(2) else self._choices.one(_WINDOWS)
        return ("first",) if "first" in field.args and self._choices.chance(40) else ()

    def _argument(self, owner: str, name: str, field: GraphQLField) -> Value:
        argument = field.args[name]
        inside = 25 if owner == "Query" else 50  # what is kept of entities is shaped by those below the root
        return self.value(argument.type, self._place(owner, name, field, argument), inside=inside)

    def _place(self, owner: str, name: str, field: GraphQLField, argument: GraphQLArgument) -> Place:
        kind = get_named_type(field.type).name
        if name != "field" and self._known.has(kind, name):
            return kind, name
        if get_named_type(argument.type).name == "ID":
            others = (one for one in field.args.values() if get_named_type(one.type).name == "ID")
            found = filter(None, map(self._exemplified, (argument, *others)))
            return next(found, ""), "id"
        return owner, name

    def _exemplified(self, asked: GraphQLArgument | GraphQLInputField) -> str | None:
        """The type of the id that a description gives as an example."""
        example = _EXAMPLE.search(asked.description or "")
        return self._known.type_of(example[1]) if example else None

    # ------------------------------------------------------------ cursors

    def _cursors(self, way: Sequence[str], given: Mapping[str, Value]) -> Sequence[str]:
        """Cursors to choose from: mostly of this very list, else of others, or made up."""
        choice = self._choices.below(20)
        if choice > 18:
            return FORGED
        if choice > 17:
            return self._known.other_cursors
        asked = written({name: value for name, value in given.items() if name not in WINDOW}, first=5)
        return self._known.cursors(*way[:-1], way[-1] + asked) if way and "$" not in asked else ()

    def _cursor(self, kind: GraphQLInputType, cursors: Sequence[str]) -> Value:
        found = self._choices.one(cursors)
        if self._choices.chance(20):
            return self._variables.use(kind, ("cursor", found))
        return found

    # ------------------------------------------------------------- values

    def value(self, kind: GraphQLInputType, place: Place, depth: int = 0, inside: int = _INSIDE) -> Value:
        """A value of a type; ``inside`` is how often, in a hundred, it is a variable."""
        if not self._constant and self._choices.chance(inside):
            return self._variables.use(kind, place)
        if isinstance(kind, GraphQLNonNull):
            return self._present(kind.of_type, place, depth)
        return None if self._choices.chance(_NULL) else self._present(kind, place, depth)

    def _present(self, kind: Any, place: Place, depth: int) -> Value:
        if isinstance(kind, GraphQLList):
            count = 0 if self._choices.chance(4) else 1 + self._choices.below(4)
            found = [self.value(kind.of_type, place, depth) for _ in range(count)]
            unique = {repr(value): value for value in found}  # what is to be counted by is named once
            return found if self._choices.chance(10) else list(unique.values())
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, place, depth)
        if isinstance(kind, GraphQLEnumType):
            known = [one for one in self._known.values(*place[:2]) if one in kind.values] if len(place) > 1 else []
            return self._choices.one(known if known and self._choices.chance(70) else [*map(Name, kind.values)])
        return self._scalar(kind.name, place)

    def _object(self, kind: GraphQLInputObjectType, place: Place, depth: int) -> Value:
        owner = self._filtered(kind)
        names = [
            name
            for name, field in kind.fields.items()
            if depth < _DEEPEST or not self._filtered(get_named_type(field.type))
        ]
        needed = [name for name, field in kind.fields.items() if isinstance(field.type, GraphQLNonNull)]
        filters = kind.name.endswith("Where")
        chosen = self._choices.some(names, 2) if filters else [name for name in names if self._choices.chance(40)]
        found = {}
        for name in dict.fromkeys([*needed, *chosen]):
            found[name] = self.value(kind.fields[name].type, self._within(kind, name, place), depth + bool(owner))
        return found

    def _within(self, kind: GraphQLInputObjectType, name: str, place: Place) -> Place:
        """What the value of a field of an input is asked of."""
        owner = self._filtered(kind) or self._exemplified(kind.fields[name])
        if owner and get_named_type(kind.fields[name].type).name == "ID":
            return owner, "id"
        return (owner, name) if owner else (*place[:2], name)

    def _filtered(self, kind: Any) -> str | None:
        """The type whose entities an input is a filter of, or of a list of them."""
        match = _WHERE.match(kind.name)
        return match[1] if match and self._known.is_type(match[1]) else None

    def _scalar(self, kind: str, place: Place) -> Value:
        known = self._known.values(*place[:2]) if len(place) > 1 else ()
        match kind:
            case "Boolean":
                return self._choices.chance(50)
            case "Int" | "Float":
                return self._number(kind, place, [one for one in known if isinstance(one, int | float)])
            case "ID":
                return self._id([one for one in known if isinstance(one, str)])
            case "String" if place[:1] == ("cursor",):
                return FORGED[0] if self._choices.chance(5) else place[1]
            case "String":
                return self._text(place, [str(one) for one in known])
        texts = [one for one in known if isinstance(one, str) and not isinstance(one, Name)]
        return self._choices.one(texts) if texts else self._plain(kind)

    def _plain(self, kind: str) -> str:
        """A value of a scalar that is a text in a form: a date, an address; of another the release has values."""
        if kind == "Date":
            year = 2015 + self._choices.below(12)
            return self._choices.one([f"{year}", f"{year}-06", f"{year}-07-15"])
        return f"https://w3id.org/atmp/id/{self._choices.one(self._known.ids)}"

    def _number(self, kind: str, place: Place, known: Sequence[float]) -> Value:
        if place[:1] == ("first",):
            return self._choices.one([-1, 201, 0, 0, 0, 0]) if self._choices.chance(8) else 1 + self._choices.below(4)
        if known and self._choices.chance(80):
            near = self._choices.one(known) + self._choices.one([0, 0, 1, -1])
            return int(near) if kind == "Int" else near
        if {"since", "until", "activeSince"} & {*place}:
            return 2008 + self._choices.below(20)
        return self._choices.below(6) if kind == "Int" else self._choices.below(11) / 10

    def _id(self, known: Sequence[str]) -> Value:
        found = self._choices.one(known if known else self._known.ids)
        if self._choices.chance(_UNKNOWN):
            return self._choices.one([found[:-1], found + "x", found.partition("/")[0], *self._known.ids[:3]])
        return found.partition("/")[2] if known and self._choices.chance(30) else found

    def _text(self, place: Place, known: Sequence[str]) -> Value:
        if place[-1:] == ("field",) and self._choices.chance(90):
            return self._choices.one(self._known.fields(place[0]))
        if not known or self._choices.chance(10):
            return self._choices.one(self._known.texts)
        found = self._choices.one(known)
        start, size = self._choices.below(len(found)), 1 + self._choices.below(8)
        match place[-1]:
            case "contains":
                return found[start : start + size]
            case "startsWith":
                return found[:size]
        return found


def written(given: Mapping[str, Value], **more: int) -> str:
    """Arguments as they stand in a query."""
    parts = [f"{name}: {literal(value)}" for name, value in {**given, **more}.items()]
    return f"({', '.join(parts)})" if parts else ""
