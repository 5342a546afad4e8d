"""Variables of a drawn operation: where they may stand, how they are declared, and what they are given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLInputType, GraphQLNonNull, is_non_null_type

from tests.plans.choices import Choices
from tests.plans.literals import Variable

Place = tuple[str, ...]
"""What a value is asked of: a type, its field, and the operator of a filter, as far as they are known."""

_DOLLARS = ("",) * 12 + (" ", ",", "#$v0\n")
"""What may stand between the dollar sign and the name; a reader of the text alone takes some for no variable."""


@dataclass(frozen=True)
class Declared:
    """A variable: its type, what it is asked of, and whether it stands where null may not and so needs a default."""

    kind: GraphQLInputType
    place: Place
    needs_default: bool

    def fits(self, location: GraphQLInputType) -> bool:
        """Whether it may stand in a place of that type."""
        if self.needs_default and is_non_null_type(location):
            return str(location) == f"{self.kind}!"
        return str(self.kind) in (str(location), f"{location}!")


class Variables:
    """The variables of a document. ``used`` are those of the definition that is being drawn."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self.declared: dict[str, Declared] = {}
        self.used: set[str] = set()

    def use(self, location: GraphQLInputType, place: Place) -> Variable:
        """A variable that may stand in a place of that type: one that is there already, or a new one."""
        known = [name for name, declared in self.declared.items() if declared.fits(location)]
        if known and self._choices.chance(50):
            name = self._choices.one(known)
        else:
            name = f"v{len(self.declared)}"
            self.declared[name] = self._new(location, place)
        self.used.add(name)
        return Variable(self._choices.one(_DOLLARS) + name)

    def _new(self, location: GraphQLInputType, place: Place) -> Declared:
        if is_non_null_type(location):
            if self._choices.chance(40):
                return Declared(location.of_type, place, needs_default=True)
            return Declared(location, place, needs_default=False)
        strict: Any = GraphQLNonNull(location)  # the check above leaves no type that is strict already
        return Declared(strict if self._choices.chance(15) else location, place, needs_default=False)

    def begin(self) -> None:
        """Begin a definition, which uses none yet."""
        self.used = set()

    def also(self, names: Iterable[str]) -> None:
        """Note that a fragment which is spread uses these."""
        self.used.update(names)
