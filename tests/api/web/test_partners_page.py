"""What the page of partners promises: a reading order whose every bar opens to what is on record, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from kg.schema import Schema
from tests.api.conftest import release_of
from tests.api.web.tasks import ABSURD, HOSTILE, Visitor, check_refused, network, visiting, visitor_of
from tests.network.conftest import organisation, record

HERE = "/partners"
TESTED = {"cuts": [{"cut": 2016, "window": 3, "positives": 92, "verdict": "no better than popularity"}]}
MAKERS = [
    record(
        "agreement/vector", {"maker": "vector-manufacturer", "bio": "licensee"}, scope=["product/rag"], signed="2024"
    ),
    organisation("maker", country="de", type="contract-manufacturer"),
    *(record(f"trial/pair-{n}", {f"one-{n}": "sponsor", f"other-{n}": "collaborator"}) for n in range(12)),
]
NEED = {"for": "lumc", "vector": "lentiviral", "operation": "vector-production"}


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, network(*MAKERS))


def test_a_need_can_be_stated_without_a_query(visitor: Visitor) -> None:
    page = visitor.look(HERE)
    asked = page.all("select", "name") | page.all("input", "name")
    assert {"for", "modality", "condition", "vector", "target", "stage", "operation", "role", "gmp"} <= asked
    assert {"order", "exclude", "since", "competitor", "region", "only"} <= asked
    assert {"lentiviral", "vector-production", "nl", "eu"} <= page.all("option", "value")
    visitor.follow(page)


def test_who_has_the_need_on_record_comes_first_and_shows_where(visitor: Visitor) -> None:
    page = visitor.look(HERE, NEED)
    assert "1. maker" in page.text
    assert "Above all others" in page.text
    assert "Has 2 of 2 dimensions asked for on record" in page.text
    assert {"/agreement/vector", "/introductions?from=lumc&to=maker"} <= page.all("a", "href")
    assert "1 shared partner: Mustang Biologicals." in page.text
    assert "Introduction in 2 ties, by way of Mustang Biologicals" in " ".join(page.text.split())
    assert "reading order, not advice" in page.text
    visitor.follow(page)


def test_each_row_has_five_bars_in_words_and_evidence_that_opens(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"for": "lumc"})
    rows = [given for tag, given in page.elements if tag == "li" and given.get("class") == "candidate"]
    bars = [given for tag, given in page.elements if tag == "dd" and given.get("class") == "told"]
    opened = [tag for tag, _ in page.elements if tag == "details"]
    assert len(bars) == 5 * len(rows) > 0
    assert len(opened) >= len(rows)
    assert not any("style" in given for _, given in page.elements)


def test_what_is_missing_and_who_is_tied_to_a_competitor_is_told(visitor: Visitor) -> None:
    page = visitor.look(HERE, {**NEED, "competitor": "bio"})
    assert "already tied to Mustang Biologicals" in page.text
    assert "named as a competitor" not in page.text
    assert "named as a competitor" in visitor.look(HERE, {**NEED, "competitor": "maker"}).text
    assert "no data for geography" in visitor.look(HERE, {"for": "lumc"}).text


def test_both_orders_are_told_in_words_and_counted_differently(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"for": "lumc", "order": "non-obvious"})
    assert "Non-obvious: how busy somebody is does not count" in page.text
    assert "does not count in this order" in page.text
    assert "does not count in this order" not in visitor.look(HERE, {"for": "lumc"}).text


def test_the_verdict_of_the_backtest_stands_beside_the_list(visitor: Visitor, declared: Schema) -> None:
    assert "This release holds no backtest" in visitor.look(HERE, {"for": "lumc"}).text
    with visiting(release_of(declared, network(), tested=TESTED)) as told:
        text = told.look(HERE, {"for": "lumc"}).text
    assert "From what was known in 2016, tested on 2017 to 2019: no better than popularity (92 new pairs)" in text


def test_a_region_is_wished_or_required(visitor: Visitor) -> None:
    wished, only = ({**NEED, "region": "de", **more} for more in ({}, {"only": "true"}))
    assert len(visitor.table(HERE, wished)) > 1
    assert [row["Organisation"] for row in visitor.table(HERE, only)] == ["maker"]
    assert "1 of them in the regions asked for" in visitor.look(HERE, only).text


def test_the_table_as_a_file_has_every_row_with_labels(visitor: Visitor) -> None:
    rows = visitor.table(HERE, NEED)
    assert (rows[0]["Organisation"], rows[0]["Percentile"], rows[0]["Records"].split("; ")[0]) == (
        "maker",
        "100.0",
        "vector",
    )
    assert [int(row["Place"]) for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["Capability: evidence"].startswith("Has 2 of 2")


def test_pages_follow_each_other(visitor: Visitor) -> None:
    first = visitor.look(HERE, {"for": "lumc"})
    assert f"{HERE}?for=lumc&page=2" in first.all("a", "href")
    assert "11. " in visitor.look(HERE, {"for": "lumc", "page": "2"}).text
    assert "Page 4 of 4" in visitor.look(HERE, {"for": "lumc", "page": "999"}).text


def test_names_are_understood_and_the_address_is_tidied(visitor: Visitor) -> None:
    asked = {"for": "LUMC", "modality": "", "condition": "Leukaemia", "order": "likely", "page": "1", "gmp": ""}
    assert visitor.way(HERE, asked) == f"{HERE}?for=lumc&condition=leukaemia"
    assert "Leukaemia" in visitor.look(HERE, asked).all("input", "value")


def test_where_nobody_is_left_the_page_says_what_to_take_away(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"for": "lumc", "since": "2100"})
    assert "Nobody is left" in page.text
    assert f"{HERE}?for=lumc" in page.all("a", "href")


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        *ABSURD,
        ({"for": "lumc", "vector": "lentivirus"}, 404, "There is no vector 'lentivirus'. Did you mean lentiviral"),
        ({"for": "lumc", "gmp": "very"}, 400, "'very' says nothing of gmp"),
        ({"for": "lumc", "region": "atlantis"}, 404, "There is no region 'atlantis'"),
        ({"for": "lumc", "order": "best"}, 400, "'order' has no value 'best'"),
        ({"for": "lumc", "condition": "zzqqzz"}, 404, "No condition on record is called “zzqqzz”"),
        ({"for": "lumc", "only": "maybe"}, 400, "'only' has no value 'maybe'"),
        ({"for": "lumc", "page": "0"}, 400, "'page' is a whole number from 1"),
        ({"for": "condition/leukaemia"}, 404, "No organisation on record is called “condition/leukaemia”"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told(visitor: Visitor, asked: Mapping[str, Any], status: int, told: str) -> None:
    check_refused(visitor, HERE, asked, status, told)


def test_names_of_the_data_stand_as_text(visitor: Visitor) -> None:
    assert HOSTILE in visitor.look(HERE, {"for": "evil", "competitor": "evil"}).text
