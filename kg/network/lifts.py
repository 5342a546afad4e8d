"""How much more often two groups are tied than their numbers of ties let expect: kinds of organisation, countries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log


class Lifts:
    """The log-lift of each pair of groups: ``log((seen + k) / (expected + k))``, 0 where a group is not known.

    ``expected`` keeps the number of ties of each group (configuration model), so that a big group lifts nobody;
    ``k`` draws what rests on few ties to 0.
    """

    def __init__(self, ties: Iterable[tuple[int, int]], groups: Mapping[int, str], shrink: float) -> None:
        self._groups = groups
        self._shrink = shrink
        self._seen: Counter[tuple[str, str]] = Counter()
        self._ends: Counter[str] = Counter()
        for one, other in ties:
            a, b = groups.get(one), groups.get(other)
            if a is not None and b is not None:
                self._seen[a, b] += 1
                self._seen[b, a] += 1
                self._ends[a] += 1
                self._ends[b] += 1
        self._total = sum(self._ends.values())

    def group(self, organisation: int) -> str | None:
        """The group of an organisation, None if that is not known."""
        return self._groups.get(organisation)

    def seen(self, a: str, b: str) -> int:
        """The number of past ties between two groups."""
        return self._seen[a, b] if a != b else self._seen[a, b] // 2

    def expected(self, a: str, b: str) -> float:
        """The number of ties that their numbers of ties let expect."""
        if not self._total:
            return 0.0
        return self._ends[a] * self._ends[b] / self._total / (2 if a == b else 1)

    def lift(self, a: str | None, b: str | None) -> float:
        """The log-lift of a pair of groups."""
        if a is None or b is None:
            return 0.0
        return log((self.seen(a, b) + self._shrink) / (self.expected(a, b) + self._shrink))

    def of(self, one: int, others: Iterable[int]) -> list[float]:
        """The log-lift of an organisation with each of some others."""
        group = self._groups.get(one)
        lifts = {other: self.lift(group, other) for other in self._ends} if group is not None else {}
        return [lifts.get(self._groups.get(other, ""), 0.0) for other in others]
