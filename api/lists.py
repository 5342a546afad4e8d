"""Plain lists that are bounded: the argument ``first``, and the cut that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from strawberry.types.arguments import StrawberryArgument

from api import limits
from api.definitions import argument, optional
from api.reading import Request

Item = TypeVar("Item")

CUT = f"{limits.MOST} at most; a list with more than `first` is cut"
"""What the description of such a list says of its bound."""


def first_argument() -> StrawberryArgument:
    """How many to list."""
    return argument("first", optional(int), f"How many, 0 to {limits.MOST}; {limits.MOST} if not given.")


def cut(found: Sequence[Item], request: Request, given: Mapping[str, Any]) -> list[Item]:
    """The front of a list, as long as ``first`` asks; raises UsageError if that is out of bounds."""
    shown = list(found[: limits.page_size("first", given.get("first"), limits.MOST)])
    request.spend(len(shown))
    return shown
