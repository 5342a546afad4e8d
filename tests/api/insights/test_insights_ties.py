"""What the insights promise of ties: strongest first, each the exact sum of its records, with who says so."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Any

import pytest

from tests.api.conftest import Ask, ids

COLLABORATORS = """
query ($of: ID!, $options: ProjectionOptions, $where: OrganisationWhere, $kinds: [EntityType!], $roles: [Role!],
       $own: Boolean, $first: Int, $after: String, $last: Int, $before: String) {
  collaborators(organisation: $of, options: $options, where: $where, kinds: $kinds, roles: $roles, ownUnits: $own,
                first: $first, after: $after, last: $last, before: $before) {
    totalCount
    organisation { id }
    nodes { id }
    edges {
      cursor strength count last undated ownUnit
      node { id }
      kinds { type count strength }
      records { id }
      contributions { record { id } weight kindWeight roleWeight fading members star }
    }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""

TIE = """
query ($a: ID!, $b: ID!, $options: ProjectionOptions) {
  tie(a: $a, b: $b, options: $options) {
    a { id } b { id } strength count last undated ownUnit
    contributions {
      weight record { id __typename }
      parts { organisation { id } role roles statedBy { id } }
      sources { id }
    }
    timeline { years { year count } undated { count } }
  }
}
"""


@pytest.fixture
def collaborators(insights: Ask) -> Ask:
    """The collaborators of an organisation."""

    def answer(of: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = insights(COLLABORATORS, of=of, **more)["collaborators"]
        return found

    return answer


@pytest.fixture
def tie(insights: Ask) -> Ask:
    """What ties two."""

    def answer(a: str, b: str, **options: Any) -> Any:
        return insights(TIE, a=a, b=b, options=options)["tie"]

    return answer


def strengths(page: Mapping[str, Any]) -> dict[str, float]:
    """The strength of each tie by the slug of the collaborator."""
    return {edge["node"]["id"].partition("/")[2]: edge["strength"] for edge in page["edges"]}


# ---------------------------------------------------------------- what a tie is


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"halfLife": "NONE"},
        {"halfLife": "YEARS_3", "sites": True},
        {"rollUp": True},
        {"since": 2015, "until": 2022},
    ],
    ids=str,
)
@pytest.mark.parametrize("of", ["lumc", "bio", "site-03"])
def test_what_the_records_contribute_is_the_strength_to_the_last_digit(
    collaborators: Ask, of: str, options: dict[str, Any]
) -> None:
    for edge in collaborators(of, options=options)["edges"]:
        found = edge["contributions"]
        assert fsum(one["weight"] for one in found) == edge["strength"] > 0
        assert [one["weight"] for one in found] == sorted((one["weight"] for one in found), reverse=True)
        assert edge["count"] == len(found) == sum(kind["count"] for kind in edge["kinds"])
        assert {one["record"]["id"] for one in found} == {one["id"] for one in edge["records"]}
        for one in found:
            assert one["weight"] == one["kindWeight"] * one["roleWeight"] * one["fading"] / (one["members"] - 1)


def test_the_strongest_come_first_and_equals_by_id(collaborators: Ask) -> None:
    page = collaborators("lumc", first=200)
    order = [(-edge["strength"], edge["node"]["id"]) for edge in page["edges"]]
    assert order == sorted(order)
    assert ids(page["nodes"])[:2] == ["bio", "umcu"]
    assert page["totalCount"] == len(order)


def test_of_a_tie_the_parts_and_their_sources_are_told(tie: Ask) -> None:
    found = tie("lumc", "bio")
    assert (found["a"]["id"], found["b"]["id"]) == ("organisation/lumc", "organisation/bio")
    assert (found["count"], found["last"], found["ownUnit"]) == (2, 2026, False)
    licence, trial = found["contributions"]
    assert licence["record"] == {"id": "agreement/licence", "__typename": "Agreement"}
    assert [(part["organisation"]["id"], part["role"]) for part in licence["parts"]] == [
        ("organisation/lumc", "LICENSOR"),
        ("organisation/bio", "LICENSEE"),
    ]
    assert trial["parts"][1]["role"] == "COLLABORATOR"
    assert trial["parts"][1]["roles"] == ["COLLABORATOR", "FUNDER"]
    assert ids(trial["parts"][1]["statedBy"]) == ["trial.one.bio-collaborator", "trial.one.bio-funder"]
    assert ids(trial["sources"]) == ["paper", "site"]
    assert found["timeline"] == {"years": [{"year": 2018, "count": 1}], "undated": {"count": 1}}


