"""Choices that a generator makes, read from bytes: those that hypothesis draws, and shrinks, or those of a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

SIZE = 800
"""Bytes that are more than enough for one document."""


class Choices:
    """Chooses by a byte each time. Zeros, and what is chosen past the end, are the first of what there is, and no."""

    def __init__(self, source: bytes) -> None:
        self._source = iter(source)

    def below(self, count: int) -> int:
        """A number from 0 up to, and without, this one, which is 256 at most."""
        return next(self._source, 0) * count >> 8 if count > 1 else 0

    def one(self, among: Sequence[Item]) -> Item:
        """One of several, of which there are 256 at most."""
        return among[self.below(len(among))]

    def some(self, among: Sequence[Item], most: int) -> list[Item]:
        """At least one of several, each once."""
        left, found = list(among), []
        for _ in range(1 + self.below(min(most, len(left)))):
            found.append(left.pop(self.below(len(left))))
        return found

    def chance(self, percent: int) -> bool:
        """Yes, so many times in a hundred."""
        return self.below(100) >= 100 - percent
