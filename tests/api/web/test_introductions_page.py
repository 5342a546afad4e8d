"""What the page of introductions promises: chains with the records of each hop, or why there is none and what next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from kg.schema import Schema
from tests.api.web.tasks import ABSURD, HOSTILE, Visitor, check_refused, network, visitor_of
from tests.pages import Page

HERE = "/introductions"


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, network())


def test_without_a_question_there_is_a_form(visitor: Visitor) -> None:
    page = visitor.look(HERE)
    assert {"from", "to", "hops", "exclude", "since", "grade"} <= page.all("input", "name") | page.all("select", "name")
    visitor.follow(page)


def test_a_chain_shows_the_records_of_each_hop(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"from": "lumc", "to": "far"})
    assert "umcu and far: co-participation on record" in page.text
    assert {"/trial/two", "/trial/three", "/organisation/umcu"} <= page.all("a", "href")
    assert "lumc as sponsor; umcu as collaborator" in page.text
    assert "since 2012, last active in 2016" in page.text
    assert "knows" not in page.text
    visitor.follow(page)


def test_a_record_names_who_says_so(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"from": "lumc", "to": "bio"})
    assert {"/source/paper", "/source/site", "/trial/one", "/agreement/licence"} <= page.all("a", "href")
    assert "Mustang Biologicals as collaborator." in page.text


def test_the_drawing_has_a_table_with_the_same(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"from": "lumc", "to": "far"})
    assert any(tag == "svg" and given.get("role") == "img" for tag, given in page.elements) or "svg" in {
        tag for tag, _ in page.elements
    }
    assert "The chain as a table" in page.text
    rows = visitor.table(HERE, {"from": "lumc", "to": "far"})
    assert [(row["From"], row["To"], row["Record"]) for row in rows] == [
        ("lumc", "umcu", "two"),
        ("umcu", "far", "three"),
    ]
    assert (rows[0]["Part of the one"], rows[0]["Part of the other"]) == ("sponsor", "collaborator")


def test_names_are_understood_and_the_address_is_tidied(visitor: Visitor) -> None:
    asked = {"from": "LUMC", "to": "mustang biologicals", "hops": "3", "grade": "deal", "since": "", "exclude": ""}
    assert visitor.way(HERE, asked) == f"{HERE}?from=lumc&to=bio"
    assert "Mustang Biologicals" in visitor.look(HERE, {"from": "lumc", "to": "bio"}).all("input", "value")


def test_who_was_merged_is_found_in_the_one_that_stands(visitor: Visitor) -> None:
    assert visitor.way(HERE, {"from": "azl", "to": "bio"}) == f"{HERE}?from=lumc&to=bio"


def test_of_several_one_is_chosen(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"from": "Twin", "to": "lumc"})
    assert {f"{HERE}?to=lumc&from=twin-a", f"{HERE}?to=lumc&from=twin-b"} <= page.all("a", "href")
    assert "company, Netherlands organisation/twin-a" in " ".join(page.text.split())


def test_for_a_name_that_nobody_has_what_is_near_is_offered(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"from": "Mustang Incorporated", "to": "lumc"}, 404)
    assert "No organisation on record is called “Mustang Incorporated”" in page.text
    assert f"{HERE}?to=lumc&from=bio" in page.all("a", "href")
    assert f"{HERE}?to=lumc" in page.all("a", "href"), "one can go back to the form"


def test_one_name_alone_asks_for_the_other(visitor: Visitor) -> None:
    assert "Fill in as well: Where to" in visitor.look(HERE, {"from": "lumc"}).text


@pytest.mark.parametrize(
    ("to", "told", "offered"),
    [
        ("nobody", "no tie to anybody on record", None),
        ("x", "No chain of ties that may be used leads from lumc to x", None),
        ("farthest", "has 4 ties, more than the 3", f"{HERE}?from=lumc&to=farthest&hops=4"),
        ("zonmw", "zonmw: no tie to anybody on record", f"{HERE}?from=lumc&to=zonmw&grade=all"),
    ],
)
def test_where_there_is_no_way_the_page_says_why_and_what_next(
    visitor: Visitor, to: str, told: str, offered: str | None
) -> None:
    page = visitor.look(HERE, {"from": "lumc", "to": to})
    assert told in page.text
    offers = {link for link in page.all("a", "href") if link.startswith(HERE) and f"to={to}" in link}
    assert (offered in offers) if offered else not offers
    visitor.follow(page)


def offered(page: Page, to: str) -> set[str]:
    """What a page offers to ask in place of what leads nowhere."""
    offers = (link.partition(f"to={to}&")[2] for link in page.all("a", "href") if link.startswith(f"{HERE}?from=lumc"))
    return set(filter(None, offers))


def test_only_what_changes_least_is_offered(visitor: Visitor) -> None:
    assert offered(visitor.look(HERE, {"from": "lumc", "to": "zonmw"}), "zonmw") == {"grade=all"}
    asked = {"from": "lumc", "to": "far", "hops": "1", "since": "2015"}
    assert offered(visitor.look(HERE, asked), "far") == {"since=2015&hops=4"}


def test_several_things_are_asked_more_widely_at_once_where_none_does_alone(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"from": "lumc", "to": "far", "hops": "1", "since": "2026"})
    assert offered(page, "far") == {"hops=4"}
    assert "Ask for up to 4 ties of any year: a chain of 2 ties" in page.text


def test_a_first_contact_can_be_left_out(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"from": "lumc", "to": "far"})
    without = f"{HERE}?from=lumc&to=far&exclude=umcu"
    assert without in page.all("a", "href")
    again = visitor.look(without)
    assert "No chain of ties" in again.text
    assert f"{HERE}?from=lumc&to=far" in again.all("a", "href"), "leaving nobody out leads there again"


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        *ABSURD,
        ({"from": "lumc", "to": "bio", "hops": "9"}, 400, "'hops' is a whole number from 1 to 4, not '9'"),
        ({"from": "lumc", "to": "bio", "hops": "-1"}, 400, "'hops' is a whole number"),
        ({"from": "lumc", "to": "bio", "grade": "best"}, 400, "'grade' has no value 'best'"),
        ({"from": "lumc", "to": "lumc"}, 400, "Both ends are lumc"),
        ({"from": "lumc", "to": "bio", "exclude": "bio"}, 400, "is an end of the chain"),
        ({"from": "lumc", "to": "bio", "exclude": ["umcu", *(f"site-{n:02}" for n in range(25))]}, 400, "20 times at"),
        ({"from": ["lumc", "bio"], "to": "far"}, 400, "'from' is said twice"),
        ({"from": "x" * 300, "to": "bio"}, 400, "Give 200 at most"),
        ({"from": "zzqqzz", "to": "bio"}, 404, "No organisation on record is called “zzqqzz”"),
        ({"from": "...", "to": "bio"}, 404, "No organisation on record is called “...”"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told(visitor: Visitor, asked: Mapping[str, Any], status: int, told: str) -> None:
    check_refused(visitor, HERE, asked, status, told)


def test_names_of_the_data_stand_as_text(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"from": "evil", "to": "lumc"})
    assert HOSTILE in page.text
    assert HOSTILE in page.all("input", "value")
