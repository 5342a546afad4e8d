"""The network of one release: its records read once, its projections kept for as long as they are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from threading import Lock
from typing import Any

from kg.model import Model
from kg.network.choice import chosen
from kg.network.constants import Section
from kg.network.parents import Parents, read_parents, uppermost
from kg.network.projection import Options, Projection
from kg.network.records import Record, read_records
from kg.network.rules import read_rules
from kg.network.selecting import Selecting, read_map_rules
from kg.network.selection import EVERYTHING, Selection, narrowed

KEPT = 16
"""Projections that are kept; a shipped one is made in 40 ms and takes a few MB."""


class Network:
    """The entry to the room: ``records`` is the bipartite graph, ``projection(options)`` the organisations tied by it.

    ``year`` is that of the release, never today's. Safe to use from many threads.
    """

    def __init__(self, model: Model, constants: Section, year: int) -> None:
        self.model = model
        self.constants = constants
        self.year = year
        self.rules = read_rules(model.schema, constants)
        self._kept: OrderedDict[tuple[Options, Selection], Projection] = OrderedDict()
        self._lock = Lock()

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """All records with the organisations in them."""
        return read_records(self.model, self.rules, self.year)

    @cached_property
    def selecting(self) -> Selecting:
        """How a selection of ties is asked for."""
        return Selecting(self.model.schema, read_map_rules(self.model.schema, self.constants), self.rules.kinds)

    def house(self, organisation: int) -> int:
        """The uppermost parent in the year of the release: who has the same are units of one organisation."""
        return uppermost(organisation, self.year, self._parents)

    @cached_property
    def _parents(self) -> Parents:
        return read_parents(self.model)

    def options(self, **more: Any) -> Options:
        """The options with the half-life that ``network.yaml`` names, unless told otherwise."""
        return replace(Options(half_life=self.rules.half_life), **more)

    def projection(self, options: Options, selection: Selection = EVERYTHING) -> Projection:
        """The projection under some options, of it the ties that are wanted; raises ``UsageError`` for a grade or
        half-life that is not offered.
        """
        with self._lock:
            found = self._get((options, EVERYTHING), lambda: self._projected(options))
            if selection == EVERYTHING:
                return found
            paths = self.selecting.rules.paths
            return self._get((options, selection), lambda: narrowed(self.model, paths, found, selection))

    def _projected(self, options: Options) -> Projection:
        return Projection(self.rules, chosen(self.model, self.rules, self.records, options), options, self.year)

    def _get(self, key: tuple[Options, Selection], make: Callable[[], Projection]) -> Projection:
        """A kept projection, or one made now and kept."""
        if key not in self._kept:
            self._kept[key] = make()
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]
