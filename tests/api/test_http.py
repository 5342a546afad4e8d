"""The web application: GraphQL over HTTP as its specification has it, dumps, the editor, and errors in one shape."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api import limits
from api.app import create_app
from api.graphql_http import GRAPHQL, JSON
from api.negotiation import chosen
from api.reading import Reader
from api.serving import Serving
from kg.errors import ReleaseError
from kg.export import FORMATS
from kg.network.exports import NETWORK_FORMATS
from kg.schema import Schema
from tests.api.conftest import MINI, MemoryReleases, release_of
from tests.serving import served

QUERY = '{ trial(id: "a") { label } }'
COST = {"spent": 2, "max": limits.COST}
ANSWER = {"data": {"trial": {"label": "Trial A"}}, "extensions": {"release": "test-1", "cost": COST}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("dumps")
    (found / "turtle").write_text("# all of it\n", "utf-8")
    return found


@pytest.fixture(scope="module")
def releases(declared: Schema, folder: Path) -> MemoryReleases:
    return MemoryReleases(release_of(declared, MINI, folder=folder))


@pytest.fixture(scope="module")
def client(releases: MemoryReleases) -> Iterator[TestClient]:
    with TestClient(create_app(releases), raise_server_exceptions=False, follow_redirects=False) as found:
        yield found


def error(answer: Any) -> dict[str, Any]:
    """The one error of an answer that is in GraphQL's shape."""
    content = answer.json()
    assert content["errors"][0]["message"]
    found: dict[str, Any] = content["errors"][0]["extensions"]
    return found


