"""Brokers: betweenness, constraint and effective size are those of the literature, and never not a number."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import isfinite

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network.brokers import BrokerRules, Position, Positions, betweenness, ranks
from kg.network.partners import ego, partners
from kg.network.projection import Options
from kg.network.standing import ReleaseNetwork
from tests.network.conftest import Net, named, number, organisation, record
from tests.network.test_introductions import NAMES, drawn_ties, tied

quick = settings(max_examples=30, deadline=None)
RULES = BrokerRules(exact_up_to=1000, pivots=300, seed=1, constraint_from=3)


def position(network: ReleaseNetwork, name: str) -> Position:
    """The position of an organisation by name."""
    return Positions(network, network.projection(Options())).of(number(network, name))


@quick
@given(
    pairs=st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]), max_size=20)
)
def test_betweenness_is_that_of_networkx_on_the_largest_component(pairs: set[tuple[int, int]]) -> None:
    graph = nx.Graph(sorted(pairs))
    found = betweenness(graph, RULES)
    sizes = sorted(map(len, nx.connected_components(graph)), reverse=True)
    assert found.size == (sizes[0] if sizes else 0)
    assert found.exact
    if found.size < 3:
        assert not found.values
        return
    assert set(found.values) in list(nx.connected_components(graph))
    assert found.values == pytest.approx(nx.betweenness_centrality(graph.subgraph(found.values)))


def test_pivots_come_near_and_are_the_same_each_time() -> None:
    graph = nx.barabasi_albert_graph(400, 2, seed=3)
    exact = betweenness(graph, RULES).values
    near = betweenness(graph, replace(RULES, exact_up_to=100, pivots=200))
    assert not near.exact
    assert near == betweenness(graph, replace(RULES, exact_up_to=100, pivots=200))
    first = sorted(exact, key=lambda one: -exact[one])[:10]
    assert len(set(first) & set(sorted(near.values, key=lambda one: -near.values[one])[:10])) >= 9
    assert all(near.values[one] == pytest.approx(exact[one], rel=0.2) for one in first)


def test_equal_values_have_the_same_rank() -> None:
    assert ranks({1: 0.5, 2: 0.9, 3: 0.5, 4: 0.0}) == {2: 1, 1: 2, 3: 2, 4: 4}


@quick
@given(pairs=drawn_ties)
def test_constraint_and_effective_size_are_those_of_networkx(
    net: Net, pairs: dict[tuple[str, str], tuple[int, int]]
) -> None:
    network = net(*tied(pairs))
    projection = network.projection(Options())
    sizes, constraints = nx.effective_size(projection.graph), nx.constraint(projection.graph, weight="weight")
    known = Positions(network, projection)
    for name in NAMES:
        one = number(network, name)
        found, degree = known.of(one), len(projection.ties.get(one, ()))
        assert found.partners == degree
        assert (found.effective_size is None) == (degree == 0)
        assert (found.constraint is None) == (degree < 3)
        if found.effective_size is not None:
            assert found.effective_size == pytest.approx(sizes[one])
        if found.constraint is not None:
            assert isfinite(found.constraint)
            assert found.constraint == pytest.approx(constraints[one])


def test_how_many_partners_are_not_linked_to_each_other_is_counted(net: Net) -> None:
    pairs = [("hub", name) for name in "abcde"] + [("a", "b")]
    network = net(
        *(record(f"trial/{one}{other}", {one: "sponsor", other: "collaborator"}) for one, other in pairs),
        organisation("c", parent="organisation/group"),
        organisation("d", parent="organisation/group"),
        organisation("group"),
    )
    found = position(network, "hub")
    assert (found.partners, found.apart) == (5, 1)  # e: a and b share a trial, c and d a house
    assert found.effective_size == 5 - 2 * 2 / 5


def test_own_units_are_no_partners(net: Net) -> None:
    network = net(
        organisation("unit", parent="organisation/hospital"),
        record("trial/a", {"hospital": "sponsor", "unit": "collaborator", "a": "collaborator"}, status="recruiting"),
        record("trial/b", {"hospital": "sponsor", "b": "collaborator"}, status="recruiting"),
        record("trial/c", {"unit": "sponsor", "c": "collaborator"}, status="recruiting"),
    )
    projection, hospital = network.projection(Options()), number(network, "hospital")
    assert position(network, "hospital") == Position(2, 2, 2.0, None)
    assert named(network, [one.organisation for one in partners(network, projection, hospital)]) == ["b", "a"]
    every = partners(network, projection, hospital, in_house=True)
    assert {network.model.label(one.organisation): one.in_house for one in every} == {
        "a": False,
        "b": False,
        "unit": True,
    }


def test_the_network_around_an_organisation_has_the_ties_between_its_partners(net: Net) -> None:
    pairs = {("hub", "a"): 3, ("hub", "b"): 2, ("hub", "c"): 1, ("a", "b"): 1, ("b", "far"): 1}
    network = net(
        *(
            record(f"trial/{one}{other}{n}", {one: "sponsor", other: "collaborator"}, status="recruiting")
            for (one, other), count in pairs.items()
            for n in range(count)
        )
    )
    projection, hub = network.projection(Options()), number(network, "hub")
    found = ego(network, projection, hub)
    assert [(network.model.label(p.organisation), p.weight, p.records) for p in found.partners] == [
        ("a", 3.0, 3),
        ("b", 2.0, 2),
        ("c", 1.0, 1),
    ]
    assert [(*named(network, tied[:2]), tied[2]) for tied in found.between] == [("a", "b", 1.0)]
    assert len(ego(network, projection, hub, most=1).partners) == 1


def test_who_bridges_two_groups_ranks_first_and_can_be_chosen_by_what_they_are(net: Net) -> None:
    groups = [["a", "b", "c"], ["x", "y", "z"]]
    pairs = [pair for group in groups for pair in combinations(group, 2)] + [("c", "bridge"), ("bridge", "x")]
    network = net(
        *(record(f"trial/{a}-{b}", {a: "sponsor", b: "collaborator"}) for a, b in pairs),
        organisation("x", country="nl"),
    )
    standing = network.standing(Options())
    brokers = standing.brokers()
    assert named(network, [one.organisation for one in brokers]) == ["bridge", "c", "x"]
    assert [one.rank for one in brokers] == [1, 2, 2]
    assert brokers[0].betweenness == pytest.approx(9 / 15)
    dutch = standing.brokers(lambda one: network.model.get(one, "country") == "nl")
    assert [(network.model.label(one.organisation), one.rank) for one in dutch] == [("x", 2)]


def test_in_components_of_one_and_two_nobody_stands_between(net: Net) -> None:
    network = net(record("trial/a", {"alone": "sponsor"}), record("trial/b", {"a": "sponsor", "b": "collaborator"}))
    standing = network.standing(Options())
    assert standing.brokers() == []
    assert {one.betweenness for one in standing.figures.values()} == {None}
    assert standing.figures[number(network, "alone")].position == Position(0, 0, None, None)
    assert standing.figures[number(network, "a")].position == Position(1, 1, 1.0, None)
