"""Counts agree: in all, page by page both ways, by facets, in SPARQL and in the dump.

A question of ``counts`` is ``name.graphql``, of which the line ``# compare: path`` names the connection, and
``name.rq``, which gives the same entities in its first column and in its second the value that the facet counts by.
Both columns hold one row an entity, so the facet is one that an entity has a single value of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from api.execute import execute
from api.schema import AtmpSchema, make_schema
from kg.release import Release
from kg.schema import CONCEPTS, DATA, enum_name
from tests.graphql.answers import FOLDER, compared_path

QUESTIONS = sorted((FOLDER / "counts").glob("*.graphql"))
PAGE = 150
"""Entities a page: few enough that the longer lists take several."""


@pytest.fixture(scope="module")
def asked(shipped: Release) -> AtmpSchema:
    """The schema of the shipped release."""
    return make_schema(shipped.schema)


def page_of(asked: AtmpSchema, release: Release, path: Path, **window: Any) -> dict[str, Any]:
    """The connection that a question asks for, at a page."""
    answer = execute(asked, release, path.read_text(encoding="utf-8"), window)
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]
    for name in compared_path(path):
        found = found[name]
    return found


def walked(asked: AtmpSchema, release: Release, path: Path, back: bool) -> list[str]:
    """All ids, page after page in one direction."""
    size, cursor, edge, more = (
        ("last", "before", "startCursor", "hasPreviousPage") if back else ("first", "after", "endCursor", "hasNextPage")
    )
    window: dict[str, Any] = {size: PAGE}
    found: list[str] = []
    while True:
        page = page_of(asked, release, path, **window)
        here = [node["id"] for node in page["nodes"]]
        found = here + found if back else found + here
        if not page["pageInfo"][more]:
            return found
        window[cursor] = page["pageInfo"][edge]


def as_bucket(term: str | None) -> str | None:
    """A value of SPARQL as a facet shows it."""
    if term is None:
        return None
    if term.startswith(CONCEPTS):
        return enum_name(term.rpartition("/")[2])
    return term.removeprefix(DATA) if term.startswith(DATA) else term[:4] if term[:4].isdigit() else term


def tally(rows: Iterable[tuple[str, str | None]]) -> tuple[list[str], Counter[str | None]]:
    """The ids and how many of them there are of each value."""
    pairs = list(rows)
    return sorted(one.removeprefix(DATA) for one, _ in pairs), Counter(as_bucket(by) for _, by in pairs)


def in_store(release: Release, query: str) -> tuple[list[str], Counter[str | None]]:
    solutions = release.store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    return tally((row[0].value, row[1].value if row[1] is not None else None) for row in solutions)


def in_dump(dump: rdflib.Graph, query: str) -> tuple[list[str], Counter[str | None]]:
    rows: Iterable[Any] = dump.query(query)
    return tally((str(row[0]), str(row[1]) if row[1] is not None else None) for row in rows)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_counts_agree(asked: AtmpSchema, shipped: Release, shipped_dump: rdflib.Graph, path: Path) -> None:
    whole = page_of(asked, shipped, path, first=0)
    forwards, backwards = (walked(asked, shipped, path, back) for back in (False, True))
    (facet,) = whole["facets"]
    buckets = Counter({bucket["value"]: bucket["count"] for bucket in facet["buckets"]})
    missing = {None: facet["missing"]} if facet["missing"] else {}
    assert len(buckets) == facet["distinct"]
    query = path.with_suffix(".rq").read_text(encoding="utf-8")
    ids, by = in_store(shipped, query)
    assert in_dump(shipped_dump, query) == (ids, by)
    assert by == {**buckets, **missing}
    assert sorted(forwards) == ids
    assert forwards == backwards
    assert whole["totalCount"] == len(ids) == sum(buckets.values()) + facet["missing"]
    assert ids, "a question without any answer shows nothing"


def test_there_are_questions_enough() -> None:
    assert len(QUESTIONS) >= 10
    assert all(path.with_suffix(".rq").exists() for path in QUESTIONS)


def test_some_lists_take_several_pages(asked: AtmpSchema, shipped: Release) -> None:
    totals = [page_of(asked, shipped, path, first=0)["totalCount"] for path in QUESTIONS]
    assert sum(total > 2 * PAGE for total in totals) >= 3
