"""The first page: what there is, where to go, and what is newest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.schema import Schema
from tests.api.conftest import MINI, Records
from tests.api.web.tasks import HOSTILE, Visitor, visitor_of
from tests.pages import Page

DATED: Records = {
    "product/kymriah": {**MINI["product/kymriah"], "stageDate": "2024-05"},
    "product/alpha": {"name": "alpha", "stage": "discontinued", "stageDate": "2023"},
    "product/coming": {"name": "Yet to come", "stage": "authorised", "stageDate": "2027"},
    "agreement/old": {"name": "An old deal", "signed": "2001-02-03"},
    "organisation/evil": {"name": HOSTILE},
}


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, {**MINI, **DATED})


@pytest.fixture(scope="module")
def home(visitor: Visitor) -> Page:
    return visitor.look("/")


def test_the_tasks_are_forms_that_work_without_a_script(home: Page) -> None:
    assert home.all("form", "action") == {"/search", "/partners", "/introductions"}
    assert {"q", "for", "from", "to"} <= home.all("input", "name")
    assert {"/network", "/white-space"} <= home.all("a", "href")


def test_what_is_held_is_counted_and_leads_to_its_list(home: Page) -> None:
    assert "4 trials" in home.text
    assert "2 sources" in home.text
    assert {"/trial", "/organisation", "/product", "/source"} <= home.all("a", "href")
    assert not {"/involvement", "/evidence", "/indication"} & home.all("a", "href"), "parts of others"
    assert "2026-11-24" in home.text
    assert "/about#gaps" in home.all("a", "href")


def test_the_newest_come_with_their_day_and_what_held_then(home: Page) -> None:
    assert home.text.index("2024-05") < home.text.index("2023") < home.text.index("2001-02-03")
    assert "stage: authorised" in home.text
    assert "stage: discontinued" in home.text
    assert "Yet to come" not in home.text, "its day is after that of the release"


def test_it_says_what_one_may_search_for(home: Page) -> None:
    assert "/search?q=LUMC" in home.all("a", "href")


def test_an_empty_release_has_a_first_page(declared: Schema) -> None:
    for visitor in visitor_of(declared, {}):
        empty = visitor.look("/")
        assert "What this release covers" in empty.text
        assert "Newest" not in empty.text
