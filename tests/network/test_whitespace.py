"""White space: the figures add up, each cell is in one state, and what no source covers is never called empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, inf, isfinite
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError, UsageError
from kg.network.expected import expected
from kg.network.network import Network
from kg.network.whitespace import Cell, Matrix, SpaceOptions, State, WhiteSpace
from kg.release import Release
from kg.schema import Schema
from tests.network.conftest import Net, Records, changed, record

SURVEYED = ["source/survey"]


def trial(name: str, condition: str, modality: str | None, surveyed: bool = True, **fields: Any) -> Records:
    """A trial of one organisation."""
    told: dict[str, Any] = {"conditions": [f"condition/{condition}"], "status": "recruiting"}
    if modality:
        told["modality"] = modality
    if surveyed:
        told["sources"] = SURVEYED
    return record(f"trial/{name}", {f"sponsor-of-{name}": "sponsor"}, **told | fields)


def many(count: int, name: str, condition: str, modality: str, **fields: Any) -> list[Records]:
    """As many trials of one kind."""
    return [trial(f"{name}{number}", condition, modality, **fields) for number in range(count)]


BASE: Records = {
    "source/survey": {"title": "A survey", "date": "2025-03"},
    "condition/heart": {"name": "Heart", "grouping": "true"},
    "condition/heart-failure": {"name": "Heart failure", "broader": ["condition/heart"]},
    "condition/blood": {"name": "Blood", "grouping": "true"},
    "condition/leukaemia": {"name": "Leukaemia", "broader": ["condition/blood"]},
    "condition/rare": {"name": "Rare", "grouping": "true"},
}


def survey(modalities: Sequence[str], **more: Any) -> Mapping[str, Any]:
    """The constants with one survey in the place of those that are shipped."""
    stated = {"measure": "activity", "sources": ["survey"], "covers": {"modality": list(modalities)}, "why": "So."}
    return {"white_space.surveys": {"only": stated | more}}


class Space:
    """A matrix with its cells by the slugs of condition and modality."""

    def __init__(self, net: Net, records: Sequence[Records], constants: Mapping[str, Any], **options: Any) -> None:
        self.network = net(BASE, *records, constants=constants)
        model = self.network.model
        for name in ("rows", "under"):
            if name in options:
                asked = options[name]
                found = [model.number(f"condition/{slug}") for slug in ([asked] if isinstance(asked, str) else asked)]
                options[name] = found[0] if isinstance(asked, str) else tuple(found)
        self.matrix: Matrix = WhiteSpace(self.network).matrix(SpaceOptions(**options))
        self.rows = [model.ids[row].partition("/")[2] for row in self.matrix.rows]

    def cell(self, condition: str, column: str) -> Cell:
        row = self.network.model.number(f"condition/{condition}")
        assert row is not None
        return self.matrix.cells[row, column]

    def states(self) -> dict[tuple[str, object], str]:
        ids = self.network.model.ids
        return {(ids[row][10:], column): cell.state.value for (row, column), cell in self.matrix.cells.items()}


HALVES = [
    *many(8, "a", "heart-failure", "msc"),
    *many(6, "b", "leukaemia", "msc"),
    *many(6, "c", "leukaemia", "car-t"),
]


def test_rows_are_the_groups_and_columns_the_modalities_with_enough_on_record(net: Net) -> None:
    space = Space(net, [*HALVES, trial("one", "rare", "til")], survey(["msc", "car-t"]))
    assert space.rows == ["blood", "heart"]
    assert tuple(space.matrix.columns) == ("msc", "car-t")


def test_what_is_expected_is_row_times_column_by_total(net: Net) -> None:
    space = Space(net, HALVES, survey(["msc", "car-t"]))
    assert space.cell("heart", "car-t").expected == pytest.approx(8 * 6 / 20)
    assert space.cell("blood", "msc").expected == pytest.approx(12 * 14 / 20)
    assert space.matrix.whole.surveyed == 20
    assert space.states() == {
        ("blood", "msc"): "active",
        ("blood", "car-t"): "active",
        ("heart", "msc"): "active",
        ("heart", "car-t"): "candidate",
    }


def test_what_no_survey_covers_is_no_white_space_and_weighs_nothing(net: Net) -> None:
    space = Space(net, HALVES, survey(["msc"]))
    cell = space.cell("heart", "car-t")
    assert (cell.state, cell.expected, cell.ratio, cell.surveys) == (State.NO_DATA, None, None, ())
    assert space.cell("blood", "car-t").state is State.ACTIVE
    assert space.matrix.whole.surveyed == 14


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"to": "2019"}, "the survey is too old"),
        ({"conditions": ["leukaemia"]}, "it is about other conditions"),
        ({"sources": ["survey", "missing"]}, "one of its sources is not in the graph"),
        ({"measure": "authorised"}, "it is about something else"),
    ],
)
def test_a_survey_says_nothing_beyond_itself(net: Net, more: dict[str, Any], why: str) -> None:
    assert Space(net, HALVES, survey(["msc", "car-t"], **more)).cell("heart", "car-t").state is State.NO_DATA, why


def test_an_old_survey_speaks_of_its_own_time(net: Net) -> None:
    space = Space(net, HALVES, survey(["msc", "car-t"], to="2019"), until=2020)
    assert space.cell("heart", "car-t").state is State.CANDIDATE
    assert space.cell("heart", "car-t").covered_to == 2019


def test_a_survey_of_a_group_covers_what_is_narrower(net: Net) -> None:
    space = Space(net, HALVES, survey(["msc", "car-t"], conditions=["heart"]), rows=("heart-failure", "blood"))
    assert space.cell("heart-failure", "car-t").surveys == ("only",)
    assert space.cell("blood", "car-t").surveys == ()


def test_what_only_other_sources_know_is_active_yet_not_weighed(net: Net) -> None:
    space = Space(net, [*HALVES, *many(5, "d", "heart", "car-t", surveyed=False)], survey(["msc", "car-t"]))
    cell = space.cell("heart", "car-t")
    assert (cell.state, len(cell.records), cell.surveyed) == (State.ACTIVE, 5, 0)
    assert space.matrix.whole.surveyed == 20


def test_a_survey_of_all_that_is_on_record_weighs_what_cites_other_sources(net: Net) -> None:
    records = [*HALVES, *many(5, "d", "heart", "car-t", surveyed=False)]
    assert Space(net, records, survey(["msc", "car-t"], counts="all")).matrix.whole.surveyed == 25


@pytest.mark.parametrize("status", ["terminated", "withdrawn", "suspended"])
def test_what_has_stopped_alone_is_discontinued(net: Net, status: str) -> None:
    stopped = many(5, "d", "heart", "car-t", status=status)
    assert Space(net, [*HALVES, *stopped], survey(["msc", "car-t"])).cell("heart", "car-t").state is State.DISCONTINUED
    going = [*stopped, trial("on", "heart", "car-t")]
    assert Space(net, [*HALVES, *going], survey(["msc", "car-t"])).cell("heart", "car-t").state is State.ACTIVE


def test_less_than_one_expected_is_no_white_space(net: Net) -> None:
    records = [*many(30, "a", "leukaemia", "msc"), *many(5, "b", "leukaemia", "car-t"), *many(5, "c", "heart", "msc")]
    cell = Space(net, records, survey(["msc", "car-t"])).cell("heart", "car-t")
    assert cell.expected is not None
    assert 0 < cell.expected < 1
    assert cell.state is State.NO_DATA


def test_a_record_counts_in_the_nearest_column_alone(net: Net) -> None:
    columns = ("t-cell-engineered", "car-t", "cell-therapy")
    space = Space(net, HALVES, survey(columns), columns=columns, rows=("blood", "heart"))
    counts = [len(space.cell("blood", column).records) for column in columns]
    assert counts == [0, 6, 6]  # mesenchymal cells are cell therapy, CAR-T no other engineered T cells


def test_below_a_group_stand_its_conditions(net: Net) -> None:
    assert Space(net, HALVES, survey(["msc"]), under="blood").rows == ["leukaemia"]


def test_products_count_where_their_indications_are(net: Net) -> None:
    product = record(
        "product/p",
        {"maker": "developer"},
        modality="car-t",
        indications=["indication/p.one"],
    ) | {
        "indication/p.one": {
            "condition": "condition/heart-failure",
            "product": "product/p",
            "stage": "authorised",
            "from": "2022",
        }
    }
    space = Space(net, [*HALVES, product], survey(["msc", "car-t"]))
    cell = space.cell("heart", "car-t")
    ids = space.network.model.ids
    assert [ids[one] for one in cell.records] == ["product/p"]
    assert [ids[one] for one in cell.organisations] == ["organisation/maker"]
    assert cell.levels == {"Product": "authorised"}
    earlier = Space(net, [*HALVES, product], survey(["msc", "car-t"]), until=2021)
    assert earlier.cell("heart", "car-t").records == ()
    only = Space(net, [*HALVES, product], {}, measure="authorised", rows=("heart", "blood"), columns=("car-t",))
    assert [len(cell.records) for cell in only.matrix.cells.values()] == [1, 0]


def test_what_is_left_out_is_told(net: Net) -> None:
    bare = record("trial/bare", {"somebody": "sponsor"}, modality="msc", sources=SURVEYED)
    space = Space(net, [*HALVES, bare, trial("other", "heart", None)], survey(["msc", "car-t"]))
    assert (space.matrix.without_condition, space.matrix.without_column, space.matrix.whole.records) == (1, 1, 20)


def test_totals_count_each_record_once_and_say_who_surveyed(net: Net) -> None:
    both = trial("both", "heart", "msc")
    both["trial/both"]["conditions"] = ["condition/heart", "condition/blood"]
    matrix = Space(net, [*HALVES, both], survey(["msc", "car-t"])).matrix
    assert [total.records for total in matrix.rows.values()] == [13, 9]
    assert [total.records for total in matrix.columns.values()] == [15, 6]
    assert (matrix.whole.records, matrix.whole.organisations, matrix.whole.surveyed) == (21, 21, 22)
    assert [(one.survey.why, one.to) for one in matrix.surveys] == [("So.", 2025)]
    assert matrix.fresh_from == 2021


def test_nothing_on_record_is_an_empty_matrix(net: Net) -> None:
    space = Space(net, [], survey(["msc"]))
    assert (dict(space.matrix.rows), dict(space.matrix.cells), space.matrix.whole.surveyed) == ({}, {}, 0)
    asked = Space(net, [], survey(["msc"]), rows=("heart",), columns=("msc",)).cell("heart", "msc")
    assert (asked.state, asked.expected, asked.last) == (State.NO_DATA, 0.0, None)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"measure": "activty"}, "activity"),
        ({"by": "phase"}, "modality, vector, target, region"),
        ({"by": "condition"}, "modality"),
        ({"columns": ("car-x",)}, "'car-x' is no modality"),
        ({"rows": (0,), "columns": ("msc",)}, "is no condition"),
    ],
)
def test_what_there_is_not_is_refused_in_words(net: Net, options: dict[str, Any], said: str) -> None:
    network = net(BASE, *HALVES)
    if "rows" in options:
        options["rows"] = (network.model.number("source/survey"),)
    with pytest.raises(UsageError, match=said):
        WhiteSpace(network).matrix(SpaceOptions(**options))


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("white_space.fresh", "soon", "white_space.fresh"),
        ("white_space.surveys.mesenchymal-cells.covers", {"modality": ["mscs"]}, "covers.modality"),
        ("white_space.surveys.mesenchymal-cells.counts", "some", "counts"),
        ("white_space.counted.trial.level", "title", "counted.trial.level"),
        ("white_space.measures.activity", {"trail": {}}, "measures.activity.trail"),
    ],
)
def test_a_fault_in_the_constants_has_its_place(net: Net, place: str, value: object, said: str) -> None:
    network = net(BASE)
    network.constants = changed({place: value})
    with pytest.raises(DataError) as caught:
        WhiteSpace(network)
    fault = caught.value.faults[0]
    assert said in fault.field
    assert fault.line > 1


# ---------------------------------------------------------------- what is expected

tables = st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(0, 40), max_size=36)


@given(tables)
def test_expectations_sum_up_to_what_was_observed(table: dict[tuple[int, int], int]) -> None:
    found = expected(table)
    assert found.keys() == table.keys()
    assert all(isfinite(value) and value >= 0 for value in found.values())
    assert fsum(found.values()) == pytest.approx(sum(table.values()), abs=1e-6)
    for column in {column for _, column in table}:
        cells = [cell for cell in table if cell[1] == column]
        assert fsum(found[c] for c in cells) == pytest.approx(sum(table[c] for c in cells), abs=1e-6)


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_over_a_rectangle_it_is_row_times_column_by_total(rows: int, columns: int, data: st.DataObject) -> None:
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    table = {cell: data.draw(st.integers(0, 30)) for cell in cells}
    total = sum(table.values())
    for (row, column), value in expected(table).items():
        of_row = sum(table[row, other] for other in range(columns))
        of_column = sum(table[other, column] for other in range(rows))
        assert value == pytest.approx(of_row * of_column / total if total else 0)


# ---------------------------------------------------------------- the shipped graph


@pytest.fixture(scope="module")
def space(shipped: Release, schema: Schema) -> WhiteSpace:
    """White space of the shipped release."""
    return WhiteSpace(Network(shipped.model, changed({}), int(shipped.date[:4])))


SHIPPED = [
    SpaceOptions(),
    SpaceOptions(until=2020),
    SpaceOptions(until=1900),
    SpaceOptions(measure="authorised"),
    SpaceOptions(by="vector"),
    SpaceOptions(by="target"),
    SpaceOptions(by="region", since=2015),
]


@pytest.mark.parametrize("options", SHIPPED, ids=str)
def test_states_are_exclusive_complete_and_never_empty_beyond_coverage(
    space: WhiteSpace, options: SpaceOptions
) -> None:
    matrix = space.matrix(options)
    assert matrix.cells.keys() == {(row, column) for row in matrix.rows for column in matrix.columns}
    assert sum(matrix.states.values()) == len(matrix.cells)
    for cell in matrix.cells.values():
        covered = bool(cell.surveys)
        assert (cell.expected is not None) == (cell.ratio is not None) == (cell.covered_to is not None) == covered
        assert (cell.state in (State.ACTIVE, State.DISCONTINUED)) == bool(cell.records)
        assert cell.state is not State.CANDIDATE or (covered and (cell.expected or 0) >= 1)
        assert cell.surveyed <= len(cell.records)
        assert -inf < (cell.ratio or 0) < inf
    weighed = fsum(cell.expected or 0 for cell in matrix.cells.values())
    assert weighed == pytest.approx(matrix.whole.surveyed)
    assert weighed == pytest.approx(sum(cell.surveyed for cell in matrix.cells.values()))


def test_every_survey_is_of_sources_that_are_there(space: WhiteSpace, shipped: Release) -> None:
    numbers = {
        f"{survey.name}: {source}": shipped.model.number(f"source/{source}")
        for survey in space.rules.surveys
        for source in survey.sources
    }
    assert {name for name, number in numbers.items() if number is None} == set()
    conditions = {slug for survey in space.rules.surveys for slug in survey.conditions}
    assert {slug for slug in conditions if shipped.model.number(f"condition/{slug}") is None} == set()


def test_each_snapshot_of_the_registry_is_said_to_cover_something_or_nothing(
    space: WhiteSpace, shipped: Release
) -> None:
    snapshots = {one.partition("/")[2] for one in shipped.model.ids if one.startswith("source/ctgov-snapshot-")}
    assert snapshots <= {source for survey in space.rules.surveys for source in survey.sources}


def test_car_t_beyond_blood_cancer_is_empty_as_of_2020_and_not_known_today(space: WhiteSpace, shipped: Release) -> None:
    heart = shipped.model.number("condition/cardiovascular-disorder")
    assert heart is not None
    then, today = (space.matrix(SpaceOptions(until=until)).cells[heart, "car-t"] for until in (2020, None))
    assert (then.state, then.covered_to, then.records) == (State.CANDIDATE, 2020, ())
    assert (today.state, today.surveys, today.expected) == (State.NO_DATA, (), None)


def test_a_matrix_of_the_shipped_graph_is_of_a_size_that_can_be_read(space: WhiteSpace) -> None:
    assert 10 <= len(space.matrix(SpaceOptions()).rows) <= 25
