"""The store: SPARQL on the resolved view, each source in its graph, rdflib's API, and nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pyoxigraph as ox
import pytest
from rdflib import Literal, URIRef

from kg.errors import ReleaseError, UsageError
from kg.release import Release
from kg.schema import DATA
from kg.store import GraphStore

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of itself
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { <https://w3id.org/atmp/id/organisation/hospital> rdfs:label ?name }"
RDFS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"


def number(result: object) -> int:
    """The one number that a counting query answers."""
    assert isinstance(result, ox.QuerySolutions)
    return int(next(result)[0].value)


def test_a_statement_counts_once_in_the_default_graph(release: Release) -> None:
    developer = f"<{DATA}involvement/product.cells.developer>"
    role = "<https://w3id.org/atmp/ontology#role>"
    plain = f"SELECT (COUNT(*) AS ?n) WHERE {{ {developer} {role} ?role }}"
    stated = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?source {{ {developer} {role} ?role }} }}"
    assert number(release.store.query(plain)) == 1
    assert number(release.store.query(stated)) == 2


def test_a_query_from_a_file(release: Release, tmp_path: Path) -> None:
    (tmp_path / "count.rq").write_text(RDFS + COUNT)
    assert number(release.store.query_file(tmp_path / "count.rq")) == 1


def test_a_query_that_does_not_parse_says_where(release: Release) -> None:
    with pytest.raises(UsageError, match="the query does not parse"):
        release.store.query("SELECT * WHERE { ?s ?p }")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1/sparql> { ?s ?p ?o } }",
        "SELECT * { service silent ?where { ?s ?p ?o } }",
        "SELECT * { FILTER(?a<1){SERVICE?x{?s?p?o}}FILTER(2>1) }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1/sparql> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'it''s' SERVICE <http://127.0.0.1/sparql> { ?s ?p ?o } }",
    ],
)
def test_no_query_reaches_another_server(release: Release, query: str) -> None:
    with pytest.raises(UsageError, match="SERVICE is not answered"):
        release.store.query(query)
    with pytest.raises(UsageError, match="SERVICE is not answered"):
        release.store.rdflib_dataset().query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?service ?p 'SERVICE' } # SERVICE",
        'PREFIX service: <http://x.example/SERVICE/> SELECT * { service:a ?p """a \'SERVICE\' "quoted" """ }',
        "SELECT * { <http://x.example/#service> ?p ?o }",
    ],
)
def test_the_word_alone_is_allowed(release: Release, query: str) -> None:
    assert list(release.store.query(query)) == []  # type: ignore[arg-type]


def test_rdflib_sees_the_same_dataset_and_cannot_change_it(release: Release) -> None:
    dataset = release.store.rdflib_dataset()
    assert len(list(dataset.quads((None, None, None, None)))) == release.info["quads"]
    assert len(dataset.default_graph) == release.info["triples"]
    source = dataset.graph(URIRef(f"{DATA}source/press-page"))
    assert len(source) > 0
    here = URIRef(f"{DATA}organisation/hospital")
    for attempt in (
        lambda: dataset.add((here, here, Literal("x"))),
        lambda: dataset.remove((here, here, here)),
        lambda: dataset.update("DELETE WHERE { ?s ?p ?o }"),
        lambda: dataset.remove_graph(source),
    ):
        with pytest.raises(ReleaseError, match="a release is never changed"):
            attempt()
    assert len(release.store) == release.info["quads"]


def test_many_threads_may_ask(release: Release) -> None:
    answers: list[int] = []
    threads = [Thread(target=lambda: answers.append(number(release.store.query(RDFS + COUNT)))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 16


def test_graphs_and_triples(release: Release) -> None:
    assert release.store.graph_names() == [f"{DATA}source/press-page", f"{DATA}source/registry-page"]
    assert len(list(release.store.triples())) == release.info["triples"]


def test_a_file_that_is_no_nquads_is_an_error_of_the_release(tmp_path: Path) -> None:
    (tmp_path / "graph.nq").write_text("not N-Quads")
    with pytest.raises(ReleaseError, match="cannot be loaded"):
        GraphStore.load(tmp_path / "graph.nq")
    with pytest.raises(ReleaseError, match="cannot be loaded"):
        GraphStore.load(tmp_path / "missing.nq")
