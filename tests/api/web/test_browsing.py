"""The list of each type: names with facts, filters with true counts, orders, pages, a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kg.schema import Schema
from tests.api.conftest import MINI, Records
from tests.api.web.tasks import HOSTILE, Visitor, visitor_of
from tests.pages import Page

EVIL: Records = {
    "trial/evil": {"title": HOSTILE, "phase": "phase-2", "startDate": "2021", "sponsors": ["organisation/lumc"]}
}
MANY: Records = {f"target/t{n:02}": {"name": f"Target {n:02}", "kind": "antigen"} for n in range(30)}


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, {**MINI, **EVIL, **MANY})


def listed(page: Page, kind: str) -> set[str]:
    """The slugs of the entities of a page."""
    return {link.removeprefix(f"/{kind}/") for link in page.all("a", "href") if link.startswith(f"/{kind}/")}


def test_every_type_has_a_list(visitor: Visitor, declared: Schema) -> None:
    for kind in declared.entity_types():
        assert kind.definition in visitor.look(f"/{kind.slug}").text


def test_names_and_facts(visitor: Visitor) -> None:
    page = visitor.look("/organisation")
    assert {"lumc", "novartis"} <= listed(page, "organisation")
    assert "university medical centre" in page.text
    assert "Netherlands" in page.text


def test_filters_of_a_field_are_or_and_of_several_and(visitor: Visitor) -> None:
    assert listed(visitor.look("/trial", {"startDate": "2020"}), "trial") == {"a", "b", "c"}
    assert listed(visitor.look("/trial", {"startDate": ["2020", "2021"]}), "trial") == {"a", "b", "c", "evil"}
    page = visitor.look("/trial", {"startDate": ["2020", "2021"], "sponsors.country": "nl"})
    assert listed(page, "trial") == {"a", "evil"}
    said = " ".join(page.text.split())
    assert "Shown where start date is 2020 × or 2021 × and country of sponsor is Netherlands ×" in said
    assert "2 of 5 trials" in page.text


def test_a_count_is_what_choosing_its_value_leaves(visitor: Visitor) -> None:
    page = visitor.look("/trial", {"sponsors.country": "nl"})
    assert "/trial?sponsors.country=nl&sort=-startDate" in page.all("a", "href"), "the order keeps the filter"
    boxes = {(given["name"], given["value"]) for tag, given in page.elements if tag == "input" and given.get("value")}
    assert ("startDate", "2020") in boxes
    rows = visitor.table("/trial", {"sponsors.country": "nl", "startDate": "2021"})
    assert [row["id"] for row in rows] == ["trial/evil"]


def test_a_filter_that_leaves_nothing_can_be_removed(visitor: Visitor) -> None:
    page = visitor.look("/trial", {"startDate": "2021", "sponsors.country": "ch"})
    assert "No trial meets all of these filters" in page.text
    assert {"/trial?sponsors.country=ch", "/trial?startDate=2021", "/trial"} <= page.all("a", "href")


def test_orders(visitor: Visitor) -> None:
    by_name = [row["name"] for row in visitor.table("/trial", {})]
    assert by_name[-4:] == ["Trial A", "Trial B", "trial c", "Trial D"], "without regard to case"
    newest, *_ = visitor.table("/trial", {"sort": "-startDate"})
    assert newest["id"] == "trial/evil"


def test_pages_follow_one_another(visitor: Visitor) -> None:
    first, second = visitor.look("/target"), visitor.look("/target", {"page": 2})
    assert "Page 1 of 2" in first.text
    assert "/target?page=2" in first.all("a", "href")
    assert len(listed(first, "target") | listed(second, "target")) == 30


def test_the_file_has_the_whole_list_with_labels(visitor: Visitor) -> None:
    rows = visitor.table("/product", {})
    kymriah = next(row for row in rows if row["id"] == "product/kymriah")
    assert kymriah["Stage"] == "authorised"
    assert "Acute leukaemia" in kymriah.values()


@pytest.mark.parametrize(
    ("address", "asked", "status", "said"),
    [
        ("/trial", {"phase": "phase-9"}, 400, "'phase' has no value 'phase-9'. Did you mean"),
        ("/trial", {"startDate": "20x0"}, 400, "'startDate' is a year such as 2020"),
        ("/trial", {"sort": "phase"}, 400, "'sort' has no value 'phase'"),
        ("/trial", {"page": "2"}, 400, "There is no page 2 of this list"),
        ("/trial", {"nonsense": "1"}, 400, "There is no parameter 'nonsense'"),
        ("/trial", {"phase": HOSTILE}, 400, "'phase' has no value '<script>alert"),
        ("/nothing", {}, 404, "There is nothing at /nothing"),
    ],
)
def test_what_cannot_be_asked_is_said(
    visitor: Visitor, address: str, asked: dict[str, Any], status: int, said: str
) -> None:
    assert said in visitor.look(address, asked, status).text


def test_hostile_names_are_text(visitor: Visitor) -> None:
    assert HOSTILE in visitor.look("/trial").text
