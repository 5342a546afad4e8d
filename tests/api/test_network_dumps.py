"""``/dumps`` of the network: listed with what may be asked, the same bytes for the same question, 400 for nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import networkx as nx
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from kg.export import FORMATS
from kg.network.asked import PARAMETERS
from kg.network.exports import NETWORK_FORMATS, write_network
from kg.schema import Schema
from tests.api.conftest import MemoryRelease, MemoryReleases, release_of
from tests.network.conftest import record


@pytest.fixture(scope="module")
def release(declared: Schema) -> MemoryRelease:
    first = record("trial/a", {"lumc": "sponsor", "azl": "collaborator", "clinic": "trial-site"}, startDate="2015")
    second = record("agreement/b", {"lumc": "licensor", "biotech": "licensee"}, signed="2020")
    return release_of(declared, first | second | {"organisation/lumc": {"name": "LUMC"}})


@pytest.fixture(scope="module")
def client(release: MemoryRelease) -> Iterator[TestClient]:
    with TestClient(create_app(MemoryReleases(release)), raise_server_exceptions=False) as found:
        yield found


@pytest.mark.parametrize("name", NETWORK_FORMATS)
def test_a_format_is_listed_and_served(client: TestClient, release: MemoryRelease, name: str) -> None:
    row = next(row for row in client.get("/dumps").json()["dumps"] if row["format"] == name)
    assert row["parameters"] == [*PARAMETERS, *release.network.selecting.parameters]
    answer = client.get(row["href"])
    form = NETWORK_FORMATS[name]
    assert answer.content == write_network(release.network, release.network.options(), release.id, form)
    assert answer.headers["content-type"].startswith(row["mediaType"])
    assert f'filename="atmp-network-test-1.{form.suffix}"' in answer.headers["content-disposition"]
    assert answer.headers["x-atmp-release"] == "test-1"


def test_what_is_asked_is_what_is_had(client: TestClient) -> None:
    answer = client.get("/dumps/graphml", params={"grade": "deal", "since": "2018", "halfLife": "none"})
    graph = nx.read_graphml(BytesIO(answer.content))
    assert set(graph) == {"organisation/biotech", "organisation/lumc"}
    assert graph.edges["organisation/biotech", "organisation/lumc"]["weight"] == 3
    assert graph.graph["since"] == 2018


def test_who_has_it_is_told_so_until_something_else_is_asked(client: TestClient) -> None:
    mark = client.get("/dumps/gexf", params={"grade": "deal"}).headers["etag"]
    known = {"If-None-Match": mark}
    again = client.get("/dumps/gexf", params={"grade": "deal"}, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    for other in ({}, {"grade": "deal", "sites": "true"}, {"grade": "deal", "until": "2020"}):
        assert client.get("/dumps/gexf", params=other, headers=known).status_code == 200
    assert client.get("/dumps/graphml", params={"grade": "deal"}, headers=known).status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("grade=best", "all, deal"),
        ("grade=%0d%0aX-Evil:%201", "There is no grade"),
        ("since=soon", "'since' is a year"),
        ("until=1e3", "'until' is a year"),
        ("until=20200000000000000000000", "'until' is a year"),
        ("since=2021&until=2020", "earlier"),
        ("halfLife=-5", "3, 5, 10, none"),
        ("halfLife=inf", "3, 5, 10, none"),
        ("sites=1", "true or false"),
        ("rollup=true", "rollUp"),
        ("grade=all&grade=deal", "said twice"),
    ],
)
def test_nonsense_is_refused_in_words(client: TestClient, query: str, said: str) -> None:
    answer = client.get(f"/dumps/gexf?{query}")
    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert said in error["message"]


@pytest.mark.parametrize("name", FORMATS)
def test_the_graph_is_not_asked_what_the_network_is(client: TestClient, name: str) -> None:
    answer = client.get(f"/dumps/{name}", params={"grade": "deal"})
    assert answer.status_code == 400
    assert f"{name} is the whole graph" in answer.json()["errors"][0]["message"]
