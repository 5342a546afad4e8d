"""The five components of partner fit of one organisation with every other, as of a scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import log1p

from kg.network.capability import Capability, Need
from kg.network.lifts import Lifts
from kg.network.proximity import Proximity
from kg.network.scene import Scene

NO_NEED: Need = {}


class Components:
    """The components over the organisations with a record.

    ``proximity`` and ``capability`` are 0 or more, with 0 left out; ``activity`` is 0 or more; ``role`` and
    ``geography`` are log-lifts of either sign, 0 where a kind or country is not known.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.ties = scene.projection.ties
        self.organisations: Sequence[int] = tuple(sorted(self.ties))
        self.proximity = Proximity(self.ties)
        pairs = [pair for pair in scene.projection.graph.edges if scene.house(pair[0]) != scene.house(pair[1])]
        self.kinds = Lifts(pairs, scene.kinds, scene.fit.shrink)
        self.countries = Lifts(pairs, scene.countries, scene.fit.shrink)
        self.capabilities = Capability(scene.fit, scene.showings, scene.near)

    def prepare(self) -> None:
        """Work out now what is else worked out when somebody first asks for it."""
        self.capabilities.prepare()
        self.activity.get(0)

    @cached_property
    def last(self) -> Mapping[int, int]:
        """The year in which each organisation was last active, if any record tells; never after the scene's."""
        found: dict[int, int] = {}
        for record in self.scene.records:
            if record.year is not None:
                for member in record.members:
                    year = min(record.year, self.scene.year)
                    found[member.organisation] = max(year, found.get(member.organisation, year))
        return found

    @cached_property
    def activity(self) -> Mapping[int, float]:
        """``log(1 + partners)`` and up to 1 for being active now, halved with each half-life since."""
        half_life, year = self.scene.rules.half_life or float("inf"), self.scene.year
        return {
            organisation: log1p(len(partners))
            + (2.0 ** (-(year - self.last[organisation]) / half_life) if organisation in self.last else 0.0)
            for organisation, partners in self.ties.items()
        }

    def capability(self, organisation: int, need: Need) -> dict[int, float]:
        """The share of the need, which counts more as the user states it; without a need the likeness.

        A part of novelty is added where there is some of either.
        """
        rules = self.scene.fit
        if need:
            found = {other: rules.need * share for other, share in self.capabilities.shares(need).items()}
        else:
            found = self.capabilities.likeness(organisation)
        if not rules.novelty:
            return found
        novelty = self.capabilities.novelty(organisation, found)
        return {other: value + rules.novelty * novelty.get(other, 0.0) for other, value in found.items()}
