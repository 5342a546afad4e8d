"""How complete an entity is, in GraphQL: what is expected of its type, and what of that is stated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import strawberry

from api.definitions import ModelField, answered
from api.reading import Release, Request
from kg import completeness
from kg.completeness import USUAL, Expectations

_RULE = (
    f"A field is expected if at least {USUAL:.0%} of the entities of the type state it; links, controlled values, "
    "dates and numbers count, and texts, identifiers and what is said of the record itself do not."
)


@strawberry.type(description=f"How much of what is expected of an entity is stated. {_RULE}")
class Completeness:
    """The expected fields of an entity: stated, missing or unknown."""

    found: strawberry.Private[completeness.Completeness]

    @answered("The part of the expected fields that is stated, from 0 to 1; null if nothing is expected of the type.")
    def share(self) -> float | None:
        return self.found.share

    @answered("How many of the expected fields are stated.")
    def stated(self) -> int:
        return len(self.found.stated)

    @answered("How many fields are expected: what is stated, missing and unknown together.")
    def of(self) -> int:
        return self.found.of

    @answered("The names of the expected fields of which nothing is known; empty if there is none.")
    def missing(self) -> list[str]:
        return list(self.found.missing)

    @answered("The names of the expected fields that were looked for and not found; empty if there is none.")
    def unknown(self) -> list[str]:
        return list(self.found.unknown)


def field() -> ModelField:
    """The field ``completeness`` of every entity."""
    text = "How much of what others of its type have is stated of it, and what is missing."
    return ModelField("completeness", Completeness, text, _completeness)


def _completeness(entity: int, request: Request, _given: Mapping[str, Any]) -> Completeness:
    return Completeness(found=request.reader.once(expectations).of(entity))


def share(request: Request) -> Callable[[int], float | None]:
    """Gives the part that is stated of what is expected of an entity."""
    return request.reader.once(expectations).share


def expectations(release: Release) -> Expectations:
    """What is expected of each type in a release; to be asked with ``Reader.once``."""
    return Expectations(release.model)
