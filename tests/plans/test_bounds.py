"""The limits of a request hold inside plans, and what is kept of plans and their answers stays within its bounds.

What is hostile to the server as a whole is in ``tests/api/test_hostile.py``, which asks it with plans.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from api import limits
from api.budget import Budget
from api.execute import answer
from api.plan.kept import KeptJson
from api.plan.operations import Plans
from tests.plans.differing import Pair
from tests.plans.operations import seeded

COSTLY = "{ trials { nodes { id iri label conditions { nodes { id iri label trials { nodes { id iri label } } } } } } }"
PARTS = (
    "{ conditions { nodes { id iri label trials { nodes { id iri label } } } } }",
    "{ trials { nodes { id iri label } } }",
)
"""Queries that leave JSON of what the costly one asks for, or nearly."""
WIDE = "...on Entity { review confidence knowledge note deprecated unknown sources { id iri label } evidence { id } }"
MEGABYTES = 4
"""What may be held after six requests with a megabyte of variables each."""


def codes(
    pair: Pair, query: str, variables: Any = None, budget: Budget | None = None, name: str | None = None
) -> list[str]:
    """The codes of the errors of an answer with plans."""
    found = orjson.loads(answer(pair.planning, pair.release, query, variables, name, budget).content)
    return [error["extensions"]["code"] for error in found.get("errors", ())]


@pytest.fixture
def fresh(small: Pair) -> Iterator[Pair]:
    """The small graph with nothing kept before or after."""
    small.begin_anew()
    yield small
    small.begin_anew()


def plans_of(pair: Pair) -> Plans:
    """The kept plans."""
    found = pair.planning.plans
    assert found is not None
    return found


def cost(pair: Pair, query: str) -> int:
    """What an answer with plans costs."""
    found = orjson.loads(answer(pair.planning, pair.release, query).content)
    assert "errors" not in found
    spent: int = found["extensions"]["cost"]["spent"]
    return spent


# ---------------------------------------------------------------- cost, time, depth


def test_what_is_kept_does_not_lift_the_ceiling(fresh: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = cost(fresh, COSTLY)
    fresh.begin_anew()
    parts = max(cost(fresh, part) for part in PARTS)
    monkeypatch.setattr(limits, "COST", parts)
    assert parts < whole
    for _ in range(3):
        assert [codes(fresh, part) for part in PARTS] == [[], []]
        assert codes(fresh, COSTLY) == ["QUERY_TOO_COMPLEX"]


def test_an_answer_that_was_kept_is_refused_under_a_lower_ceiling(fresh: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = cost(fresh, COSTLY)
    monkeypatch.setattr(limits, "COST", whole - 1)
    assert codes(fresh, COSTLY) == ["QUERY_TOO_COMPLEX"]
    monkeypatch.setattr(limits, "COST", whole)
    assert codes(fresh, COSTLY) == []


def test_the_ceiling_is_met_by_the_same_operations(fresh: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COST", 25)
    refused = 0
    for seed in range(150):
        drawn = seeded(fresh.core, fresh.known, seed)
        if "where" in drawn.features:  # compiled once a request, counted with each JSON that is kept of it
            continue
        asking, executed = drawn.askings[0], fresh.executing
        bare = answer(executed, fresh.release, drawn.query, asking.variables, asking.name).content
        expected = b"QUERY_TOO_COMPLEX" in bare
        fresh.forget()
        for _ in range(2):
            found = codes(fresh, drawn.query, asking.variables, name=asking.name)
            assert (found == ["QUERY_TOO_COMPLEX"]) == expected, drawn.query
        refused += expected
    assert refused > 10


def test_the_time_limit_stops_a_plan_cold_and_kept(fresh: Pair) -> None:
    assert codes(fresh, COSTLY, budget=Budget(0.0)) == ["TIMEOUT"]
    assert codes(fresh, COSTLY) == []
    assert codes(fresh, COSTLY, budget=Budget(0.0)) == ["TIMEOUT"]


def test_a_query_that_is_too_deep_has_no_plan(fresh: Pair) -> None:
    deep = "{ trials { nodes " + "{ replacedBy " * 14 + "{ id }" + " }" * 14 + " } }"
    assert [codes(fresh, deep) for _ in range(2)] == [["QUERY_TOO_DEEP"]] * 2
    assert not plans_of(fresh)._kept


# ---------------------------------------------------------------- memory


def written_out(number: int) -> str:
    """A query of a few thousand fields once its fragment is written out; another one for each number."""
    spreads = " ".join(f"a{n}: trials(first: {n % 9}) {{ nodes {{ ...F }} }}" for n in range(90))
    fields = "id iri label title note phase acronym startDate countries products(first: 1) { nodes { id iri label } }"
    return (
        f"query Q{number} {{ {spreads} }} fragment F on Trial {{ {fields} conditions {{ nodes {{ ...G }} }} }} {GROUP}"
    )


GROUP = "fragment G on Condition { id iri label name mondo orphanet mesh ncit synonyms grouping review note unknown }"


def test_huge_plans_are_kept_within_their_bound(fresh: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PLANS", 8_000)
    for number in range(5):
        assert codes(fresh, written_out(number)) == []
    plans = plans_of(fresh)
    assert 2_000 < sum(one.size for one in plans._kept.values()) <= limits.PLANS
    assert plans._size == sum(one.counted for one in plans._kept.values())


def test_an_operation_has_few_plans_whatever_is_chosen(fresh: Pair) -> None:
    names = [f"b{number}" for number in range(7)]
    fields = " ".join(f"{name}: __typename @include(if: ${name})" for name in names)
    query = f"query ({' '.join(f'${name}: Boolean!' for name in names)}) {{ trials {{ nodes {{ id {fields} }} }} }}"
    for choice in range(2 ** len(names)):
        variables = {name: bool(choice >> place & 1) for place, name in enumerate(names)}
        found = orjson.loads(answer(fresh.planning, fresh.release, query, variables).content)["data"]["trials"]["nodes"]
        assert {*found[0]} == {"id", *(name for name in names if variables[name])}
    (operation,) = plans_of(fresh)._kept.values()
    assert len(operation._plans) <= limits.CHOICES
    assert operation.size <= limits.CHOICES * 12


def test_a_plan_past_its_bound_is_answered_without(fresh: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PLAN", 20)
    found = [answer(schema, fresh.release, written_out(0)) for schema in (fresh.planning, fresh.executing)]
    assert found[0].content == found[1].content
    assert not found[0].planned


def test_kept_json_stays_within_its_bound(fresh: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEPT_JSON", 200_000)
    kept = fresh.planning.reader(fresh.release).kept = KeptJson()
    most = 0
    for number in range(60):
        assert (
            codes(fresh, f'{{ a{number}: search(text: "trial") {{ nodes {{ b{number}: id iri {WIDE} }} }} {COSTLY[1:]}')
            == []
        )
        held = [*kept._young.values(), *kept._old.values()]
        most = max(most, sum(len(json) for json, _ in held))
    assert 20_000 < most < limits.KEPT_JSON


def test_a_plan_holds_no_variables_of_the_request_it_was_made_for(fresh: Pair) -> None:
    fields = 'trials(where: {title: {in: $v}}) { totalCount } search(text: "trial") { nodes { id } }'
    tracemalloc.start()
    try:
        before = _held()
        for number in range(6):
            given = {"v": [f"{number} {line} {'x' * 85}" for line in range(9_000)]}
            assert codes(fresh, f"query Q{number} ($v: [String!]) {{ {fields} }}", given) == []
            given.clear()
        assert _held() - before < MEGABYTES * 1_000_000
    finally:
        tracemalloc.stop()


def _held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
