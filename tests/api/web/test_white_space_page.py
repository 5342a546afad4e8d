"""What the pages of white space promise: what is on record in each cell, and no emptiness where nobody has looked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from kg.schema import Schema
from tests.api.insights.test_insights_space import SURVEYED, authorised
from tests.api.web.tasks import ABSURD, HOSTILE, Visitor, check_refused, network, visitor_of
from tests.pages import Page

HERE, CELL = "/white-space", "/white-space/cell"
PRODUCTS = [authorised(f"c{n}", "car-t", "condition/leukaemia") for n in range(3)]
PRODUCTS += [authorised(f"m{n}", "msc", "condition/eye") for n in range(3)]
PRODUCTS += [authorised(f"a{n}", "aav-gene-therapy", "condition/evil") for n in range(3)]
EVIL = {"condition/evil": {"name": HOSTILE, "grouping": "true"}}
AUTHORISED = {"measure": "authorised"}


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, network(SURVEYED, EVIL, *PRODUCTS))


def test_each_cell_says_in_words_what_may_be_said_of_it(visitor: Visitor) -> None:
    page = visitor.look(HERE, AUTHORISED)
    classes = [str(given.get("class")) for tag, given in page.elements if tag == "td"]
    states = [one for one in classes if one.startswith("state")]
    assert sorted(states) == ["state-active"] * 3 + ["state-candidate"] * 6
    assert "9 cells: 3 active, 0 all stopped, 6 candidate white space, 0 no data" in page.text
    assert "0 of 1.0 expected" in page.text
    assert "3 surveyed, 1.0 expected" in page.text
    visitor.follow(page)


def test_candidates_are_named_first(visitor: Visitor) -> None:
    page = visitor.look(HERE, AUTHORISED)
    assert "Blood disorders by mesenchymal stromal cells: nothing on record where 1.0 were to be expected" in page.text


def test_why_a_cell_may_be_called_empty_can_be_read(visitor: Visitor) -> None:
    page = visitor.look(HERE, AUTHORISED)
    assert "Every advanced therapy that the European Union or the United States had authorised" in page.text
    assert {"/source/ema-json", "/source/fda-purplebook-2025"} <= page.all("a", "href")


def test_a_cell_opens_to_its_records(visitor: Visitor) -> None:
    page = visitor.look(CELL, {**AUTHORISED, "row": "blood", "column": "car-t"})
    assert {"/product/c0", "/product/c1", "/product/c2"} <= page.all("a", "href")
    assert "Furthest product" in page.text
    assert f"{HERE}?measure=authorised" in page.all("a", "href")
    visitor.follow(page)
    rows = visitor.table(CELL, {**AUTHORISED, "row": "blood", "column": "car-t"})
    assert {row["Record"] for row in rows} == {"c0", "c1", "c2"}
    empty = visitor.look(CELL, {**AUTHORISED, "row": "blood", "column": "msc"})
    assert "Candidate white space." in empty.text
    assert "Every advanced therapy" in empty.text


def test_what_nobody_has_surveyed_is_not_called_empty(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"rows": "blood", "until": "2000", **AUTHORISED})
    assert "candidate white space: nothing" not in page.text
    assert "state-candidate" not in page.all("td", "class")


def test_a_row_opens_to_what_is_narrower(visitor: Visitor) -> None:
    below = f"{HERE}?measure=authorised&under=blood"
    assert below in visitor.look(HERE, AUTHORISED).all("a", "href")
    page = visitor.look(below)
    assert "White space: below Blood disorders" in page.text
    assert "/condition/leukaemia" in page.all("a", "href")


def chosen(page: Page, name: str) -> dict[str, bool]:
    """The values that a page offers to tick, and whether each is ticked."""
    inputs = (given for tag, given in page.elements if tag == "input" and given.get("type") == "checkbox")
    return {str(given["value"]): "checked" in given for given in inputs if given.get("name") == name}


def test_rows_and_columns_are_chosen_one_by_one(visitor: Visitor) -> None:
    asked = {**AUTHORISED, "rows": ["blood", "eye"], "columns": ["msc", "aav-gene-therapy"]}
    page = visitor.look(HERE, asked)
    assert chosen(page, "rows") == {"blood": True, "eye": True, "evil": False}
    assert chosen(page, "columns") == {"aav-gene-therapy": True, "car-t": False, "msc": True}
    cells = {(row["Condition"], row["Column"]) for row in visitor.table(HERE, asked)}
    assert cells == {
        (row, column)
        for row in ("Blood disorders", "Eye disorders")
        for column in ("mesenchymal stromal cells", "AAV gene therapy")
    }
    assert "reckoned from the rows and columns shown alone" in page.text
    assert f"{HERE}?measure=authorised" in page.all("a", "href"), "all can be shown again"
    visitor.follow(page)


def test_a_column_may_be_broader_than_what_is_on_record(visitor: Visitor) -> None:
    asked = {**AUTHORISED, "columns": "in-vivo-gene-therapy"}
    assert visitor.look(HERE, asked).text.count("3 records") == 1
    assert chosen(visitor.look(HERE, asked), "columns")["in-vivo-gene-therapy"]
    cell = visitor.look(CELL, {**asked, "row": "evil", "column": "in-vivo-gene-therapy"})
    assert {"/product/a0", "/product/a1", "/product/a2"} <= cell.all("a", "href")


def test_another_kind_of_column_begins_with_all_of_them(visitor: Visitor) -> None:
    page = visitor.look(HERE, {**AUTHORISED, "columns": "msc"})
    assert f"{HERE}?measure=authorised&by=target" in page.all("a", "href")


def test_below_a_condition_only_some_may_be_chosen(visitor: Visitor) -> None:
    page = visitor.look(HERE, {**AUTHORISED, "under": "blood", "rows": "leukaemia"})
    assert "White space: below Blood disorders" in page.text
    assert chosen(page, "rows") == {"leukaemia": True}
    assert "Blood disorders" in page.all("input", "value")


def test_the_matrix_as_a_file_has_a_row_a_cell(visitor: Visitor) -> None:
    rows = visitor.table(HERE, AUTHORISED)
    assert len(rows) == 9
    cell = next(r for r in rows if (r["Condition"], r["Column"]) == ("Blood disorders", "mesenchymal stromal cells"))
    assert (cell["State"], cell["Records"], cell["Expected"], cell["Covered to"]) == (
        "candidate white space",
        "0",
        "1.0",
        "2026",
    )


def test_with_too_little_on_record_the_page_says_so(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"by": "target"})
    assert "Nothing stands in this matrix" in page.text
    visitor.follow(page)


def test_names_are_understood_and_the_address_is_tidied(visitor: Visitor) -> None:
    asked = {"rows": ["Blood disorders", ""], "by": "modality", "under": "", "measure": "activity"}
    assert visitor.way(HERE, asked) == f"{HERE}?rows=blood"


@pytest.mark.parametrize(
    ("address", "asked", "status", "told"),
    [
        *((HERE, *row) for row in ABSURD),
        (HERE, {"by": "colour"}, 400, "'by' has no value 'colour'"),
        (HERE, {"measure": "hope"}, 400, "'measure' has no value 'hope'"),
        (HERE, {"rows": "zzqqzz"}, 404, "No condition on record is called “zzqqzz”"),
        (
            HERE,
            {"rows": "eye", "under": "blood"},
            400,
            "'rows' has Eye disorders, which is not right below Blood disorders",
        ),
        (HERE, {"columns": "car-tt"}, 404, "There is no modality 'car-tt'. Did you mean car-t"),
        (HERE, {"columns": HOSTILE}, 404, "There is no modality '<script>alert"),
        (HERE, {"by": "vector", "columns": "car-t"}, 404, "There is no vector type 'car-t'"),
        (HERE, {"by": "target", "columns": "zzqqzz"}, 404, "No target on record is called “zzqqzz”"),
        (HERE, {"columns": [f"car-{n}" for n in range(21)]}, 400, "'columns' was given 21 times"),
        (HERE, {"since": "2020", "until": "2010"}, 400, "Nothing is since 2020 and until 2010"),
        (CELL, {}, 404, "has no such cell"),
        (CELL, {"row": "blood", "column": "car-t"}, 404, "has no such cell"),
        (CELL, {**AUTHORISED, "row": "blood", "column": HOSTILE}, 404, "has no such cell"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told(
    visitor: Visitor, address: str, asked: Mapping[str, Any], status: int, told: str
) -> None:
    check_refused(visitor, address, asked, status, told)


def test_names_of_the_data_stand_as_text(visitor: Visitor) -> None:
    assert HOSTILE in visitor.look(HERE, AUTHORISED).text
    assert HOSTILE in visitor.look(CELL, {**AUTHORISED, "row": "evil", "column": "aav-gene-therapy"}).text
