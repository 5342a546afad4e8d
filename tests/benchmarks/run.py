"""``make bench``: the project's work beside a baseline in one run, as a table and as JSON.

Every row is a ratio of two medians taken in turns on the same machine and data, since times alone say little on
shared machines. Baselines here are rdflib alone and, for whole builds, the limit that the project promises.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.error import URLError

import pyoxigraph
import rdflib

from api.execute import execute
from api.schema import make_schema
from kg import settings
from kg.build import build
from kg.release import Release
from kg.settings import Settings
from tests.benchmarks.generate import write_folder
from tests.benchmarks.hostile import server, under_load
from tests.benchmarks.network import network_rows
from tests.benchmarks.rows import RUNS, Row, compare, row, table, timed
from tests.benchmarks.search import search_rows

HERE = Path(__file__).parent


def building(home: Path) -> list[Row]:
    """Whole builds beside the limits promised for them."""
    shipped = settings.load(home=home / "shipped")
    generated = Settings(home=home / "generated", ontology=shipped.ontology, data=home / "data")
    write_folder(generated.data, 2_000)
    rows = []
    for name, inputs, limit in (("build, shipped data", shipped, 60.0), ("build, 2,000 records", generated, 20.0)):
        seconds = median(timed(lambda inputs=inputs: build(inputs, force=True)) for _ in range(3))  # type: ignore[misc]
        rows.append(row(name, seconds, f"limit of {limit:.0f} s", limit, 1.0))
    return rows


def reading(release: Release) -> list[Row]:
    """Parsing, exporting and answering beside rdflib on the same graph."""
    turtle = release.dump("turtle")
    graph = rdflib.Graph().parse(turtle, format="turtle")
    dataset = release.store
    schema = make_schema(release.schema)
    query = (HERE / "four-hops.graphql").read_text(encoding="utf-8")
    sparql = (HERE / "four-hops.rq").read_text(encoding="utf-8")
    execute(schema, release, query)
    return [
        compare(
            "load the graph",
            lambda: pyoxigraph.Store().bulk_load(path=turtle, format=pyoxigraph.RdfFormat.TURTLE),
            "rdflib, Turtle",
            lambda: rdflib.Graph().parse(turtle, format="turtle"),
            8,
        ),
        compare(
            "write Turtle",
            lambda: pyoxigraph.serialize(dataset.triples(), format=pyoxigraph.RdfFormat.TURTLE),
            "rdflib's serializer",
            lambda: graph.serialize(format="turtle"),
            8,
        ),
        compare(
            "four hops in GraphQL, warm",
            lambda: execute(schema, release, query),
            "rdflib, SPARQL",
            lambda: list(graph.query(sparql)),
            150,
        ),
    ]


def starting(home: Path) -> Row:
    """From the start of ``atmp-kg serve`` on a built release to its first answer, beside the promised second."""
    code = "from api.cli import main; main()"

    def start() -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-c", code, "--home", str(home / "shipped"), "serve", "--port", str(port)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server:
            try:
                while not answers(f"http://127.0.0.1:{port}/healthz"):
                    time.sleep(0.005)
            finally:
                server.terminate()

    return row("start of serve", median(timed(start) for _ in range(RUNS)), "limit of 1 s", 1.0, 1.0)


def loaded(home: Path) -> list[Row]:
    """Ordinary queries while fifty of the worst that are allowed are under way, beside what is promised."""
    with server(home) as serving:
        load = under_load(serving, 15.0)
    return [
        row("99 % of queries under attack", load.p99, "limit of 1 s", 1.0, 1.0),
        row("memory under attack, GB", load.memory / 1e12, "limit of 1 GB", 1e-3, 1.0),
    ]


def answers(url: str) -> bool:
    """Whether the address answers yet."""
    try:
        with urllib.request.urlopen(url, timeout=1):
            return True
    except (URLError, ConnectionError):
        return False


def main() -> None:
    """Run everything, print the table and write ``bench.json`` beside the releases."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        rows = building(home)
        release = build(settings.load(home=home / "shipped")).release
        rows += [*reading(release), starting(home), *search_rows(release.model), *network_rows(release.model)]
        rows += loaded(home / "shipped")
    versions = {"pyoxigraph": pyoxigraph.__version__, "rdflib": rdflib.__version__}
    about = {"machine": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()} | versions
    print(table(rows))
    print(json.dumps(about))
    target = Path(os.environ.get("ATMP_KG_HOME", ".")) / "bench.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"about": about, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
