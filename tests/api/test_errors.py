"""What is refused, with which code, and that nothing of our insides is shown."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from api import limits
from api.execute import execute
from api.schema import AtmpSchema
from kg.schema import Schema
from tests.api.conftest import Ask, MemoryRelease, release_of


def nested(depth: int) -> str:
    """A query of so many fields within each other."""
    inner = "id"
    for _ in range(depth - 3):
        inner = f"replacedBy {{ {inner} }}"
    return f"{{ trials {{ nodes {{ {inner} }} }} }}"


REFUSED = [
    ("a field", "{ trails { totalCount } }", "BAD_USER_INPUT", "Did you mean 'trials'"),
    ("a field of a type", '{ trial(id: "a") { titel } }', "BAD_USER_INPUT", "Did you mean 'title'"),
    ("an argument", '{ trial(idd: "a") { id } }', "BAD_USER_INPUT", "'idd'"),
    ("an enum value", "{ trials(where: {phase: {eq: PHASE_9}}) { totalCount } }", "BAD_USER_INPUT", "PHASE_1"),
    ("an operator", "{ trials(where: {phase: {like: PHASE_1}}) { totalCount } }", "BAD_USER_INPUT", "like"),
    ("an order", "{ trials(orderBy: [{field: STARTDATE}]) { totalCount } }", "BAD_USER_INPUT", "START_DATE"),
    ("a variable", "query ($n: Int!) { trials(first: $n) { totalCount } }", "BAD_USER_INPUT", "$n"),
    ("syntax", "{ trials { ", "BAD_USER_INPUT", "Syntax Error"),
    ("nothing to do", "# nothing", "BAD_USER_INPUT", "Syntax Error"),
    ("a mutation", "mutation { drop }", "BAD_USER_INPUT", "mutation"),
    ("a circle", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "BAD_USER_INPUT", "itself"),
    ("depth", nested(limits.DEPTH + 1), "QUERY_TOO_DEEP", "15"),
    ("aliases", "{" + " ".join(f"a{n}: __typename" for n in range(101)) + "}", "QUERY_TOO_COMPLEX", "100 aliases"),
    ("tokens", "{" + " ".join(["__typename"] * 5001) + "}", "QUERY_TOO_COMPLEX", "5000"),
    ("text", "{ __typename }" + " " * limits.TEXT, "QUERY_TOO_COMPLEX", "characters"),
    ("the same field without end", "{" + "trials { nodes { id } } " * 600 + "}", "QUERY_TOO_COMPLEX", "aborted"),
    (
        "the schema many times over",
        "{" + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(11)) + "}",
        "QUERY_TOO_COMPLEX",
        "10 aliases in introspection",
    ),
    (
        "fragments that multiply",
        "{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(25))
        + " fragment F25 on Query { __typename }",
        "QUERY_TOO_COMPLEX",
        "fields",
    ),
    (
        "introspection without end",
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        "QUERY_TOO_DEEP",
        "introspection",
    ),
]


@pytest.mark.parametrize(("query", "code", "says"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_refused_with_a_code_and_a_hint(ask: Ask, query: str, code: str, says: str) -> None:
    found = ask(query)
    assert "data" not in found
    assert found["errors"][0]["extensions"]["code"] == code
    assert says in found["errors"][0]["message"]


def test_filters_nested_without_end_are_refused(refused: Ask) -> None:
    where: dict[str, Any] = {"phase": {"eq": "PHASE_1"}}
    literal = "{phase: {eq: PHASE_1}}"
    for _ in range(limits.NESTING):
        where, literal = {"not": where}, f"{{not: {literal}}}"
    by_variable = refused("query ($w: TrialWhere) { trials(where: $w) { totalCount } }", w=where)
    by_text = refused(f"{{ trials(where: {literal}) {{ totalCount }} }}")
    assert by_variable["extensions"]["code"] == by_text["extensions"]["code"] == "QUERY_TOO_DEEP"


def test_a_filter_of_very_many_conditions_is_refused(data: Ask, refused: Ask) -> None:
    query = "query ($w: [TrialWhere!]) { trials(where: {or: $w}) { totalCount } }"
    error = refused(query, w=[{"title": {"eq": "x"}}] * limits.OBJECTS)
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    query = "query ($ids: [ID!]) { trials(where: {id: {in: $ids}}) { totalCount } }"
    assert data(query, ids=["trial/a"] * 10 * limits.OBJECTS) == {"trials": {"totalCount": 1}}


@pytest.mark.parametrize("opening", ["{a", "{...on Query", "{a(b:[", "{a(b:{c:"])
def test_a_text_of_brackets_is_refused(refused: Ask, opening: str) -> None:
    assert refused(opening * 1200)["extensions"]["code"] in ("BAD_USER_INPUT", "QUERY_TOO_DEEP", "QUERY_TOO_COMPLEX")


def test_a_query_as_deep_as_allowed_is_answered(data: Ask) -> None:
    assert data(nested(limits.DEPTH))


def test_an_answer_past_the_ceiling_is_one_error(
    schema: AtmpSchema, mini: MemoryRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = "trials { nodes { products { nodes { trials { nodes { products { nodes { id } } } } } } } }"
    query = f"{{ {deep} a: trials {{ totalCount }} }}"
    found = execute(schema, mini, query)
    assert "errors" not in found
    cost = found["extensions"]["cost"]
    assert 20 < cost["spent"] < cost["max"] == limits.COST
    monkeypatch.setattr(limits, "COST", cost["spent"] - 1)
    found = execute(schema, mini, query)
    assert found["data"] is None
    assert [error["extensions"]["code"] for error in found["errors"]] == ["QUERY_TOO_COMPLEX"]
    assert found["errors"][0]["extensions"]["max"] == limits.COST
    assert found["extensions"]["cost"]["spent"] <= cost["spent"]


def test_the_operation_is_chosen_by_name(schema: AtmpSchema, mini: MemoryRelease) -> None:
    query = "query A { a: __typename } query B { b: __typename }"
    assert execute(schema, mini, query, None, "B")["data"] == {"b": "Query"}
    for name in (None, "C"):
        found = execute(schema, mini, query, None, name)
        assert "data" not in found
        assert found["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_fault_of_ours_is_a_reference_and_a_line_in_the_log(
    schema: AtmpSchema, mini: MemoryRelease, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(type(mini.model), "label", broken)
    with caplog.at_level(logging.ERROR, logger="atmp.api"):
        found = execute(schema, mini, '{ trial(id: "a") { id label } }')
    error = found["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in str(found)
    assert error["extensions"]["reference"] in caplog.text
    assert "a secret of the house" in caplog.text


def test_a_value_that_graphql_cannot_write_is_a_fault_of_ours(declared: Schema, schema: AtmpSchema) -> None:
    release = release_of(declared, {"trial/a": {"enrolmentActual": "99999999999", "phase": "no-such-phase"}})
    for field in ("enrolmentActual", "phase"):
        found = execute(schema, release, f'{{ trial(id: "a") {{ {field} }} }}')
        assert found["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    query = 'query ($id: ID = "a") { node(id: $id) { id } }'
    assert execute(schema, release, query, {"id": None})["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_an_answer_names_its_release(ask: Ask) -> None:
    assert ask("{ __typename }")["extensions"]["release"] == "test-1"
    assert ask("{ nonsense }")["extensions"]["release"] == "test-1"
