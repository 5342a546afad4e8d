"""How quickly operations are answered: a mix, asked before and with other variables, and the query of four hops."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median

import orjson
import rdflib

from api.reading import Release
from tests.benchmarks import peers_python as peers
from tests.benchmarks.mix import Operation, mix
from tests.benchmarks.naive import Patterns, Queries, naive_schema
from tests.benchmarks.rows import RUNS, Row, in_turns, row, timed

FOUR_HOPS = (Path(__file__).parent / "four-hops.graphql").read_text(encoding="utf-8")
COUNT, ROUNDS, UNSEEN = 200, 5, 3
"""Operations of a mix, rounds of it, and mixes of other texts."""
TIMES_STRAWBERRY, TIMES_NAIVE, OF_THE_LIMIT = 20, 150, 1 / 4


def mix_rows(release: Release, size: str) -> Iterator[Row]:
    """The median operation of the mix, warm, with variables never asked before, and of texts never seen."""
    mine, other = peers.ours(release), peers.strawberry_cached(release)
    rounds = [mix(release.model, COUNT, seed) for seed in range(ROUNDS + 1)]
    ours, theirs = medians([mine, other], again(rounds[0]))
    yield row(f"mix of {COUNT}, {size}, warm", ours, "Strawberry, with caches", theirs, TIMES_STRAWBERRY)
    ours, theirs = medians([mine, other], rounds)
    yield row(f"mix of {COUNT}, {size}, variables new", ours, "Strawberry, with caches", theirs, None)
    alone = peers.strawberry_alone(release)
    unseen = [mix(release.model, COUNT, seed, texts=seed) for seed in range(2, UNSEEN + 2)]
    ours, theirs = medians([mine, alone], [rounds[0], *unseen])
    yield row(f"first of its text, {size}", ours, "Strawberry, execute_sync", theirs, 1)


def again(operations: Sequence[Operation]) -> list[Sequence[Operation]]:
    """The same operations round after round, in random order."""
    random = Random(0)
    return [operations, *(random.sample(operations, len(operations)) for _ in range(ROUNDS))]


def medians(which: Sequence[peers.Peer], rounds: Sequence[Sequence[Operation]]) -> list[float]:
    """The median of the seconds that each takes for an operation, in turns by round; the first is for warming up.

    Not by operation: then each would find the processor's caches as the other left them, and no server does.
    """
    times: list[list[float]] = [[] for _ in which]
    gc.freeze()
    for number, operations in enumerate(rounds):
        for peer, taken in zip(which, times, strict=True):
            seconds = [timed(lambda: peer(one.query, one.variables)) for one in operations]  # noqa: B023  # called at once
            taken += seconds if number else []
    return [median(taken) for taken in times]


def hop_rows(release: Release) -> Iterator[Row]:
    """The query of four hops beside those who answer it otherwise, and beside the limit: writing the answer out."""
    mine, other = peers.ours(release), peers.strawberry_cached(release)
    data = orjson.loads(mine(FOUR_HOPS, None))["data"]
    graph = rdflib.Graph().parse(release.dump("turtle"), format="turtle")
    schema = naive_schema()
    ready = peers.ready_objects(schema, FOUR_HOPS, data)

    def naive(reading: type) -> Callable[[], object]:
        return lambda: same(schema.execute_sync(FOUR_HOPS, context_value=reading(graph)).data, data)

    beside: list[tuple[str, Callable[[], object], float | None]] = [
        ("orjson of the ready answer", lambda: orjson.dumps(data), OF_THE_LIMIT),
        ("Strawberry, rdflib patterns", naive(Patterns), TIMES_NAIVE),
        ("Strawberry, with caches", lambda: other(FOUR_HOPS, None), TIMES_STRAWBERRY),
        ("graphql-core, ready objects", ready, None),
    ]
    gc.freeze()
    ours, *theirs = in_turns([lambda: mine(FOUR_HOPS, None), *(work for _, work, _ in beside)], 3 * RUNS)
    for (name, _, goal), seconds in zip(beside, theirs, strict=True):
        yield row("four hops, warm", ours, name, seconds, goal)
    yield row("four hops, warm", ours, "Strawberry, rdflib SPARQL", timed(naive(Queries)), None)


def same(found: object, expected: object) -> object:
    """The answer of a peer; raises if it is another than ours."""
    if found != expected:
        raise ValueError("A peer gives another answer than ours, so they cannot be compared.")
    return found
