"""The GraphQL schema of an ontology, and its text."""

from __future__ import annotations

from typing import NewType

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api import roots, scalars
from api.connections import Connections
from api.definitions import Definitions, GraphType, extend
from api.documents import Documents
from api.facetable import Facets
from api.filters import Filters
from api.insights.fields import insight_fields
from api.ordering import Orders
from api.plan.arguments import Parts as PlanParts
from api.plan.operations import Plans
from api.reading import Reader, Release
from api.types import Parts, Types
from api.vocabularies import make_enums
from kg.network.constants import Section, network_file
from kg.schema import Schema
from kg.settings import packaged


class AtmpSchema(strawberry.Schema):
    """A Strawberry schema that remembers the queries it has checked and the release it reads."""

    def __init__(
        self, declared: Schema, query: type, types: list[GraphType], config: StrawberryConfig, plans: bool
    ) -> None:
        super().__init__(query=query, types=types, config=config)
        self.declared = declared
        self.documents = Documents(self._schema)
        parts = PlanParts(self._schema, self.schema_converter, frozenset(declared.types))
        self.plans = Plans(parts) if plans else None
        """The compiled operations; None if all run on the executor."""
        self._reader: Reader | None = None

    @property
    def core(self) -> GraphQLSchema:
        """The schema as graphql-core executes it."""
        return self._schema

    def reader(self, release: Release) -> Reader:
        """What is kept over a release; begun anew when another one serves."""
        reader = self._reader
        if reader is None or reader.release is not release:
            reader = self._reader = Reader(release)
        return reader


def make_schema(declared: Schema, plans: bool = True) -> AtmpSchema:
    """The schema of an ontology; what insights can be asked is named by the constants that are shipped.

    Without ``plans`` every operation runs on Strawberry's executor, with the same answers.
    """
    definitions = Definitions()
    enums = make_enums(definitions, declared)
    keys, scalar_map = {}, dict(scalars.BASE)
    for field in scalars.key_fields(declared):
        keys[field.name] = NewType(scalars.scalar_name(field), str)
        scalar_map[keys[field.name]] = scalars.key_scalar(field)
    filters = Filters(definitions, declared, enums)
    orders = Orders(definitions, declared)
    facets = Facets(definitions, declared)
    types = Types(
        Parts(definitions, declared, enums, keys), lambda made: Connections(definitions, filters, orders, facets, made)
    )
    query = definitions.object("Query", "What can be asked. Everything in one answer is of one release.")
    extend(query, roots.fields(types))
    extend(query, insight_fields(types, Section.read(network_file(packaged("data")))))
    every = [*types.made.values(), *enums.values()]
    return AtmpSchema(declared, query, every, StrawberryConfig(scalar_map=scalar_map), plans)


def print_sdl(schema: strawberry.Schema) -> str:
    """The schema in the schema definition language, sorted by name."""
    return schema.as_str() + "\n"
