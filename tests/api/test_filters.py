"""Filters, one by one on the small graph, and all together against a plain reading of records made at random."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.execute import execute
from api.schema import AtmpSchema
from kg.dates import first_day, last_day
from kg.schema import Schema
from tests.api.conftest import Ask, ids, release_of

CASES = [
    ("trials", "{phase: {eq: PHASE_1}}", "a"),
    ("trials", "{phase: {ne: PHASE_1}}", ""),
    ("trials", "{phase: {in: [PHASE_1, PHASE_2]}}", "a"),
    ("trials", "{phase: {isNull: true}}", "b c d"),
    ("trials", "{not: {phase: {eq: PHASE_1}}}", "b c d"),
    ("trials", '{title: {contains: "TRIAL"}}', "a b c d"),
    ("trials", '{title: {eq: "trial c"}}', "c"),
    ("trials", '{title: {startsWith: "trial c"}}', "c"),
    ("trials", "{enrolmentActual: {gt: 2, lte: 30}}", "b d"),
    ("trials", "{enrolmentActual: {notIn: [2]}}", "b d"),
    ("trials", '{startDate: {gte: "2020-07"}}', "b c"),
    ("trials", '{startDate: {gte: "2020"}}', "a b c"),
    ("trials", '{startDate: {gt: "2020-06"}}', "b c"),
    ("trials", '{startDate: {lt: "2020-08"}}', "b c"),
    ("trials", '{startDate: {lte: "2020"}}', "a b c"),
    ("trials", '{startDate: {eq: "2020"}}', "a"),
    ("trials", "{countries: {some: {eq: NL}}}", "a"),
    ("trials", "{countries: {none: {eq: NL}}}", "b c d"),
    ("trials", "{countries: {every: {in: [NL, DE]}}}", "a b d"),
    ("trials", "{countries: {count: {gte: 1}}}", "a c"),
    ("trials", "{sponsors: {some: {country: {eq: NL}}}}", "a"),
    ("trials", "{sponsors: {some: {isA: PERSON}}}", "c"),
    ("trials", '{sponsors: {some: {eq: "person/staal"}}}', "c"),
    ("trials", '{conditions: {some: {under: "condition/blood"}}}', "d"),
    ("trials", '{products: {some: {id: {in: ["rag1", "product/kymriah"]}}}}', "a b"),
    ("trials", '{products: {some: {indications: {some: {condition: {under: "blood"}}}}}}', "b"),
    ("trials", '{or: [{phase: {eq: PHASE_1}}, {title: {eq: "Trial D"}}]}', "a d"),
    ("trials", '{and: [{products: {count: {eq: 1}}}, {startDate: {eq: "2020-07"}}]}', "b"),
    ("trials", '{id: {ne: "a"}}', "b c d"),
    ("trials", '{conflicts: {some: {field: {eq: "enrolmentActual"}}}}', "a"),
    ("products", '{name: {contains: "meniere"}}', "rag1"),
    ("products", '{codes: {some: {startsWith: "rag-"}}}', "rag1"),
    ("products", "{combined: {eq: false}}", "kymriah"),
    ("conditions", '{under: "leukaemia"}', "acute-leukaemia leukaemia"),
    ("conditions", '{mondo: {eq: "MONDO:0005059"}}', "leukaemia"),
    ("organisations", "{replacedBy: {isNull: false}}", "azl"),
    ("organisations", "{replacedBy: {isNull: true}}", "lumc novartis"),
    ("organisations", '{replacedBy: {eq: "organisation/lumc"}}', "azl"),
    ("organisations", "{possiblySameAs: {some: {deprecated: {eq: true}}}}", "lumc"),
    ("organisations", "{}", "azl lumc novartis"),
]


@pytest.mark.parametrize(("plural", "where", "expected"), CASES)
def test_a_filter_finds(data: Ask, plural: str, where: str, expected: str) -> None:
    found = data(f"{{ {plural}(where: {where}) {{ totalCount nodes {{ id }} }} }}")[plural]
    assert ids(found["nodes"]) == expected.split()
    assert found["totalCount"] == len(expected.split())


def test_an_enum_takes_in_what_is_below_it(data: Ask, declared: Schema) -> None:
    regions = declared.vocabularies["region"]
    parent = next(iter(regions.concepts["nl"].broader))
    found = data(
        f"{{ organisations(where: {{country: {{under: {regions.concepts[parent].enum}}}}}) {{ nodes {{ id }} }} }}"
    )
    assert "lumc" in ids(found["organisations"]["nodes"])


def test_nested_lists_are_filtered_too(data: Ask) -> None:
    found = data(
        '{ condition(id: "scid") { trials(where: {phase: {isNull: true}}) { totalCount } all: trials { totalCount } } }'
    )
    assert found["condition"] == {"trials": {"totalCount": 0}, "all": {"totalCount": 1}}


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("{phase: {eq: null}}", "BAD_USER_INPUT"),
        ('{startDate: {gte: "yesterday"}}', "BAD_USER_INPUT"),
        ('{startDate: {gte: "2021-02-30"}}', "BAD_USER_INPUT"),
        ('{conditions: {some: {under: "condition/none-such"}}}', "NOT_FOUND"),
        ('{conditions: {some: {under: "trial/a"}}}', "BAD_USER_INPUT"),
        ('{products: {some: {eq: "zz"}}}', "NOT_FOUND"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(refused: Ask, where: str, code: str) -> None:
    assert refused(f"{{ trials(where: {where}) {{ nodes {{ id }} }} }}")["extensions"]["code"] == code


# ------------------------------------------------- against a plain reading

DATES = st.sampled_from(["2019", "2020", "2020-02", "2020-02-29", "2020-07", "2021-01-01"])
NUMBERS = st.integers(0, 4)
TITLES = st.sampled_from(["Alpha", "álpha", "Beta", "beta two", "Gamma"])
TRIALS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "title": TITLES,
            "startDate": DATES,
            "enrolmentActual": NUMBERS,
            "aliases": st.lists(TITLES, min_size=1, max_size=3),
        },
    ),
    max_size=8,
)


def _leaf(name: str, values: st.SearchStrategy[Any], operators: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    operation = st.one_of(
        *(st.tuples(st.just(op), values) for op in operators),
        st.tuples(st.just("isNull"), st.booleans()),
        st.tuples(st.just("in"), st.lists(values, max_size=2)),
    )
    return operation.map(lambda pair: {name: dict([pair])})


LEAVES = st.one_of(
    _leaf("startDate", DATES, ("eq", "ne", "gt", "gte", "lt", "lte")),
    _leaf("enrolmentActual", NUMBERS, ("eq", "ne", "gt", "gte", "lt", "lte")),
    _leaf("title", TITLES, ("eq", "ne")),
    st.tuples(st.sampled_from(["some", "every", "none"]), TITLES).map(lambda p: {"aliases": {p[0]: {"eq": p[1]}}}),
)
WHERE = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"and": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"or": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)


def naive(where: dict[str, Any], record: dict[str, Any]) -> bool:
    """The meaning of a filter, spelt out on a record."""
    return all(_one(name, operand, record) for name, operand in where.items())


def _one(name: str, operand: Any, record: dict[str, Any]) -> bool:
    match name:
        case "and":
            return all(naive(part, record) for part in operand)
        case "or":
            return any(naive(part, record) for part in operand)
        case "not":
            return not naive(operand, record)
        case "aliases":
            ((quantifier, test),) = operand.items()
            hits = [alias == test["eq"] for alias in set(record.get("aliases", []))]
            return {"some": any(hits), "every": all(hits), "none": not any(hits)}[quantifier]
    return all(_value(name, op, bound, record.get(name)) for op, bound in operand.items())


def _value(name: str, operator: str, bound: Any, value: Any) -> bool:
    if operator == "isNull":
        return (value is None) is bool(bound)
    if value is None:
        return False
    if operator == "in":
        return value in bound
    first, last = (first_day, last_day) if name == "startDate" else (lambda one: one, lambda one: one)
    return bool(
        {
            "eq": value == bound,
            "ne": value != bound,
            "gt": first(value) > last(bound) if name != "title" else None,
            "gte": first(value) >= first(bound),
            "lt": last(value) < first(bound),
            "lte": last(value) <= last(bound),
        }[operator]
    )


@given(records=TRIALS, where=WHERE)
@settings(max_examples=150, deadline=None)
def test_filters_mean_what_they_say(
    declared: Schema, schema: AtmpSchema, records: list[dict[str, Any]], where: dict[str, Any]
) -> None:
    named = {f"trial/t{number}": record for number, record in enumerate(records)}
    written = {key: {n: v if isinstance(v, list) else str(v) for n, v in r.items()} for key, r in named.items()}
    query = "query ($where: TrialWhere) { trials(where: $where) { totalCount nodes { id } } }"
    answer = execute(schema, release_of(declared, written), query, {"where": where})
    expected = sorted(key for key, record in named.items() if naive(where, record))
    assert [node["id"] for node in answer["data"]["trials"]["nodes"]] == expected
    assert answer["data"]["trials"]["totalCount"] == len(expected)
