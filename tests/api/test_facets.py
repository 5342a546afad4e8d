"""Facets and cross tables: against a plain count of records made at random, and on the small graph."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import graphql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.execute import execute
from api.schema import AtmpSchema, make_schema
from kg.errors import OntologyError
from kg.ontology import read_schema
from kg.schema import EntityType, Field, Schema, enum_name
from tests.api.conftest import ONTOLOGY, Ask, MemoryRelease, release_of

Record = Mapping[str, Any]
Stated = frozenset[str]

LINKED: dict[str, dict[str, Any]] = {
    "organisation/a": {"country": "nl"},
    "organisation/b": {"country": "de"},
    "organisation/c": {},
    "person/p": {},
    "condition/blood": {},
    "condition/leukaemia": {"broader": ["condition/blood"]},
    "condition/acute": {"broader": ["condition/leukaemia"]},
    "condition/eye": {},
}
COUNTRY = {"organisation/a": "NL", "organisation/b": "DE"}
UP = {"condition/acute": "condition/leukaemia", "condition/leukaemia": "condition/blood"}
AGENTS = [entity for entity in LINKED if not entity.startswith("condition/")]
CONDITIONS = [entity for entity in LINKED if entity.startswith("condition/")]

TRIALS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "phase": st.sampled_from(["phase-1", "phase-2"]),
            "startDate": st.sampled_from(["2019", "2020", "2020-02", "2020-02-29"]),
            "countries": st.lists(st.sampled_from(["nl", "de"]), min_size=1, max_size=2, unique=True),
            "sponsors": st.lists(st.sampled_from(AGENTS), min_size=1, max_size=3, unique=True),
            "conditions": st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=3, unique=True),
        },
    ),
    max_size=8,
)


def year(record: Record) -> Stated:
    return frozenset([record["startDate"][:4]] if "startDate" in record else [])


def phase(record: Record) -> Stated:
    return frozenset([enum_name(record["phase"])] if "phase" in record else [])


def countries(record: Record) -> Stated:
    return frozenset(map(enum_name, record.get("countries", [])))


def sponsors(record: Record) -> Stated:
    return frozenset(record.get("sponsors", []))


def country_of_sponsor(record: Record) -> Stated:
    return frozenset(COUNTRY[one] for one in sponsors(record) if one in COUNTRY)


def conditions(record: Record) -> Stated:
    return frozenset(record.get("conditions", []))


STATED: Mapping[str, Callable[[Record], Stated]] = {
    "PHASE": phase,
    "START_DATE": year,
    "COUNTRIES": countries,
    "SPONSORS": sponsors,
    "SPONSORS_COUNTRY": country_of_sponsor,
    "CONDITIONS": conditions,
}
PIECES: Mapping[str, tuple[dict[str, Any], Callable[[Record], bool]]] = {
    "PHASE": ({"phase": {"eq": "PHASE_1"}}, lambda record: record.get("phase") == "phase-1"),
    "START_DATE": ({"startDate": {"gte": "2020"}}, lambda record: record.get("startDate", "") >= "2020"),
    "COUNTRIES": ({"countries": {"some": {"eq": "NL"}}}, lambda record: "NL" in countries(record)),
    "SPONSORS_COUNTRY": (
        {"sponsors": {"some": {"country": {"eq": "NL"}}}},
        lambda record: "NL" in country_of_sponsor(record),
    ),
    "CONDITIONS": ({"conditions": {"count": {"gte": 2}}}, lambda record: len(conditions(record)) > 1),
}
"""A condition on what each facet counts by, as it is written and as it is meant."""
PLACES = st.fixed_dictionaries(
    {}, optional={place: st.sampled_from(sorted(PIECES)) for place in ("top", "and", "or", "not")}
)


def written(places: Mapping[str, str]) -> dict[str, Any]:
    """A ``where`` with one condition at the top, one within ``and``, one within ``or`` and one within ``not``."""
    where: dict[str, Any] = {}
    for place, of in places.items():
        piece, _ = PIECES[of]
        where |= {"top": piece, "and": {"and": [piece]}, "or": {"or": [piece]}, "not": {"not": piece}}[place]
    return where


def meets(places: Mapping[str, str], record: Record, own: str | None = None) -> bool:
    """What that ``where`` means, those of its conditions left out that a facet leaves out as its own."""
    for place, of in places.items():
        fits = PIECES[of][1](record)
        # a condition on sponsors.country is one on sponsors too, and the facet of a link leaves out all on it
        is_own = of == own or (own == "SPONSORS" and of == "SPONSORS_COUNTRY")
        if not (is_own and place in ("top", "and")) and fits is (place == "not"):
            return False
    return True


def upwards(value: str) -> set[str]:
    return {value} | (upwards(UP[value]) if value in UP else set())


def counted(records: list[dict[str, Any]], of: str, under: bool) -> tuple[Counter[str], int]:
    """By each value how many records state it, and how many state none."""
    found: Counter[str] = Counter()
    for record in records:
        stated = STATED[of](record)
        found.update({above for value in stated for above in upwards(value)} if under else stated)
    return found, sum(not STATED[of](record) for record in records)


def in_order(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"value": value, "count": n} for value, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def release_with(declared: Schema, records: list[dict[str, Any]]) -> MemoryRelease:
    return release_of(declared, {**LINKED, **{f"trial/t{number}": record for number, record in enumerate(records)}})


FACETS = """
query ($where: TrialWhere, $fields: [TrialFacet!]!, $under: Boolean) {
  trials(where: $where, first: 0) {
    facets(fields: $fields, under: $under) { missing distinct buckets { value count } }
  }
}
"""


@given(records=TRIALS, places=PLACES, under=st.booleans())
@settings(max_examples=100, deadline=None)
def test_facets_count_what_could_be_chosen(
    declared: Schema, schema: AtmpSchema, records: list[dict[str, Any]], places: dict[str, str], under: bool
) -> None:
    # the regions have a tree of their own, which the plain count does not know
    fields = [of for of in STATED if not (under and "COUNTR" in of)]
    variables = {"where": written(places), "fields": fields, "under": under}
    answer = execute(schema, release_with(declared, records), FACETS, variables)
    for of, facet in zip(fields, answer["data"]["trials"]["facets"], strict=True):
        counts, missing = counted([record for record in records if meets(places, record, of)], of, under)
        assert facet == {"missing": missing, "distinct": len(counts), "buckets": in_order(counts)}, of


CROSSED = """
query ($where: TrialWhere, $rows: TrialFacet!, $columns: TrialFacet!, $first: Int) {
  trials(where: $where) {
    totalCount
    groupBy(rows: $rows, columns: $columns, first: $first) {
      missing leftOut
      rows { distinct buckets { value count } }
      columns { missing buckets { value count } }
      cells { row column count }
    }
  }
}
"""


@given(
    records=TRIALS,
    places=PLACES,
    rows=st.sampled_from(sorted(STATED)),
    columns=st.sampled_from(sorted(STATED)),
    first=st.sampled_from([None, 1, 2]),
)
@settings(max_examples=100, deadline=None)
def test_a_cross_table_counts_pairs(
    declared: Schema,
    schema: AtmpSchema,
    records: list[dict[str, Any]],
    places: dict[str, str],
    rows: str,
    columns: str,
    first: int | None,
) -> None:
    variables = {"where": written(places), "rows": rows, "columns": columns, "first": first}
    found = execute(schema, release_with(declared, records), CROSSED, variables)["data"]["trials"]
    table = found["groupBy"]
    listed = [record for record in records if meets(places, record)]
    down, along = (in_order(counted(listed, of, False)[0])[:first] for of in (rows, columns))
    assert (table["rows"]["buckets"], table["columns"]["buckets"]) == (down, along)
    shown = [(one["value"], other["value"]) for one, other in product(down, along)]
    pairs = [set(product(STATED[rows](record), STATED[columns](record))) for record in listed]
    cells = {pair: n for pair in shown if (n := sum(pair in of_one for of_one in pairs))}
    assert {(cell["row"], cell["column"]): cell["count"] for cell in table["cells"]} == cells
    assert table["missing"] == sum(not of_one for of_one in pairs)
    assert table["leftOut"] == sum(bool(of_one) and not of_one & set(shown) for of_one in pairs)
    if rows in ("PHASE", "START_DATE") and columns in ("PHASE", "START_DATE"):
        assert sum(cells.values()) + table["missing"] + table["leftOut"] == found["totalCount"]


def put_back(kind: EntityType, schema: Schema, name: str, value: str, under: bool) -> dict[str, Any]:
    """The ``where`` that finds what a bucket counts."""
    if name == "isA":
        return {"isA": value}
    first, *rest = name.split(".")
    field = kind.fields[first]
    if rest:
        far = next(k.fields[rest[0]] for k in schema.concrete(field.target or "") if rest[0] in k.fields)
        inner: dict[str, Any] = {far.name: around(far, value_condition(far, value, under))}
        return {first: around(field, inner)}
    return {first: around(field, value_condition(field, value, under))}


def around(field: Field, condition: dict[str, Any]) -> dict[str, Any]:
    return {"some": condition} if field.many else condition


def value_condition(field: Field, value: str, under: bool) -> dict[str, Any]:
    if field.kind == "date":
        return {"gte": value, "lte": value}
    if field.kind == "boolean":
        return {"eq": value == "true"}
    return {"under" if under and (field.kind == "enum" or field.target == "Condition") else "eq": value}


@pytest.mark.parametrize("under", [False, True])
def test_every_value_can_be_put_back_into_where(
    schema: AtmpSchema, declared: Schema, mini: MemoryRelease, under: bool
) -> None:
    seen: set[str] = set()
    for kind in declared.entity_types():
        enum = schema.core.type_map[f"{kind.name}Facet"]
        assert isinstance(enum, graphql.GraphQLEnumType)
        for member, stated in enum.values.items():
            facets = f"facets(fields: [{member}], under: $under) {{ buckets {{ value count }} }}"
            text = f"query ($under: Boolean) {{ all: {kind.plural} {{ {facets} }} }}"
            (facet,) = execute(schema, mini, text, {"under": under})["data"]["all"]["facets"]
            for bucket in facet["buckets"]:
                where = put_back(kind, declared, stated.value, bucket["value"], under)
                query = f"query ($where: {kind.name}Where) {{ all: {kind.plural}(where: $where) {{ totalCount }} }}"
                answer = execute(schema, mini, query, {"where": where})
                assert answer["data"]["all"]["totalCount"] == bucket["count"], (where, answer)
                seen.add(f"{kind.name}.{stated.value}")
    # one of each sort: an enum, a list of them, true and false, a year, a link, one link further, a field's name
    wanted = "Trial.phase Trial.countries Product.combined Trial.startDate Trial.sponsors Trial.sponsors.country"
    assert {*wanted.split(), "Product.indications.condition", "Conflict.field"} <= seen


def test_labels_are_those_of_concepts_and_entities(data: Ask) -> None:
    fields = "[PHASE, SPONSORS, START_DATE, SPONSORS_COUNTRY]"
    found = data(f"{{ trials {{ facets(fields: {fields}) {{ field label buckets {{ value label }} }} }} }}")
    phases, agents, years, lands = found["trials"]["facets"]
    assert [facet["field"] for facet in (phases, agents, years, lands)] == [
        "phase",
        "sponsors",
        "startDate",
        "sponsors.country",
    ]
    assert phases["buckets"] == [{"value": "PHASE_1", "label": "phase 1"}]
    assert {"value": "person/staal", "label": "Frank Staal"} in agents["buckets"]
    assert years["buckets"] == [{"value": "2020", "label": "2020"}]
    assert lands["buckets"] == [{"value": "NL", "label": "Netherlands"}]


def test_truth_reads_yes_and_no(data: Ask) -> None:
    found = data("{ products { facets(fields: [COMBINED]) { missing buckets { value label count } } } }")
    assert found["products"]["facets"] == [
        {"missing": 2, "buckets": [{"value": "false", "label": "no", "count": 1}]},
    ]


def test_groups_of_diseases_count_what_is_below_them(data: Ask) -> None:
    text = "facets(fields: [INDICATIONS_CONDITION], under: true) { distinct buckets { value count broader } }"
    (facet,) = data(f"{{ products {{ {text} }} }}")["products"]["facets"]
    assert facet["distinct"] == 3
    assert facet["buckets"] == [
        {"value": "condition/acute-leukaemia", "count": 1, "broader": ["condition/leukaemia"]},
        {"value": "condition/blood", "count": 1, "broader": []},
        {"value": "condition/leukaemia", "count": 1, "broader": ["condition/blood"]},
    ]


def test_an_interface_is_counted_by_type_and_what_its_types_share(data: Ask) -> None:
    text = "facets(fields: [IS_A, SOURCES]) { field buckets { value label count } }"
    query = f'{{ source(id: "paper") {{ supports(where: {{ isA: TRIAL }}) {{ totalCount {text} }} }} }}'
    found = data(query)["source"]["supports"]
    assert found["totalCount"] == 1
    by_type, by_source = found["facets"]
    assert by_type["buckets"] == [
        {"value": "PRODUCT", "label": "product", "count": 2},
        {"value": "TRIAL", "label": "trial", "count": 1},
    ]
    assert by_source["buckets"] == [{"value": "source/paper", "label": "A paper", "count": 1}]


def test_other_conditions_on_the_linked_stay(data: Ask) -> None:
    where = "{sponsors: {some: {isA: PERSON, country: {eq: NL}}}}"
    text = "facets(fields: [SPONSORS_COUNTRY, SPONSORS]) { missing buckets { value } }"
    by_country, by_sponsor = data(f"{{ trials(where: {where}) {{ {text} }} }}")["trials"]["facets"]
    assert by_country == {"missing": 1, "buckets": []}, "the trial of the person, who has no country"
    assert [bucket["value"] for bucket in by_sponsor["buckets"]] == ["organisation/lumc", "person/staal"]


def test_a_nested_list_is_counted_for_itself(data: Ask) -> None:
    found = data('{ product(id: "kymriah") { trials { facets(fields: [START_DATE]) { buckets { value count } } } } }')
    assert found["product"]["trials"]["facets"] == [{"buckets": [{"value": "2020", "count": 1}]}]


@pytest.mark.parametrize(
    "page", ["first: 0", "last: 1", "first: 1, orderBy: [{field: TITLE, direction: DESC}]", "after"]
)
def test_pages_and_orders_do_not_change_what_is_counted(data: Ask, page: str) -> None:
    facets = "facets(fields: [COUNTRIES]) { missing buckets { value count } }"
    counts = f"{facets} groupBy(rows: PHASE, columns: COUNTRIES) {{ missing cells {{ count }} }}"
    whole = data(f"{{ trials {{ {counts} }} }}")
    if page == "after":
        cursor = data("{ trials(first: 2) { pageInfo { endCursor } } }")["trials"]["pageInfo"]["endCursor"]
        page = f'after: "{cursor}"'
    assert data(f"{{ trials({page}) {{ {counts} }} }}") == whole


@pytest.mark.parametrize(
    "asked",
    [
        "facets(fields: [])",
        "facets(fields: [PHASE, STATUS, PHASE])",
        "facets(fields: [PHASE], first: 201)",
        "facets(fields: [PHASE], first: -1)",
    ],
)
def test_what_is_counted_at_once_is_bounded(refused: Ask, asked: str) -> None:
    error = refused(f"{{ trials {{ {asked} {{ field }} }} }}")
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


def test_more_fields_than_the_bound_are_refused(schema: AtmpSchema, refused: Ask) -> None:
    enum = schema.core.type_map["TrialFacet"]
    assert isinstance(enum, graphql.GraphQLEnumType)
    assert len(enum.values) > 20
    error = refused("query ($f: [TrialFacet!]!) { trials { facets(fields: $f) { field } } }", f=list(enum.values))
    assert error["extensions"]["max"] == 20


def test_a_cross_table_is_bounded(refused: Ask) -> None:
    error = refused("{ trials { groupBy(rows: PHASE, columns: STATUS, first: 300) { missing } } }")
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "first", "min": 0, "max": 200}


def test_nothing_is_counted_by_text_or_keys(schema: AtmpSchema, declared: Schema) -> None:
    for kind in declared.types.values():
        enum = schema.core.type_map.get(f"{kind.name}Facet")
        if not isinstance(enum, graphql.GraphQLEnumType):
            continue
        for value in enum.values.values():
            first, *rest = value.value.split(".")
            field = kind.fields.get(first)
            if field is not None and not rest:
                assert field.kind in ("enum", "boolean", "date", "field-name", "link"), field.iri
                assert not (field.natural_key or field.hidden or field.owns), field.iri


def test_counting_costs(schema: AtmpSchema, declared: Schema) -> None:
    release = release_of(declared, {f"trial/t{number}": {} for number in range(1000)})
    spent = [
        execute(schema, release, f"{{ trials {{ {asked} }} }}")["extensions"]["cost"]["spent"]
        for asked in ("facets(fields: [PHASE]) { missing }", "facets(fields: [PHASE, STATUS]) { missing }")
    ]
    assert spent[1] - spent[0] >= 10


@pytest.mark.parametrize(
    ("shape", "named", "said"),
    [
        ("Trial.sponsors", "Organisation.name", "cannot be counted"),
        ("Trial.sponsors", "Organisation.none-such", "declared fields"),
        ("Trial.phase", "Organisation.country", "stands on a link"),
    ],
)
def test_an_annotation_that_cannot_be_meant_is_an_error(tmp_path: Path, shape: str, named: str, said: str) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY, folder)
    with (folder / "atmp.ttl").open("a", encoding="utf-8") as types:
        types.write(f"\natmp:{shape} atmp:facetBy atmp:{named} .\n")
    with pytest.raises(OntologyError, match=f"{shape}.*{said}"):
        make_schema(read_schema(folder))
