"""Plans answer as the executor does: the same bytes of data, the same errors, the same cost, whatever was kept."""

from __future__ import annotations

from collections.abc import Mapping

import hypothesis
import pytest
from hypothesis import HealthCheck, given

from api import limits
from tests.plans.differing import Pair, Seen
from tests.plans.operations import Asking, Drawn, operations

COLD, TWINS, CROWDED, SHIPPED = 700, 450, 250, 200
"""Documents that are drawn for each test, those of ``TWINS`` with their twins: 2,050 in all, each asked three times."""
CROWD = 8_000
"""Bytes of kept JSON where there is hardly room for any."""

FLOORS: Mapping[str, float] = {
    "alias": 0.25,
    "shared alias": 0.25,
    "fragment": 0.4,
    "inline fragment": 0.25,
    "spread again": 0.03,
    "merged": 0.07,
    "interface": 0.15,
    "__typename": 0.2,
    "include": 0.25,
    "skip": 0.25,
    "steered": 0.2,
    "variable": 0.4,
    "default": 0.2,
    "not given": 0.1,
    "null": 0.01,
    "several operations": 0.06,
    "where": 0.12,
    "orderBy": 0.1,
    "last": 0.07,
    "after": 0.02,
    "before": 0.02,
    "facets": 0.03,
    "groupBy": 0.03,
    "search": 0.01,
    "node": 0.05,
    "by a plan": 0.6,
    "with kept JSON": 0.15,
    "with errors": 0.05,
    "BAD_USER_INPUT": 0.03,
    "NOT_FOUND": 0.01,
    "BAD_CURSOR": 0.01,
}
"""The least part of the documents that has a feature, and of the answers that are so."""


def compare(pair: Pair, documents: int, costs: bool = False, twins: bool = False) -> None:
    """Draw so many documents and let every answer be the same both ways; with ``costs`` nothing is kept from others."""

    @hypothesis.settings(max_examples=documents, suppress_health_check=[HealthCheck.too_slow])
    @given(operations(pair.core, pair.known))
    def ask(drawn: Drawn) -> None:
        if costs:
            pair.forget()
        found = pair.difference(drawn, costs) or (pair.difference(drawn.twin) if twins else None)
        if found:
            pytest.fail(str(found))

    pair.seen = Seen()
    pair.begin_anew()
    ask()


def test_answers_and_costs_are_the_same_when_nothing_is_kept_yet(small: Pair) -> None:
    compare(small, COLD, costs=True)
    short = {what: small.seen.share(what) for what, floor in FLOORS.items() if small.seen.share(what) < floor}
    assert short == {}
    assert len(small.seen.documents) > 0.9 * COLD


def test_answers_are_the_same_from_what_others_left(small: Pair) -> None:
    compare(small, TWINS, twins=True)
    assert small.seen.share("with kept JSON") > 0.2


def test_answers_are_the_same_where_little_is_kept(small: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEPT_JSON", CROWD)
    compare(small, CROWDED)


def test_answers_of_the_shipped_graph_are_the_same(large: Pair) -> None:
    compare(large, SHIPPED)
    assert large.seen.share("by a plan") > 0.5


@pytest.mark.parametrize("between", ["", " ", ",", "\n,\t", "#$w\n", "#\r", "\ufeff"])
def test_a_variable_is_one_whatever_stands_after_its_dollar(small: Pair, between: str) -> None:
    field = f"products(first: ${between}v) {{ totalCount nodes {{ id }} }}"
    query = f"query ($v: Int) {{ trials(first: ${between}v) {{ nodes {{ id iri {field} }} }} }}"
    drawn = Drawn(query, [Asking(None, {"v": number}) for number in (1, 2, 0)], frozenset(), 0)
    found = small.difference(drawn)
    assert found is None, f"{found}"
