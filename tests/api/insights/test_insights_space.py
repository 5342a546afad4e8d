"""What white space and timelines promise in GraphQL: what is on record, and no emptiness where nobody has looked."""

from __future__ import annotations

from typing import Any

import pytest

from api.schema import AtmpSchema
from kg.schema import Schema
from tests.api.conftest import Ask, ids, release_of
from tests.api.insights.conftest import answers, together
from tests.network.conftest import Records

SPACE = """
query ($measure: WhiteSpaceMeasure, $by: WhiteSpaceDimension, $rows: [ID!], $columns: [String!], $under: ID,
       $since: Int, $until: Int, $states: [WhiteSpaceState!]) {
  whiteSpace(measure: $measure, by: $by, rows: $rows, columns: $columns, under: $under, since: $since, until: $until) {
    measure by year
    rows { condition { id } count organisations surveyed }
    columns { value { value label } count organisations surveyed }
    states { state count }
    surveyed placed withoutCondition withoutColumn
    surveys { name why to fresh sources { id } }
    cells(states: $states) {
      row { id } column { value } state count last coveredTo surveyed expected ratio surveys
      records { id } organisations { id } levels { type level { value label } }
    }
  }
}
"""
TIMELINE = """
query ($organisation: ID, $with: ID, $about: TraitsInput, $grade: NetworkGrade, $rollUp: Boolean, $since: Int,
       $until: Int) {
  timeline(organisation: $organisation, with: $with, about: $about, grade: $grade, rollUp: $rollUp, since: $since,
           until: $until) {
    years { year count kinds { type count } records { id } newTieCount newTies { a { id } b { id } } }
    undated { year count newTieCount records { id } }
  }
}
"""


SURVEYED: Records = {
    "condition/blood": {"name": "Blood disorders", "grouping": "true"},
    "condition/eye": {"name": "Eye disorders", "grouping": "true"},
    "source/ema-json": {"title": "EMA", "kind": "dataset", "date": "2026-01"},
    "source/fda-purplebook-2025": {"title": "FDA", "kind": "dataset", "date": "2025-06"},
}
"""What a survey of authorised products rests on."""


def authorised(name: str, modality: str, condition: str) -> Records:
    """An authorised product with one indication."""
    return {
        f"product/{name}": {
            "name": name,
            "modality": [modality],
            "stage": "authorised",
            "indications": [f"indication/{name}"],
        },
        f"indication/{name}": {"condition": condition, "stage": "authorised"},
    }


@pytest.fixture
def space(insights: Ask) -> Ask:
    """A matrix."""

    def answer(**asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = insights(SPACE, **asked)["whiteSpace"]
        return found

    return answer


@pytest.fixture
def timeline(insights: Ask) -> Ask:
    """What began when."""

    def answer(**asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = insights(TIMELINE, **asked)["timeline"]
        return found

    return answer


# ---------------------------------------------------------------- white space


def test_a_cell_shows_what_is_on_record_below_its_condition(space: Ask) -> None:
    found = space(rows=["blood", "eye"], columns=["CAR_T", "MSC"])
    assert ids(row["condition"] for row in found["rows"]) == ["blood", "eye"]
    column = {"value": {"value": "CAR_T", "label": "CAR T cells"}, "count": 1, "organisations": 2, "surveyed": 0}
    assert found["columns"][0] == column
    assert (found["rows"][0]["count"], found["rows"][1]["count"]) == (1, 0)
    assert len(found["cells"]) == 4
    cell = found["cells"][0]
    assert (cell["row"]["id"], cell["column"]["value"]) == ("condition/blood", "CAR_T")
    assert (cell["state"], cell["count"], cell["last"]) == ("ACTIVE", 1, 2021)
    assert ids(cell["records"]) == ["one"]
    assert ids(cell["organisations"]) == ["bio", "lumc"]


def test_what_nobody_has_surveyed_is_never_empty(space: Ask) -> None:
    found = space(rows=["blood", "eye"], columns=["CAR_T", "MSC"])
    empty = [cell for cell in found["cells"] if not cell["count"]]
    assert {cell["state"] for cell in empty} == {"NO_DATA"}
    assert all(cell["expected"] is cell["ratio"] is cell["coveredTo"] is None for cell in empty)
    assert {one["state"]: one["count"] for one in found["states"]} == {
        "ACTIVE": 1,
        "DISCONTINUED": 0,
        "CANDIDATE": 0,
        "NO_DATA": 3,
    }
    assert found["surveys"] == []


def test_cells_can_be_asked_for_by_state(space: Ask) -> None:
    cells = space(rows=["blood", "eye"], columns=["CAR_T"], states=["NO_DATA"])["cells"]
    assert [cell["row"]["id"] for cell in cells] == ["condition/eye"]


@pytest.mark.parametrize("asked", [{}, {"until": 1900}, {"rows": []}, {"columns": []}, {"under": "leukaemia"}], ids=str)
def test_with_too_little_on_record_the_matrix_is_empty(space: Ask, asked: dict[str, Any]) -> None:
    found = space(**asked)
    assert found["cells"] == []
    assert found["surveyed"] == 0


def test_a_year_before_all_data_has_cells_without_anything(space: Ask) -> None:
    (cell,) = space(rows=["blood"], columns=["CAR_T"], until=1900)["cells"]
    assert (cell["state"], cell["count"], cell["last"]) == ("NO_DATA", 0, None)


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        ({"columns": ["CART"]}, "NOT_FOUND", "Did you mean 'CAR_T'"),
        ({"rows": ["eyes"]}, "NOT_FOUND", "Did you mean 'condition/eye'?"),
        ({"rows": ["organisation/lumc"]}, "BAD_USER_INPUT", "is an organisation, not a condition"),
        ({"rows": ["eye"], "under": "blood"}, "BAD_USER_INPUT", "rows and under were both given"),
        ({"rows": ["eye"] * 101}, "BAD_USER_INPUT", "Give 100 at most"),
        ({"rows": ["eye"] * 100, "columns": ["CAR_T"] * 100}, "BAD_USER_INPUT", "would have 10000 cells"),
        ({"by": "TARGET", "columns": ["CAR_T"]}, "NOT_FOUND", "No target has the id 'target/CAR_T'"),
        ({"until": 3}, "BAD_USER_INPUT", "'until' is a year from 1900 to 2100, not 3"),
        ({"since": 2020, "until": 2010}, "BAD_USER_INPUT", "Nothing is since 2020 and until 2010"),
    ],
    ids=str,
)
def test_a_matrix_that_cannot_be_is_refused_by_name(
    no_insight: Ask, asked: dict[str, Any], code: str, told: str
) -> None:
    error = no_insight(SPACE, **asked)
    assert error["extensions"]["code"] == code
    assert told in error["message"]


