"""The documentation's pages: complete, from the schema that serves, offline, and safe whatever a release says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import limits
from api.app import create_app
from api.docs_manners import codes
from api.docs_recipes import recipes
from api.schema import AtmpSchema
from kg.errors import AtmpError
from kg.ontology import read_schema
from kg.schema import Schema
from tests.api.conftest import MINI, MemoryReleases, release_of
from tests.pages import Page

PAGES = ["/docs", "/docs/api", "/docs/recipes", "/docs/reference", "/docs/reference?q=trial", "/docs/reference/Trial"]
HOSTILE = "<script>alert('x')</script>"
LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "form": "action", "object": "data"}
"""What a browser fetches or sends to without being told by a click."""


@pytest.fixture(scope="module")
def client(declared: Schema) -> Iterator[TestClient]:
    with TestClient(create_app(MemoryReleases(release_of(declared, MINI))), raise_server_exceptions=False) as found:
        yield found


def page(client: TestClient, address: str, status: int = 200) -> Page:
    """The page at an address."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


def test_every_type_is_linked_and_has_a_page_that_tells_all_of_it(client: TestClient, schema: AtmpSchema) -> None:
    links = page(client, "/docs/reference").all("a", "href")
    kinds = {name: kind for name, kind in schema.core.type_map.items() if not name.startswith("__")}
    for name, kind in kinds.items():
        assert f"/docs/reference/{name}" in links
        found = page(client, f"/docs/reference/{name}")
        assert {*getattr(kind, "fields", {}), *getattr(kind, "values", {})} <= found.all("dt", "id"), name
        assert (kind.description or "").replace("`", "") in found.text
        mentioned = {link.removeprefix("/docs/reference/").partition("#")[0] for link in found.all("a", "href")}
        assert {one for one in mentioned if not one.startswith(("/", "#", "http"))} <= {*kinds, ""}, name


def test_a_type_tells_its_arguments_and_where_it_stands(client: TestClient) -> None:
    query = page(client, "/docs/reference/Query")
    assert "The number of a trial at ClinicalTrials.gov." in query.text
    assert "/docs/reference/NctId" in query.all("a", "href")
    trial = page(client, "/docs/reference/Trial").all("a", "href")
    assert {"/docs/reference/Entity", "/docs/reference/Query#trial", "/docs/reference/TrialConnection#nodes"} <= trial
    assert "/docs/reference/Query#trials" in page(client, "/docs/reference/TrialWhere").all("a", "href")
    assert "/docs/reference/Trial" in page(client, "/docs/reference/Entity").all("a", "href")


def test_the_filter_finds_types_by_their_names_and_members(client: TestClient) -> None:
    links = page(client, "/docs/reference?q=nctid").all("a", "href")
    assert {"/docs/reference/NctId", "/docs/reference/Trial#nctId"} <= links
    assert "/docs/reference/Agreement" not in links
    assert "0 of" in page(client, "/docs/reference?q=zzzz").text


def test_an_unknown_type_offers_those_spelt_like_it(client: TestClient) -> None:
    found = page(client, "/docs/reference/Trails", 404)
    assert "/docs/reference/Trial" in found.all("a", "href")
    page(client, "/docs/reference/__Type", 404)


def test_what_a_release_says_is_shown_as_text(ontology_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder, folder)
    text = (folder / "atmp.ttl").read_text("utf-8")
    assert text.count("A clinical study in which") == 1
    (folder / "atmp.ttl").write_text(text.replace("A clinical study in which", f"{HOSTILE} in `{HOSTILE}` which"))
    grown = read_schema(folder)
    release = release_of(grown, {"product/x": {"name": HOSTILE}}, id=f"r{HOSTILE}"[:20])
    with TestClient(create_app(MemoryReleases(release))) as client:
        for address in PAGES:
            found = client.get(address).text
            assert "<script>" not in found, address
        assert HOSTILE in page(client, "/docs/reference/Trial").text
        assert HOSTILE in page(client, "/docs").text


@pytest.mark.parametrize("address", ["/docs/reference/<script>x", f"/docs/reference?q={HOSTILE}"])
def test_what_the_reader_sends_is_shown_as_text(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("host", ['x"><script>', "x y", "x'; rm -rf ~"])
def test_a_host_that_is_none_is_not_repeated(client: TestClient, host: str) -> None:
    assert host not in client.get("/docs/recipes.ipynb", headers={"Host": host}).text
    assert "http://127.0.0.1:8000/graphql" in client.get("/docs/recipes", headers={"Host": host}).text
    assert "http://kg.example:81/graphql" in client.get("/docs/recipes", headers={"Host": "kg.example:81"}).text


@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_nothing_from_elsewhere_and_says_so(client: TestClient, address: str) -> None:
    answer = client.get(address)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    found = Page(answer.text)
    for tag, attribute in LOADING.items():
        for target in found.all(tag, attribute):
            assert target.startswith(("/", "data:,")) and not target.startswith("//"), target
            assert target.startswith("data:") or client.get(target).status_code == 200
    assert not any(tag in ("style", "base") or "style" in given for tag, given in found.elements)
    assert not any(name.startswith("on") for _, given in found.elements for name in given)


@pytest.mark.parametrize("address", PAGES)
def test_links_within_lead_somewhere(client: TestClient, address: str) -> None:
    found = page(client, address)
    ids = {given["id"] for _, given in found.elements if given.get("id")}
    for link in found.all("a", "href"):
        if link.startswith("#"):
            assert link[1:] in ids, link
        elif not link.startswith(("/docs/reference/", "http")):
            assert client.get(link, headers={"Accept": "text/html"}).status_code == 200, link


@pytest.mark.parametrize("address", [*PAGES, "/docs/recipes.ipynb"])
def test_a_page_is_known_again(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["x-atmp-release"] == "test-1"
    again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_another_release_is_another_page(declared: Schema) -> None:
    releases = MemoryReleases(release_of(declared, {}))
    with TestClient(create_app(releases)) as client:
        before = client.get("/docs/reference/Trial").headers["etag"]
        releases.release = release_of(declared, MINI, id="test-2")
        assert client.get("/docs/reference/Trial", headers={"If-None-Match": before}).status_code == 200
        assert "test-2" in page(client, "/docs").text


def test_the_manners_tell_the_limits_and_errors_of_the_code(client: TestClient) -> None:
    text = page(client, "/docs/api").text
    assert f"at most {limits.MOST}" in text
    assert "Fields within fields of a query" in text
    assert "The message says what to do." not in text, "a code has no remedy"

    def of(error: type[AtmpError]) -> set[str]:
        return {error.code}.union(*(of(narrower) for narrower in error.__subclasses__()))

    assert {one.code for one in codes()} == of(AtmpError)
    assert all(one.code in text for one in codes())


def test_the_recipes_are_on_their_page_and_in_the_notebook(client: TestClient) -> None:
    found = page(client, "/docs/recipes")
    answer = client.get("/docs/recipes.ipynb")
    assert "attachment" in answer.headers["content-disposition"]
    notebook: Mapping[str, Any] = json.loads(answer.text)
    cells = "".join(cell["source"] for cell in notebook["cells"])
    for recipe in recipes():
        for text in (recipe.question, recipe.query):
            assert text.strip() in found.text
            assert text.strip() in cells
