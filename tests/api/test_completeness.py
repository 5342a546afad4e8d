"""How complete an entity is: what is expected of its type, and what of that it states."""

from __future__ import annotations

from typing import Any

import pytest

from api.execute import execute
from api.schema import AtmpSchema
from kg.completeness import Expectations
from kg.release import Release
from kg.schema import Schema
from tests.api.conftest import Records, ids, release_of

FOUR: Records = {
    "organisation/full": {"name": "Full", "type": "company", "country": "nl", "founded": "1999"},
    "organisation/looked": {"name": "Looked", "type": "company", "unknown": ["country"], "note": "A remark."},
    "organisation/thin": {"name": "Thin", "type": "company", "lei": "549300F7AA0DDDDDDD05"},
    "organisation/named": {"name": "Named", "type": "company", "aliases": ["Called"]},
    "person/alone": {"name": "A. Lone"},
}
"""All have a type, half a country or word that it is not known, one of four a year."""

QUERY = "{ organisations { nodes { id completeness { share stated of missing unknown } } } }"


@pytest.fixture(scope="module")
def answered(schema: AtmpSchema, declared: Schema) -> dict[str, Any]:
    """The completeness of each organisation by its slug."""
    found = execute(schema, release_of(declared, FOUR), QUERY)["data"]["organisations"]["nodes"]
    return {one["id"].partition("/")[2]: one["completeness"] for one in found}


def test_what_a_quarter_of_the_type_has_is_expected(answered: dict[str, Any]) -> None:
    assert answered["full"] == {"share": 1.0, "stated": 3, "of": 3, "missing": [], "unknown": []}
    assert answered["thin"] == {"share": 1 / 3, "stated": 1, "of": 3, "missing": ["country", "founded"], "unknown": []}


def test_what_was_looked_for_in_vain_is_not_missing(answered: dict[str, Any]) -> None:
    assert answered["looked"] == {"share": 1 / 3, "stated": 1, "of": 3, "missing": ["founded"], "unknown": ["country"]}


def test_texts_identifiers_and_remarks_do_not_count(answered: dict[str, Any]) -> None:
    assert answered["named"] == answered["thin"]


def test_what_fewer_have_is_rare_and_not_missing(schema: AtmpSchema, declared: Schema) -> None:
    fifth = {"organisation/fifth": {"name": "Fifth", "type": "company"}}
    found = execute(schema, release_of(declared, {**FOUR, **fifth}), QUERY)["data"]["organisations"]["nodes"]
    assert not [one for one in found if "founded" in one["completeness"]["missing"]]


def test_of_a_type_of_which_nothing_is_expected_the_share_is_null(schema: AtmpSchema, declared: Schema) -> None:
    query = '{ entity(iri: "https://w3id.org/atmp/id/person/alone") { ... on Entity { completeness { share of } } } }'
    found = execute(schema, release_of(declared, FOUR), query)
    assert found["data"]["entity"]["completeness"] == {"share": None, "of": 0}


def test_the_thinly_described_come_first_when_ordered_so_and_pages_go_on(schema: AtmpSchema, declared: Schema) -> None:
    release = release_of(declared, FOUR)
    query = """query ($after: String) { organisations(
        first: 2, after: $after, orderBy: [{field: COMPLETENESS, direction: DESC}, {field: NAME}]
    ) { nodes { id } pageInfo { endCursor } } }"""
    first = execute(schema, release, query)["data"]["organisations"]
    assert ids(first["nodes"]) == ["full", "looked"]
    after = {"after": first["pageInfo"]["endCursor"]}
    assert ids(execute(schema, release, query, after)["data"]["organisations"]["nodes"]) == ["named", "thin"]


def test_a_list_can_be_narrowed_to_what_is_thinly_described(schema: AtmpSchema, declared: Schema) -> None:
    query = '{ organisations(where: {completeness: {gte: 0.3, lt: 0.5}, id: {ne: "thin"}}) { nodes { id } } }'
    found = execute(schema, release_of(declared, FOUR), query)["data"]["organisations"]["nodes"]
    assert ids(found) == ["looked", "named"]


def test_in_the_shipped_data_every_expected_field_is_stated_missing_or_unknown(shipped: Release) -> None:
    expectations = Expectations(shipped.model)
    for kind in shipped.schema.entity_types():
        expected = set(expectations.fields(kind))
        for row in shipped.model.rows(kind.name):
            found = expectations.of(row)
            assert sorted([*found.stated, *found.missing, *found.unknown]) == sorted(expected)
            assert all(shipped.model.values(row, name) for name in found.stated)
