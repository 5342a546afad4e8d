"""Documents with operations drawn at random, valid by the rules of GraphQL, and what their variables are given.

Drawn are fields of any schema whose arguments ``Arguments`` can fill: several in one selection and the same one twice,
aliases, fragments and directives, several operations in a document. Answers may have errors: ids that there are none
of, cursors of other lists, numbers out of bounds, variables that are not given, an operation that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import GraphQLNonNull, GraphQLSchema, is_non_null_type
from hypothesis import strategies as st

from tests.plans.arguments import Arguments
from tests.plans.choices import SIZE, Choices
from tests.plans.known import Known
from tests.plans.literals import Value, as_json, literal
from tests.plans.selections import Scope, Selections
from tests.plans.variables import Variables

_WRONG: Sequence[Any] = ({}, "many", -1.5, [[1]], True)
"""Values that are of the wrong type for most variables."""
_END = " }"
"""Where a selection ends; objects in arguments are written without the space."""


@dataclass(frozen=True)
class Asking:
    """One way to ask a document: the name of the operation and the variables."""

    name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A document, how it is asked, and what stands in it. ``place`` is a number that tells its twin."""

    query: str
    askings: Sequence[Asking]
    features: frozenset[str]
    place: int

    @property
    def twin(self) -> Drawn:
        """The same document with one field more in one of its selections; so nearly all that is kept is of both."""
        parts = self.query.split(_END)
        place = self.place % (len(parts) - 1)
        query = f"{_END.join(parts[: place + 1])} twin: __typename{_END}{_END.join(parts[place + 1 :])}"
        return Drawn(query, self.askings, self.features, self.place)


def operations(schema: GraphQLSchema, known: Known) -> st.SearchStrategy[Drawn]:
    """Documents for hypothesis, which shrinks them."""
    return st.binary(min_size=SIZE, max_size=SIZE).map(lambda source: _drawn(schema, known, source))


def seeded(schema: GraphQLSchema, known: Known, seed: int) -> Drawn:
    """The document that follows from a number."""
    return _drawn(schema, known, Random(seed).randbytes(SIZE))


def _drawn(schema: GraphQLSchema, known: Known, source: bytes) -> Drawn:
    return _Document(schema, known, Choices(source)).drawn()


@dataclass(frozen=True)
class _Definition:
    """An operation: its name, its declared variables with their defaults, and the text."""

    name: str | None
    defaults: Mapping[str, Value]
    text: str


class _Document:
    """Draws one document and two ways to ask it."""

    def __init__(self, schema: GraphQLSchema, known: Known, choices: Choices) -> None:
        self.schema = schema
        self.choices = choices
        self.variables = Variables(choices)
        self.arguments = Arguments(choices, known, self.variables)
        left = 3 + choices.below(14)
        self.selections = Selections(schema, choices, self.arguments, self.variables, left)

    def drawn(self) -> Drawn:
        """The document."""
        count = 2 + self.choices.below(2) if self.choices.chance(15) else 1
        found = [self._operation(number, count) for number in range(count)]
        texts = [*(one.text for one in found), *(one.text for one in self.selections.fragments.values())]
        features = self.selections.features
        if count > 1:
            features.add("several operations")
        asked = self.choices.one(found)
        askings = [self._asking(asked, features)]
        if asked.defaults:
            askings.append(self._varied(askings[0], asked, features))
            askings += self._absent_and_null(askings[0], asked)
        if count > 1:
            askings.append(self._asking(self.choices.one(found), features))
        return Drawn("\n".join(texts), askings, frozenset(features), self.choices.below(256))

    def _operation(self, number: int, count: int) -> _Definition:
        self.variables.begin()
        kind = self.schema.query_type
        assert kind is not None
        selection = self.selections.of(kind, Scope(), 3)
        used = [name for name in self.variables.declared if name in self.variables.used]
        defaults = {name: self._default(name) for name in used}
        declared = ", ".join(
            f"${name}: {self.variables.declared[name].kind}{'' if default is None else ' = ' + literal(default)}"
            for name, default in defaults.items()
        )
        if count == 1 and not declared and self.choices.chance(60):
            return _Definition(None, {}, selection)
        name = f"Q{number}" if count > 1 or self.choices.chance(50) else None
        return _Definition(name, defaults, f"query {name or ''}{f'({declared})' if declared else ''} {selection}")

    def _default(self, name: str) -> Value:
        """The default of a variable; None if it has none."""
        declared = self.variables.declared[name]
        if not declared.needs_default and not self.choices.chance(30):
            return None
        kind: Any = declared.kind
        present = kind if is_non_null_type(kind) else GraphQLNonNull(kind)
        self.selections.features.add("default")
        return self.arguments.constant(present, declared.place)

    # ------------------------------------------------------------- asking

    def _asking(self, asked: _Definition, features: set[str]) -> Asking:
        name = asked.name
        if self.choices.chance(2):
            name = self.choices.one(["Missing", None])
        return Asking(name, dict(self._given(asked.defaults, features)))

    def _varied(self, before: Asking, asked: _Definition, features: set[str]) -> Asking:
        """The same, but for one variable or two, so that what is kept of the first is asked for again."""
        changed = self.choices.some([*asked.defaults], 2)
        kept = {name: value for name, value in before.variables.items() if name not in changed}
        if self.choices.chance(20):
            return Asking(before.name, kept | dict.fromkeys(changed))
        given = dict(self._given({name: asked.defaults[name] for name in changed}, features))
        return Asking(before.name, kept | given)

    def _absent_and_null(self, before: Asking, asked: _Definition) -> Iterator[Asking]:
        """Now and then: the same without one variable that may be null, then with null for it."""
        names = [name for name in asked.defaults if not is_non_null_type(self.variables.declared[name].kind)]
        if names and self.choices.chance(30):
            name = self.choices.one(names)
            left = {other: value for other, value in before.variables.items() if other != name}
            yield Asking(before.name, left)
            yield Asking(before.name, left | {name: None})

    def _given(self, defaults: Mapping[str, Value], features: set[str]) -> Iterator[tuple[str, Any]]:
        for name, default in defaults.items():
            declared = self.variables.declared[name]
            features.add("variable")
            required = is_non_null_type(declared.kind) and default is None
            if self.choices.chance(1 if required else 30):
                features.add("not given")
            elif self.choices.chance(1):
                yield name, self.choices.one(_WRONG)
            elif self.choices.chance(1 if is_non_null_type(declared.kind) else 8):
                features.add("null")
                yield name, None
            else:
                yield name, as_json(self.arguments.constant(declared.kind, declared.place))
