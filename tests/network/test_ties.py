"""What a tie promises: it is the sum of its records, each weighed by what it is, who was in it and how old it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import fsum, isclose, isfinite
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import UsageError
from kg.network.projection import Contribution, Options, Projection
from kg.network.records import Member, Record
from kg.network.rules import Rules
from kg.network.standing import ReleaseNetwork
from tests.network.conftest import (
    YEAR,
    Net,
    Records,
    drawn_options,
    drawn_records,
    involvement,
    named,
    number,
    organisation,
    projected,
    record,
    tie,
)

quick = settings(max_examples=60, deadline=None)


def all_contributions(projection: Projection) -> dict[tuple[int, int], list[Contribution]]:
    """Every tie with its records."""
    return {pair: projection.contributions(*pair) for pair in projection.graph.edges}


# ---------------------------------------------------------------- whatever the records are


@quick
@given(records=drawn_records(), options=drawn_options)
def test_a_tie_is_the_sum_of_its_records_and_the_same_from_both_sides(
    rules: Rules, records: list[Record], options: dict[str, Any]
) -> None:
    projection = projected(rules, records, **options)
    for (one, other), found in all_contributions(projection).items():
        edge = projection.graph.edges[one, other]
        assert edge["weight"] == fsum(c.weight for c in found)
        assert edge["records"] == len(found) == len({c.record.entity for c in found})
        assert edge["last"] == max(c.record.year or 0 for c in found)
        assert isfinite(edge["weight"])
        assert edge["weight"] > 0
        back = projection.contributions(other, one)
        assert [(c.record, c.weight, c.parts[::-1]) for c in back] == [(c.record, c.weight, c.parts) for c in found]


@quick
@given(records=drawn_records(), options=drawn_options, years=st.integers(1, 60), which=st.integers(0, 7))
def test_no_tie_grows_with_the_age_of_a_record(
    rules: Rules, records: list[Record], options: dict[str, Any], years: int, which: int
) -> None:
    ended = [replace(one, ongoing=False) for one in records]
    aged = [replace(one, year=(one.year or 0) - years) if n == which else one for n, one in enumerate(ended)]
    before, after = (projected(rules, found, **options).graph for found in (ended, aged))
    assert set(before.edges) == set(after.edges)
    assert all(after.edges[pair]["weight"] <= before.edges[pair]["weight"] for pair in before.edges)


@quick
@given(records=drawn_records(most_members=9))
def test_with_equal_weights_and_no_fading_the_strength_counts_shared_records(
    rules: Rules, records: list[Record]
) -> None:
    plain = replace(rules, roles=dict.fromkeys(rules.roles, 1.0), star_above=100)
    even = [replace(one, kind=replace(one.kind, weight=1.0)) for one in records]
    graph = projected(plain, even, sites=True, half_life=None).graph
    for one in graph:
        shared = sum(len(found.members) > 1 and any(m.organisation == one for m in found.members) for found in even)
        assert isclose(graph.degree(one, weight="weight"), shared)


@quick
@given(records=drawn_records(), options=drawn_options, which=st.integers(0, 7))
def test_without_a_record_exactly_its_contributions_are_missing(
    rules: Rules, records: list[Record], options: dict[str, Any], which: int
) -> None:
    gone = {one.entity for one in records[which : which + 1]}
    before = all_contributions(projected(rules, records, **options))
    after = all_contributions(projected(rules, [one for one in records if one.entity not in gone], **options))
    left = {pair: [c for c in found if c.record.entity not in gone] for pair, found in before.items()}
    assert after == {pair: found for pair, found in left.items() if found}


@quick
@given(records=drawn_records(), options=drawn_options, data=st.data())
def test_without_an_involvement_only_its_own_record_says_anything_else(
    rules: Rules, records: list[Record], options: dict[str, Any], data: st.DataObject
) -> None:
    parts = [(one.entity, part.stated_by) for one in records for m in one.members for part in m.parts]
    if not parts:
        return
    entity, gone = data.draw(st.sampled_from(parts))
    after = all_contributions(projected(rules, [_without(one, gone) for one in records], **options))
    before = all_contributions(projected(rules, records, **options))
    assert all(part.stated_by != gone for found in after.values() for c in found for part in c.parts)
    assert _of_others(before, entity) == _of_others(after, entity)


@pytest.mark.parametrize("gone", ["source/registry", "source/paper", "source/press"])
def test_without_a_source_exactly_what_rests_on_it_alone_is_missing(net: Net, gone: str) -> None:
    pair = {"a": "sponsor", "b": "collaborator"}
    world: Records = {}
    for entity, sources in {
        "trial/one": ["source/registry"],
        "trial/both": ["source/registry", "source/paper"],
        "trial/other": ["source/paper"],
    }.items():
        world |= record(entity, pair, sources=sources, status="recruiting")
    world |= record("trial/split", {"a": "sponsor", "c": "collaborator"}, status="recruiting")
    world[involvement("trial/split", "a", "sponsor")]["sources"] = ["source/paper", "source/press"]
    world[involvement("trial/split", "c", "collaborator")]["sources"] = ["source/press"]
    world |= {source: {"title": source} for source in ("source/registry", "source/paper", "source/press")}
    resting = {entity for entity, fields in world.items() if fields.get("sources") == [gone]}
    left = {entity: fields for entity, fields in world.items() if entity not in resting | {gone}}
    before, after = _told(net(world)), _told(net(left))
    assert after == {told for told in before if not resting & set(told)}
    assert after != before


def _told(network: ReleaseNetwork) -> set[tuple[str | float, ...]]:
    """Each contribution by ids: the pair, the record, the involvements that state it, and its weight."""
    projection, ids = network.projection(Options()), network.model.ids
    return {
        (ids[one], ids[other], ids[c.record.entity], *(ids[part.stated_by] for part in c.parts), c.weight)
        for one, other in projection.graph.edges
        for c in projection.contributions(one, other)
    }


def _without(one: Record, gone: int) -> Record:
    members = (Member(m.organisation, tuple(p for p in m.parts if p.stated_by != gone)) for m in one.members)
    return replace(one, members=tuple(member for member in members if member.parts))


def _of_others(found: dict[tuple[int, int], list[Contribution]], entity: int) -> dict[tuple[int, int], list[Any]]:
    kept = {
        pair: [(c.record, c.weight, c.parts) for c in cs if c.record.entity != entity] for pair, cs in found.items()
    }
    return {pair: cs for pair, cs in kept.items() if cs}


# ---------------------------------------------------------------- what a record weighs


def test_kind_roles_age_and_crowd_make_the_weight(net: Net) -> None:
    network = net(
        record("agreement/deal", {"a": "licensor", "b": "licensee"}, signed="2020"),
        record("trial/old", {"c": "sponsor", "d": "funder", "e": "partner"}, startDate="2016", completionDate="2021"),
        record("programme/grant", {"f": "coordinator", "g": "partner"}, start="2010", end="2016"),
    )
    assert tie(network, "a", "b") == 3
    assert isclose(tie(network, "c", "d"), 1 * (1 * 0.25) ** 0.5 / 2 / 2)
    assert isclose(tie(network, "d", "e"), 1 * (0.25 * 0.5) ** 0.5 / 2 / 2)
    assert isclose(tie(network, "f", "g"), 0.5 * 0.5 / 4)
    assert isclose(tie(network, "f", "g", half_life=None), 0.25)


def test_a_member_counts_once_with_its_weightiest_role(net: Net) -> None:
    network = net(record("trial/a", {"a": ["funder", "sponsor"], "b": "collaborator"}, status="recruiting"))
    (found,) = network.projection(Options()).contributions(number(network, "b"), number(network, "a"))
    assert found.weight == 1
    assert [part.role for part in found.parts] == ["collaborator", "sponsor"]
    stated = [network.model.ids[part.stated_by] for part in found.parts]
    assert stated == [involvement("trial/a", "b", "collaborator"), involvement("trial/a", "a", "sponsor")]


def test_two_sites_are_tied_only_if_asked(net: Net) -> None:
    sites = {"north": "trial-site", "south": "treatment-centre"}
    network = net(record("trial/a", {"lead": "sponsor"} | sites, status="recruiting"))
    assert tie(network, "north", "south") == 0
    assert tie(network, "lead", "north") > 0
    assert isclose(tie(network, "north", "south", sites=True), 0.25 / 2)


@pytest.mark.parametrize(("members", "ties"), [(25, 25 * 24 // 2), (26, 25)])
def test_more_than_25_members_are_tied_to_their_lead_alone(net: Net, members: int, ties: int) -> None:
    named_members = {f"m{n:02}": "partner" for n in range(members - 1)} | {"z-lead": "coordinator"}
    network = net(record("programme/big", named_members, start="2020", end="2026"))
    graph = network.projection(Options()).graph
    assert graph.number_of_edges() == ties
    assert graph.degree(number(network, "z-lead")) == members - 1
    (found,) = network.projection(Options()).contributions(number(network, "m00"), number(network, "z-lead"))
    assert found.star == (members > 25)
    assert isclose(found.weight, 0.5 * 0.5 / (members - 1))


def test_an_agreement_about_a_product_stands_for_the_product_too(net: Net) -> None:
    members = {"a": "originator", "b": "developer"}
    product = record("product/cells", members | {"c": "manufacturer"}, stage="authorised")
    deal = record("agreement/deal", {"a": "licensor", "b": "licensee"}, scope=["product/cells"], signed="2024")
    alone, network = net(product), net(product, deal)
    assert tie(alone, "a", "b") == 1.5
    pair = (number(network, "a"), number(network, "b"))
    kinds = [c.record.kind.type for c in network.projection(Options()).contributions(*pair)]
    assert kinds == ["Agreement"]
    assert tie(network, "a", "c") == tie(alone, "a", "c")
    assert tie(network, "a", "b", until=2020, since=2020) == 0


def test_an_authorisation_makes_its_holder_a_member(net: Net) -> None:
    held = {"authorisation/cells.eu": {"holder": "organisation/b"}}
    network = net(
        record("product/cells", {"a": "developer"}, stage="authorised", authorisations=["authorisation/cells.eu"]),
        held,
        organisation("b"),
    )
    assert tie(network, "a", "b") == 3


def test_a_merged_organisation_counts_as_the_one_that_took_its_place(net: Net) -> None:
    merged = organisation("azl", deprecated="true", replacedBy="organisation/lumc")
    network = net(
        record("trial/a", {"azl": "sponsor", "b": "collaborator"}, status="recruiting"), organisation("lumc"), merged
    )
    assert tie(network, "lumc", "b") == 1
    assert number(network, "azl") not in network.projection(Options()).graph


def test_a_person_counts_for_the_organisation_they_act_for_and_else_for_nobody(net: Net) -> None:
    entity = "trial/a"
    network = net(
        record(entity, {"a": "sponsor"}, status="recruiting", involvements=["involvement/x", "involvement/y"]),
        organisation("b"),
        {
            "person/p": {"name": "P"},
            "person/q": {"name": "Q"},
            "involvement/x": {"agent": "person/p", "role": "collaborator", "onBehalfOf": "organisation/b"},
            "involvement/y": {"agent": "person/q", "role": "collaborator"},
        },
    )
    (found,) = network.records
    assert named(network, [member.organisation for member in found.members]) == ["b"]


# ---------------------------------------------------------------- time and grade


def test_a_slice_has_what_was_going_on_in_it_and_fades_from_its_end(net: Net) -> None:
    network = net(
        record("trial/early", {"a": "sponsor", "b": "collaborator"}, startDate="2005", completionDate="2010"),
        record("trial/late", {"a": "sponsor", "c": "collaborator"}, startDate="2018", completionDate="2020"),
        record("trial/now", {"a": "sponsor", "d": "collaborator"}, startDate="2012", status="recruiting"),
    )
    slices = {(2010, None): "bcd", (2011, None): "cd", (None, 2011): "b", (2011, 2015): "d", (2008, 2018): "bcd"}
    for (since, until), expected in slices.items():
        graph = network.projection(Options(since=since, until=until)).graph
        assert named(network, sorted(graph[number(network, "a")])) == list(expected), (since, until)
    assert isclose(tie(network, "a", "b", until=2015), 0.5)
    assert tie(network, "a", "d", until=2015) == 1
    edge = network.projection(Options(until=2015)).graph.edges[number(network, "a"), number(network, "d")]
    assert edge["last"] == 2015


def test_a_year_before_all_data_gives_an_empty_projection(net: Net) -> None:
    network = net(record("trial/a", {"a": "sponsor", "b": "collaborator"}, startDate="2005"))
    assert len(network.projection(Options(until=1900)).graph) == 0
    assert len(network.projection(Options(since=2100)).graph) == 0


def test_an_undated_record_fades_from_its_newest_source(net: Net) -> None:
    network = net(
        record("trial/a", {"a": "sponsor", "b": "collaborator"}, sources=["source/x", "source/y"]),
        {"source/x": {"title": "X", "date": "2021-03"}, "source/y": {"title": "Y", "date": "2016"}},
    )
    assert not network.records[0].dated
    assert isclose(tie(network, "a", "b"), 0.5)


def test_the_deal_grade_leaves_out_who_only_lends_a_hand(net: Net) -> None:
    members = {"a": "sponsor", "b": "collaborator", "c": "funder"}
    network = net(
        record("trial/a", members, status="recruiting"), record("programme/p", {"a": "partner", "c": "partner"})
    )
    assert tie(network, "a", "c") > 0
    assert tie(network, "a", "c", grade="deal") == 0
    assert tie(network, "a", "b", grade="deal") == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [({"grade": "best"}, "Ask for one of all, deal"), ({"half_life": 7.0}, "Ask for one of 3, 5, 10, none")],
)
def test_what_is_not_offered_is_refused_with_what_is(net: Net, options: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        net().projection(Options(**options))


# ---------------------------------------------------------------- subsidiaries


def test_a_unit_stands_in_its_parent_as_it_was_at_the_time_of_the_record(net: Net) -> None:
    network = net(
        organisation("unit", parent="organisation/buyer", parentSince="2020-05"),
        organisation("buyer", parent="organisation/group"),
        organisation("group"),
        record("trial/before", {"unit": "sponsor", "b": "collaborator"}, startDate="2010", completionDate="2015"),
        record("trial/after", {"unit": "sponsor", "c": "collaborator"}, startDate="2021", status="recruiting"),
        record("trial/within", {"unit": "sponsor", "buyer": "collaborator"}, startDate="2022", status="recruiting"),
    )
    assert tie(network, "unit", "b", roll_up=True) > 0
    assert tie(network, "group", "c", roll_up=True) == 1
    assert tie(network, "unit", "c", roll_up=True) == 0
    assert tie(network, "group", "c") == 0


@settings(quick, max_examples=20)
@given(records=drawn_records(), parents=st.dictionaries(st.integers(0, 11), st.integers(0, 11), max_size=8))
def test_rolling_up_loses_no_record_and_no_role(net: Net, records: list[Record], parents: dict[int, int]) -> None:
    network = net(
        *(organisation(f"o{one:02}", parent=f"organisation/o{other:02}") for one, other in parents.items()),
        *(
            record(
                f"trial/t{one.entity}",
                {f"o{m.organisation:02}": sorted({part.role for part in m.parts}) for m in one.members},
                startDate=str(one.begun),
            )
            for one in records
        ),
        *(organisation(f"o{one:02}") for one in range(12)),
    )
    flat, rolled = (network.projection(Options(roll_up=up, sites=True)) for up in (False, True))
    for before, after in zip(flat.records, rolled.records, strict=True):
        assert before.entity == after.entity
        assert _stated(before) == _stated(after)
    tied = {c.record.entity for pair in rolled.graph.edges for c in rolled.contributions(*pair)}
    assert tied == {one.entity for one in rolled.records if len(one.members) > 1}


def _stated(one: Record) -> list[int]:
    return sorted(part.stated_by for member in one.members for part in member.parts)


def test_a_tie_says_the_year_it_was_last_active(net: Net) -> None:
    network = net(
        record("trial/a", {"a": "sponsor", "b": "collaborator"}, startDate="2005", completionDate="2010"),
        record("trial/b", {"a": "sponsor", "b": "collaborator"}, startDate="2005", completionDate="2012"),
        record("trial/c", {"a": "sponsor", "c": "collaborator"}, status="recruiting"),
    )
    graph = network.projection(Options()).graph
    lasts = {
        frozenset(named(network, pair)): graph.edges[pair]["last"]
        for pair in combinations(sorted(graph), 2)
        if graph.has_edge(*pair)
    }
    assert lasts == {frozenset("ab"): 2012, frozenset("ac"): YEAR}
