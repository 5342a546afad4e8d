"""GraphQL engines of Node.js beside ours: the same schema, read model and operations, in a process of their own.

graphql-js interprets an operation, graphql-jit compiles it. Their resolvers stand over ready objects with indexes, as
a Node.js engineer would write them who has all of the graph in memory; they have no search, so here ours goes without.
"""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from api.execute import answer
from api.reading import Release
from api.schema import make_schema
from tests.benchmarks.mix import Operation
from tests.benchmarks.node_files import write_files
from tests.benchmarks.rows import Row, missing, row, timed
from tests.npm import NoPackagesError, install

FILES = Path(__file__).parent / "node"
FOUR_HOPS = Path(__file__).parent / "four-hops.graphql"
WARMING, ROUNDS = 60, 12
"""Rounds of the mix until V8 has compiled what it is going to, and rounds that are timed."""
WHAT = "the mix without search"
ENGINES = {"graphql-js": None, "graphql-jit": 1.0, "graphql-jit, fast-json-stringify": 1.0}
"""Each engine with the goal beside it."""
FASTEST, OURS = "graphql-jit", "ours"

Answer = Mapping[str, Any]
Draw = Callable[[int], Sequence[Operation]]
"""Gives the operations of a round: texts that are the same in each, with variables of its own."""
Times = Mapping[str, list[float]]
"""Seconds by kind of operation."""


