"""Communities are those whose members stay together whatever the order of the input, named by what marks them."""

from __future__ import annotations

from itertools import combinations
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network.communities import UNIT, cores
from kg.network.louvain import louvain
from kg.network.projection import Options
from tests.network.conftest import Net, Records, named, organisation, record

quick = settings(max_examples=60, deadline=None)


def clique(names: str, **fields: str) -> list[Records]:
    """Trials that tie each two."""
    return [record(f"trial/{a}{b}", {a: "sponsor", b: "collaborator"}, **fields) for a, b in combinations(names, 2)]


@pytest.mark.parametrize("seed", range(5))
def test_louvain_comes_to_the_modularity_of_networkx(seed: int) -> None:
    graph = nx.connected_caveman_graph(6, 6)
    graph.add_edges_from(nx.barabasi_albert_graph(36, 1, seed=seed).edges)
    weights = {pair: Random(seed).randint(1, 9) for pair in graph.edges}
    nx.set_edge_attributes(graph, weights, "weight")
    near = [{other: tie["weight"] * UNIT for other, tie in graph[node].items()} for node in range(36)]
    found = louvain(near, Random(seed))
    ours = [{node for node in range(36) if found[node] == one} for one in set(found)]
    theirs = nx.community.louvain_communities(graph, weight="weight", seed=seed)
    score = nx.community.modularity
    assert score(graph, ours, weight="weight") > score(graph, theirs, weight="weight") - 0.02


@quick
@given(
    runs=st.integers(1, 10).flatmap(
        lambda nodes: st.lists(st.lists(st.integers(0, 2), min_size=nodes, max_size=nodes), min_size=1, max_size=10)
    ),
    together=st.sampled_from([0.5, 0.8, 1.0]),
)
def test_each_two_of_a_core_were_together_in_the_stated_share_of_runs(runs: list[list[int]], together: float) -> None:
    found = cores([dict(enumerate(run)) for run in runs], together)
    assert sorted(node for members, _ in found for node in members) == list(range(len(runs[0])))
    for members, least in found:
        shares = [sum(run[a] == run[b] for run in runs) / len(runs) for a, b in combinations(members, 2)]
        assert least == min(shares, default=1.0)
        assert least >= together


def test_two_groups_with_one_tie_between_them_are_two_communities(net: Net) -> None:
    network = net(
        *clique("abcd", modality="car-t", status="recruiting"),
        *clique("wxyz", modality="msc", status="recruiting"),
        record("trial/bridge", {"d": "sponsor", "w": "collaborator"}, completionDate="2000"),
        *(organisation(name, country="nl") for name in "abc"),
        organisation("w", country="jp"),
    )
    standing = network.standing(Options())
    first, second = standing.communities
    assert sorted(named(network, first.members)) == list("abcd")
    assert sorted(named(network, second.members)) == list("wxyz")
    assert (first.together, first.records) == (1.0, 6)
    assert first.by_record == (("car-t", 6),)
    assert (first.by_member, second.by_member) == ((("nl", 3),), (("jp", 1),))
    assert standing.community(second.members[0]) == second


def test_a_record_without_a_value_of_its_own_has_that_of_what_it_is_about(net: Net) -> None:
    product: Records = {"product/cells": {"name": "Cells", "modality": "til"}}
    network = net(
        product,
        *(one | {} for one in clique("abc")),
        record("agreement/x", {"a": "licensor", "b": "licensee"}, scope=["product/cells"]),
    )
    (found,) = network.standing(Options()).communities
    assert found.by_record == (("til", 1),)
    assert found.records == 4


def test_what_falls_apart_in_other_orders_is_not_shown(net: Net) -> None:
    ring = "abcdefghijkl"
    pairs = zip(ring, ring[1:] + ring[0], strict=True)
    network = net(*(record(f"trial/{a}{b}", {a: "sponsor", b: "collaborator"}) for a, b in pairs))
    assert network.standing(Options()).communities == ()


def test_pairs_isolates_and_an_empty_graph_have_no_community(net: Net) -> None:
    network = net(record("trial/a", {"alone": "sponsor"}), record("trial/b", {"a": "sponsor", "b": "collaborator"}))
    assert network.standing(Options()).communities == ()
    assert net().standing(Options()).communities == ()
