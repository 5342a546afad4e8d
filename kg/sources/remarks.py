"""What an importer found not as it should be in a registry's records, gathered for people to read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Remarks:
    """What was not as it should be, with how often and the first place; nothing of it stops an import."""

    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, where: str) -> None:
        """Note something about a record."""
        self.counts[what] += 1
        self.first.setdefault(what, where)

    def lines(self) -> list[str]:
        """One line a kind of remark."""
        return [f"{what} ({count}, first in {self.first[what]})" for what, count in self.counts.items()]
