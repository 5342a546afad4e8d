"""Communities: who stays together in most of many runs of Louvain on shuffled input, and what marks them.

A single run always finds communities, in noise too. What is shown are cores: sets of which each two members were
together in at least a stated share of the runs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Any

import networkx as nx

from kg.model import Model
from kg.network.constants import Section
from kg.network.louvain import louvain
from kg.network.network import Network
from kg.network.projection import Projection
from kg.network.records import ORGANISATION
from kg.schema import Schema

UNIT = 10_000
"""Weights are counted in ten thousandths, in whole numbers."""

Counts = tuple[tuple[str, int], ...]
"""Values with how often they occur, most first."""


@dataclass(frozen=True)
class CommunityRules:
    """What holds for communities; see ``data/network.yaml``. ``together`` is a share of the ``runs``."""

    runs: int
    together: float
    seed: int
    smallest: int
    records: str
    through: tuple[str, ...]
    members: str


@dataclass(frozen=True)
class Community:
    """Organisations that belong together, by number, the one with the strongest ties inside first.

    ``together`` is the least share of runs in which two of them were together. ``records`` tie at least two of them;
    ``by_record`` counts their values, ``by_member`` the members' own.
    """

    members: tuple[int, ...]
    together: float
    records: int
    by_record: Counts
    by_member: Counts


def read_community_rules(schema: Schema, whole: Section) -> CommunityRules:
    """The section ``communities``; raises ``DataError`` for what cannot be used."""
    section = whole.section("communities")
    section.refuse_others(("runs", "together", "seed", "smallest", "records", "through", "members"))
    fields = {name for kind in schema.concrete("Context") for name in kind.fields}
    return CommunityRules(
        runs=int(section.number("runs", least=1)),
        together=section.number("together", most=1),
        seed=int(section.number("seed")),
        smallest=int(section.number("smallest", least=2)),
        records=section.text("records", fields),
        through=section.words("through", fields),
        members=section.text("members", schema.types[ORGANISATION].fields),
    )


def communities(network: Network, projection: Projection, rules: CommunityRules) -> list[Community]:
    """The communities of a projection, the largest first; none where nobody stays together."""
    found = cores(partitions(projection.graph, rules), rules.together)
    shown = [core for core in found if len(core[0]) >= rules.smallest]
    records = _records(projection, [members for members, _ in shown])
    made = (
        _community(network.model, projection, rules, *core, tied) for core, tied in zip(shown, records, strict=True)
    )
    return sorted(made, key=lambda one: (-len(one.members), min(one.members)))


def partitions(graph: nx.Graph, rules: CommunityRules) -> list[dict[int, int]]:
    """One run after another: the community of each organisation that has a tie."""
    random = Random(rules.seed)
    near = {one: [(other, _units(tie)) for other, tie in ties.items()] for one, ties in graph.adjacency() if ties}
    nodes = sorted(near)
    found = []
    for _ in range(rules.runs):
        random.shuffle(nodes)
        place = {node: number for number, node in enumerate(nodes)}
        weights = [{place[other]: weight for other, weight in near[node]} for node in nodes]
        found.append(dict(zip(nodes, louvain(weights, random), strict=True)))
    return found


def cores(runs: Sequence[Mapping[int, int]], together: float) -> list[tuple[list[int], float]]:
    """Sets of which each two were together in a share of the runs or more, with the least share that two of them have.

    Those who never parted are one from the start; then sets join, the surest first, as long as all pairs allow it.
    """
    atoms: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for node in sorted(runs[0]) if runs else ():
        atoms[tuple(run[node] for run in runs)].append(node)
    shares = _shares(list(atoms), len(runs), together)
    groups = [[number] for number in range(len(atoms))]
    home = list(range(len(atoms)))
    for one, other in sorted(shares, key=lambda pair: (-shares[pair], pair)):
        here, there = home[one], home[other]
        if here != there and all((min(a, b), max(a, b)) in shares for a in groups[here] for b in groups[there]):
            for atom in groups[there]:
                home[atom] = here
            groups[here] = sorted(groups[here] + groups[there])
            groups[there] = []
    nodes = list(atoms.values())
    return [
        (
            sorted(node for atom in group for node in nodes[atom]),
            min((shares[pair] for pair in combinations(group, 2)), default=1.0),
        )
        for group in groups
        if group
    ]


def _units(tie: Mapping[str, Any]) -> int:
    return max(1, round(float(tie["weight"]) * UNIT))


def _shares(atoms: Sequence[tuple[int, ...]], runs: int, together: float) -> dict[tuple[int, int], float]:
    """For each two sets that were together often enough the share of the runs in which they were."""
    counts: Counter[tuple[int, int]] = Counter()
    for run in range(runs):
        found: dict[int, list[int]] = defaultdict(list)
        for number, atom in enumerate(atoms):
            found[atom[run]].append(number)
        for numbers in found.values():
            counts.update(combinations(numbers, 2))
    return {pair: count / runs for pair, count in counts.items() if count >= together * runs}


# ---------------------------------------------------------------- what marks a community


def _records(projection: Projection, groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """By community the records that have at least two of its members."""
    home = {member: number for number, members in enumerate(groups) for member in members}
    found: list[list[int]] = [[] for _ in groups]
    for record in projection.records:
        counts = Counter(home[m.organisation] for m in record.members if m.organisation in home)
        for number, count in counts.items():
            if count > 1:
                found[number].append(record.entity)
    return found


def _community(
    model: Model,
    projection: Projection,
    rules: CommunityRules,
    members: Sequence[int],
    together: float,
    records: Sequence[int],
) -> Community:
    inside = set(members)

    def strength(member: int) -> int:
        ties = projection.ties[member]
        return sum(_units(ties[other]) for other in ties.keys() & inside)

    return Community(
        members=tuple(sorted(members, key=lambda member: (-strength(member), member))),
        together=together,
        records=len(records),
        by_record=_counted(_values(model, record, rules) for record in records),
        by_member=_counted(model.values(member, rules.members) for member in members),
    )


def _values(model: Model, record: int, rules: CommunityRules) -> set[object]:
    """The record's own values, or those of what it links to."""
    fields = model.kind(record).fields
    if rules.records in fields and (own := model.values(record, rules.records)):
        return set(own)
    linked = (one for link in rules.through if link in fields for one in model.links(record, link))
    return {
        value for one in linked if rules.records in model.kind(one).fields for value in model.values(one, rules.records)
    }


def _counted(found: Iterable[Iterable[object]]) -> Counts:
    counts = Counter(str(value) for values in found for value in values)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
