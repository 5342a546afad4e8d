"""Requests a second over HTTP: ours, Strawberry's own application and mercurius, each in a process of its own.

Load comes from autocannon, on one server after another, again and again; each connection asks the mix in an order of
its own. Servers of ready bytes tell what machine and load generator can do. At the end each server is asked rounds of
the mix with variables that were not asked before, so that nothing of the answers is kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import orjson

from api.schema import make_schema
from kg.release import Releases
from tests.benchmarks import hostile
from tests.benchmarks.mix import Operation
from tests.benchmarks.node_files import write_files
from tests.benchmarks.peers_node import FILES, Draw, shown, shuffled, without_search
from tests.benchmarks.rows import Row, missing, row
from tests.npm import NoPackagesError, install

CONNECTIONS = (32, 1)
SECONDS, TURNS, WARMING = 3.0, 3, 6.0
"""How long each load lasts, how often each server has it, and how long all are warmed before."""
NEW_ROUNDS = 120
"""Rounds of the mix with variables of their own: more than are asked in that time."""
TAIL = 8.0
"""How many times its median a server's slowest hundredth may take."""
ROOT = Path(__file__).resolve().parents[2]

OURS, STRAWBERRY, MERCURIUS = "ours", "Strawberry's ASGI app", "mercurius with graphql-jit"
UVICORN, NODE = "ready bytes on uvicorn", "ready bytes on Node.js"
WHOLE, PART = "the mix over HTTP", "the mix without search over HTTP"
NEW = f"{PART}, variables new"
PUT = {OURS: (WHOLE, PART), STRAWBERRY: (WHOLE,), MERCURIUS: (PART,), UVICORN: (WHOLE,), NODE: (WHOLE,)}
"""What each server is asked again and again."""


@dataclass(frozen=True)
class Load:
    """What came of one load; times in seconds."""

    answers: int
    seconds: float
    faults: int
    p50: float
    p99: float

    @property
    def each(self) -> float:
        """Seconds of the server's time for each answer."""
        return self.seconds / self.answers


def throughput_rows(home: Path, draw: Draw) -> list[Row]:
    """The rows for the current release of a home; rounds of the mix are drawn by number."""
    with TemporaryDirectory() as place, ExitStack() as servers:
        try:
            folder = install(FILES, Path(place))
        except NoPackagesError as reason:
            return [missing(WHOLE, STRAWBERRY, str(reason)), missing(PART, MERCURIUS, str(reason))]
        write_bodies(folder, draw)
        release = Releases(home).current()
        write_files(folder, make_schema(release.schema), release.model)
        urls = dict(_servers(home, folder, servers))
        wrong = {name: fault for name in (STRAWBERRY, MERCURIUS) if (fault := _fault(urls, name, draw(0)))}
        loads = _in_turns(folder, urls)
    rows = [row for name, row in _rows(loads) if name not in wrong]
    return [*(missing(PUT[name][0], name, fault) for name, fault in wrong.items()), *rows]


def write_bodies(folder: Path, draw: Draw) -> None:
    """What is put to servers into files of the folder, as many orders of the same as there are connections."""
    operations, random = draw(0), Random(0)
    new = [one for number in range(1, NEW_ROUNDS + 1) for one in without_search(draw(number))]
    again = {WHOLE: operations, PART: without_search(operations)}
    for what, part in again.items():
        _write(folder, what, [one for _ in range(CONNECTIONS[0]) for one in shuffled(part, random)])
    _write(folder, NEW, new)


def _write(folder: Path, what: str, operations: Sequence[Operation]) -> None:
    _file(folder, what).write_bytes(orjson.dumps([_body(one) for one in operations]))


def _body(operation: Operation) -> dict[str, Any]:
    return {"query": operation.query, "variables": operation.variables}


def _file(folder: Path, what: str) -> Path:
    return folder / f"{what}.json"


# ---------------------------------------------------------------- servers


