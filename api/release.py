"""The release in GraphQL: what state of the graph answers."""

from __future__ import annotations

import strawberry

from api import reading
from api.definitions import answered
from api.scalars import Date


@strawberry.type(description="How many entities there are of one type.")
class TypeCount:
    """A type and its number of entities."""

    type: str = strawberry.field(description="The name of the type. For example `Product`.")
    count: int = strawberry.field(description="How many there are.")


@strawberry.type(
    description="One dated, checked and immutable state of the graph. A field is null if the build did not note it."
)
class Release:
    """The release that answers."""

    stated: strawberry.Private[reading.Release]

    @answered("The id; it follows from the inputs, so the same inputs have the same id.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.stated.id)

    @answered("The day of the newest input.")
    def date(self) -> Date:
        return Date(self.stated.date)

    @answered("The version of the ontology. For example `0.1.0`.")
    def ontology(self) -> str:
        return self.stated.schema.version

    @answered("How many triples the resolved graph has.")
    def triples(self) -> int | None:
        found = self.stated.info.get("triples")
        return found if isinstance(found, int) else None

    @answered("How many entities there are of each type.")
    def counts(self) -> list[TypeCount]:
        model = self.stated.model
        return [
            TypeCount(type=kind.name, count=len(model.rows(kind.name))) for kind in self.stated.schema.entity_types()
        ]
