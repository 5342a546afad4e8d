"""`search` in GraphQL: its shape, its pages, its types, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from api.execute import execute
from api.schema import AtmpSchema
from kg.schema import Schema
from tests.api.conftest import MINI, Ask, MemoryRelease, ids, release_of

PAGE = """
query ($text: String!, $types: [EntityType!], $first: Int, $after: String) {
  search(text: $text, types: $types, first: $first, after: $after) {
    totalCount
    byType { type count }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor score matched { field text } node { id } }
    nodes { id }
  }
}
"""


@pytest.fixture
def search(data: Ask) -> Ask:
    """Searches the small release; the connection."""

    def answer(text: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = data(PAGE, text=text, **more)["search"]
        return found

    return answer


def test_an_edge_tells_what_was_found_and_by_what(search: Ask) -> None:
    (edge,) = search("bubble")["edges"]
    assert edge["node"]["id"] == "condition/scid"
    assert edge["matched"] == {"field": "synonyms", "text": "Bubble disease"}
    assert 0.8 <= edge["score"] < 0.97


def test_a_node_is_of_its_own_type(data: Ask) -> None:
    query = '{ search(text: "NCT04797260") { nodes { __typename iri ... on Trial { title nctId } } } }'
    assert data(query)["search"]["nodes"] == [
        {
            "__typename": "Trial",
            "iri": "https://w3id.org/atmp/id/trial/a",
            "title": "Trial A",
            "nctId": "NCT04797260",
        }
    ]


@pytest.mark.parametrize("text", ["meniere rag1", "RAG1 Ménière", "RAG-1", "rag 1", "Meniere RGA1"])
def test_accents_order_hyphens_and_typos_do_not_matter(search: Ask, text: str) -> None:
    assert ids(search(text)["nodes"])[0] == "rag1"


@pytest.mark.parametrize("first", [1, 2, 3, 200])
def test_pages_walk_all_that_was_found_once(search: Ask, first: int) -> None:
    whole = search("trial", first=200)
    walked: list[Any] = []
    after, more = None, True
    while more:
        page = search("trial", first=first, after=after)
        assert page["totalCount"] == whole["totalCount"]
        assert page["pageInfo"]["hasPreviousPage"] is bool(walked)
        walked += page["edges"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert walked == whole["edges"]
    assert len(walked) == whole["totalCount"] == sum(one["count"] for one in whole["byType"]) > 3
    order = [(-edge["score"], edge["node"]["id"]) for edge in walked]
    assert order == sorted(order)


def test_pages_are_walked_backwards_too(search: Ask, data: Ask) -> None:
    whole = [edge["cursor"] for edge in search("trial", first=200)["edges"]]
    asked = 'search(text: "trial", last: 2, before: $b) { edges { cursor } pageInfo { hasNextPage } }'
    page = data(f"query ($b: String!) {{ {asked} }}", b=whole[3])["search"]
    assert [edge["cursor"] for edge in page["edges"]] == whole[1:3]
    assert page["pageInfo"]["hasNextPage"] is True


def test_types_narrow_what_is_found_and_not_what_is_counted_by_type(search: Ask) -> None:
    every = search("a", first=200)
    counts = {one["type"]: one["count"] for one in every["byType"]}
    assert counts["TRIAL"] and counts["CONDITION"]
    narrowed = search("a", first=200, types=["TRIAL", "CONDITION"])
    assert narrowed["totalCount"] == counts["TRIAL"] + counts["CONDITION"]
    assert {one["id"].partition("/")[0] for one in narrowed["nodes"]} == {"trial", "condition"}
    assert narrowed["byType"] == every["byType"]
    assert search("a", types=[])["totalCount"] == 0


def test_what_is_given_up_comes_after_what_stands(search: Ask) -> None:
    assert [edge["score"] for edge in search("azl")["edges"]] == [0.5]


@pytest.mark.parametrize("text", ["", " ", "?!", "zzzzzzzz"])
def test_an_empty_page_has_no_cursors(search: Ask, text: str) -> None:
    nothing = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert search(text) == {"totalCount": 0, "byType": [], "pageInfo": nothing, "edges": [], "nodes": []}


def test_none_may_be_asked_for(search: Ask) -> None:
    page = search("trial", first=0)
    assert page["edges"] == [] and page["totalCount"] > 3 and page["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize(
    "more",
    [
        {"text": "trials"},
        {"types": ["TRIAL"]},
        {"after": "nonsense"},
        {"after": "é"},
        {"after": "WyJh"},
    ],
)
def test_a_cursor_of_another_search_is_refused(search: Ask, refused: Ask, more: dict[str, Any]) -> None:
    cursor = search("trial", first=1)["pageInfo"]["endCursor"]
    asked = {"text": "trial", "after": cursor} | more
    assert refused(PAGE, **asked)["extensions"]["code"] == "BAD_CURSOR"


def test_a_cursor_of_a_list_is_refused(data: Ask, refused: Ask) -> None:
    cursor = data("{ trials(first: 1) { pageInfo { endCursor } } }")["trials"]["pageInfo"]["endCursor"]
    assert refused(PAGE, text="trial", after=cursor)["extensions"]["code"] == "BAD_CURSOR"


def test_a_cursor_goes_on_in_another_release(schema: AtmpSchema, declared: Schema, mini: MemoryRelease) -> None:
    first = execute(schema, mini, PAGE, {"text": "trial", "first": 2})["data"]["search"]
    gone = first["edges"][1]["node"]["id"]
    fewer = {entity: record for entity, record in MINI.items() if entity != gone}
    later = release_of(declared, fewer | {"trial/zero": {"title": "Trial"}}, id="test-2")
    after = {"text": "trial", "after": first["pageInfo"]["endCursor"]}
    rest = execute(schema, later, PAGE, after)["data"]["search"]
    expected = execute(schema, mini, PAGE, after)["data"]["search"]
    assert rest["nodes"] == expected["nodes"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"text": "a" * 201}, "201 characters were given. Search for 200 at most."),
        ({"first": 201}, "Ask for 0 to 200."),
        ({"first": -1}, "Ask for 0 to 200."),
        ({"types": ["NOTHING"]}, "NOTHING"),
        ({"text": None}, "text"),
    ],
)
def test_what_is_out_of_bounds_is_refused(refused: Ask, more: dict[str, Any], told: str) -> None:
    error = refused(PAGE, **({"text": "trial"} | more))
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert told in error["message"]


@pytest.mark.parametrize("text", ['title:"Trial" AND *', "/.*/", "\u202etrial", "🙃trial", "'; DROP TABLE", "{}[]^~\\"])
def test_hostile_text_is_plain_text(search: Ask, text: str) -> None:
    page = search(text)
    assert len(page["edges"]) <= page["totalCount"]
