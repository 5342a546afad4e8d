"""Where organisations stand on a map: the same graph the same places, nobody on anybody, wider than tall."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from math import dist

import networkx as nx
import pytest

from kg.network.layout import SQUARE, STEP, WIDE, Place, layouts

SEVERAL = nx.disjoint_union_all([nx.barabasi_albert_graph(60, 2, seed=4), nx.complete_graph(5), nx.path_graph(3)])
ALONE = nx.empty_graph(7)


def layout(graph: nx.Graph) -> dict[int, Place]:
    return layouts(graph, WIDE)[0]


@pytest.mark.parametrize("graph", [SEVERAL, ALONE, nx.star_graph(40), nx.path_graph(2)])
def test_everybody_has_a_place_of_their_own(graph: nx.Graph) -> None:
    places = layout(graph)
    assert places.keys() == set(graph)
    assert min(dist(one, other) for one, other in combinations(places.values(), 2)) > STEP / 4


def test_the_places_do_not_depend_on_the_order_in_which_the_graph_was_made() -> None:
    turned = nx.Graph()
    turned.add_edges_from(reversed([(other, one) for one, other in SEVERAL.edges]))
    assert layout(turned) == layout(SEVERAL)


def test_the_tied_stand_nearer_than_others() -> None:
    places = layout(SEVERAL)
    tied = [dist(places[one], places[other]) for one, other in SEVERAL.edges]
    every = [dist(one, other) for one, other in combinations(places.values(), 2)]
    assert sum(tied) / len(tied) < sum(every) / len(every) / 2


def test_a_map_is_wider_than_tall_the_one_for_a_phone_less_so() -> None:
    many = nx.disjoint_union_all([SEVERAL, *(nx.path_graph(3) for _ in range(20))])
    wide, square = (_aspect(places.values()) for places in layouts(many, WIDE, SQUARE))
    assert wide > 1.5
    assert 0.8 < square < 1.4


def _aspect(places: Iterable[Place]) -> float:
    xs, ys = zip(*places, strict=True)
    return float((max(xs) - min(xs)) / (max(ys) - min(ys)))


def test_a_map_without_anybody_is_empty() -> None:
    assert layouts(nx.Graph(), WIDE, SQUARE) == [{}, {}]
