"""What suggested partners promise in GraphQL: five bars that sum up to the fit, each with what it rests on."""

from __future__ import annotations

from math import fsum
from typing import Any

import pytest

from tests.api.conftest import Ask, ids

PARTNERS = """
query ($for: ID!, $need: TraitsInput, $order: PartnerOrder, $regions: [Region!], $where: OrganisationWhere,
       $exclude: [ID!], $since: Int, $competitors: [ID!], $first: Int, $after: String, $last: Int, $before: String) {
  partners(for: $for, need: $need, order: $order, regions: $regions, where: $where, exclude: $exclude,
           activeSince: $since, competitors: $competitors, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    message
    for { id }
    nodes { id }
    edges {
      cursor node { id } fit percentile wished partners last missing
      bars { component value weight adds length known evidence }
      sharedPartners { organisation { id } adds }
      types { one { value label } other { value label } seen expected }
      countries { one { value } other { value } seen expected }
      matches { dimension wanted { value } found { value label } closeness entity { id } }
      alike { dimension value { value } }
      new { dimension value { value } }
      records { id }
      tiedTo { id }
      chain { cost organisations { id } hops { records { id } } }
    }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


@pytest.fixture
def partners(insights: Ask) -> Ask:
    """Who would suit an organisation."""

    def answer(one: str, **asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = insights(PARTNERS, **{"for": one}, **asked)["partners"]
        return found

    return answer


def edge_of(page: dict[str, Any], name: str) -> dict[str, Any]:
    """The edge of an organisation."""
    found: dict[str, Any] = next(edge for edge in page["edges"] if edge["node"]["id"] == f"organisation/{name}")
    return found


@pytest.mark.parametrize("order", ["LIKELY", "NON_OBVIOUS"])
def test_the_bars_sum_up_to_the_fit(partners: Ask, order: str) -> None:
    page = partners("bio", order=order, first=200)
    assert page["totalCount"] == len(page["edges"]) > 25
    for edge in page["edges"]:
        assert [bar["component"] for bar in edge["bars"]] == [
            "PROXIMITY",
            "ROLE",
            "GEOGRAPHY",
            "CAPABILITY",
            "ACTIVITY",
        ]
        assert fsum(bar["adds"] for bar in edge["bars"]) == pytest.approx(edge["fit"])
        assert all(bar["weight"] >= 0 and 0 <= bar["length"] <= 1 for bar in edge["bars"])
        assert all(bar["evidence"] for bar in edge["bars"])
        assert 0 <= edge["percentile"] <= 100
    fits = [edge["fit"] for edge in page["edges"]]
    assert fits == sorted(fits, reverse=True)
    assert page["edges"][0]["percentile"] == 100


def test_the_non_obvious_order_does_without_activity(partners: Ask) -> None:
    weights = {bar["component"]: bar["weight"] for bar in partners("bio", order="NON_OBVIOUS")["edges"][0]["bars"]}
    assert weights["ACTIVITY"] == 0


def test_partners_of_today_and_units_of_its_own_are_no_suggestion(partners: Ask) -> None:
    found = set(ids(partners("lumc", first=200)["nodes"]))
    assert not found & {"lumc", "azl", "facility", "bio", "umcu"}
    assert "far" in found


def test_a_row_says_what_it_rests_on(partners: Ask) -> None:
    edge = edge_of(partners("bio", first=200, competitors=["far"]), "umcu")
    assert [one["organisation"]["id"] for one in edge["sharedPartners"]] == ["organisation/lumc"]
    assert edge["bars"][0]["evidence"] == "1 shared partner: lumc."
    assert edge["types"]["one"] == {"value": "COMPANY", "label": "company"}
    assert edge["countries"]["other"] == {"value": "NL"}
    assert ids(edge["tiedTo"]) == ["far"]
    assert ids(edge["chain"]["organisations"]) == ["bio", "lumc", "umcu"]
    assert ids(edge["records"]) == ["three", "two"]
    assert (edge["partners"], edge["last"]) == (2, 2023)
    assert edge["bars"][4]["evidence"] == "2 partners, last active in 2023."


def test_a_need_is_matched_with_what_shows_it(partners: Ask) -> None:
    page = partners("umcu", need={"modality": ["CAR_T"], "condition": ["leukaemia"]}, first=200)
    edge = edge_of(page, "bio")
    assert page["nodes"][0]["id"] == "organisation/bio"
    assert [(one["dimension"], one["closeness"], one["entity"]["id"]) for one in edge["matches"]] == [
        ("MODALITY", 1.0, "trial/one"),
        ("CONDITION", 1.0, "trial/one"),
    ]
    assert edge["bars"][3]["evidence"].startswith("Has 2 of 2 dimensions asked for on record: CAR T cells, Leukaemia")


def test_a_wish_for_a_region_is_told_and_a_filter_leaves_the_percentiles_as_they_are(partners: Ask) -> None:
    wished = edge_of(partners("umcu", regions=["JP"], first=200), "bio")
    assert wished["wished"] is True
    assert wished["bars"][2]["evidence"] == "In the regions asked for."
    page = partners("umcu", regions=["JP"], where={"country": {"eq": "JP"}})
    assert [(edge["node"]["id"], edge["percentile"]) for edge in page["edges"]] == [
        ("organisation/bio", wished["percentile"])
    ]


def test_what_has_no_data_is_named(partners: Ask) -> None:
    edge = edge_of(partners("bio", first=200), "x")
    assert "ROLE" in edge["missing"]
    assert edge["types"] is edge["countries"] is edge["wished"] is edge["chain"] is None
    assert {bar["evidence"] for bar in edge["bars"] if not bar["known"]} == {"No data."}


def test_who_is_excluded_or_long_inactive_is_left_out(partners: Ask) -> None:
    assert "umcu" not in ids(partners("bio", exclude=["umcu"], first=200)["nodes"])
    assert "umcu" not in ids(partners("bio", since=2024, first=200)["nodes"])
    assert "farther" in ids(partners("bio", since=2024, first=200)["nodes"])


def test_pages_forwards_and_backwards_make_the_whole_list(partners: Ask) -> None:
    whole = ids(partners("bio", first=200)["nodes"])
    first = partners("bio", first=20)
    rest = partners("bio", first=200, after=first["pageInfo"]["endCursor"])
    back = partners("bio", last=5, before=rest["pageInfo"]["startCursor"])
    assert ids(first["nodes"] + rest["nodes"]) == whole
    assert ids(back["nodes"]) == whole[15:20]


@pytest.mark.parametrize("other", [{"order": "NON_OBVIOUS"}, {"need": {"modality": ["MSC"]}}, {"for": "umcu"}], ids=str)
def test_a_cursor_of_another_question_is_refused(partners: Ask, no_insight: Ask, other: dict[str, Any]) -> None:
    cursor = partners("bio", first=1)["pageInfo"]["endCursor"]
    assert no_insight(PARTNERS, **({"for": "bio", "after": cursor} | other))["extensions"]["code"] == "BAD_CURSOR"


@pytest.mark.parametrize("one", ["alone", "nobody"])
def test_who_has_no_partner_is_told_so_and_served(partners: Ask, one: str) -> None:
    page = partners(one)
    assert "has no partner on record" in page["message"]
    assert page["totalCount"] > 25


def test_where_nobody_else_is_on_record_nobody_is_suggested(of_nothing: Ask) -> None:
    page = of_nothing(PARTNERS, **{"for": "lumc"})["partners"]
    assert (page["totalCount"], page["edges"]) == (0, [])
    assert "Nobody is left" in page["message"]


def test_a_merged_organisation_asks_as_the_one_that_took_its_place(partners: Ask) -> None:
    assert partners("azl")["for"]["id"] == "organisation/lumc"


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        ({"for": "lunc"}, "NOT_FOUND", "Did you mean"),
        ({"need": {"condition": ["eyes"]}}, "NOT_FOUND", "Did you mean 'condition/eye'?"),
        ({"competitors": ["umcu"] * 101}, "BAD_USER_INPUT", "Give 100 at most"),
        ({"exclude": ["nix"]}, "NOT_FOUND", "No organisation"),
        ({"since": -1}, "BAD_USER_INPUT", "'activeSince' is a year"),
        ({"first": 1000000}, "BAD_USER_INPUT", "Ask for 0 to 200"),
    ],
    ids=str,
)
def test_what_cannot_be_answered_is_refused_by_name(
    no_insight: Ask, asked: dict[str, Any], code: str, told: str
) -> None:
    error = no_insight(PARTNERS, **({"for": "bio"} | asked))
    assert error["extensions"]["code"] == code
    assert told in error["message"]