def test_a_tie_is_the_same_from_both_sides(tie: Ask) -> None:
    one, other = tie("lumc", "bio"), tie("organisation/bio", "organisation/lumc")
    assert one["strength"] == other["strength"]
    assert [part["organisation"]["id"] for part in other["contributions"][0]["parts"]] == [
        "organisation/bio",
        "organisation/lumc",
    ]


def test_a_record_with_a_crowd_ties_each_to_the_lead_alone(collaborators: Ask, tie: Ask) -> None:
    assert tie("site-01", "site-02", sites=True) is None
    (edge,) = collaborators("site-01", options={"sites": True})["edges"]
    assert edge["node"]["id"] == "organisation/lumc"
    assert edge["contributions"][0]["star"] is True


# ---------------------------------------------------------------- which ties count


def test_only_records_of_the_types_asked_for_count(collaborators: Ask) -> None:
    page = collaborators("lumc", kinds=["AGREEMENT"])
    assert strengths(page) == {"bio": 3.0}
    assert page["edges"][0]["kinds"] == [{"type": "AGREEMENT", "count": 1, "strength": 3.0}]


def test_only_records_in_which_the_collaborator_has_the_role_count(collaborators: Ask) -> None:
    page = collaborators("lumc", roles=["FUNDER"])
    assert set(strengths(page)) == {"bio", "zonmw"}
    both = {edge["node"]["id"]: ids(edge["records"]) for edge in page["edges"]}
    assert both["organisation/bio"] == ["one"]


def test_collaborators_are_filtered_like_any_organisations(collaborators: Ask) -> None:
    assert set(strengths(collaborators("lumc", where={"country": {"eq": "JP"}}))) == {"bio"}


def test_units_of_its_own_are_no_partners_unless_asked(collaborators: Ask) -> None:
    assert "facility" not in strengths(collaborators("lumc"))
    page = collaborators("lumc", own=True, first=200)
    assert {edge["node"]["id"]: edge["ownUnit"] for edge in page["edges"]}["organisation/facility"] is True


def test_rolled_up_a_unit_answers_as_its_parent(collaborators: Ask) -> None:
    page = collaborators("facility", options={"rollUp": True})
    assert page["organisation"]["id"] == "organisation/lumc"
    assert "bio" in strengths(page)


def test_the_deal_grade_leaves_programmes_and_sites_out(collaborators: Ask) -> None:
    found = strengths(collaborators("lumc", options={"grade": "DEAL"}))
    assert set(found) == {"bio", "umcu"}


def test_without_fading_an_old_record_counts_like_a_new_one(tie: Ask) -> None:
    faded, whole = tie("lumc", "umcu", halfLife="YEARS_3"), tie("lumc", "umcu", halfLife="NONE")
    assert faded["strength"] < whole["strength"] == 1.0


# ---------------------------------------------------------------- pages


def test_pages_forwards_and_backwards_make_the_whole_list(collaborators: Ask) -> None:
    whole = ids(collaborators("lumc", first=200)["nodes"])
    forwards, after = [], None
    while True:
        page = collaborators("lumc", first=7, after=after)
        forwards += ids(page["nodes"])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        assert page["pageInfo"]["hasPreviousPage"] is (len(forwards) > 7)
    backwards: list[str] = []
    before = None
    while True:
        page = collaborators("lumc", last=7, before=before)
        backwards = ids(page["nodes"]) + backwards
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert forwards == backwards == whole
    assert len(whole) > 21