def test_post(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": QUERY})
    assert (answer.status_code, answer.json()) == (200, ANSWER)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["x-atmp-release"] == "test-1"


def test_post_with_variables_and_an_operation(client: TestClient) -> None:
    query = "query A($id: ID!) { trial(id: $id) { label } } query B { __typename }"
    answer = client.post("/graphql", json={"query": query, "variables": {"id": "a"}, "operationName": "A"})
    assert answer.json() == ANSWER


def test_get_is_answered_and_known_again(client: TestClient) -> None:
    query = "query ($id: ID!) { trial(id: $id) { label } }"
    address = {"query": query, "variables": '{"id": "a"}'}
    answer = client.get("/graphql", params=address, headers={"Accept": GRAPHQL})
    assert (answer.status_code, answer.json()) == (200, ANSWER)
    assert answer.headers["content-type"].startswith(GRAPHQL)
    again = client.get("/graphql", params=address, headers={"Accept": GRAPHQL, "If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("query", "by_json", "by_graphql"),
    [
        (QUERY, 200, 200),
        ('{ trial(id: "zz") { label } }', 200, 200),
        ("{ trials(first: -1) { totalCount } }", 200, 200),
        ("{ nonsense }", 200, 400),
        ("{", 200, 400),
        ("query ($n: Int!) { trials(first: $n) { totalCount } }", 200, 400),
    ],
    ids=["answered", "null with an error", "data is null", "does not validate", "does not parse", "variable missing"],
)
def test_the_status_depends_on_the_type_that_is_accepted(
    client: TestClient, query: str, by_json: int, by_graphql: int
) -> None:
    assert client.post("/graphql", json={"query": query}, headers={"Accept": JSON}).status_code == by_json
    assert client.post("/graphql", json={"query": query}, headers={"Accept": GRAPHQL}).status_code == by_graphql


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b"{}",
        b'{"query": 3}',
        b'{"query": "  "}',
        b'{"query": "{ __typename }", "variables": [1]}',
        b'{"query": "{ __typename }", "variables": "{}"}',
        b'{"query": "{ __typename }", "operationName": 1}',
        b'{"query": "{ __typename }", "extensions": 1}',
        b'\xff{"query": "x"}',
    ],
)
def test_a_body_that_is_no_request_is_refused(client: TestClient, content: bytes) -> None:
    answer = client.post("/graphql", content=content, headers={"Content-Type": JSON})
    assert answer.status_code == 400
    assert error(answer)["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("parameters", [{}, {"query": ""}, {"query": "{ __typename }", "variables": "{"}])
def test_an_address_that_is_no_request_is_refused(client: TestClient, parameters: dict[str, str]) -> None:
    answer = client.get("/graphql", params=parameters)
    assert answer.status_code == 400
    assert error(answer)["code"] == "BAD_USER_INPUT"


def test_other_methods_types_and_sizes_are_refused(client: TestClient) -> None:
    put = client.put("/graphql", json={"query": QUERY})
    assert put.status_code == 405
    assert {"GET", "POST"} <= set(put.headers["allow"].split(", "))
    error(put)
    assert client.post("/graphql", content=QUERY, headers={"Content-Type": "application/graphql"}).status_code == 415
    assert client.post("/graphql", json={"query": QUERY}, headers={"Accept": "image/png"}).status_code == 406
    large = client.post("/graphql", json={"query": QUERY, "variables": {"x": "x" * limits.BODY}})
    assert large.status_code == 413
    error(large)


def test_get_does_not_change_anything(client: TestClient) -> None:
    answer = client.get("/graphql", params={"query": "mutation { drop }"})
    assert answer.status_code == 405
    error(answer)


def test_a_browser_gets_the_editor_with_a_strict_policy(client: TestClient) -> None:
    answer = client.get("/graphql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status_code == 200
    assert "graphiql.js" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for address in ("/static/graphiql.js", "/static/vendor/graphiql.min.js", "/static/graphiql.css"):
        assert client.get(address).status_code == 200


def test_dumps(client: TestClient) -> None:
    listed = client.get("/dumps").json()
    assert listed["release"] == "test-1"
    assert [one["format"] for one in listed["dumps"]] == [*FORMATS, *NETWORK_FORMATS]
    answer = client.get("/dumps/turtle")
    assert answer.text == "# all of it\n"
    assert answer.headers["content-type"].startswith("text/turtle")
    assert 'filename="atmp-test-1.ttl"' in answer.headers["content-disposition"]
    again = client.get("/dumps/turtle", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_dump_that_does_not_exist_names_those_that_do(client: TestClient) -> None:
    answer = client.get("/dumps/excel")
    assert answer.status_code == 404
    assert error(answer) == {
        "code": "NOT_FOUND",
        "formats": [*FORMATS, *NETWORK_FORMATS],
    }
    assert client.get("/dumps/trig").status_code == 404


def test_the_rest(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"ok": True, "release": "test-1"}
    assert client.get("/").headers["content-type"].startswith("text/html")
    assert "type Query" in client.get("/schema.graphql").text
    assert client.head("/graphql", params={"query": QUERY}).status_code == 200
    lost = client.get("/nowhere")
    assert lost.headers["x-content-type-options"] == "nosniff"
    assert lost.status_code == 404
    assert error(lost)["code"] == "NOT_FOUND"


def test_a_new_release_is_taken_up(declared: Schema) -> None:
    releases = MemoryReleases(release_of(declared, MINI))
    client = TestClient(create_app(releases))
    ask = {"query": "{ trials { totalCount } }"}
    assert client.post("/graphql", json=ask).json()["data"] == {"trials": {"totalCount": 4}}
    releases.release = release_of(declared, {"trial/x": {"title": "X"}}, id="test-2")
    answer = client.post("/graphql", json=ask)
    assert answer.json()["data"] == {"trials": {"totalCount": 1}}
    assert answer.json()["extensions"]["release"] == "test-2"
    assert answer.headers["x-atmp-release"] == "test-2"


def test_the_old_release_serves_while_a_new_one_is_read(declared: Schema) -> None:
    old, made = release_of(declared, MINI), release_of(declared, {}, id="test-2")
    begun, allowed = threading.Event(), threading.Event()

    class Slow:
        id, date, info, schema = "test-2", made.date, made.info, made.schema

        @property
        def model(self) -> Any:
            begun.set()
            assert allowed.wait(10)
            return made.model

        def dump(self, format: str) -> Path:
            return made.dump(format)

    releases: Any = MemoryReleases(old)
    serving = Serving(releases)
    assert serving.now()[0] is old
    slow: Any = Slow()
    releases.release = slow
    reading = threading.Thread(target=serving.now)
    reading.start()
    assert begun.wait(10)
    assert serving.now()[0] is old
    allowed.set()
    reading.join(10)
    assert serving.now()[0] is slow


def test_a_server_that_begins_makes_ready_before_anybody_asks(declared: Schema) -> None:
    releases: Any = MemoryReleases(release_of(declared, MINI))
    serving = Serving(releases)
    readers: Queue[Reader] = Queue()
    serving.ahead.append(readers.put)
    serving.begin()
    reader = readers.get(timeout=10)
    release, schema = serving.now()
    assert reader is schema.reader(release)


class NoReleases:
    """A home in which nothing was built yet."""

    def current(self) -> Any:
        raise ReleaseError("There is no release. Run `atmp-kg build`.")

    def stands(self, _release: object) -> bool:
        return False


class BrokenReleases:
    """A home that fails in a way nobody thought of."""

    def current(self) -> Any:
        raise RuntimeError("a secret of the house")

    def stands(self, _release: object) -> bool:
        return False


@pytest.mark.parametrize(("releases", "status"), [(NoReleases(), 503), (BrokenReleases(), 500)])
@pytest.mark.parametrize("address", ["/healthz", "/graphql?query=%7B__typename%7D", "/dumps", "/schema.graphql"])
def test_without_a_release_everything_says_so(releases: Any, status: int, address: str) -> None:
    client = TestClient(create_app(releases), raise_server_exceptions=False)
    answer = client.get(address)
    assert answer.status_code == status
    assert error(answer)["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON}", JSON),
        (f"{JSON};q=0", None),
        ("text/plain", None),
        ("text/plain;q=oops", None),
        ("TEXT/PLAIN, Application/JSON; charset=utf-8", JSON),
    ],
)
def test_what_is_accepted_is_chosen(accept: str | None, expected: str | None) -> None:
    assert chosen(accept, [JSON, GRAPHQL]) == expected


def test_over_a_real_connection(releases: MemoryReleases) -> None:
    with served(create_app(releases)) as address, httpx.Client(base_url=address, timeout=10) as client:
        answer = client.post("/graphql", json={"query": QUERY}, headers={"Accept-Encoding": "gzip"})
        assert answer.json() == ANSWER
        text = client.get("/schema.graphql", headers={"Accept-Encoding": "gzip"})
        assert text.headers["content-encoding"] == "gzip"
