"""How the answers of the mix slow down when the graph grows a hundredfold while they stay of one size."""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import median

from api.reading import Release
from tests.benchmarks import peers_python as peers
from tests.benchmarks.answering import COUNT, FOUR_HOPS, ROUNDS
from tests.benchmarks.homes import LARGE, SMALL, synthetic
from tests.benchmarks.mix import SHARES, Operation, mix
from tests.benchmarks.rows import RUNS, Row, in_turns, row

ALL = "all"
AT_MOST, ALIKE = 1.5, 1.25
"""How many times the small graph's median that of the large one may be, and how many times as long an answer may be
that counts as one of the same size."""


def growth_rows(home: Path) -> Iterator[Row]:
    """The medians at 100,000 trials beside those at 1,000, in turns, over operations with answers of one size."""
    releases = [synthetic(home, trials) for trials in (LARGE, SMALL)]
    which = [peers.ours(release) for release in releases]
    what, beside = f"{LARGE:,} trials", f"{SMALL:,} trials"
    gc.freeze()
    for name, seeds, goal in (("warm", [0] * (ROUNDS + 1), 1 / AT_MOST), ("variables new", range(2 * ROUNDS), None)):
        times = _times(which, releases, seeds)
        for kind in (ALL, *SHARES):
            large, small = map(median, zip(*times[kind], strict=True))
            shown = f"mix of {COUNT}, {what}, {name}" if kind == ALL else f"  {kind}, {name}"
            yield row(shown, large, beside, small, goal if kind == ALL else None)
    large, small = in_turns([lambda peer=peer: peer(FOUR_HOPS, None) for peer in which], 3 * RUNS)  # type: ignore[misc]
    yield row(f"four hops, {what}", large, beside, small, None)


def _times(
    which: Sequence[peers.Peer], releases: Sequence[Release], seeds: Sequence[int]
) -> Mapping[str, list[tuple[float, float]]]:
    """By kind, and of all, the seconds that each pair of operations takes; the first round is for warming up."""
    times: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for number, seed in enumerate(seeds):
        for pair in _pairs(releases, seed, number):
            (one, size), (other, size_there) = (_asked(*asked) for asked in zip(which, pair, strict=True))
            if number and max(size, size_there) <= ALIKE * min(size, size_there):
                times[pair[0].kind].append((one, other))
                times[ALL].append((one, other))
    return times


def _asked(peer: peers.Peer, operation: Operation) -> tuple[float, int]:
    """The seconds that an operation takes, and the size of its answer."""
    start = time.perf_counter()
    answer = peer(operation.query, operation.variables)
    return time.perf_counter() - start, len(answer)


def _pairs(releases: Sequence[Release], seed: int, number: int) -> list[tuple[Operation, ...]]:
    """The operations of a mix over each release, those of one text together, in random order."""
    every = [sorted(mix(release.model, COUNT, seed), key=lambda one: one.query) for release in releases]
    pairs = list(zip(*every, strict=True))
    Random(number).shuffle(pairs)
    return pairs
