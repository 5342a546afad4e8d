"""The short way to ``/graphql``: the same answers as the long way, and the long way for all that it does not take."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from api import limits
from api.app import create_app
from api.direct import Direct
from api.graphql_http import GRAPHQL, JSON
from api.serving import Serving
from tests.api.conftest import MemoryRelease, MemoryReleases, Records, release_of

pytestmark = pytest.mark.usefixtures("only_with_plans")

QUERY = "query Named($id: ID) { trial(id: $id) { label __typename products { totalCount } } }"
BODY = {"query": QUERY, "variables": {"id": "a"}}


class LongWay:
    """The application behind, which counts the requests that reach it and keeps what they hold."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.requests = 0
        self.came: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += 1

        async def heard() -> Any:
            message = await receive()
            self.came.append(message.get("body", b""))
            return message

        await self.app(scope, heard, send)


@pytest.fixture
def releases(mini: MemoryRelease) -> MemoryReleases:
    return MemoryReleases(mini)


@pytest.fixture
def serving(releases: MemoryReleases) -> Serving:
    return Serving(releases)


@pytest.fixture
def behind(releases: MemoryReleases, serving: Serving, monkeypatch: pytest.MonkeyPatch) -> LongWay:
    """An application without a short way of its own, over the same state of serving; nothing is too slow for it."""
    monkeypatch.setattr(limits, "QUICK", 60.0)
    monkeypatch.setattr(limits, "AT_ONCE", 60.0)
    monkeypatch.setattr("api.app.Serving", lambda *_: serving)
    monkeypatch.setattr("api.app.Direct", lambda app, *_, **__: app)
    return LongWay(create_app(releases))


@pytest.fixture
def client(behind: LongWay, serving: Serving) -> TestClient:
    """A client that takes answers as they are."""
    return TestClient(Direct(behind, serving, packed=False), headers={"Accept-Encoding": "identity"})


def test_what_was_quickly_answered_is_answered_the_short_way(client: TestClient, behind: LongWay) -> None:
    first = client.post("/graphql", json=BODY)
    assert behind.requests == 1
    second = client.post("/graphql", json=BODY)
    assert behind.requests == 1
    assert second.content == first.content
    assert second.status_code == first.status_code == 200
    assert dict(second.headers) == dict(first.headers)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("first", [1, 200])
def test_the_headers_are_those_of_the_long_way(mini: MemoryRelease, encoding: str, first: int) -> None:
    asked = {"query": f"{{ organisations(first: {first}) {{ nodes {{ id label iri completeness {{ missing }} }} }} }}"}
    answers = []
    for plans in (True, False):
        client = TestClient(create_app(MemoryReleases(mini), plans), headers={"Accept-Encoding": encoding})
        for _ in range(3):
            answers.append(client.post("/graphql", json=asked))
    assert len({frozenset(answer.headers.items()) for answer in answers}) == 1
    assert len({answer.content for answer in answers}) == 1


def test_variables_make_another_answer_and_no_other_plan(client: TestClient, behind: LongWay) -> None:
    client.post("/graphql", json=BODY)
    other = client.post("/graphql", json={"query": QUERY, "variables": {"id": "b"}})
    assert other.json()["data"]["trial"]["label"] == "Trial B"
    assert behind.requests == 1


def test_the_type_of_the_answer_is_the_one_asked_for(client: TestClient) -> None:
    for accept in (None, "*/*", JSON, GRAPHQL):
        for _ in range(2):
            answer = client.post("/graphql", json=BODY, headers={} if accept is None else {"Accept": accept})
            assert answer.headers["content-type"].startswith(GRAPHQL if accept == GRAPHQL else JSON)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"content": b"{"}, 400),
        ({"json": {"query": ""}}, 400),
        ({"json": {"query": QUERY, "variables": []}}, 400),
        ({"json": BODY, "headers": {"Accept": "image/png"}}, 406),
        ({"content": orjson.dumps(BODY), "headers": {"Content-Type": "text/plain"}}, 415),
        ({"json": {**BODY, "operationName": "Other"}}, 200),
        ({"json": {"query": QUERY, "variables": {"id": 1.5}}}, 200),
        ({"json": {"query": QUERY, "variables": {"id": "none-such"}}}, 200),
    ],
)
def test_what_is_wrong_is_said_by_the_long_way(
    client: TestClient, behind: LongWay, asked: dict[str, Any], status: int
) -> None:
    client.post("/graphql", json=BODY)
    headers = {"Content-Type": JSON, **asked.pop("headers", {})}
    answer = client.post("/graphql", **asked, headers=headers)
    assert answer.status_code == status
    assert answer.json()["errors"]
    assert behind.requests == 2


def test_a_body_in_pieces_is_read_whole(client: TestClient, behind: LongWay) -> None:
    content = orjson.dumps(BODY)
    client.post("/graphql", json=BODY)
    pieces = client.post("/graphql", content=iter([content[:9], content[9:]]), headers={"Content-Type": JSON})
    assert pieces.json()["data"]["trial"]["label"] == "Trial A"
    assert behind.requests == 1


def test_a_large_body_goes_the_long_way_whole(client: TestClient, behind: LongWay) -> None:
    asked = {"query": QUERY + "#" * limits.DIRECT, "variables": {"id": "a"}}
    content = orjson.dumps(asked)
    for _ in range(2):
        behind.came.clear()
        answer = client.post("/graphql", content=iter([content[:-5], content[-5:]]), headers={"Content-Type": JSON})
        assert answer.json()["data"]["trial"]["label"] == "Trial A"
        assert b"".join(behind.came) == content


def test_another_release_is_answered_from_at_once(
    client: TestClient, behind: LongWay, releases: MemoryReleases, declared: Any
) -> None:
    for _ in range(2):
        client.post("/graphql", json=BODY)
    records: Records = {"trial/a": {"title": "Another title"}}
    releases.release = release_of(declared, records, id="test-2")
    for _ in range(2):
        answer = client.post("/graphql", json=BODY)
        assert answer.json()["data"]["trial"]["label"] == "Another title"
        assert answer.headers["x-atmp-release"] == "test-2"
    assert behind.requests == 2


def test_what_takes_longer_than_before_is_begun_anew_in_a_thread(
    client: TestClient, behind: LongWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.post("/graphql", json=BODY)
    monkeypatch.setattr(limits, "AT_ONCE", -1.0)
    second = client.post("/graphql", json=BODY)
    assert second.content == first.content
    assert behind.requests == 2


def test_what_took_long_is_not_tried(client: TestClient, behind: LongWay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "QUICK", -1.0)
    for _ in range(3):
        client.post("/graphql", json=BODY)
    assert behind.requests == 3


def test_other_addresses_and_methods_are_handed_on(client: TestClient) -> None:
    assert client.get("/healthz").json()["ok"] is True
    assert client.get("/graphql", params={"query": "{ __typename }"}).json()["data"] == {"__typename": "Query"}
