"""Three doors, one answer: GraphQL, SPARQL on the default graph and the Turtle dump count the same."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib

from api.execute import execute
from api.schema import make_schema
from kg.ontology import read_schema
from kg.release import Release
from kg.schema import EntityType
from tests.conftest import ROOT

KINDS = list(read_schema(ROOT / "ontology").entity_types())

SHARED = """
SELECT ?s ?p ?o (COUNT(?source) AS ?times) WHERE { GRAPH ?source { ?s ?p ?o } }
GROUP BY ?s ?p ?o HAVING (COUNT(?source) >= 3) ORDER BY DESC(?times) ?s ?p ?o LIMIT 20
"""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_type_counts_the_same(shipped: Release, shipped_dump: rdflib.Graph, kind: EntityType) -> None:
    answer = execute(make_schema(shipped.schema), shipped, f"{{ all: {kind.plural} {{ totalCount }} }}")
    by_graphql = answer["data"]["all"]["totalCount"]
    solutions = shipped.store.query(f"SELECT (COUNT(?e) AS ?n) WHERE {{ ?e a <{kind.iri}> }}")
    assert isinstance(solutions, ox.QuerySolutions)
    by_sparql = int(next(iter(solutions))["n"].value)
    by_dump = len(list(shipped_dump.subjects(rdflib.RDF.type, rdflib.URIRef(kind.iri))))
    assert by_graphql == by_sparql == by_dump > 0


def test_what_three_sources_state_counts_once(shipped: Release, shipped_dump: rdflib.Graph) -> None:
    solutions = shipped.store.query(SHARED)
    assert isinstance(solutions, ox.QuerySolutions)
    rows = list(solutions)
    assert rows, "no statement is shared by three sources"
    for row in rows:
        subject, predicate, value = str(row["s"]), str(row["p"]), str(row["o"])
        once = shipped.store.query(f"SELECT * WHERE {{ {subject} {predicate} ?o FILTER (?o = {value}) }}")
        assert isinstance(once, ox.QuerySolutions)
        assert len(list(once)) == 1
        in_dump = shipped_dump.query(f"SELECT * WHERE {{ {subject} {predicate} ?o FILTER (?o = {value}) }}")
        assert len(list(in_dump)) == 1


def test_the_dump_is_the_default_graph(shipped: Release, shipped_dump: rdflib.Graph) -> None:
    assert len(shipped_dump) == sum(1 for _ in shipped.store.triples()) == shipped.info["triples"]
