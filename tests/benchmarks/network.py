"""The collaborator network on the shipped graph and at 10,000 organisations: what is asked one at a time, each beside
networkx or a naive reckoning of the same, and what a build works out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from random import Random
from statistics import median

import networkx as nx

from kg.model import Model
from kg.network.brokers import betweenness, largest_component, read_broker_rules
from kg.network.communities import partitions, read_community_rules
from kg.network.constants import Section
from kg.network.introductions import introductions
from kg.network.network import Network
from kg.network.partners import ego
from kg.network.projection import Contribution, Options, Projection
from kg.schema import Schema
from tests.api.conftest import triples
from tests.benchmarks.rows import Row, row, timed
from tests.network.conftest import SHIPPED, YEAR, Records, organisation, record

ORGANISATIONS, PAIRS, FEW, SEED = 10_000, 60, 10, 7
"""How many there are, how many pairs are asked, how many of them beside a peer, and what the draw begins with."""
LIMIT = 0.02
"""Seconds for each question."""
SIZES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 5)
"""How many organisations share a record: twice as many as in the shipped ones."""

Pairs = Sequence[tuple[int, int]]
Work = Callable[[int, int], object]


def network_rows(shipped: Model) -> list[Row]:
    """Each question beside its limit and a peer, in medians over drawn pairs; then what a build works out."""
    constants = Section.read(SHIPPED)
    real = Network(shipped, constants, YEAR)
    grown = Network(synthetic(shipped.schema, ORGANISATIONS, SEED), constants, YEAR)
    return [*questions(real, "shipped"), *questions(grown, f"{ORGANISATIONS:,}"), *at_the_build(grown)]


def at_the_build(network: Network) -> Iterator[Row]:
    """What a build works out, beside networkx on the same graph."""
    graph, schema = network.projection(Options()).graph, network.model.schema
    component = graph.subgraph(largest_component(graph)).copy()
    brokers = read_broker_rules(schema, network.constants)
    once = replace(read_community_rules(schema, network.constants), runs=1)
    mine = timed(lambda: betweenness(graph, brokers))
    other = timed(lambda: nx.betweenness_centrality(component, k=brokers.pivots, seed=SEED))
    yield row("betweenness, 300 pivots", mine, "networkx", other, 2)
    mine = timed(lambda: partitions(graph, once))
    other = timed(lambda: nx.community.louvain_communities(graph, weight="weight", seed=SEED))
    yield row("communities, one run", mine, "networkx", other, 2)


def questions(network: Network, size: str) -> Iterator[Row]:
    """The rows of one network."""
    projection = network.projection(Options(grade="deal"))
    graph, pairs = projection.graph, drawn(projection, Random(SEED))
    members = {found.entity: {member.organisation for member in found.members} for found in projection.records}
    for name, ours, peer, theirs in (
        (
            "ego network",
            lambda one, _: ego(network, projection, one),
            "networkx, ego_graph",
            lambda one, _: nx.ego_graph(graph, one),
        ),
        (
            "tie evidence",
            lambda one, _: projection.contributions(one, next(iter(graph[one]))),
            "all records anew",
            lambda one, _: evidence_anew(projection, members, one, next(iter(graph[one]))),
        ),
        (
            "introductions",
            lambda one, other: introductions(network, one, other),
            "networkx, simple paths",
            lambda one, other: simple_paths(graph, one, other),
        ),
    ):
        yield from beside(f"{name}, {size}", pairs, ours, peer, theirs)


def beside(name: str, pairs: Pairs, ours: Work, peer: str, theirs: Work) -> Iterator[Row]:
    """The slowest of ours, at its best of three, beside the limit; then medians of both over a few pairs, in turns."""
    worst = max(min(timed(lambda pair=pair: ours(*pair)) for _ in range(3)) for pair in pairs)  # type: ignore[misc]
    yield row(f"{name}, slowest", worst, f"limit of {LIMIT * 1000:.0f} ms", LIMIT, 1)
    times = [
        (timed(lambda pair=pair: ours(*pair)), timed(lambda pair=pair: theirs(*pair)))  # type: ignore[misc]
        for pair in pairs[:FEW]
    ]
    yield row(name, median(mine for mine, _ in times), peer, median(other for _, other in times), 1)


def drawn(projection: Projection, random: Random) -> Pairs:
    """Pairs of connected organisations; every other one begins at one of the busiest."""
    graph = projection.graph
    connected = largest_component(graph)
    busiest = sorted(connected, key=lambda one: (-graph.degree(one), one))[: PAIRS // 2]
    starts = [one for pair in zip(busiest, random.sample(connected, PAIRS // 2), strict=True) for one in pair]
    return [(one, random.choice([other for other in connected if other != one])) for one in starts]


def evidence_anew(projection: Projection, members: Mapping[int, set[int]], one: int, other: int) -> list[Contribution]:
    """The records that two share, looked for among all, weighed as the projection does."""
    shared = {found.entity for found in projection.records if {one, other} <= members[found.entity]}
    return [found for found in projection.contributions(one, other) if found.record.entity in shared]


def simple_paths(graph: nx.Graph, one: int, other: int) -> list[list[int]]:
    """The first three simple paths by hops, then by the sum of 1/weight."""

    def cost(_one: int, _other: int, tie: Mapping[str, float]) -> float:
        return 1_000_000 + 1 / tie["weight"]

    return list(islice(nx.shortest_simple_paths(graph, one, other, weight=cost), 3))


def synthetic(schema: Schema, organisations: int, seed: int) -> Model:
    """A model of trials and agreements in which a few organisations take part in hundreds, and most in one or two."""
    random = Random(seed)
    names = [f"o{n}" for n in range(organisations)]
    weights = [1 / (n + 20) ** 0.85 for n in range(organisations)]
    found: Records = {}
    for n in range(organisations * 2):
        drawn_names = dict.fromkeys(random.choices(names, weights, k=random.choice(SIZES)))
        first, *others = drawn_names
        year = random.randint(2005, YEAR)
        if n % 8:
            roles = {first: "sponsor"} | dict.fromkeys(others, "collaborator")
            found |= record(f"trial/t{n}", roles, startDate=str(year - 3), completionDate=str(year))
        elif others:
            found |= record(f"agreement/a{n}", {first: "licensor", others[0]: "licensee"}, signed=str(year))
    for name in names:
        found |= organisation(name)
    return Model.from_triples(schema, triples(schema, found))
