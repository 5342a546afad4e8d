"""What was worked out and is kept for as long as its release serves, within a bound of memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Two generations: what is found in the old one moves to the young; when that is full, the old one is forgotten.

    So what is asked for often stays, as with least recently used first out, and to find something writes nothing.
    """

    def __init__(self, bound: Callable[[], int], weigh: Callable[[Value], int]) -> None:
        """``bound`` is what all together may weigh."""
        self._bound = bound
        self._weigh = weigh
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}
        self._weight = 0
        self._lock = Lock()

    def find(self, key: Key) -> Value | None:
        """What was kept; None if it has not been worked out or is forgotten."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: Key, value: Value) -> None:
        """Keep what was worked out, unless that would take most of the room."""
        weight, most = self._weigh(value), self._bound() // 2
        if weight > most // 4:
            return
        with self._lock:
            if key not in self._young:
                self._weight += weight
            self._young[key] = value
            if self._weight > most:
                self._old, self._young, self._weight = self._young, {}, 0
