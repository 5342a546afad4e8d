"""Pages and orders: every entity once, whichever way one reads, and cursors that know their list."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.execute import execute
from api.schema import AtmpSchema
from kg.dates import first_day
from kg.folding import fold
from kg.schema import Schema
from tests.api.conftest import Ask, MemoryRelease, ids, release_of

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String, $where: TrialWhere, $orderBy: [TrialOrder!]) {
  trials(first: $first, after: $after, last: $last, before: $before, where: $where, orderBy: $orderBy) {
    edges { cursor node { id } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""

TRIALS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "title": st.sampled_from(["Alpha", "álpha", "alpha", "Beta", "gamma"]),
            "startDate": st.sampled_from(["2019", "2020", "2020-01", "2020-01-01", "2021-03"]),
            "enrolmentActual": st.integers(-1, 3),
            "phase": st.sampled_from(["phase-1", "phase-2", "phase-3"]),
        },
    ),
    max_size=9,
)
FIELDS = {"TITLE": "title", "START_DATE": "startDate", "ENROLMENT_ACTUAL": "enrolmentActual", "PHASE": "phase"}
ORDER = st.lists(
    st.fixed_dictionaries(
        {"field": st.sampled_from([*FIELDS, "ID"])}, optional={"direction": st.sampled_from(["ASC", "DESC"])}
    ),
    max_size=3,
)
WHERE = st.sampled_from(
    [None, {"enrolmentActual": {"gte": 1}}, {"title": {"isNull": False}}, {"phase": {"eq": "PHASE_1"}}]
)


def release_with(declared: Schema, records: list[dict[str, Any]]) -> MemoryRelease:
    return release_of(
        declared, {f"trial/t{n}": {name: str(value) for name, value in r.items()} for n, r in enumerate(records)}
    )


def read(schema: AtmpSchema, release: MemoryRelease, **variables: Any) -> dict[str, Any]:
    answer = execute(schema, release, PAGE, variables)
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]["trials"]
    return found


def walk(schema: AtmpSchema, release: MemoryRelease, size: int, back: bool, **variables: Any) -> list[str]:
    """All ids by walking page after page in one direction, checking what each page says of itself."""
    found: list[str] = []
    place: str | None = None
    while True:
        window = {"last": size, "before": place} if back else {"first": size, "after": place}
        page = read(schema, release, **window, **variables)
        here = ids(page["nodes"])
        assert here == ids(edge["node"] for edge in page["edges"])
        info = page["pageInfo"]
        behind, ahead = ("hasNextPage", "hasPreviousPage") if back else ("hasPreviousPage", "hasNextPage")
        assert info[behind] is bool(found)
        found = here + found if back else found + here
        assert info[ahead] is (len(found) < page["totalCount"])
        if not info[ahead]:
            return found
        place = info["startCursor" if back else "endCursor"]


@given(records=TRIALS, order=ORDER, where=WHERE, size=st.integers(1, 4), back=st.booleans())
@settings(max_examples=150, deadline=None)
def test_pages_show_every_entity_once_in_order(
    declared: Schema, schema: AtmpSchema, records: Any, order: Any, where: Any, size: int, back: bool
) -> None:
    release = release_with(declared, records)
    whole = ids(read(schema, release, first=200, where=where, orderBy=order)["nodes"])
    assert len(set(whole)) == len(whole)
    assert walk(schema, release, size, back, where=where, orderBy=order) == whole


def ranked(field: str, value: Any) -> Any:
    match field:
        case "startDate":
            return first_day(value)
        case "title":
            return fold(value), value
    return value


@given(records=TRIALS, order=ORDER)
@settings(max_examples=150, deadline=None)
def test_an_order_is_total_and_puts_the_absent_last(
    declared: Schema, schema: AtmpSchema, records: Any, order: Any
) -> None:
    expected = [{**record, "id": f"t{number}"} for number, record in enumerate(records)]
    for term in reversed(order):
        name = FIELDS.get(term["field"], "id")
        there = [record for record in expected if name in record]
        absent = [record for record in expected if name not in record]
        down = term.get("direction") == "DESC"
        # sorted() keeps the order of equals, so reversing twice sorts downwards and leaves ties as they were
        there = sorted(there[::-1] if down else there, key=lambda record: ranked(name, record[name]))
        expected = (there[::-1] if down else there) + absent
    page = read(schema, release_with(declared, records), first=200, orderBy=order)
    assert ids(page["nodes"]) == [record["id"] for record in expected]


def test_lists_of_an_interface_are_paged_by_id(data: Ask) -> None:
    supports = "supports(first: 1, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } }"
    query = f'query ($after: String) {{ source(id: "paper") {{ {supports} }} }}'
    found, place = [], None
    while True:
        page = data(query, after=place)["source"]["supports"]
        found += [node["id"] for node in page["nodes"]]
        place = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == ["product/kymriah", "product/rag1", "trial/a"]


def test_a_cursor_goes_on_working_after_a_new_release(declared: Schema, schema: AtmpSchema) -> None:
    order = [{"field": "TITLE"}]
    old = release_of(declared, {f"trial/{name}": {"title": name} for name in "bdf"})
    cursor = read(schema, old, first=2, orderBy=order)["pageInfo"]["endCursor"]
    new = release_of(declared, {f"trial/{name}": {"title": name} for name in "abcefg"}, id="test-2")
    assert ids(read(schema, new, after=cursor, orderBy=order)["nodes"]) == ["e", "f", "g"]


def cursor_of(data: Ask, arguments: str) -> str:
    found: str = data(f"{{ trials({arguments}) {{ pageInfo {{ endCursor }} }} }}")["trials"]["pageInfo"]["endCursor"]
    return found


def forged(cursor: str, change: Any) -> str:
    parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return base64.urlsafe_b64encode(json.dumps(change(parts)).encode()).decode()


@pytest.mark.parametrize(
    "arguments",
    ["first: 1, orderBy: [{field: TITLE}]", "first: 1, where: {phase: {isNull: true}}"],
    ids=["another order", "another filter"],
)
def test_a_cursor_of_another_list_is_refused(data: Ask, refused: Ask, arguments: str) -> None:
    cursor = cursor_of(data, arguments)
    assert refused(f'{{ trials(after: "{cursor}") {{ nodes {{ id }} }} }}')["extensions"]["code"] == "BAD_CURSOR"
    assert refused(f'{{ products(after: "{cursor}") {{ nodes {{ id }} }} }}')["extensions"]["code"] == "BAD_CURSOR"


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: [parts[0], [7], parts[2]],
        lambda parts: [parts[0], [], parts[2]],
        lambda parts: [parts[0], parts[1], 3],
        lambda parts: [parts[0], {"a": 1}, parts[2]],
        lambda parts: parts[:2],
        lambda parts: {"a": 1},
        lambda parts: 5,
    ],
)
def test_a_forged_cursor_is_refused(data: Ask, refused: Ask, change: Any) -> None:
    cursor = forged(cursor_of(data, "first: 1, orderBy: [{field: START_DATE}]"), change)
    query = "query ($c: String) { trials(orderBy: [{field: START_DATE}], after: $c) { nodes { id } } }"
    assert refused(query, c=cursor)["extensions"]["code"] == "BAD_CURSOR"


@given(text=st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_garbage_is_no_cursor(ask: Ask, text: str) -> None:
    found = ask("query ($c: String) { trials(before: $c) { nodes { id } } }", c=text)
    assert found["errors"][0]["extensions"]["code"] == "BAD_CURSOR"


@pytest.mark.parametrize("arguments", ["first: -1", "first: 201", "last: -5", "last: 100000", "first: 1, last: 1"])
def test_a_page_has_bounds(refused: Ask, arguments: str) -> None:
    error = refused(f"{{ trials({arguments}) {{ nodes {{ id }} }} }}")
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "200" in error["message"] or "Give first" in error["message"]


def test_plain_lists_have_bounds_too(data: Ask, refused: Ask) -> None:
    assert data('{ trial(id: "a") { evidence(first: 1) { id } } }')["trial"]["evidence"] == [
        {"id": "evidence/trial.a.one"}
    ]
    assert refused('{ trial(id: "a") { sponsors(first: 201) { id } } }')["extensions"]["max"] == 200


def test_a_page_of_none_counts_all(data: Ask) -> None:
    found = data("{ trials(first: 0) { totalCount nodes { id } pageInfo { hasNextPage startCursor } } }")["trials"]
    assert found == {"totalCount": 4, "nodes": [], "pageInfo": {"hasNextPage": True, "startCursor": None}}
