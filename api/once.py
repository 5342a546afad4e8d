"""A property that is worked out once for an object and may let other requests go first meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class once(Generic[Value]):
    """Like ``functools.cached_property``, which until Python 3.12 holds one lock for the property of all objects.

    Work that stands back while it holds such a lock would be waited for by those it let go first.
    """

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, _owner: type | None = None) -> Value:
        found = instance.__dict__[self._name] = self._make(instance)
        return found
