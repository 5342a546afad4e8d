"""What an answer is read from: a release, what is kept for as long as it serves, and one request to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from api import limits
from api.budget import Budget
from api.kept import Kept
from api.plan.kept import KeptJson
from kg.coverage import Measured
from kg.network.standing import ReleaseNetwork
from kg.schema import EntityType, closure
from kg.search.finder import Finder

Made = TypeVar("Made")

Test = Callable[[int | None], bool]
"""Whether an entity, or its absence, meets a condition."""


class Release(Measured, Protocol):
    """The part of a release that the API reads."""

    @property
    def info(self) -> Mapping[str, Any]:
        """What the build noted of it: ``triples`` at least."""

    @property
    def ontology(self) -> Path:
        """The folder of its ontology."""

    @property
    def network(self) -> ReleaseNetwork:
        """Its collaborator network."""

    def backtest(self) -> Mapping[str, Any]:
        """The backtest of partner fit; empty if there is none."""

    def dump(self, format: str) -> Path:
        """The file of the whole graph in a format; raises NotFoundError for one that is not made."""


class Releases(Protocol):
    """Where the release that serves now is had from."""

    def current(self) -> Release:
        """The newest release; cheap when it is still the same."""

    def stands(self, release: object) -> bool:
        """Whether it is still the newest; always cheap."""


Filter = tuple[str, bytes]
"""A type, and the digest of a ``where``."""


class Reader:
    """A release and what was worked out over it: lists in an order, trees below an entity. Kept while it serves."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.schema = release.schema
        self.model = release.model
        self.finder = Finder(release.model)
        self.kept = KeptJson()
        """What plans wrote of entities."""
        self.fitting: Kept[Filter, Sequence[int]] = Kept(lambda: limits.KEPT_ROWS, len)
        """All entities that meet a filter, by number."""
        self._sorted: dict[tuple[str, bytes], Sequence[int]] = {}
        self._below: dict[tuple[int, str], frozenset[int]] = {}
        self._once: dict[Callable[[Release], Any], Any] = {}

    def once(self, make: Callable[[Release], Made]) -> Made:
        """What a function makes of the release; made when it is first asked for, and kept."""
        if make not in self._once:
            self._once[make] = make(self.release)
        found: Made = self._once[make]
        return found

    def sorted_rows(
        self, kind: EntityType, order: bytes, sort: Callable[[Sequence[int]], Sequence[int]]
    ) -> Sequence[int]:
        """All entities of a type in an order, sorted once; ``order`` is the name of the order."""
        key = (kind.name, order)
        found = self._sorted.get(key)
        if found is None:
            if len(self._sorted) >= limits.KEPT_ORDERS:
                self._sorted.clear()
            found = self._sorted[key] = sort(self.model.rows(kind.name))
        return found

    def below(self, entity: int, link: str) -> frozenset[int]:
        """The entity and all that reach it by following a link upwards, circles and all."""
        key = (entity, link)
        if key not in self._below:
            children: Mapping[Any, tuple[int, ...]] = self.model.inverted(self.model.kind(entity).name, link)
            self._below[key] = closure(entity, children)
        return self._below[key]


class Request:
    """One request: its reader, its budget and the filters compiled for it."""

    def __init__(self, reader: Reader, budget: Budget | None = None) -> None:
        """Without a ``budget`` there is a ceiling of cost, but no limit of time."""
        self.reader = reader
        self.schema = reader.schema
        self.model = reader.model
        self.tests: dict[tuple[str, bytes], Test] = {}
        self.budget = budget = budget or Budget()
        self.spend: Callable[[int], None] = budget.spend
        """Count values of the answer."""
        self.tick: Callable[[], None] = budget.tick
        """To be called every few hundred rows of work that counts no values."""
