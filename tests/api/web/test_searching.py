"""Search for people: without a script, with what was found and why, and suggestions for the script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kg.schema import Schema
from tests.api.conftest import MINI, Records
from tests.api.web.tasks import HOSTILE, Visitor, visitor_of

MANY: Records = {f"organisation/clinic-{n}": {"name": f"Clinic {n}", "country": "nl"} for n in range(45)}
EVIL: Records = {
    "organisation/evil": {"name": HOSTILE, "aliases": [f"Evil {HOSTILE}"]},
    "target/antigen": {"name": "Leukaemia antigen", "kind": "antigen"},
}


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, {**MINI, **MANY, **EVIL})


def suggestions(visitor: Visitor, **asked: Any) -> list[dict[str, Any]]:
    answer = visitor.client.get("/search", params={**asked, "format": "json"})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_what_is_found_says_its_type_and_by_which_name(visitor: Visitor) -> None:
    page = visitor.look("/search", {"q": "bubble disease"})
    assert "/condition/scid" in page.all("a", "href")
    assert "found in synonyms: Bubble disease" in page.text
    assert "condition" in page.text


def test_a_name_that_is_the_label_is_not_said_twice(visitor: Visitor) -> None:
    page = visitor.look("/search", {"q": "kymriah"})
    assert "/product/kymriah" in page.all("a", "href")
    assert "found in" not in page.text


def test_results_can_be_had_of_one_type(visitor: Visitor) -> None:
    every = visitor.look("/search", {"q": "leukaemia"})
    assert {"/condition/leukaemia", "/search?q=leukaemia&type=condition"} <= every.all("a", "href")
    page = visitor.look("/search", {"q": "clinic", "type": "product"})
    assert "No product is called that" in page.text
    assert "45 found" in page.text


def test_a_type_that_is_chosen_stays_chosen(visitor: Visitor) -> None:
    page = visitor.look("/search", {"type": "condition"})
    assert "Search conditions" in page.text
    assert ("input", "condition") in {(tag, given.get("value")) for tag, given in page.elements}


def test_pages_follow_one_another(visitor: Visitor) -> None:
    first = visitor.look("/search", {"q": "clinic"})
    assert "45 results" in first.text
    assert "Page 1 of 3" in first.text
    assert "/search?q=clinic&page=2" in first.all("a", "href")
    pages = [visitor.look("/search", {"q": "clinic", "page": n}) for n in (1, 2, 3)]
    found = [{link for link in page.all("a", "href") if link.startswith("/organisation/")} for page in pages]
    assert [len(links) for links in found] == [20, 20, 5]
    assert len(set().union(*found)) == 45


def test_what_may_have_been_meant_is_offered(visitor: Visitor) -> None:
    near = visitor.look("/search", {"q": "kymriha"})
    assert "Nothing is called kymriha" in near.text
    assert "/search?q=Kymriah" in near.all("a", "href")
    far = visitor.look("/search", {"q": "kyxmrixahx"})
    assert "Nothing was found" in far.text
    assert "/search?q=Kymriah" in far.all("a", "href")


def test_nothing_like_it(visitor: Visitor) -> None:
    page = visitor.look("/search", {"q": "qqqqqqqqqqqqq"})
    assert "Nothing was found" in page.text
    assert "Did you mean" not in page.text


def test_without_a_text_it_says_what_can_be_typed(visitor: Visitor) -> None:
    assert "Type a name" in visitor.look("/search").text
    assert visitor.way("/search", {"q": "", "type": ""}) == "/search"


def test_the_results_as_a_file(visitor: Visitor) -> None:
    rows = visitor.table("/search", {"q": "clinic"})
    assert len(rows) == 45
    assert {(row["name"], row["type"]) for row in rows} >= {("Clinic 7", "organisation")}


def test_suggestions_lead_to_pages_and_say_what_matched(visitor: Visitor) -> None:
    first, *_ = suggestions(visitor, q="bubble")
    assert first["href"] == "/condition/scid"
    assert (first["label"], first["typeLabel"]) == ("SCID", "condition")
    assert first["matched"] == {"field": "synonyms", "text": "Bubble disease"}
    assert len(suggestions(visitor, q="clinic")) == 8
    assert {one["type"] for one in suggestions(visitor, q="novartis", type="organisation")} == {"organisation"}


def test_suggestions_are_known_again(visitor: Visitor) -> None:
    asked = {"q": "clinic", "format": "json"}
    mark = visitor.client.get("/search", params=asked).headers["etag"]
    assert visitor.client.get("/search", params=asked, headers={"If-None-Match": mark}).status_code == 304


def test_what_is_given_up_says_so(visitor: Visitor) -> None:
    assert "given up" in visitor.look("/search", {"q": "AZL"}).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"q": "x" * 201}, "'q' has 201 characters. Give 200 at most"),
        ({"q": ["a", "b"]}, "'q' is said twice"),
        ({"q": "a", "type": "prodct"}, "Did you mean product?"),
        ({"q": "a", "page": "0"}, "'page' is a whole number"),
        ({"q": "clinic", "page": "4"}, "There is no page 4 of these results. The last is 3"),
        ({"q": "a", "format": "exe"}, "'format' has no value 'exe'"),
        ({"query": "a"}, "There is no parameter 'query'"),
        ({"q": "a", "type": HOSTILE}, "There is no type '<script>alert"),
    ],
)
def test_what_cannot_be_asked_is_said(visitor: Visitor, asked: dict[str, Any], said: str) -> None:
    page = visitor.look("/search", asked, 400)
    assert said in page.text
    assert visitor.client.get("/search", params=asked).json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_hostile_names_and_questions_are_text(visitor: Visitor) -> None:
    assert HOSTILE in visitor.look("/search", {"q": "evil"}).text
    assert "Nothing was found" in visitor.look("/search", {"q": "<img src=x onerror=alert(1)>zzzzqq"}).text