def test_where_sources_have_looked_an_empty_cell_is_a_candidate(schema: AtmpSchema, declared: Schema) -> None:
    products = [authorised(f"c{n}", "car-t", "condition/blood") for n in range(3)]
    products += [authorised(f"m{n}", "msc", "condition/eye") for n in range(3)]
    ask = answers(schema, release_of(declared, together(SURVEYED, *products)))
    found = ask(SPACE, measure="AUTHORISED", rows=["blood", "eye"], columns=["CAR_T", "MSC"])["whiteSpace"]
    assert [cell["state"] for cell in found["cells"]] == ["ACTIVE", "CANDIDATE", "CANDIDATE", "ACTIVE"]
    assert (found["surveyed"], found["placed"]) == (6, 6)
    full, empty = found["cells"][:2]
    assert full["levels"] == [{"type": "PRODUCT", "level": {"value": "AUTHORISED", "label": "authorised"}}]
    assert (full["surveyed"], full["expected"], full["ratio"]) == (3, 1.5, pytest.approx(0.678, abs=0.001))
    assert (empty["surveyed"], empty["expected"], empty["coveredTo"]) == (0, 1.5, 2026)
    assert empty["ratio"] < 0
    assert found["surveys"][0]["name"] in empty["surveys"]
    assert (found["surveys"][0]["to"], found["surveys"][0]["fresh"]) == (2026, True)
    assert ids(found["surveys"][0]["sources"]) == ["ema-json", "fda-purplebook-2025"]


# ---------------------------------------------------------------- timelines


def test_every_year_is_listed_with_what_began_and_who_was_new(timeline: Ask) -> None:
    found = timeline(organisation="lumc")
    years = {bar["year"]: bar for bar in found["years"]}
    assert list(years) == list(range(2012, 2023))
    assert ids(years[2018]["records"]) == ["one"]
    assert years[2018]["kinds"] == [{"type": "TRIAL", "count": 1}]
    assert years[2018]["newTies"] == [{"a": {"id": "organisation/lumc"}, "b": {"id": "organisation/bio"}}]
    assert (years[2013]["count"], years[2013]["newTieCount"]) == (0, 0)
    assert years[2022]["newTieCount"] == 26
    assert years[2020]["newTieCount"] == 0, "a unit of its own is no partner"
    assert found["undated"]["year"] is None
    assert ids(found["undated"]["records"]) == ["licence"]


def test_a_timeline_of_two_has_what_ties_them(timeline: Ask) -> None:
    found = timeline(organisation="lumc", **{"with": "bio"})
    assert [(bar["year"], bar["count"]) for bar in found["years"]] == [(2018, 1)]
    assert found["undated"]["count"] == 1


def test_a_timeline_can_be_about_a_subject(timeline: Ask) -> None:
    assert [bar["year"] for bar in timeline(about={"condition": ["blood"]})["years"]] == [2018]
    assert ids(timeline(about={"vector": ["LENTIVIRAL"]})["undated"]["records"]) == ["licence"]


@pytest.mark.parametrize("asked", [{"organisation": "nobody"}, {"until": 1900}, {"since": 2030}], ids=str)
def test_where_nothing_began_no_year_is_listed(timeline: Ask, asked: dict[str, Any]) -> None:
    assert timeline(**asked)["years"] == []


def test_a_merged_organisation_has_the_timeline_of_the_one_that_took_its_place(timeline: Ask) -> None:
    assert timeline(organisation="azl") == timeline(organisation="lumc")


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        ({"with": "bio"}, "BAD_USER_INPUT", "with was given without organisation"),
        ({"organisation": "lumc", "with": "azl"}, "BAD_USER_INPUT", "are both lumc"),
        ({"about": {"condition": ["eyes"]}}, "NOT_FOUND", "Did you mean 'condition/eye'?"),
        ({"since": 12}, "BAD_USER_INPUT", "'since' is a year"),
    ],
    ids=str,
)
def test_a_timeline_that_cannot_be_is_refused_by_name(
    no_insight: Ask, asked: dict[str, Any], code: str, told: str
) -> None:
    error = no_insight(TIMELINE, **asked)
    assert error["extensions"]["code"] == code
    assert told in error["message"]