@pytest.mark.parametrize(
    "other",
    [
        {"options": {"grade": "DEAL"}},
        {"options": {"until": 2020}},
        {"kinds": ["TRIAL"]},
        {"own": True},
        {"where": {"country": {"eq": "NL"}}},
        {"of": "bio"},
    ],
    ids=str,
)
def test_a_cursor_of_other_arguments_is_refused(collaborators: Ask, no_insight: Ask, other: dict[str, Any]) -> None:
    cursor = collaborators("lumc", first=1)["pageInfo"]["endCursor"]
    error = no_insight(COLLABORATORS, **({"of": "lumc", "after": cursor} | other))
    assert error["extensions"]["code"] == "BAD_CURSOR"


def test_an_invented_cursor_is_refused(no_insight: Ask) -> None:
    assert no_insight(COLLABORATORS, of="lumc", after="nonsense")["extensions"]["code"] == "BAD_CURSOR"


# ---------------------------------------------------------------- at the edges


@pytest.mark.parametrize("of", ["alone", "nobody"])
def test_an_isolate_has_an_empty_page(collaborators: Ask, of: str) -> None:
    page = collaborators(of)
    assert (page["totalCount"], page["edges"]) == (0, [])
    assert page["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


def test_of_a_year_before_all_data_nothing_is_told(collaborators: Ask, tie: Ask) -> None:
    assert collaborators("lumc", options={"until": 1900})["totalCount"] == 0
    assert tie("lumc", "bio", until=1900) is None


def test_who_only_funds_has_partners_that_count_less(collaborators: Ask) -> None:
    (edge,) = collaborators("zonmw", options={"halfLife": "NONE"})["edges"]
    assert edge["node"]["id"] == "organisation/lumc"
    assert edge["strength"] == edge["contributions"][0]["roleWeight"] * 0.5 < 0.25


def test_a_merged_organisation_answers_as_the_one_that_took_its_place(collaborators: Ask, tie: Ask) -> None:
    page = collaborators("azl")
    assert page["organisation"]["id"] == "organisation/lumc"
    assert strengths(page) == strengths(collaborators("organisation/lumc"))
    assert tie("azl", "bio")["a"]["id"] == "organisation/lumc"


def test_two_without_a_record_in_common_have_no_tie(tie: Ask) -> None:
    assert tie("lumc", "x") is None


@pytest.mark.parametrize("b", ["lumc", "organisation/lumc", "azl"])
def test_an_organisation_has_no_tie_to_itself(no_insight: Ask, b: str) -> None:
    error = no_insight(TIE, a="lumc", b=b)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "both lumc" in error["message"]


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        ({"of": "lunc"}, "NOT_FOUND", "Did you mean 'organisation/lumc'?"),
        ({"of": "trial/one"}, "BAD_USER_INPUT", "is a trial, not an organisation"),
        ({"of": "lumc", "first": 201}, "BAD_USER_INPUT", "Ask for 0 to 200"),
        ({"of": "lumc", "first": -1}, "BAD_USER_INPUT", "Ask for 0 to 200"),
        ({"of": "lumc", "first": 1, "last": 1}, "BAD_USER_INPUT", "first and last were both given"),
        ({"of": "lumc", "kinds": ["PERSON"]}, "BAD_USER_INPUT", "PERSON is no record that ties. Give any of AGREEMENT"),
        ({"of": "lumc", "options": {"since": 99}}, "BAD_USER_INPUT", "'since' is a year from 1900 to 2100, not 99"),
        ({"of": "lumc", "options": {"until": 20200}}, "BAD_USER_INPUT", "'until' is a year"),
        (
            {"of": "lumc", "options": {"since": 2020, "until": 2019}},
            "BAD_USER_INPUT",
            "Nothing is since 2020 and until 2019",
        ),
        ({"of": "lumc", "options": {"halfLife": "YEARS_7"}}, "BAD_USER_INPUT", "YEARS_7"),
        ({"of": "lumc", "options": {"grade": "GOLD"}}, "BAD_USER_INPUT", "GOLD"),
    ],
    ids=str,
)
def test_what_cannot_be_answered_is_refused_by_name(
    no_insight: Ask, asked: dict[str, Any], code: str, told: str
) -> None:
    error = no_insight(COLLABORATORS, **asked)
    assert error["extensions"]["code"] == code
    assert told in error["message"]
