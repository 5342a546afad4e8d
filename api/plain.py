"""Object types over plain Python values: facts that are read from them, and lists with a bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from api.definitions import Definitions, GraphType, ModelField, extend, listing
from api.lists import CUT, cut, first_argument
from api.reading import Request

Read = Callable[[Any], Any]


def made(definitions: Definitions, name: str, text: str, fields: Iterable[ModelField]) -> GraphType:
    """An object type with its fields."""
    kind = definitions.object(name, text)
    extend(kind, fields)
    return kind


def fact(name: str, kind: GraphType, text: str, read: Read | None = None) -> ModelField:
    """A field that is read from a value: its attribute of that name, if not told otherwise."""
    take = read or (lambda source: getattr(source, name))
    return ModelField(name, kind, text, lambda source, _request, _given: take(source))


def bounded(name: str, kind: GraphType, text: str, read: Callable[[Any], Sequence[Any]]) -> ModelField:
    """A list that is read from a value, with ``first``."""

    def resolve(source: Any, request: Request, given: Mapping[str, Any]) -> list[Any]:
        return cut(read(source), request, given)

    return ModelField(name, listing(kind), f"{text} {CUT}.", resolve, [first_argument()])
