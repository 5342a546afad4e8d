"""Introductions lead by the fewest and strongest ties, differ in their first contact, and say what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import UsageError
from kg.network.introductions import Asked, Introductions, Outcome, introductions
from kg.network.projection import Options
from kg.network.standing import ReleaseNetwork
from tests.network.conftest import Net, Records, named, number, organisation, record

quick = settings(max_examples=30, deadline=None)
NAMES = [f"o{n}" for n in range(7)]

drawn_ties = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] < pair[1]),
    st.tuples(st.integers(2000, 2026), st.integers(1, 3)),
    max_size=20,
)
"""Pairs with the year in which their trials ended and how many they share."""


def tied(pairs: dict[tuple[str, str], tuple[int, int]]) -> list[Records]:
    """Trials that make such ties, and the organisations that have none."""
    trials = [
        record(
            f"trial/{one}-{other}-{n}",
            {one: "sponsor", other: "collaborator"},
            startDate="1999",
            completionDate=str(year),
        )
        for (one, other), (year, count) in pairs.items()
        for n in range(count)
    ]
    return [*trials, *(organisation(name) for name in NAMES)]


def asked(network: ReleaseNetwork, one: str, other: str, **options: Any) -> Introductions:
    """Introductions by name."""
    options["exclude"] = frozenset(number(network, name) for name in options.get("exclude", ()))
    return introductions(network, number(network, one), number(network, other), Asked(**options))


def contacts(network: ReleaseNetwork, found: Introductions) -> list[list[str]]:
    """The chains by name, without their start."""
    return [named(network, chain.organisations[1:]) for chain in found.chains]


# ---------------------------------------------------------------- whatever the ties are


@quick
@given(
    pairs=drawn_ties, hops=st.integers(1, 4), left_out=st.sets(st.sampled_from(NAMES[2:]), max_size=2), data=st.data()
)
def test_no_other_chains_are_better(
    net: Net, pairs: dict[tuple[str, str], tuple[int, int]], hops: int, left_out: set[str], data: st.DataObject
) -> None:
    network = net(*tied(pairs))
    since = data.draw(st.sampled_from([None, 2010, 2020]))
    found = asked(network, "o0", "o1", hops=hops, exclude=left_out, active_since=since)
    usable = network.projection(Options(grade="deal")).graph.copy()
    usable.remove_nodes_from([number(network, name) for name in left_out])
    usable.remove_edges_from([(a, b) for a, b, last in usable.edges.data("last") if since and last < since])
    usable.add_nodes_from([found.start, found.goal])
    best: dict[int, tuple[int, float]] = {}
    for path in nx.all_simple_paths(usable, found.start, found.goal, cutoff=hops):
        best[path[1]] = min(best.get(path[1], (99, 0.0)), (len(path) - 1, cost(usable, path)))
    expected = sorted((length, round(spent, 9)) for length, spent in best.values())[:3]
    assert [(len(chain.hops), round(chain.cost, 9)) for chain in found.chains] == expected
    for chain in found.chains:
        assert len(set(chain.organisations)) == len(chain.organisations)
        assert (chain.organisations[0], chain.organisations[-1]) == (found.start, found.goal)
        assert nx.is_path(usable, chain.organisations)
        assert chain.cost == pytest.approx(cost(usable, chain.organisations))
    assert len({chain.organisations[1] for chain in found.chains}) == len(found.chains)
    assert found.shortest == (
        nx.shortest_path_length(usable, found.start, found.goal)
        if nx.has_path(usable, found.start, found.goal)
        else None
    )


@quick
@given(pairs=drawn_ties)
def test_every_hop_shows_what_it_rests_on(net: Net, pairs: dict[tuple[str, str], tuple[int, int]]) -> None:
    network = net(*tied(pairs))
    projection = network.projection(Options(grade="deal"))
    for chain in asked(network, "o0", "o1").chains:
        for hop in chain.hops:
            known = projection.contributions(hop.one, hop.other)
            assert hop.weight == fsum(c.weight for c in known)
            assert hop.records == len(known)
            assert len(hop.contributions) == min(3, len(known))
            assert all(shown in known for shown in hop.contributions)
            for shown in hop.contributions:
                stated = [network.model.get(part.stated_by, "agent") for part in shown.parts]
                assert stated == [hop.one, hop.other]


def cost(graph: nx.Graph, path: Sequence[int]) -> float:
    """The sum of 1/weight along a path."""
    return fsum(1 / graph.edges[pair]["weight"] for pair in nx.utils.pairwise(path))


# ---------------------------------------------------------------- one example


@pytest.fixture(scope="module")
def world(net: Net) -> ReleaseNetwork:
    """From a to z directly, by b in two ties, by c and d in three; e is far, i alone, x and y apart."""

    def trial(slug: str, one: str, other: str, year: int) -> Records:
        ends = {"startDate": "2000", "completionDate": str(year)}
        return record(f"trial/{slug}", {one: "sponsor", other: "collaborator"}, **ends)

    return net(
        trial("az", "a", "z", 2006),
        trial("ab", "a", "b", 2011),
        trial("bz", "b", "z", 2026),
        record("agreement/ac", {"a": "licensor", "c": "licensee"}, signed="2020"),
        record("agreement/cd", {"c": "licensor", "d": "licensee"}, signed="2021"),
        record("agreement/dz", {"d": "licensor", "z": "licensee"}, signed="2022"),
        record("agreement/du", {"d": "licensor", "u": "licensee"}, signed="2022"),
        record("agreement/ut", {"u": "licensor", "t": "licensee"}, signed="2022"),
        record("agreement/te", {"t": "licensor", "e": "licensee"}, signed="2022"),
        record("agreement/xy", {"x": "licensor", "y": "licensee"}, signed="2022"),
        record("trial/money", {"i": "funder", "z": "sponsor"}, status="recruiting"),
        organisation("old-z", deprecated="true", replacedBy="organisation/z"),
        organisation("c", parent="organisation/a"),
    )


def test_fewest_hops_come_first_and_each_chain_has_another_first_contact(world: ReleaseNetwork) -> None:
    found = asked(world, "a", "z")
    assert contacts(world, found) == [["z"], ["b", "z"], ["c", "d", "z"]]
    assert found.outcome is Outcome.FOUND
    assert found.message == "a is led to z in 1 tie, by 3 first contacts."
    assert [hop.in_house for hop in found.chains[2].hops] == [True, False, False]


def test_ties_can_be_asked_to_reach_a_year_and_organisations_to_be_left_out(world: ReleaseNetwork) -> None:
    assert contacts(world, asked(world, "a", "z", active_since=2011)) == [["b", "z"], ["c", "d", "z"]]
    assert contacts(world, asked(world, "a", "z", active_since=2012)) == [["c", "d", "z"]]
    assert contacts(world, asked(world, "a", "z", exclude=["b", "d"])) == [["z"]]
    assert asked(world, "a", "z", exclude=["d"], active_since=2012).outcome is Outcome.NO_PATH


def test_by_one_contact_the_strongest_ties_are_taken(net: Net) -> None:
    years = {"ab": 2026, "bc": 2016, "bd": 2021, "cz": 2026, "dz": 2021, "be": 2026, "ez": 2011, "zy": 2026}
    network = net(
        *(
            record(f"trial/{pair}", {pair[0]: "sponsor", pair[1]: "collaborator"}, completionDate=str(year))
            for pair, year in years.items()
        )
    )
    assert contacts(network, asked(network, "a", "z")) == [["b", "d", "z"]]
    assert contacts(network, asked(network, "z", "a")) == [["d", "b", "a"], ["c", "b", "a"], ["e", "b", "a"]]
    assert contacts(network, asked(network, "a", "y", hops=4)) == [["b", "d", "z", "y"]]
    assert contacts(network, asked(network, "y", "a", hops=4)) == [["z", "d", "b", "a"]]
    assert contacts(network, asked(network, "y", "b", hops=4)) == [["z", "d", "b"]]


def test_the_newest_records_of_a_hop_are_shown_first(net: Net) -> None:
    years = {"old": 2001, "new": 2020, "older": 1999, "newer": 2024}
    network = net(
        *(
            record(f"trial/{slug}", {"a": "sponsor", "b": "collaborator"}, completionDate=str(year))
            for slug, year in years.items()
        )
    )
    (chain,) = asked(network, "a", "b").chains
    assert named(network, [c.record.entity for c in chain.hops[0].contributions]) == ["newer", "new", "old"]
    assert chain.hops[0].records == 4
    assert chain.hops[0].last == 2024


def test_a_merged_organisation_is_reached_as_the_one_that_took_its_place(world: ReleaseNetwork) -> None:
    found = asked(world, "a", "old-z")
    assert found.goal == number(world, "z")
    assert found.chains == asked(world, "a", "z").chains


def test_a_chain_that_is_too_long_is_not_given_but_its_length_is(world: ReleaseNetwork) -> None:
    found = asked(world, "z", "e")
    assert (found.outcome, found.shortest, found.chains) == (Outcome.TOO_FAR, 4, ())
    assert found.message == "The shortest chain from z to e has 4 ties, more than the 3 that are allowed."
    assert contacts(world, asked(world, "z", "e", hops=4)) == [["d", "u", "t", "e"]]


def test_who_has_no_tie_is_said_to_have_none(world: ReleaseNetwork) -> None:
    found = asked(world, "a", "i")
    assert found.outcome is Outcome.ISOLATED
    assert found.message == "i: no tie to anybody on record, so that nobody leads from a to i."
    everything = introductions(world, number(world, "a"), number(world, "i"), options=Options())
    assert contacts(world, everything)[0] == ["z", "i"]


def test_before_all_data_nobody_has_a_tie(world: ReleaseNetwork) -> None:
    ends = (number(world, "a"), number(world, "z"))
    found = introductions(world, *ends, options=Options(until=1900))
    assert (found.outcome, found.chains, found.shortest) == (Outcome.ISOLATED, (), None)
    assert found.message.startswith("a and z: no tie to anybody on record")


def test_where_no_chain_leads_it_is_said(world: ReleaseNetwork) -> None:
    found = asked(world, "a", "x")
    assert (found.outcome, found.shortest) == (Outcome.NO_PATH, None)
    assert found.message.startswith("No chain of ties that may be used leads from a to x. ")
    assert "x is tied, directly or through them, to nobody but y." in found.message


@pytest.mark.parametrize(
    ("one", "other", "options", "told"),
    [
        ("a", "a", {}, "Both ends are a, which needs no introduction to itself"),
        ("z", "old-z", {}, "Both ends are z"),
        ("a", "z", {"exclude": ["old-z"]}, "z is an end of the chain and cannot be excluded"),
        ("a", "z", {"hops": 5}, "A chain of 5 hops cannot be asked for. Ask for 1 to 4"),
        ("a", "z", {"hops": 0}, "A chain of 0 hops cannot be asked for"),
    ],
)
def test_what_makes_no_sense_is_refused(
    world: ReleaseNetwork, one: str, other: str, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        asked(world, one, other, **options)


def test_only_organisations_are_introduced(world: ReleaseNetwork) -> None:
    trial = world.model.number("trial/az")
    assert trial is not None
    with pytest.raises(UsageError, match="trial/az is no organisation"):
        introductions(world, number(world, "a"), trial)
