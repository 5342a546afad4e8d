"""From a dump to what answers: time and memory beside rdflib, whole builds, and the start of a server.

``python -m tests.benchmarks.loading HOME ours|rdflib`` loads the N-Triples dump of the current release of a home and
prints the most bytes of memory that its process held.
"""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from urllib.error import URLError

import pyoxigraph as ox
import rdflib

from kg import settings
from kg.build import build
from kg.export import FORMATS, in_order, prefixes, write_dump
from kg.model import Model
from kg.release import MODEL, Release, Releases
from kg.settings import Settings
from kg.store import GraphStore
from tests.benchmarks.generate import write_folder
from tests.benchmarks.homes import LARGE, MIDDLE, no_collection, shipped, synthetic
from tests.benchmarks.rows import RUNS, Row, in_turns, row, timed

FEW = 3
Work = Callable[[], object]
TIMES_RDFLIB, BYTES = 8, 1000
"""How many times faster than rdflib, and bytes of memory for a triple."""


def build_rows(home: Path) -> Iterator[Row]:
    """Whole builds, validation included, beside the limits promised for them."""
    given = settings.load(home=home / "built")
    generated = Settings(home=home / "generated", ontology=given.ontology, data=home / "data")
    write_folder(generated.data, 2_000)
    for name, inputs, limit in (("build, shipped data", given, 60.0), ("build, 2,000 records", generated, 20.0)):
        seconds = median(timed(lambda inputs=inputs: build(inputs, force=True)) for _ in range(FEW))  # type: ignore[misc]
        yield row(name, seconds, f"limit of {limit:.0f} s", limit, 1.0, "s")


def load_rows(home: Path) -> Iterator[Row]:
    """The default graph from its dump into the store and the read model, beside rdflib reading the same file."""
    for release, size in ((shipped(home), "shipped"), (synthetic(home, MIDDLE), f"{MIDDLE:,} trials")):
        every = (ours_from, store_from, snapshot_from, rdflib_from)
        lines: list[Work] = [partial(work, release) for work in every]
        turtle: list[Work] = [partial(model_from, release), partial(rdflib_from, release, "turtle")]
        with no_collection():
            both, store, snapshot, theirs = in_turns(lines, FEW)
            model, theirs_of_turtle = in_turns(turtle, FEW)
        beside = "rdflib, N-Triples"
        yield row(f"N-Triples to store and model, {size}", both, beside, theirs, TIMES_RDFLIB, "s")
        yield row(f"  to the store alone, {size}", store, beside, theirs, None, "s")
        yield row(f"Turtle to the model, {size}", model, "rdflib, Turtle", theirs_of_turtle, TIMES_RDFLIB, "s")
        yield row(f"  the model from its snapshot, {size}", snapshot, beside, theirs, None, "s")
    large, middle = synthetic(home, LARGE), synthetic(home, MIDDLE)
    held = peak(large, "ours") / triples(large)
    yield row(f"memory for it, {LARGE:,} trials", held, f"limit of {BYTES:,} B", BYTES, 1, "B a triple")
    other = peak(middle, "rdflib") / triples(middle)
    yield row(f"memory for it, {LARGE:,} trials", held, f"rdflib, {MIDDLE:,} trials", other, None, "B a triple")


def export_rows(home: Path) -> Iterator[Row]:
    """The default graph as Turtle, in a release's order, beside rdflib's serializer; and whether both say the same."""
    release = shipped(home)
    graph = rdflib_from(release)
    quads = [ox.Quad(*triple) for triple in release.store.triples()]
    path, names = home / "export.ttl", prefixes(release.schema)
    works = [
        lambda: write_dump(in_order(quads), FORMATS["turtle"], names, path),
        lambda: ox.serialize(release.store.triples(), format=ox.RdfFormat.TURTLE, prefixes=names),
        lambda: graph.serialize(format="turtle"),
    ]
    with no_collection():
        ordered, plain, theirs = in_turns(works, FEW)
    yield row("Turtle of the graph, in order", ordered, "rdflib's serializer", theirs, TIMES_RDFLIB, "s")
    yield row("Turtle of the graph, in any order", plain, "rdflib's serializer", theirs, TIMES_RDFLIB, "s")
    again = rdflib.Graph().parse(path, format="turtle")
    same = set(again) == set(graph)  # as neither has blank nodes, this is isomorphism
    yield row("Turtle, isomorphic", len(again), "what rdflib read", len(graph), 1, "triples") | {"passes": same}


def start_rows(home: Path) -> Iterator[Row]:
    """From the start of ``atmp-kg serve`` on a built release to its first answer, beside what is promised."""
    shipped(home), synthetic(home, LARGE)
    for name, size, limit in (("shipped", "shipped", 1.0), (f"synthetic-{LARGE}", f"{LARGE:,} trials", 3.0)):
        seconds = median(timed(lambda name=name: _start(home / name)) for _ in range(RUNS))  # type: ignore[misc]
        yield row(f"start of serve, {size}", seconds, f"limit of {limit:.0f} s", limit, 1.0, "s")


def ours_from(release: Release) -> tuple[GraphStore, Model]:
    """The store and the read model of the dump."""
    store = store_from(release)
    return store, Model.from_triples(release.schema, store.triples())


def store_from(release: Release) -> GraphStore:
    """The store of the dump."""
    return GraphStore.load(release.dump("ntriples"))


def snapshot_from(release: Release) -> Model:
    """The read model as a server reads it."""
    return Model.from_bytes(release.schema, (release.path / MODEL).read_bytes())


def model_from(release: Release) -> Model:
    """The read model alone, of the Turtle dump: serving needs no store."""
    quads = ox.parse(path=str(release.dump("turtle")), format=ox.RdfFormat.TURTLE)
    return Model.from_triples(release.schema, (quad.triple for quad in quads))


def rdflib_from(release: Release, dump: str = "ntriples") -> rdflib.Graph:
    """The graph of a dump; rdflib reads N-Triples faster than Turtle."""
    return rdflib.Graph().parse(release.dump(dump), format={"ntriples": "nt"}.get(dump, dump))


LOADS: Mapping[str, Callable[[Release], object]] = {"ours": ours_from, "rdflib": rdflib_from}


def triples(release: Release) -> int:
    """How many triples the default graph has."""
    return int(release.info["triples"])


def peak(release: Release, how: str) -> int:
    """The most bytes that a process of its own holds which loads the release's dump."""
    command = [sys.executable, "-m", "tests.benchmarks.loading", str(release.path.parents[1]), how]
    return int(subprocess.run(command, check=True, capture_output=True, encoding="ascii").stdout)


def _start(home: Path) -> None:
    code = "from api.cli import main; main()"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", code, "--home", str(home), "serve", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server:
        try:
            while server.poll() is None and not answers(f"http://127.0.0.1:{port}/healthz"):
                time.sleep(0.005)
            if server.poll() is not None:
                raise RuntimeError(f"`atmp-kg serve` of {home} ended with {server.returncode} before it answered.")
        finally:
            server.terminate()


def answers(url: str) -> bool:
    """Whether the address answers yet."""
    try:
        with urllib.request.urlopen(url, timeout=60):
            return True
    except (URLError, ConnectionError):
        return False


def main() -> None:
    """Load the current release of a home and print the most bytes held."""
    with no_collection():
        LOADS[sys.argv[2]](Releases(Path(sys.argv[1])).current())
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


if __name__ == "__main__":
    main()
