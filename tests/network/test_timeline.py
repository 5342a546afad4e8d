"""Timelines: every record once, in the year it became known or among the undated, and each tie new in one year."""

from __future__ import annotations

from typing import Any

import pytest

from kg.errors import UsageError
from kg.network.network import Network
from kg.network.projection import Options
from kg.network.standing import ReleaseNetwork
from kg.network.timeline import Bar, Timeline, TimelineOptions, Timelines
from kg.release import Release
from tests.network.conftest import Net, changed, number, organisation, record

DEALS = [
    record("trial/a", {"lumc": "sponsor", "azl": "collaborator"}, startDate="2015-03"),
    record("trial/b", {"lumc": "sponsor", "azl": "collaborator", "umc": "collaborator"}, startDate="2018"),
    record("agreement/c", {"lumc": "licensor", "biotech": "licensee"}, signed="2018-05-01"),
    record("trial/d", {"lumc": "sponsor", "late": "collaborator"}),
    record("trial/e", {"umc": "sponsor", "azl": "collaborator"}, startDate="2016"),
]


def figures(timeline: Timeline) -> dict[int | None, tuple[int, int]]:
    """By year how many records and how many new ties."""
    return {bar.year: (len(bar.records), len(bar.new_ties)) for bar in (*timeline.years, timeline.undated)}


def asked(network: ReleaseNetwork, **options: Any) -> Timeline:
    """A timeline, organisations by name."""
    for name in ("organisation", "other"):
        if name in options:
            options[name] = number(network, options[name])
    return Timelines(network).timeline(TimelineOptions(**options))


def test_an_organisation_has_a_bar_a_year_and_new_partners_in_it(net: Net) -> None:
    found = asked(net(*DEALS), organisation="lumc")
    assert figures(found) == {2015: (1, 1), 2016: (0, 0), 2017: (0, 0), 2018: (2, 2), None: (1, 1)}
    assert found.years[3].kinds == {"Agreement": 1, "Trial": 1}


def test_of_two_organisations_it_has_what_they_share(net: Net) -> None:
    found = asked(net(*DEALS), organisation="lumc", other="azl")
    assert figures(found) == {2015: (1, 1), 2016: (0, 0), 2017: (0, 0), 2018: (1, 0), None: (0, 0)}


def test_of_all_it_has_every_record_and_every_tie_once(net: Net) -> None:
    network = net(*DEALS)
    found = asked(network)
    bars = [*found.years, found.undated]
    assert sorted(entity for bar in bars for entity in bar.records) == [r.entity for r in network.records]
    ties = [pair for bar in bars for pair in bar.new_ties]
    assert len(set(ties)) == len(ties) == network.projection(Options()).graph.number_of_edges()


def test_since_and_until_bound_the_years_and_leave_the_undated(net: Net) -> None:
    found = asked(net(*DEALS), organisation="lumc", since=2016, until=2018)
    assert figures(found) == {2016: (0, 0), 2017: (0, 0), 2018: (2, 2), None: (1, 1)}
    assert asked(net(*DEALS), organisation="lumc", until=1950).years == ()
    assert [bar.year for bar in asked(net(*DEALS), since=2030).years] == []


def test_a_product_is_not_dated_by_its_last_stage(net: Net) -> None:
    network = net(record("product/p", {"lumc": "developer", "maker": "manufacturer"}, stageDate="2026"))
    assert figures(asked(network)) == {None: (1, 1)}


def test_what_shows_a_condition_or_modality_counts_with_what_is_narrower(net: Net) -> None:
    network = net(
        {
            "condition/blood": {"name": "Blood"},
            "condition/leukaemia": {"name": "Leukaemia", "broader": ["condition/blood"]},
        },
        record("trial/a", {"x": "sponsor"}, conditions=["condition/leukaemia"], modality="car-t", startDate="2020"),
        record("trial/b", {"x": "sponsor"}, conditions=["condition/leukaemia"], modality="msc", startDate="2021"),
        record("product/p", {"x": "developer"}, modality="car-t"),
        record("agreement/d", {"x": "licensor", "y": "licensee"}, scope=["product/p"], signed="2022"),
    )
    blood = network.model.number("condition/blood")
    assert blood is not None
    assert figures(asked(network, where={"condition": (blood,)})) == {2020: (1, 0), 2021: (1, 0), None: (0, 0)}
    engineered = asked(network, where={"modality": ("gene-modified-cells",)})
    assert figures(engineered) == {2020: (1, 0), 2021: (0, 0), 2022: (1, 1), None: (1, 0)}
    both = asked(network, where={"condition": (blood,), "modality": ("msc", "til")})
    assert figures(both) == {2021: (1, 0), None: (0, 0)}


def test_units_of_one_organisation_are_no_new_partners(net: Net) -> None:
    network = net(
        record("trial/a", {"lumc": "sponsor", "unit": "collaborator"}, startDate="2020"),
        organisation("unit", parent="organisation/lumc"),
    )
    assert figures(asked(network, organisation="lumc")) == {2020: (1, 0), None: (0, 0)}
    assert figures(asked(network)) == {2020: (1, 0), None: (0, 0)}


@pytest.mark.parametrize("name", ["alone", "stranger"])
def test_who_has_no_records_has_no_years(net: Net, name: str) -> None:
    network = net(*DEALS, organisation("alone"), record("trial/z", {"stranger": "sponsor"}))
    found = asked(network, organisation=name)
    assert found.years == ()
    assert found.undated.new_ties == ()


def test_what_cannot_be_asked_is_refused_in_words(net: Net) -> None:
    network = net(*DEALS)
    with pytest.raises(UsageError, match="with itself"):
        asked(network, organisation="lumc", other="lumc")
    with pytest.raises(UsageError, match="needs both"):
        asked(network, other="lumc")
    with pytest.raises(UsageError, match=r"'colour'.*modality"):
        asked(network, where={"colour": ("red",)})
    with pytest.raises(UsageError, match="grade"):
        asked(network, projection=Options(grade="best"))


def test_the_shipped_records_are_all_there_by_grade(shipped: Release) -> None:
    network = Network(shipped.model, changed({}), int(shipped.date[:4]))
    for grade in network.rules.grades:
        options = TimelineOptions(projection=network.options(grade=grade))
        found = Timelines(network).timeline(options)
        bars: list[Bar] = [*found.years, found.undated]
        assert sum(len(bar.records) for bar in bars) == len(network.projection(options.projection).records)
        assert all(sum(bar.kinds.values()) == len(bar.records) for bar in bars)
        years = [bar.year for bar in found.years]
        assert years == list(range(years[0] or 0, (years[-1] or 0) + 1))
        assert (years[-1] or 0) <= network.year
