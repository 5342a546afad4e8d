"""The GraphQL schema as a reference to browse, from what introspection says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema, introspection_from_schema

Described = Mapping[str, Any]
"""A type, field, argument or value as introspection gives it."""

MEMBERS = ("fields", "inputFields", "enumValues")

SECTIONS: Mapping[str, Callable[[Described], bool]] = {
    "Things with an id": lambda kind: kind["kind"] == "OBJECT" and bool(kind["interfaces"]),
    "Interfaces": lambda kind: kind["kind"] in ("INTERFACE", "UNION"),
    "Parts of answers": lambda kind: kind["kind"] == "OBJECT" and not kind["interfaces"],
    "Enums": lambda kind: kind["kind"] == "ENUM",
    "Scalars": lambda kind: kind["kind"] == "SCALAR",
    "Filters and orders": lambda kind: kind["kind"] == "INPUT_OBJECT",
}
"""The types in the order in which a reader needs them; each is in one section."""


@dataclass(frozen=True)
class Use:
    """A place in the schema where a type stands: a member of a type, or an argument of it."""

    owner: str
    member: str
    argument: str = ""


@dataclass
class Uses:
    """Where a type stands: what gives it, and what takes it."""

    given: list[Use] = field(default_factory=list)
    taken: list[Use] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """What a filter finds of a type: the type itself, some of its members, or both."""

    kind: Described
    members: list[Described]


class Reference:
    """Every type of a schema but those of introspection itself, and where each is used."""

    def __init__(self, schema: GraphQLSchema) -> None:
        told = introspection_from_schema(schema)["__schema"]
        self.root: str = told["queryType"]["name"]
        self.directives: Sequence[Described] = told["directives"]
        self.types: dict[str, Described] = {
            kind["name"]: kind
            for kind in sorted(told["types"], key=lambda kind: str(kind["name"]))
            if not kind["name"].startswith("__")
        }
        self.uses = {name: Uses() for name in self.types}
        for name, kind in self.types.items():
            self._note_uses(name, kind)
        self.sections = {title: [k for k in self.types.values() if holds(k)] for title, holds in SECTIONS.items()}

    def find(self, text: str) -> list[Found]:
        """The types that hold every word of a text in their name or description, or in a member's; by name first."""
        words = text.casefold().split()
        found = [Found(kind, [one for one in members(kind) if _holds(one, words)]) for kind in self.types.values()]
        named = [one for one in found if _holds(one.kind, words) or one.members]
        return sorted(named, key=lambda one: not _in_name(one.kind, words))

    def _note_uses(self, owner: str, kind: Described) -> None:
        for one in kind["fields"] or ():
            self.uses[_named(one["type"])].given.append(Use(owner, one["name"]))
            for argument in one["args"]:
                self.uses[_named(argument["type"])].taken.append(Use(owner, one["name"], argument["name"]))
        for one in kind["inputFields"] or ():
            self.uses[_named(one["type"])].taken.append(Use(owner, one["name"]))


def members(kind: Described) -> Iterator[Described]:
    """The fields of a type, or the values of an enum."""
    for group in MEMBERS:
        yield from kind[group] or ()


def _named(reference: Described) -> str:
    """The name of the type inside lists and non-nulls."""
    while reference["ofType"] is not None:
        reference = reference["ofType"]
    return str(reference["name"])


def _holds(one: Described, words: list[str]) -> bool:
    text = f"{one['name']} {one['description'] or ''}".casefold()
    return all(word in text for word in words)


def _in_name(one: Described, words: list[str]) -> bool:
    return all(word in one["name"].casefold() for word in words)