def _servers(home: Path, folder: Path, servers: ExitStack) -> Iterator[tuple[str, str]]:
    """All servers, started: their names and where they listen."""
    ours = servers.enter_context(hostile.server(home)).url.rstrip("/")
    yield OURS, ours
    node = ["node", "--max-old-space-size=8192"]
    python = [sys.executable, "-m", "tests.benchmarks.asgi_peers"]
    size = str(_usual_size(ours, orjson.loads(_file(folder, WHOLE).read_bytes())))
    for name, command, where in (
        (STRAWBERRY, [*python, "strawberry", str(home.resolve())], ROOT),
        (MERCURIUS, [*node, "server.mjs", "."], folder),
        (UVICORN, [*python, "ready", size], ROOT),
        (NODE, [*node, "ready.mjs", size], folder),
    ):
        yield name, servers.enter_context(_started(command, where))


@contextmanager
def _started(command: Sequence[str], where: Path) -> Iterator[str]:
    """A server in a process of its own; where it listens, which it says when it is ready."""
    quick = os.environ | {"NODE_ENV": "production"}
    with subprocess.Popen(command, cwd=where, env=quick, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def _usual_size(url: str, bodies: Sequence[Mapping[str, Any]]) -> int:
    """The median of the sizes of our answers."""
    with httpx.Client(base_url=url) as client:
        return int(median(len(client.post("/graphql", json=body).content) for body in bodies[:200]))


def _fault(urls: Mapping[str, str], name: str, operations: Sequence[Operation]) -> str:
    """How a server is wrong; nothing if its answers are ours."""
    asked = operations if WHOLE in PUT[name] else without_search(operations)
    wrong = 0
    with httpx.Client(timeout=60) as client:
        for body in map(_body, asked):
            ours, theirs = (client.post(f"{urls[one]}/graphql", json=body).json()["data"] for one in (OURS, name))
            wrong += shown(ours) != shown(theirs)
    return f"{wrong} of {len(asked)} answers are not ours" if wrong else ""


# ------------------------------------------------------------------- load

Loads = Mapping[tuple[str, str, int], list[Load]]
"""By a server's name, what it was asked, and over how many connections."""


def _in_turns(folder: Path, urls: Mapping[str, str]) -> Loads:
    """The loads on each server."""
    pairs = [(name, what) for name in urls for what in PUT[name]]
    for name, what in pairs:
        load(folder, urls[name], what, CONNECTIONS[0], WARMING)
    loads: dict[tuple[str, str, int], list[Load]] = {}
    for connections, _, (name, what) in product(CONNECTIONS, range(TURNS), pairs):
        found = load(folder, urls[name], what, connections, SECONDS)
        loads.setdefault((name, what, connections), []).append(found)
    for name in (OURS, STRAWBERRY, MERCURIUS):
        loads[name, NEW, CONNECTIONS[0]] = [load(folder, urls[name], NEW, CONNECTIONS[0], SECONDS)]
    return loads


def load(folder: Path, url: str, what: str, connections: int, seconds: float) -> Load:
    """Put load on a server; the folder has the load generator and what is put to it."""
    command = ["node", "load.mjs", url, str(connections), str(seconds), _file(folder, what).name]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=seconds + 60)
    return Load(**orjson.loads(done.stdout))


def _rows(loads: Loads) -> Iterator[tuple[str, Row]]:
    """The rows, each with the name of the server that stands beside ours."""
    goals = {(STRAWBERRY, WHOLE): 15.0, (MERCURIUS, PART): 1.5}
    for connections in CONNECTIONS:
        many = connections == CONNECTIONS[0]
        over = f"{connections} connection{'s' if many else ''}"
        for name, what in (*((one, PUT[one][0]) for one in PUT if one != OURS), (STRAWBERRY, NEW), (MERCURIUS, NEW)):
            if (name, what, connections) in loads:
                ours, theirs = (median(load.each for load in loads[one, what, connections]) for one in (OURS, name))
                yield name, row(f"{what}, {over}", ours, name, theirs, goals.get((name, what)) if many else None)
        mine = loads[OURS, WHOLE, connections]
        p50, p99 = median(load.p50 for load in mine), median(load.p99 for load in mine)
        beside = f"{TAIL:.0f} times the median"
        yield OURS, row(f"99 % of {WHOLE}, {over}", p99, beside, TAIL * p50, 1.0 if many else None)
    faults = sum(load.faults for (name, _, _), found in loads.items() if name == OURS for load in found)
    if faults:
        yield OURS, missing(WHOLE, OURS, f"{faults} requests failed")
