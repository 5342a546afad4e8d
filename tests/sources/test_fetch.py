"""Fetching from a registry that is slow, fails, drops connections or has nothing new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest

from kg.errors import AtmpError
from kg.sources.fetch import PAUSE, TRIES, Fetcher
from tests.sources.json_server import Answer, Server, json_server

NOW = 1_780_000_000.0
GOOD = Answer(json.dumps({"a": "é"}).encode())


@pytest.fixture
def server() -> Iterator[Server]:
    """A registry on this machine."""
    with json_server() as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    """The seconds that were waited before trying again."""
    return []


@pytest.fixture
def fetcher(tmp_path: Path, waits: list[float]) -> Iterator[Fetcher]:
    """A fetcher whose clock stands still."""

    def sleep(seconds: float) -> None:
        if seconds > PAUSE:
            waits.append(seconds)

    made = Fetcher(tmp_path / "cache", sleep=sleep, now=lambda: NOW)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("bad", "waited"),
    [
        (Answer(b"", 429, {"Retry-After": "7"}), 7.0),
        (Answer(b"", 429, {"Retry-After": formatdate(NOW + 9)}), 9.0),
        (Answer(b"", 429, {"Retry-After": "soon"}), 1.0),
        (Answer(b"", 429, {"Retry-After": "99999"}), 120.0),
        (Answer(b"", 429), 1.0),
        (Answer(b"", 500), 1.0),
        (Answer(b"", 503), 1.0),
        (Answer(GOOD.body, cut=4), 1.0),
        (Answer(GOOD.body[:-3]), 1.0),
        (Answer(b"<html>busy</html>"), 1.0),
    ],
)
def test_what_may_pass_is_tried_again(
    server: Server, fetcher: Fetcher, waits: list[float], bad: Answer, waited: float
) -> None:
    url = server.add("/x", bad, GOOD)
    assert fetcher.get(url, {}) == {"a": "é"}
    assert waits == [waited]


def test_waits_grow_and_end(server: Server, fetcher: Fetcher, waits: list[float]) -> None:
    url = server.add("/x", Answer(b"", 500))
    with pytest.raises(AtmpError, match=r"no answer after 6 tries \(status 500\)"):
        fetcher.get(url, {})
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert len(server.asked) == TRIES


def test_nothing_there_is_none_and_a_refusal_is_told_at_once(
    server: Server, fetcher: Fetcher, waits: list[float]
) -> None:
    assert fetcher.get(server.url + "/none", {}) is None
    with pytest.raises(AtmpError, match=r"refuses the request \(status 403\)"):
        fetcher.get(server.add("/x", Answer(b"", 403)), {})
    assert waits == []


def test_a_registry_that_is_not_there_is_told(fetcher: Fetcher) -> None:
    with pytest.raises(AtmpError, match="no answer after"):
        fetcher.get("http://127.0.0.1:9/x", {})


def test_what_did_not_change_is_not_sent_again(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    url = server.add("/x", Answer(GOOD.body, headers={"ETag": '"1"'}))
    assert fetcher.get(url, {}) == fetcher.get(url, {}) == {"a": "é"}
    assert [headers.get("If-None-Match") for _, headers in server.asked] == [None, '"1"']
    for path in (tmp_path / "cache").iterdir():
        path.write_bytes(b"broken")
    assert fetcher.get(url, {}) == {"a": "é"}


def test_parameters_and_redirects_are_followed(server: Server, fetcher: Fetcher) -> None:
    server.add("/y?q=a+%22b%22", Answer(b"", 302, {"Location": "/z"}))
    server.add("/z", GOOD)
    assert fetcher.get(server.url + "/y", {"q": 'a "b"'}) == {"a": "é"}
    assert "atmp-kg" in server.asked[0][1]["User-Agent"]
