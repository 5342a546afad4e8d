"""The release that answers: its sources, what it covers, what is warned of, and what would fall with a source."""

from __future__ import annotations

from typing import Any

import pytest

from api.execute import execute
from api.schema import AtmpSchema
from kg.coverage import measure
from kg.errors import Fault
from kg.release import Release
from kg.schema import Schema
from tests.api.conftest import MINI, Ask, MemoryRelease, ids, release_of

WARNED = (
    Fault("data/trial/b.yaml", 3, "sponsors", "the trial has no sponsor", "Add one.", "warning"),
    Fault("data/product/alpha.yaml", 0, "", "the product is thin", "Read on.", "warning"),
    Fault("data/trial/a.yaml", 1, "sponsors", "the trial has no sponsor", "Add one.", "warning"),
)


@pytest.fixture(scope="module")
def warned(declared: Schema) -> MemoryRelease:
    """A release with three warnings of two kinds."""
    return release_of(declared, MINI, warned=WARNED)


def test_sources_come_most_cited_first_and_by_kind(data: Ask) -> None:
    found = data(
        "{ release { sources { source { id date } citations } "
        "one: sources(first: 1) { citations } sites: sources(kind: WEB_PAGE) { source { title } } } }"
    )["release"]
    assert found["sources"] == [
        {"source": {"id": "source/paper", "date": "2019-03"}, "citations": 4},
        {"source": {"id": "source/site", "date": None}, "citations": 2},
    ]
    assert found["one"] == [{"citations": 4}]
    assert found["sites"] == [{"source": {"title": "A site"}}]


def test_warnings_are_grouped_with_their_places(schema: AtmpSchema, warned: MemoryRelease) -> None:
    query = (
        "{ release { validation { total warnings { what remedy count places(first: 1) { file line field } } "
        "frequent: warnings(first: 1) { count } } } }"
    )
    found = execute(schema, warned, query)["data"]["release"]["validation"]
    place = {"file": "data/trial/a.yaml", "line": 1, "field": "sponsors"}
    whole = {"file": "data/product/alpha.yaml", "line": None, "field": None}
    assert found == {
        "total": 3,
        "warnings": [
            {"what": "the trial has no sponsor", "remedy": "Add one.", "count": 2, "places": [place]},
            {"what": "the product is thin", "remedy": "Read on.", "count": 1, "places": [whole]},
        ],
        "frequent": [{"count": 2}],
    }


def test_coverage_says_what_the_command_says(schema: AtmpSchema, shipped: Release) -> None:
    query = (
        "{ release { coverage { types { type entities review { value count } } "
        "sources { kind sources citations oldest newest } findings { what count of where(first: 3) } "
        "totals { of by value count oldest newest } } } }"
    )
    found: dict[str, Any] = execute(schema, shipped, query)["data"]["release"]["coverage"]
    report = measure(shipped)
    assert [(one["type"], one["entities"]) for one in found["types"]] == [(t.type, t.entities) for t in report.types]
    assert [[pair["count"] for pair in one["review"]] for one in found["types"]] == [
        [*t.review.values()] for t in report.types
    ]
    assert [(one["sources"], one["citations"], one["newest"] or "") for one in found["sources"]] == [
        (s.sources, s.citations, s.newest) for s in report.sources
    ]
    assert [(one["what"], one["count"], one["of"], one["where"]) for one in found["findings"]] == [
        (f.what, len(f.where), f.of, [*f.where[:3]]) for f in report.findings
    ]
    assert [(one["of"], one["by"], one["value"], one["count"], one["oldest"] or "") for one in found["totals"]] == [
        (t.of, t.by, t.value, t.number, t.oldest) for t in report.totals
    ]


def test_every_list_of_the_release_is_bounded(refused: Ask) -> None:
    for field in ("sources(first: 201) { citations }", "coverage { findings(first: -1) { what } }"):
        assert refused(f"{{ release {{ {field} }} }}")["extensions"]["code"] == "BAD_USER_INPUT"


def test_what_falls_if_a_source_is_withdrawn(data: Ask) -> None:
    found = data(
        '{ source(id: "paper") { supports { nodes { id } } evidence { nodes { id } } '
        "fall: supports(alone: true) { totalCount nodes { id } } } }"
    )["source"]
    assert ids(found["supports"]["nodes"]) == ["kymriah", "rag1", "a"]
    assert ids(found["fall"]["nodes"]) == ["kymriah", "a"]
    assert found["fall"]["totalCount"] == 2
    assert ids(found["evidence"]["nodes"]) == ["trial.a.one"]


def test_a_cursor_of_all_that_cite_a_source_is_not_one_of_those_that_fall(data: Ask, refused: Ask) -> None:
    end = data('{ source(id: "paper") { supports(first: 1) { pageInfo { endCursor } } } }')
    cursor = end["source"]["supports"]["pageInfo"]["endCursor"]
    query = 'query ($after: String) { source(id: "paper") { supports(alone: true, after: $after) { nodes { id } } } }'
    assert refused(query, after=cursor)["extensions"]["code"] == "BAD_CURSOR"
