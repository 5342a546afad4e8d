"""About a release: what it is, what it rests on, what is thin and warned of, and whether partner fit foretells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from kg.errors import Fault
from kg.network.backtest_report import METRICS
from kg.schema import Schema
from tests.api.conftest import MINI
from tests.api.web.tasks import HOSTILE, Visitor, visitor_of

WARNED = (
    Fault("data/trial/a.yaml", 3, "phase", HOSTILE, "Mend it", "warning"),
    Fault("data/trial/b.yaml", 7, "phase", HOSTILE, "Mend it", "warning"),
    Fault("data/trial/b.yaml", 0, "", "something else", "Look at it", "warning"),
)
METHOD = {"name": "partner fit", "metrics": {name: {"value": 0.75, "low": 0.5, "high": None} for name in METRICS}}
TESTED: Mapping[str, Any] = {
    "source": "a graph",
    "window": 3,
    "minimum": 40,
    "rounds": 60,
    "records": {"Trial": [100, 90]},
    "notes": ["A trial counts from its start."],
    "cuts": [
        {
            "cut": 2016,
            "window": 3,
            "organisations": 9,
            "candidates": 1234,
            "positives": 41,
            "records": 12,
            "verdict": "no better than popularity",
            "methods": [METHOD],
        }
    ],
}


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, MINI, warned=WARNED, tested=TESTED)


def test_it_says_what_the_release_is_and_how_to_cite_it(visitor: Visitor) -> None:
    page = visitor.look("/about")
    assert "ATMP knowledge graph, release test-1, CC BY 4.0, https://w3id.org/atmp" in page.text
    assert "https://creativecommons.org/licenses/by/4.0/" in page.all("a", "href")
    assert "123 triples" in page.text
    assert "2026-11-24, the day of its newest input" in page.text


def test_the_sources_are_counted_and_the_most_cited_named(visitor: Visitor) -> None:
    page = visitor.look("/about")
    assert "A paper cited 4 times" in " ".join(page.text.split())
    assert page.text.index("A paper") < page.text.index("A site")
    rows = visitor.table("/about", {"table": "sources"})
    assert [(row["title"], row["citations"]) for row in rows] == [("A paper", "4"), ("A site", "2")]


def test_the_gaps_and_what_is_thin_are_told(visitor: Visitor) -> None:
    page = visitor.look("/about")
    assert "trials, registries" in page.text, "from the table of gaps that is shipped"
    assert "source not read for a year: 2" in page.text
    assert {"area", "not covered", "why"} == set(visitor.table("/about", {"table": "gaps"})[0])
    rows = visitor.table("/about", {"table": "findings"})
    assert {"what": "source not read for a year", "where": "source/paper"} in rows


def test_what_the_checks_warn_of_comes_with_its_places_as_a_file(visitor: Visitor) -> None:
    page = visitor.look("/about")
    assert page.text.index(HOSTILE) < page.text.index("something else"), "the most frequent first"
    rows = visitor.table("/about", {"table": "warnings"})
    assert [row["line"] for row in rows] == ["3", "7", ""]


def test_counts_by_the_values_of_some_fields_are_a_file(visitor: Visitor) -> None:
    rows = visitor.table("/about", {"table": "totals"})
    assert {"of": "trials", "by": "phase", "value": "phase-1", "number": "1"}.items() <= next(
        row for row in rows if row["value"] == "phase-1"
    ).items()


def test_the_backtest_is_told_with_its_verdict(visitor: Visitor) -> None:
    assert "no better than popularity" in visitor.look("/about").text
    page = visitor.look("/about/backtest")
    assert "No better than popularity." in page.text
    assert "1,234 candidate pairs" in page.text
    (row,) = visitor.table("/about/backtest", {})
    assert (row["known in"], row["AUC, value"], row["AUC, low"], row["AUC, high"]) == ("2016", "0.75", "0.5", "")


def test_a_release_without_a_backtest_says_so(declared: Schema) -> None:
    for visitor in visitor_of(declared, MINI):
        assert "without a backtest" in visitor.look("/about").text
        assert "without a backtest" in visitor.look("/about/backtest").text
        assert "had nothing to say" in visitor.look("/about").text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"table": "sauces", "format": "csv"}, "Did you mean sources?"),
        ({"table": "gaps"}, "Ask for format=csv as well"),
        ({"format": "csv"}, "'table' has no value ''"),
    ],
)
def test_what_cannot_be_asked_is_said(visitor: Visitor, asked: dict[str, str], said: str) -> None:
    assert said in visitor.look("/about", asked, 400).text
