"""What brokers and communities promise in GraphQL: ranks that no filter changes, figures that can be told in words."""

from __future__ import annotations

from typing import Any

import pytest

from api.insights.standing import summary
from kg.network.brokers import Position
from kg.network.standing import Figures
from tests.api.conftest import Ask, ids

BROKERS = """
query ($where: OrganisationWhere, $grade: NetworkGrade, $rollUp: Boolean, $first: Int, $after: String, $last: Int,
       $before: String) {
  brokers(where: $where, grade: $grade, rollUp: $rollUp, first: $first, after: $after, last: $last, before: $before) {
    totalCount component exact
    nodes { id }
    edges { cursor node { id } rank betweenness partners apart effectiveSize constraint summary }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
COMMUNITIES = """
query ($organisation: ID, $grade: NetworkGrade, $first: Int, $after: String) {
  communities(organisation: $organisation, grade: $grade, first: $first, after: $after) {
    totalCount
    nodes { name size together records members { id } byRecord { value label count } byMember { value label count } }
    pageInfo { endCursor }
  }
}
"""


@pytest.fixture
def brokers(insights: Ask) -> Ask:
    """Who stands between others."""

    def answer(**asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = insights(BROKERS, **asked)["brokers"]
        return found

    return answer


def test_who_stands_between_most_others_comes_first(brokers: Ask) -> None:
    found = brokers()
    assert ids(found["nodes"]) == ["lumc", "umcu", "far", "farther"]
    assert [edge["rank"] for edge in found["edges"]] == [1, 2, 3, 4]
    assert found["exact"] is True
    first = found["edges"][0]
    assert 0 < first["betweenness"] <= 1
    assert first["partners"] == first["apart"] == first["effectiveSize"] == 29
    assert first["summary"] == "29 partners, none of them tied to another."
    assert found["edges"][2]["constraint"] is None


@pytest.mark.parametrize(
    ("partners", "apart", "effective", "told"),
    [
        (0, 0, None, "0 partners."),
        (1, 1, 1.0, "1 partner."),
        (3, 3, 3.0, "3 partners, none of them tied to another."),
        (3, 0, 1.0, "3 partners, all tied to each other."),
        (
            3,
            1,
            3 - 2 / 3,
            "Of 3 partners, 1 is tied to none of the others; on average one is tied to 0.7 of the other 2.",
        ),
        (4, 0, 3.0, "Of 4 partners, each is tied to another; on average one is tied to 1.0 of the other 3."),
        (
            60,
            58,
            60 - 2 / 60,
            "58 are tied to none of the others; on average one is tied to fewer than 0.1 of the other",
        ),
    ],
)
def test_the_place_among_partners_is_told_in_plain_words(
    partners: int, apart: int, effective: float | None, told: str
) -> None:
    assert told in summary(Figures(0, 0.1, 1, Position(partners, apart, effective, None)))


def test_who_is_between_nobody_or_outside_the_largest_component_is_not_listed(brokers: Ask) -> None:
    assert not {"x", "y", "alone", "nobody", "bio"} & set(ids(brokers(first=200)["nodes"]))


def test_a_filter_leaves_the_ranks_as_they_are(brokers: Ask) -> None:
    found = brokers(where={"country": {"eq": "BE"}})
    assert [(edge["node"]["id"], edge["rank"]) for edge in found["edges"]] == [("organisation/far", 3)]
    assert found["totalCount"] == 1


def test_pages_forwards_and_backwards_make_the_whole_list(brokers: Ask) -> None:
    first = brokers(first=3)
    rest = brokers(first=3, after=first["pageInfo"]["endCursor"])
    back = brokers(last=3, before=rest["pageInfo"]["startCursor"])
    assert ids(first["nodes"] + rest["nodes"]) == ids(brokers()["nodes"])
    assert back["nodes"] == first["nodes"]
    assert rest["pageInfo"]["hasNextPage"] is False


def test_a_cursor_of_another_grade_is_refused(brokers: Ask, no_insight: Ask) -> None:
    cursor = brokers(first=1)["pageInfo"]["endCursor"]
    assert no_insight(BROKERS, grade="DEAL", after=cursor)["extensions"]["code"] == "BAD_CURSOR"
    assert no_insight(BROKERS, where={"country": {"eq": "NL"}}, after=cursor)["extensions"]["code"] == "BAD_CURSOR"


def test_where_nobody_is_tied_there_are_no_brokers_and_no_communities(of_nothing: Ask) -> None:
    assert of_nothing(BROKERS)["brokers"]["totalCount"] == of_nothing(COMMUNITIES)["communities"]["totalCount"] == 0
    assert of_nothing(BROKERS)["brokers"]["component"] == 0


def test_a_community_is_named_by_what_its_records_and_members_state(insights: Ask) -> None:
    found = insights(COMMUNITIES, organisation="bio")["communities"]
    (community,) = found["nodes"]
    assert community["name"] == "CAR T cells, Netherlands"
    assert ids(community["members"])[0] == "lumc"
    assert community["size"] == len(community["members"])
    assert {"value": "CAR_T", "label": "CAR T cells", "count": 1} in community["byRecord"]
    assert {"value": "JP", "label": "Japan", "count": 1} in community["byMember"]
    assert 0.8 <= community["together"] <= 1


def test_who_belongs_to_no_community_has_none(insights: Ask) -> None:
    for organisation in ("alone", "nobody", "x"):
        assert insights(COMMUNITIES, organisation=organisation)["communities"]["nodes"] == []


def test_the_largest_community_comes_first(insights: Ask) -> None:
    sizes = [one["size"] for one in insights(COMMUNITIES)["communities"]["nodes"]]
    assert len(sizes) >= 2
    assert sizes == sorted(sizes, reverse=True)


def test_an_unknown_member_is_refused(no_insight: Ask) -> None:
    assert no_insight(COMMUNITIES, organisation="lumcc")["extensions"]["code"] == "NOT_FOUND"
