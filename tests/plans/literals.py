"""Values of arguments as a query writes them, and as JSON gives them to variables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Value = Any
"""None, true or false, a number, a text, a Name, a Variable, or a list or dict of these."""


class Name(str):
    """A value of an enum."""

    __slots__ = ()


class Variable(str):
    """A variable in the place of a value: its name, before which there may be what a reader of a query passes over."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name alone."""
        return self.rpartition("\n")[2].strip(" ,")


def literal(value: Value) -> str:
    """The value as it stands in a query."""
    match value:
        case Name():
            return str(value)
        case Variable():
            return f"${value}"
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return f"{{{', '.join(f'{name}: {literal(inner)}' for name, inner in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


def as_json(value: Value) -> Value:
    """The value as JSON has it, where enums are texts."""
    match value:
        case str():
            return str(value)
        case list():
            return [as_json(inner) for inner in value]
        case dict():
            return {name: as_json(inner) for name, inner in value.items()}
    return value


def variables_in(value: Value) -> Iterator[str]:
    """The names of the variables that stand in a value."""
    match value:
        case Variable():
            yield value.name
        case list():
            for inner in value:
                yield from variables_in(inner)
        case dict():
            yield from variables_in([*value.values()])