def versions() -> dict[str, str]:
    """Node.js, if it is here, and the packages as they are pinned."""
    if shutil.which("node") is None:
        return {}
    found = subprocess.run(["node", "--version"], capture_output=True, encoding="utf-8", check=True).stdout.strip()
    pinned: dict[str, str] = json.loads((FILES / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return {"Node.js": found.removeprefix("v"), **pinned}


class NodePeers:
    """The engines, started and told what to run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._line()  # it is ready

    def answers(self, engine: str, operations: Sequence[Operation]) -> list[Answer]:
        """The answer to each, with its ``data`` or its ``error``."""
        found: list[Answer] = self._ask("answers", engine, operations)
        return found

    def warm(self, engine: str, operations: Sequence[Operation]) -> list[float]:
        """The seconds that each takes."""
        return [ms / 1000 for ms in self._ask("warm", engine, operations)]

    def first(self, engine: str, operations: Sequence[Operation]) -> list[float]:
        """The seconds that each takes whose text was not seen before."""
        return [ms / 1000 for ms in self._ask("first", engine, operations)]

    def _ask(self, command: str, engine: str, operations: Sequence[Operation]) -> Any:
        asked = [{"query": one.query, "variables": one.variables} for one in operations]
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"command": command, "engine": engine, "operations": asked}) + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the peers in Node.js have ended; what they wrote last is above")
        return json.loads(line)


@contextmanager
def node_peers(release: Release) -> Iterator[NodePeers]:
    """The peers over the model of a release; raises NoPackagesError where there is no Node.js or no registry."""
    with TemporaryDirectory() as place:
        folder = write_files(install(FILES, Path(place)), make_schema(release.schema), release.model)
        command = ["node", "--max-old-space-size=8192", "peers.mjs", "."]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, cwd=folder, text=True, **pipes) as process:  # type: ignore[call-overload]
            try:
                yield NodePeers(process)
            finally:
                process.kill()


class Ours:
    """Our own engine, asked in the same way."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._schema = make_schema(release.schema)

    def data(self, operation: Operation) -> Any:
        """The data of an answer."""
        return orjson.loads(self._answer(operation))["data"]

    def warm(self, operations: Sequence[Operation]) -> list[float]:
        """The seconds that each takes."""
        return [timed(lambda one=one: self._answer(one)) for one in operations]  # type: ignore[misc]

    def _answer(self, operation: Operation) -> bytes:
        return answer(self._schema, self._release, operation.query, operation.variables).content


def node_rows(release: Release, draw: Draw) -> list[Row]:
    """The engines beside ours. Round 0 is asked again and again, others of their own variables once each."""
    try:
        with node_peers(release) as peers:
            return _beside(release, peers, lambda number: without_search(draw(number)))
    except NoPackagesError as reason:
        return [missing(f"{WHAT}, warm", engine, str(reason)) for engine in ENGINES]


def without_search(operations: Sequence[Operation]) -> list[Operation]:
    """What the peers have resolvers for."""
    return [one for one in operations if one.kind != "search"]


def _beside(release: Release, peers: NodePeers, draw: Draw) -> list[Row]:
    ours, four_hops = Ours(release), Operation("four hops", "four hops", FOUR_HOPS.read_text(encoding="utf-8"), {})
    known = [*draw(0), four_hops]
    first = {OURS: ours.warm(known)}
    wrong = {engine: fault for engine in ENGINES if (fault := differing(ours, peers.answers(engine, known), known))}
    right = [engine for engine in ENGINES if engine not in wrong]
    first |= {engine: peers.first(engine, known) for engine in right}
    warmed = Random(0)
    for _, engine in product(range(WARMING), right):
        peers.warm(engine, shuffled(known, warmed))
    again = _timed(ours, peers, right, [shuffled(known, warmed) for _ in range(ROUNDS)])
    anew = _timed(ours, peers, right, [draw(number) for number in range(1, ROUNDS + 1)])
    return [
        *(missing(f"{WHAT}, warm", engine, fault) for engine, fault in wrong.items()),
        *_warm_rows(again, right),
        *(row(f"{WHAT}, variables new", _middle(anew[OURS]), one, _middle(anew[one]), None) for one in right),
        *(row(f"{WHAT}, first", median(first[OURS]), one, median(first[one]), None) for one in right),
    ]


def shuffled(operations: Sequence[Operation], random: Random) -> list[Operation]:
    """The operations in random order."""
    return random.sample(operations, len(operations))


def _timed(
    ours: Ours, peers: NodePeers, engines: Sequence[str], rounds: Sequence[Sequence[Operation]]
) -> dict[str, Times]:
    """The seconds that each engine takes for all rounds, in turns."""
    times: dict[str, Times] = {engine: defaultdict(list) for engine in (OURS, *engines)}
    gc.collect()
    gc.freeze()  # as `atmp-kg serve` does
    for operations in rounds:
        found = {OURS: ours.warm(operations), **{engine: peers.warm(engine, operations) for engine in engines}}
        for engine, taken in found.items():
            for one, seconds in zip(operations, taken, strict=True):
                times[engine][one.kind].append(seconds)
    gc.unfreeze()
    return times


def _middle(times: Times, only: str | None = None) -> float:
    """The median of the mix, or of one kind."""
    kinds = [kind for kind in times if kind != "four hops"] if only is None else [only]
    return median(seconds for kind in kinds for seconds in times[kind])


def _warm_rows(times: Mapping[str, Times], engines: Sequence[str]) -> Iterator[Row]:
    for engine in engines:
        yield row(f"{WHAT}, warm", _middle(times[OURS]), engine, _middle(times[engine]), ENGINES[engine])
    if FASTEST in engines:
        for kind in times[OURS]:
            yield row(f"{kind}, warm", _middle(times[OURS], kind), FASTEST, _middle(times[FASTEST], kind), None)


# ------------------------------------------------------------- the same answers


def differing(ours: Ours, theirs: Sequence[Answer], operations: Sequence[Operation]) -> str:
    """How a peer is wrong; nothing if each of its answers equals ours."""
    wrong = [
        f"{one.name} ({found.get('error', 'other data')})"
        for one, found in zip(operations, theirs, strict=True)
        if shown(found.get("data")) != shown(ours.data(one))
    ]
    return f"{len(wrong)} of {len(operations)} answers are not ours, such as {wrong[0]}" if wrong else ""


def shown(data: Any) -> Any:
    """Data as it is compared: a cursor is there or not, as each server writes its own."""
    if isinstance(data, list):
        return [shown(one) for one in data]
    if isinstance(data, dict):
        return {
            name: value is not None if name.lower().endswith("cursor") else shown(value) for name, value in data.items()
        }
    return data
