"""What an answer is read from: a release, what is kept for as long as it serves, and one request to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from api import limits
from kg.errors import LimitError
from kg.model import Model
from kg.schema import EntityType, Schema, closure

Test = Callable[[int | None], bool]
"""Whether an entity, or its absence, meets a condition."""


class Release(Protocol):
    """The part of a release that the API reads."""

    @property
    def id(self) -> str:
        """The identity of the release."""

    @property
    def date(self) -> str:
        """The day of its newest input."""

    @property
    def info(self) -> Mapping[str, Any]:
        """What the build noted of it: ``triples`` at least."""

    @property
    def schema(self) -> Schema:
        """What its ontology declares."""

    @property
    def model(self) -> Model:
        """Its entities."""

    def dump(self, format: str) -> Path:
        """The file of the whole graph in a format; raises NotFoundError for one that is not made."""


class Releases(Protocol):
    """Where the release that serves now is had from."""

    def current(self) -> Release:
        """The newest release; cheap when it is still the same."""


class Reader:
    """A release and what was worked out over it: lists in an order, trees below an entity. Kept while it serves."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.schema = release.schema
        self.model = release.model
        self._sorted: dict[tuple[str, bytes], Sequence[int]] = {}
        self._below: dict[tuple[int, str], frozenset[int]] = {}

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
    """One request: its reader, the filters compiled for it and how many entities it has listed."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.schema = reader.schema
        self.model = reader.model
        self.tests: dict[tuple[str, bytes], Test] = {}
        self._listed = 0

    def spend(self, entities: int) -> None:
        """Count entities that a list gives out; raises LimitError past the bound of one answer."""
        self._listed += entities
        if self._listed > limits.ENTITIES:
            raise LimitError(
                f"The answer would list more than {limits.ENTITIES} entities. Ask for less: a smaller `first`, "
                "a filter, fewer lists within lists.",
                cost=self._listed,
                max=limits.ENTITIES,
            )
