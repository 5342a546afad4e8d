"""The four-hop query as one writes it first: Strawberry types whose resolvers ask an rdflib graph, field by field.

In two manners: triple patterns of rdflib, and a SPARQL query for each field. Types and names are those of our schema,
as far as the query needs them, so that the text and the answer are the same.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Protocol

import rdflib
import strawberry
from rdflib.namespace import RDFS
from strawberry.types import Info

from kg.schema import DATA, TERMS, enum_name
from kg.turtle import RDF

ATMP = rdflib.Namespace(TERMS)
Term = Any
"""A term of rdflib, whose own types do not say which kind stands where."""


class Links(Protocol):
    """How a resolver reads the graph."""

    def ahead(self, subject: Term, predicate: Term) -> list[Term]:
        """What a subject's predicate leads to, in order."""

    def back(self, predicate: Term, target: Term) -> list[Term]:
        """What leads to a target by a predicate, in order."""


class Patterns:
    """Reads by triple patterns."""

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph

    def ahead(self, subject: Term, predicate: Term) -> list[Term]:
        """What a subject's predicate leads to, in order."""
        return sorted(self.graph.objects(subject, predicate))

    def back(self, predicate: Term, target: Term) -> list[Term]:
        """What leads to a target by a predicate, in order."""
        return sorted(self.graph.subjects(predicate, target))


class Queries:
    """Reads by SPARQL."""

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph

    def ahead(self, subject: Term, predicate: Term) -> list[Term]:
        """What a subject's predicate leads to, in order."""
        return self._found(f"SELECT ?x WHERE {{ {subject.n3()} {predicate.n3()} ?x }} ORDER BY ?x")

    def back(self, predicate: Term, target: Term) -> list[Term]:
        """What leads to a target by a predicate, in order."""
        return self._found(f"SELECT ?x WHERE {{ ?x {predicate.n3()} {target.n3()} }} ORDER BY ?x")

    def _found(self, query: str) -> list[Term]:
        rows: Any = self.graph.query(query)
        return [row[0] for row in rows]


@strawberry.type
class Thing:
    """An entity by its address."""

    at: strawberry.Private[Term]

    def ahead(self, info: Info, predicate: str) -> list[Term]:
        """What one of its predicates leads to."""
        found: list[Term] = info.context.ahead(self.at, ATMP[predicate])
        return found

    def text(self, info: Info, predicate: str) -> str | None:
        """The text of one of its predicates."""
        return next((str(found) for found in self.ahead(info, predicate)), None)

    def slug(self, info: Info, predicate: str) -> str | None:
        """The value of one of its predicates in a controlled list."""
        found = self.text(info, predicate)
        return enum_name(found.rpartition("/")[2]) if found else None

    def called(self, info: Info) -> str | None:
        """Its name."""
        return next((str(found) for found in info.context.ahead(self.at, RDFS.label)), None)


@strawberry.type
class Agent(Thing):
    """Who takes part."""

    @strawberry.field
    def label(self, info: Info) -> str | None:
        return self.called(info)


@strawberry.type
class Condition(Thing):
    """What is treated."""

    @strawberry.field
    def name(self, info: Info) -> str | None:
        return self.called(info)


@strawberry.type
class Indication(Thing):
    """A use of a product."""

    @strawberry.field
    def condition(self, info: Info) -> Condition | None:
        return next((Condition(at=found) for found in self.ahead(info, "condition")), None)

    @strawberry.field
    def stage(self, info: Info) -> str | None:
        return self.slug(info, "stage")


@strawberry.type
class Trial(Thing):
    """A study."""

    @strawberry.field
    def title(self, info: Info) -> str | None:
        return self.called(info)

    @strawberry.field
    def nct_id(self, info: Info) -> str | None:
        return self.text(info, "nctId")

    @strawberry.field
    def phase(self, info: Info) -> str | None:
        return self.slug(info, "phase")

    @strawberry.field
    def status(self, info: Info) -> str | None:
        return self.slug(info, "newestStatus")

    @strawberry.field
    def sponsors(self, info: Info) -> list[Agent]:
        return [Agent(at=found) for found in self.ahead(info, "sponsor")]

    @strawberry.field
    def collaborators(self, info: Info) -> list[Agent]:
        return [Agent(at=found) for found in self.ahead(info, "collaborator")]


@strawberry.type
class Trials:
    """A list of trials."""

    nodes: list[Trial]


@strawberry.type
class Product(Thing):
    """What is given."""

    @strawberry.field
    def name(self, info: Info) -> str | None:
        return self.called(info)

    @strawberry.field
    def indications(self, info: Info) -> list[Indication]:
        return [Indication(at=found) for found in self.ahead(info, "indication")]

    @strawberry.field
    def trials(self, info: Info, first: int) -> Trials:
        found = (one for one in info.context.back(ATMP.product, self.at) if str(one).startswith(f"{DATA}trial/"))
        return Trials(nodes=[Trial(at=one) for one in islice(found, first)])


@strawberry.type
class Products:
    """A list of products."""

    nodes: list[Product]


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    def products(self, info: Info, first: int) -> Products:
        found = info.context.back(rdflib.URIRef(RDF + "type"), ATMP.Product)
        return Products(nodes=[Product(at=one) for one in found[:first]])


def naive_schema() -> strawberry.Schema:
    """The schema; the context of an execution says how the graph is read."""
    return strawberry.Schema(Query)
