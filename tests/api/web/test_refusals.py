"""What goes wrong, as a page for a browser and as JSON for other clients: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from kg.errors import ReleaseError
from kg.schema import Schema
from tests.api.conftest import MINI
from tests.api.web.tasks import HOSTILE, Visitor, visitor_of
from tests.pages import Page


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, MINI)


def code(visitor: Visitor, address: str, status: int) -> str:
    """The code of the error that a client gets who does not ask for a page."""
    answer = visitor.client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/json")
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("/product/kymria", "/product/kymriah"),
        ("/organisation/novartis-pharma", "/organisation/novartis"),
        ("/organization", "/organisation"),
        ("/trials", "/trial"),
        ("/somewhere/kymriah", "/product/kymriah"),
        ("/kymriah", "/product/kymriah"),
    ],
)
def test_an_unknown_address_offers_what_may_have_been_meant(visitor: Visitor, address: str, offered: str) -> None:
    page = visitor.look(address, status=404)
    assert offered in page.all("a", "href")
    assert "There is nothing here" in page.text
    assert code(visitor, address, 404) == "NOT_FOUND"


def test_an_unknown_address_can_be_searched_for(visitor: Visitor) -> None:
    page = visitor.look("/product/bubble-disease", status=404)
    assert "bubble disease" in page.all("input", "value")


def test_what_is_asked_wrongly_says_so(visitor: Visitor) -> None:
    page = visitor.look("/about", {"nonsense": 1}, 400)
    assert "There is no parameter 'nonsense'" in page.text
    assert code(visitor, "/about?nonsense=1", 400) == "BAD_USER_INPUT"


def test_what_a_page_is_asked_for_in_vain_is_not_taken_for_a_wrong_address(visitor: Visitor) -> None:
    page = visitor.look("/brokers", {"country": "atlantis"}, 404)
    assert "There is no country 'atlantis'" in page.text
    assert "What you may have meant" not in page.text
    assert "/brokers" in page.all("a", "href"), "one can begin anew"


def test_a_method_that_is_not_taken(visitor: Visitor) -> None:
    answer = visitor.client.post("/search", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert "POST is not taken here" in answer.text


def test_an_error_page_loads_nothing_from_elsewhere(visitor: Visitor) -> None:
    answer = visitor.client.get("/nowhere", headers={"Accept": "text/html"})
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    "address", ["/%3Cscript%3Ealert(1)", f"/product/{HOSTILE}", "/" + "x" * 5000, "/product/%00%ff"]
)
def test_hostile_addresses_are_text(visitor: Visitor, address: str) -> None:
    assert "There is nothing here" in visitor.look(address, status=404).text


@pytest.mark.parametrize(
    "raised", [ReleaseError("There is no release. Run `atmp-kg build`."), RuntimeError("a secret")]
)
def test_without_a_release_the_page_says_so(raised: Exception) -> None:
    class Broken:
        def current(self) -> Any:
            raise raised

        def stands(self, _release: object) -> bool:
            return False

    client = TestClient(create_app(Broken()), raise_server_exceptions=False)
    answer = client.get("/", headers={"Accept": "text/html"})
    assert answer.status_code == (503 if isinstance(raised, ReleaseError) else 500)
    page = Page(answer.text)
    assert "secret" not in page.text
    assert ("There is no release" in page.text) == isinstance(raised, ReleaseError)
