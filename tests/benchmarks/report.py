"""The page of results, written by ``make bench`` from what it measured: machine, versions, date, tables, reasons."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.peers_node import versions
from tests.benchmarks.rows import Row, cells

FILE = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("strawberry-graphql", "graphql-core", "orjson", "pyoxigraph", "rdflib", "uvicorn", "tantivy", "networkx")

_HEAD = """\
# How fast it is

Written by `make bench`; change nothing here by hand. A row is a ratio of two medians taken in turns in one run on the
same data, as times alone say little on a shared machine: `ratio` is how many times smaller ours is than the number
beside it, and a row with a goal passes if the ratio is at least the goal.
"""

PARTS: Mapping[str, str] = {
    "mix": "A seeded mix of 200 operations over the shipped graph (tests/benchmarks/mix.py), beside the same schema "
    "and resolvers on Strawberry's executor with parsed and checked queries kept. `warm`: the same 200 with their "
    "variables again and again, in random order; what is asked again is kept for the release, which is most of the "
    "gain. `variables new`: the same texts, each time with variables not asked before, so that next to nothing is kept "
    "of them. `first of its text`: never seen, beside `execute_sync` of Strawberry itself.",
    "node": "The mix without search on engines of Node.js over the same model as ready objects with indexes, in a "
    "process of its own, `warm` and `variables new` as above (they keep compiled operations, and nothing of answers).",
    "hops": "Products, their indications and trials, the trials' sponsors and collaborators (four-hops.graphql), over "
    "the shipped graph. A goal of 0.25 is: within four times the limit, which is to write out the ready answer.",
    "growth": "Synthetic graphs with the shape of the shipped one (tests/benchmarks/synthetic.py), 44 triples a trial: "
    "100,000 trials beside 1,000. A goal of 0.667 is: at most 1.5 times slower.",
    "build": "Records read, checked, resolved and written as a release, network and backtest included.",
    "load": "A dump into the store and the read model, beside rdflib parsing the same file; and the most memory that a "
    "process of its own held for it, the interpreter included. With the store it falls short of 8 times: of 1.3 s on "
    "the shipped graph 0.65 are Oxigraph's bulk load, 0.2 the triples as Python's objects, 0.4 their sorting into "
    "columns, half of what it was before a predicate was read at a time. The model alone, which is all that a server "
    "needs, passes.",
    "start": "From the start of `atmp-kg serve` on a built release to its first answer.",
    "export": "The default graph in memory written as Turtle.",
    "http": "autocannon on one server after another, three turns of 3 s, one worker a server, the same set in an order "
    "of its own on each connection; ours and the number beside it are ms a request (at 32 connections 1/throughput). "
    "Ready bytes: what uvicorn, Node.js and the load generator can do at most.",
    "attack": "Ordinary queries while fifty of the worst that are allowed are under way.",
    "search": "Questions with a typo over 100,000 names.",
    "network": "One question after another; then what a build works out.",
    "pages": "The web application's pages.",
}
"""What each part measures."""


@dataclass
class Results:
    """What a run was on, and its rows by part."""

    about: Mapping[str, str]
    parts: dict[str, list[Row]] = field(default_factory=dict)


def about() -> Mapping[str, str]:
    """The machine, the versions and the day."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {memory / 2**30:.0f} GiB, {platform.system()}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        **versions(),
    }


def write_report(results: Results) -> None:
    """Write the page."""
    FILE.write_text("".join(_lines(results)), encoding="utf-8")


def _lines(results: Results) -> Iterator[str]:
    yield _HEAD
    known = dict(results.about)
    day, machine = known.pop("date"), known.pop("machine")
    yield f"\n{day}, on {machine}; {', '.join(f'{name} {number}' for name, number in known.items())}.\n"
    for part, rows in results.parts.items():
        yield f"\n## {part}\n\n{PARTS[part]}\n\n"
        yield "| what | ours | beside | theirs | | ratio | goal | |\n|---|--:|---|--:|---|--:|--:|---|\n"
        yield from (f"| {' | '.join(cell.strip() for cell in cells(one))} |\n" for one in rows)
