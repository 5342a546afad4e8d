"""Fetching by id, slug, address and natural key, and what is said when there is nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Ask


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in answer["errors"]]


@pytest.mark.parametrize(
    "key", ['id: "a"', 'id: "trial/a"', 'nctId: "NCT04797260"'], ids=["slug", "full id", "natural key"]
)
def test_one_entity_is_found_by_any_of_its_keys(data: Ask, key: str) -> None:
    assert data(f"{{ trial({key}) {{ id label title }} }}") == {
        "trial": {"id": "trial/a", "label": "Trial A", "title": "Trial A"}
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('trial(eudract: "2019-002343-14")', "trial/a"),
        ('organisation(ror: "https://ror.org/05xvt9f17")', "organisation/lumc"),
        ('condition(mondo: "MONDO:0005059")', "condition/leukaemia"),
        ('person(orcid: "0000-0002-1825-0097")', "person/staal"),
    ],
)
def test_registries_name_an_entity_too(data: Ask, query: str, found: str) -> None:
    assert [*data(f"{{ {query} {{ id }} }}").values()] == [{"id": found}]


def test_node_and_entity_find_anything(data: Ask) -> None:
    found = data(
        '{ node(id: "person/staal") { id __typename ... on Agent { label } } '
        'entity(iri: "https://w3id.org/atmp/id/source/paper") { iri ... on Source { title } } }'
    )
    assert found["node"] == {"id": "person/staal", "__typename": "Person", "label": "Frank Staal"}
    assert found["entity"] == {"iri": "https://w3id.org/atmp/id/source/paper", "title": "A paper"}


def test_nodes_keep_their_places_with_one_error_for_each_that_is_missing(ask: Ask) -> None:
    found = ask('{ nodes(ids: ["trial/b", "trial/zzz", "source/paper", "nonsense"]) { id } }')
    assert found["data"]["nodes"] == [{"id": "trial/b"}, None, {"id": "source/paper"}, None]
    assert [error["path"] for error in found["errors"]] == [["nodes", 1], ["nodes", 3]]
    assert codes(found) == ["NOT_FOUND", "NOT_FOUND"]


def test_nodes_have_a_bound(refused: Ask) -> None:
    error = refused("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["trial/a"] * 101)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "max": 100}


def test_an_unknown_id_is_null_and_an_error_that_offers_near_ones(ask: Ask) -> None:
    found = ask('{ product(id: "kymria") { id } trial(id: "a") { id } }')
    assert found["data"] == {"product": None, "trial": {"id": "trial/a"}}
    assert codes(found) == ["NOT_FOUND"]
    assert "Did you mean 'product/kymriah'?" in found["errors"][0]["message"]


def test_an_id_of_another_type_is_said_to_be_one(refused: Ask) -> None:
    error = refused('{ trial(id: "product/kymriah") { id } }')
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] == "'product/kymriah' is a product, not a trial. Ask for it with `product(id:)`."


@pytest.mark.parametrize("keys", ["", '(id: "a", nctId: "NCT04797260")'], ids=["none", "two"])
def test_exactly_one_key_is_asked_for(refused: Ask, keys: str) -> None:
    error = refused(f"{{ trial{keys} {{ id }} }}")
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "exactly one of id, nctId, eudract, ctis" in error["message"]


def test_a_natural_key_is_checked_before_it_is_looked_for(refused: Ask) -> None:
    assert refused('{ trial(nctId: "4797260") { id } }')["message"].startswith("NctId cannot be '4797260'.")
    assert refused('{ trial(nctId: "NCT04797261") { id } }')["extensions"]["code"] == "NOT_FOUND"


def test_a_deprecated_id_resolves_and_says_what_replaced_it(data: Ask) -> None:
    found = data('{ organisation(id: "azl") { deprecated replacedBy { id } } }')
    assert found["organisation"] == {"deprecated": True, "replacedBy": {"id": "organisation/lumc"}}


def test_evidence_sources_and_conflicts_stand_on_the_entity(data: Ask) -> None:
    found = data(
        '{ trial(id: "a") { sources { title } all: evidence { id } evidence(field: "phase") { value source { title } } '
        "conflicts { field shown reason values { value source { title } date } } } }"
    )
    assert found["trial"] == {
        "sources": [{"title": "A paper"}],
        "all": [{"id": "evidence/trial.a.one"}, {"id": "evidence/trial.a.two"}],
        "evidence": [{"value": "phase-1", "source": {"title": "A site"}}],
        "conflicts": [
            {
                "field": "enrolmentActual",
                "shown": "2",
                "reason": "The paper is newer.",
                "values": [{"value": "2", "source": {"title": "A paper"}, "date": "2020"}],
            }
        ],
    }


def test_links_are_read_both_ways_and_interfaces_resolve(data: Ask) -> None:
    found = data(
        '{ organisation(id: "novartis") { involvedIn { nodes { role in { __typename label } } } } '
        'trial(id: "a") { sponsors { __typename id ... on Organisation { country } } } }'
    )
    assert found["organisation"]["involvedIn"]["nodes"] == [
        {"role": "DEVELOPER", "in": {"__typename": "Product", "label": "Kymriah"}}
    ]
    assert found["trial"]["sponsors"] == [{"__typename": "Organisation", "id": "organisation/lumc", "country": "NL"}]


def test_values_are_typed(data: Ask) -> None:
    found = data(
        '{ trial(id: "a") { phase startDate enrolmentActual countries } organisation(id: "lumc") { latitude } '
        'product(id: "kymriah") { combined stage } }'
    )
    assert found["trial"] == {
        "phase": "PHASE_1",
        "startDate": "2020",
        "enrolmentActual": 2,
        "countries": ["DE", "NL"],
    }
    assert found["organisation"] == {"latitude": 52.165}
    assert found["product"] == {"combined": False, "stage": "AUTHORISED"}


def test_release(data: Ask) -> None:
    found = data("{ release { id date triples ontology counts { type count } } }")["release"]
    assert (found["id"], found["date"], found["triples"]) == ("test-1", "2026-11-24", 123)
    assert {"type": "Trial", "count": 4} in found["counts"]


@pytest.mark.parametrize("name", ["role/sponsor", "https://w3id.org/atmp/concept/role/sponsor"])
def test_a_concept_by_id_and_address(data: Ask, name: str) -> None:
    found = data(
        "query ($id: ID!) { concept(id: $id) { id value label labelNl definition vocabulary { id label } } }", id=name
    )["concept"]
    assert (found["id"], found["value"], found["vocabulary"]["id"]) == ("role/sponsor", "SPONSOR", "role")
    assert found["label"] and found["labelNl"] and found["definition"]


def test_the_tree_of_a_vocabulary(data: Ask) -> None:
    found = data('{ vocabulary(id: "modality") { topConcepts { id narrower { id broader { id } } } } }')
    tops = found["vocabulary"]["topConcepts"]
    assert any(top["narrower"] for top in tops)
    assert all({"id": top["id"]} in child["broader"] for top in tops for child in top["narrower"])


def test_all_vocabularies_are_listed(data: Ask, declared: Any) -> None:
    found = data("{ vocabularies { id concepts { value } } }")["vocabularies"]
    assert [one["id"] for one in found] == sorted(declared.vocabularies)
    assert all(one["concepts"] for one in found)


def test_an_unknown_concept_offers_a_near_one(refused: Ask) -> None:
    error = refused('{ concept(id: "role/sponsr") { id } }')
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert "'role/sponsor'" in error["message"]


def test_evidence_of_a_field_that_does_not_exist_is_refused(refused: Ask) -> None:
    error = refused('{ trial(id: "a") { evidence(field: "fase") { id } } }')
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] == "A trial has no field 'fase'. Did you mean 'phase'?"
