"""How near two organisations are by the partners they share: Adamic-Adar on the strength of ties.

``sum over shared z of (w(i,z) + w(j,z)) / log(1 + s(z))`` with ``s`` the sum of a partner's ties: a partner with few
ties says more. Adamic and Adar, Social Networks 25 (2003) 211-230; with weights: Lü and Zhou, EPL 89 (2010) 18001.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import fsum, log1p
from typing import Any

Ties = Mapping[int, Mapping[int, Mapping[str, Any]]]
"""The ties of a projection, organisation to organisation to the tie with its ``weight``."""


class Proximity:
    """Adamic-Adar by weight over the ties of a projection."""

    def __init__(self, ties: Ties) -> None:
        self._ties = {one: {other: float(tie["weight"]) for other, tie in found.items()} for one, found in ties.items()}
        self._rarity = {z: 1.0 / log1p(fsum(found.values())) for z, found in self._ties.items() if any(found.values())}

    def of(self, organisation: int) -> dict[int, float]:
        """``log(1 + Adamic-Adar)`` of everybody with a shared partner; nobody else is near."""
        sums: dict[int, float] = defaultdict(float)
        for z, weight in self._ties.get(organisation, {}).items():
            rarity = self._rarity.get(z, 0.0)
            for other, further in self._ties[z].items():
                sums[other] += (weight + further) * rarity
        sums.pop(organisation, None)
        return {other: log1p(found) for other, found in sums.items()}

    def shared(self, one: int, other: int) -> list[tuple[int, float]]:
        """The shared partners, each with what it gives before the logarithm, the most first."""
        ours, theirs = self._ties.get(one, {}), self._ties.get(other, {})
        found = [(z, (ours[z] + theirs[z]) * self._rarity.get(z, 0.0)) for z in ours.keys() & theirs.keys()]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))
