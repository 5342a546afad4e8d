"""What introductions promise in GraphQL: chains with evidence for each hop, or why there is none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Ask, ids

INTRODUCTIONS = """
query ($from: ID!, $to: ID!, $hops: Int, $exclude: [ID!], $since: Int, $options: ProjectionOptions) {
  introductions(from: $from, to: $to, maxHops: $hops, exclude: $exclude, activeSince: $since, options: $options) {
    from { id } to { id } outcome message shortest
    chains {
      cost
      organisations { id }
      hops {
        from { id } to { id } wording strength count last ownUnit
        records { id __typename }
        contributions { weight record { id } parts { organisation { id } role } }
      }
    }
  }
}
"""


@pytest.fixture
def introduced(insights: Ask) -> Ask:
    """How one is led to another."""

    def answer(start: str, goal: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = insights(INTRODUCTIONS, **{"from": start, "to": goal}, **more)["introductions"]
        return found

    return answer


def test_each_hop_shows_the_records_that_it_rests_on(introduced: Ask) -> None:
    found = introduced("bio", "far")
    assert (found["outcome"], found["shortest"]) == ("FOUND", 3)
    assert found["message"] == "bio is led to far in 3 ties, by 1 first contact."
    (chain,) = found["chains"]
    assert ids(chain["organisations"]) == ["bio", "lumc", "umcu", "far"]
    assert chain["cost"] == pytest.approx(sum(1 / hop["strength"] for hop in chain["hops"]))
    for hop, (one, other) in zip(chain["hops"], [("bio", "lumc"), ("lumc", "umcu"), ("umcu", "far")], strict=True):
        assert hop["wording"] == "co-participation on record"
        assert [part["organisation"]["id"] for part in hop["contributions"][0]["parts"]] == [
            f"organisation/{one}",
            f"organisation/{other}",
        ]
        assert [one["record"]["id"] for one in hop["contributions"]] == [one["id"] for one in hop["records"]]
        assert hop["count"] == len(hop["records"])
    assert ids(chain["hops"][0]["records"]) == ["licence", "one"]


@pytest.mark.parametrize(
    ("start", "goal", "more", "outcome", "shortest", "told"),
    [
        ("lumc", "x", {}, "NO_PATH", None, "No chain of ties that may be used leads from lumc to x."),
        ("x", "nobody", {}, "ISOLATED", None, "nobody: no tie to anybody on record"),
        ("alone", "lumc", {}, "ISOLATED", None, "alone: no tie to anybody on record"),
        ("bio", "farthest", {}, "TOO_FAR", 5, "has 5 ties, more than the 3 that are allowed"),
        ("bio", "far", {"exclude": ["umcu"]}, "NO_PATH", None, "No chain"),
        ("bio", "far", {"since": 2024}, "NO_PATH", None, "No chain"),
        ("lumc", "zonmw", {}, "ISOLATED", None, "zonmw: no tie"),
        ("lumc", "bio", {"options": {"until": 1900}}, "ISOLATED", None, "lumc and bio: no tie"),
    ],
    ids=str,
)
def test_where_there_is_no_chain_it_is_said_why(
    introduced: Ask, start: str, goal: str, more: dict[str, Any], outcome: str, shortest: int | None, told: str
) -> None:
    found = introduced(start, goal, **more)
    assert (found["outcome"], found["shortest"], found["chains"]) == (outcome, shortest, [])
    assert told in found["message"]


def test_who_only_funds_is_reached_in_the_grade_of_all_ties(introduced: Ask) -> None:
    assert introduced("bio", "zonmw", options={"grade": "ALL"})["shortest"] == 2


def test_a_merged_organisation_is_led_as_the_one_that_took_its_place(introduced: Ask) -> None:
    found = introduced("azl", "bio")
    assert found["from"]["id"] == "organisation/lumc"
    assert found["shortest"] == 1


def test_rolled_up_a_unit_is_led_as_its_parent(introduced: Ask) -> None:
    assert introduced("facility", "umcu", options={"rollUp": True})["from"]["id"] == "organisation/lumc"


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        ({"to": "lumc"}, "BAD_USER_INPUT", "needs no introduction to itself"),
        ({"to": "azl"}, "BAD_USER_INPUT", "needs no introduction to itself"),
        ({"to": "bio", "hops": 9}, "BAD_USER_INPUT", "Ask for 1 to 4"),
        ({"to": "bio", "hops": 0}, "BAD_USER_INPUT", "Ask for 1 to 4"),
        ({"to": "bio", "exclude": ["azl"]}, "BAD_USER_INPUT", "is an end of the chain"),
        ({"to": "bio", "exclude": ["umcu"] * 101}, "BAD_USER_INPUT", "Give 100 at most"),
        ({"to": "bio", "since": 0}, "BAD_USER_INPUT", "'activeSince' is a year"),
        ({"to": "biro"}, "NOT_FOUND", "No organisation has the id 'organisation/biro'"),
        ({"to": "trial/one"}, "BAD_USER_INPUT", "is a trial"),
    ],
    ids=str,
)
def test_what_cannot_be_answered_is_refused_by_name(
    no_insight: Ask, asked: dict[str, Any], code: str, told: str
) -> None:
    error = no_insight(INTRODUCTIONS, **({"from": "lumc"} | asked))
    assert error["extensions"]["code"] == code
    assert told in error["message"]
