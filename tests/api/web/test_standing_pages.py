"""What the pages of brokers, communities and years promise: figures in plain words, tables beside every drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from kg.schema import Schema
from tests.api.web.tasks import HOSTILE, Visitor, check_refused, network, visitor_of
from tests.network.conftest import organisation

PAGES = ["/brokers", "/communities", "/timeline"]


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, network())


@pytest.fixture(scope="module")
def of_nothing(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, organisation("lumc"))


def test_what_every_page_leads_to_is_there(visitor: Visitor) -> None:
    for link in visitor.look("/brokers").all("a", "href"):
        assert visitor.client.get(link, headers={"Accept": "text/html"}).status_code == 200, link


@pytest.mark.parametrize("address", PAGES)
def test_every_link_leads_somewhere(visitor: Visitor, address: str) -> None:
    visitor.follow(visitor.look(address))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/brokers", "Nobody of this kind stands between others"),
        ("/communities", "No community holds together"),
        ("/timeline", "No record says when it began"),
        ("/timeline?organisation=lumc", "No record of lumc says when it began"),
        ("/communities?organisation=lumc", "lumc is in no community"),
    ],
)
def test_with_nothing_on_record_the_page_says_so(of_nothing: Visitor, address: str, told: str) -> None:
    page = of_nothing.look(address)
    assert told in page.text
    of_nothing.follow(page)


def test_brokers_are_ranked_and_told_in_plain_words(visitor: Visitor) -> None:
    page = visitor.look("/brokers")
    assert "lumc" in page.text
    assert "partners, none of them tied to another" in page.text
    rows = visitor.table("/brokers", {})
    assert (rows[0]["Rank"], rows[0]["Organisation"], rows[0]["What it is"]) == (
        "1",
        "lumc",
        "university medical centre, Netherlands",
    )


def test_brokers_are_chosen_by_country_and_type_with_what_is_narrower(visitor: Visitor) -> None:
    everybody = {row["Organisation"] for row in visitor.table("/brokers", {})}
    dutch = visitor.table("/brokers", {"country": "nl"})
    assert {"lumc", "umcu"} == {row["Organisation"] for row in dutch} < everybody
    assert {"lumc", "umcu"} == {row["Organisation"] for row in visitor.table("/brokers", {"type": "hospital"})}
    ranks = {row["Organisation"]: row["Rank"] for row in visitor.table("/brokers", {})}
    assert {row["Organisation"]: row["Rank"] for row in dutch} == {one: ranks[one] for one in ("lumc", "umcu")}


def test_a_community_lists_its_members_and_what_marks_it(visitor: Visitor) -> None:
    page = visitor.look("/communities", {"organisation": "lumc"})
    assert "1 community." in page.text
    members = {row["Member"] for row in visitor.table("/communities", {"organisation": "lumc"})}
    assert "lumc" in members
    assert {"/organisation/lumc"} <= page.all("a", "href")


def test_the_bars_of_the_years_have_a_table_with_the_same(visitor: Visitor) -> None:
    page = visitor.look("/timeline", {"organisation": "lumc"})
    bars = [given for tag, given in page.elements if tag == "rect" and given.get("class") == "column"]
    assert len(bars) == len(range(2012, 2023))
    assert {"/trial/one", "/trial/crowd", "/agreement/licence"} <= page.all("a", "href")
    rows = visitor.table("/timeline", {"organisation": "lumc", "with": "bio"})
    assert [(row["Year"], row["Record"]) for row in rows] == [("2018", "one"), ("", "licence")]


def test_the_form_keeps_which_ties_were_asked_for(visitor: Visitor) -> None:
    for address in PAGES:
        page = visitor.look(address, {"grade": "deal"})
        radios = {str(given["value"]): "checked" in given for _, given in page.elements if given.get("name") == "grade"}
        assert radios == {"all": False, "deal": True}, address


@pytest.mark.parametrize("address", PAGES)
def test_names_in_parameters_stand_as_text(visitor: Visitor, address: str) -> None:
    visitor.look(address, {HOSTILE: HOSTILE}, 400)
    visitor.look(address, {"grade": HOSTILE}, 400)


def test_names_of_the_data_stand_as_text(visitor: Visitor) -> None:
    assert HOSTILE in visitor.look("/timeline", {"organisation": "evil"}).text
    assert HOSTILE in visitor.look("/communities", {"organisation": "evil"}).text


@pytest.mark.parametrize(
    ("address", "asked", "status", "told"),
    [
        ("/brokers", {"country": "atlantis"}, 404, "There is no country 'atlantis'"),
        ("/brokers", {"grade": "none"}, 400, "'grade' has no value 'none'"),
        ("/brokers", {"rollUp": "1"}, 400, "'rollUp' has no value '1'"),
        ("/brokers", {"page": "-1"}, 400, "'page' is a whole number"),
        ("/communities", {"organisation": "zzqqzz"}, 404, "No organisation on record is called “zzqqzz”"),
        ("/timeline", {"organisation": "lumc", "with": "lumc"}, 400, "no ties with itself"),
        ("/timeline", {"with": "lumc"}, 400, "'with' was given without 'organisation'"),
        ("/timeline", {"since": "20.5"}, 400, "'since' is a year from 1900 to 2100"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told(
    visitor: Visitor, address: str, asked: Mapping[str, Any], status: int, told: str
) -> None:
    check_refused(visitor, address, asked, status, told)
