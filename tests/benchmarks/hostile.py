"""The worst queries that are allowed, many at a time, beside ordinary ones: how long these wait, what memory it takes.

``python -m tests.benchmarks.hostile HOME`` prints a table for the current release of a home.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from threading import Event
from typing import Any

import httpx
import psutil

from api import limits

AT_ONCE = 50
"""Hostile requests that are under way at any moment."""
WAIT = limits.SECONDS * 4
"""Seconds within which a server answers whatever it is asked."""


def _many(count: int, field: str) -> str:
    """A selection of so many fields that differ in a number."""
    fields = (f"a{n}: {field.replace('%', str(n))}" for n in range(count))
    return f"{{ {' '.join(fields)} }}"


_PAGE = "(first: 200) { nodes { id iri"
_NAMES = " ".join(f"{'a' * 95}{n}: label" for n in range(8))
_TREE = "narrower { broader { narrower { broader {"
_FAR = 'trials(where: {sources: {none: {supports: {some: {label: {contains: "zz%"}}}}}}) { totalCount }'
_NEAR = ", ".join(f'{{supports: {{none: {{label: {{contains: "zz{n}"}}}}}}}}' for n in range(120))
_DOWN = ", ".join(["{field: ID, direction: DESC}"] * limits.TERMS)
_IDS = " ".join(f'"trail/nct0479%{n:02}"' for n in range(20))
_TYPE = "type { name ofType { name ofType { name ofType { name } } } }"
_ARGS = f"args {{ name description {_TYPE} }}"


def _closed(text: str) -> str:
    """A selection with the braces that close it."""
    return text + " }" * (text.count("{") - text.count("}"))


WORST = {
    "lists within lists": _closed(f"{{ trials{_PAGE} conditions{_PAGE} label trials{_PAGE} label title"),
    "past the ceiling": _closed(f"{{ sources{_PAGE} supports{_PAGE} label sources {{ id supports{_PAGE} label"),
    "long names": _closed(f"{{ trials{_PAGE} conditions{_PAGE} trials(first: 200) {{ nodes {{ {_NAMES}"),
    "a tree": _closed(f"{{ vocabularies {{ concepts {{ {_TREE} label"),
    "a tree without end": _closed(f"{{ vocabularies {{ concepts {{ {_TREE} {_TREE} label"),
    "distinct filters": _many(50, _FAR),
    "conditions on all": f"{{ sources(where: {{and: [{_NEAR}]}}) {{ totalCount }} }}",
    "orders in lists": _closed(
        "{ sources(first: 200) { nodes " + _many(20, f"supports(orderBy: [{_DOWN}]) {{ totalCount }}")
    ),
    "cross tables": _many(
        15, "trials { groupBy(rows: CONDITIONS, columns: SPONSORS, first: 200) { cells { count } } }"
    ),
    "searches": _many(60, 'search(text: "thrapy gnee universty hosptal medcal lukemia %") { totalCount }'),
    "wrong ids": _many(99, f"nodes(ids: [{_IDS}]) {{ id }}"),
    "introspection": _closed(f"{{ __schema {{ types {{ name description fields {{ name description {_ARGS} {_TYPE}"),
}
"""Allowed queries, each of which is as much work, or as much memory, as one could find."""

ORDINARY = {
    "one": '{ trial(nctId: "NCT04797260") { id title status sponsors { label } sources { title } } }',
    "list": "{ trials(where: {status: {eq: RECRUITING}}) { totalCount nodes { id title phase sponsors { label } } } }",
    "node": '{ node(id: "product/kymriah") { id iri } }',
    "search": '{ search(text: "leiden", first: 5) { nodes { id } } }',
}
"""What is asked of a server every day."""


@dataclass
class Server:
    """A server in a process of its own."""

    url: str
    process: psutil.Process

    @property
    def memory(self) -> int:
        """Bytes of memory that it holds."""
        return int(self.process.memory_info().rss)


@contextmanager
def server(home: Path, seconds: float = limits.SECONDS) -> Iterator[Server]:
    """A server of the current release of a home, which gives a request so many seconds."""
    code = f"from api import cli, limits; limits.SECONDS = {seconds}; cli.main()"
    command = [sys.executable, "-c", code, "--home", str(home), "serve", "--port", "0"]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            serving = Server(process.stderr.readline().split()[-1], psutil.Process(process.pid))
            with httpx.Client(base_url=serving.url) as client:
                for query in ORDINARY.values():
                    ask(client, query)
            yield serving
        finally:
            process.terminate()


@dataclass
class Load:
    """What came of it."""

    ordinary: list[float] = field(default_factory=list)
    """Seconds that each ordinary query took."""
    hostile: list[float] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    memory: int = 0
    """The most bytes that the server held."""

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 ordinary queries were answered."""
        return quantiles(self.ordinary, n=100)[98]


def ask(client: httpx.Client, query: str) -> tuple[str, float]:
    """The code of an answer, or that it has data, and how many seconds it took."""
    start = time.perf_counter()
    answer = client.post("/graphql", json={"query": query}, timeout=WAIT)
    return code(answer), time.perf_counter() - start


def code(answer: httpx.Response) -> str:
    """The code of the first error of an answer, or ``data``."""
    content: dict[str, Any] = answer.json()
    return content["errors"][0]["extensions"]["code"] if content.get("errors") else "data"


def under_load(serving: Server, seconds: float, at_once: int = AT_ONCE) -> Load:
    """Ask ordinary queries one after another while so many of the worst are under way."""
    load, over = Load(), Event()
    lines = httpx.Limits(max_connections=at_once)

    def press(number: int) -> None:
        while not over.is_set():
            name = list(WORST)[number % len(WORST)]
            found, took = ask(hostile, WORST[name])
            load.codes[f"{name}: {found}"] += 1
            load.hostile.append(took)
            number += 1

    with (
        ThreadPoolExecutor(at_once) as pool,
        httpx.Client(base_url=serving.url) as client,
        httpx.Client(base_url=serving.url, limits=lines) as hostile,
    ):
        pressing = [pool.submit(press, number) for number in range(at_once)]
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                for query in ORDINARY.values():
                    found, took = ask(client, query)
                    load.ordinary.append(took)
                    load.codes[f"ordinary: {found}"] += 1
                load.memory = max(load.memory, serving.memory)
        finally:
            over.set()
        for one in pressing:
            one.result(WAIT * 2)
    return load


def line(name: str, found: str, seconds: float, memory: int) -> str:
    """One line of the table of single queries."""
    return f"{name:<24}{found:<22}{1000 * seconds:>8.0f}{memory / 1e6:>8.0f}\n"


def report(load: Load, before: int, after: int) -> str:
    """What came of a load, as text."""
    times = f"median {1000 * median(load.ordinary):.0f} ms, p99 {1000 * load.p99:.0f} ms"
    answers = "".join(f"  {name:<50}{count:>6}\n" for name, count in sorted(load.codes.items()))
    return (
        f"{AT_ONCE} hostile at once: {len(load.ordinary)} ordinary answers, {times}, "
        f"slowest {1000 * max(load.ordinary):.0f} ms\n"
        f"{len(load.hostile)} hostile answers, slowest {max(load.hostile):.1f} s\n"
        f"memory: {before / 1e6:.0f} MB before, {load.memory / 1e6:.0f} at most, {after / 1e6:.0f} after\n{answers}"
    )


def main() -> None:
    """Print what each of the worst takes alone, then what comes of all of them together."""
    with server(Path(sys.argv[1])) as serving, httpx.Client(base_url=serving.url) as client:
        before = serving.memory
        sys.stdout.write(f"{'alone':<24}{'answer':<22}{'ms':>8}{'MB':>8}\n")
        for name, query in {**WORST, **ORDINARY}.items():
            sys.stdout.write(line(name, *ask(client, query), serving.memory))
        load = under_load(serving, float(os.environ.get("SECONDS_OF_LOAD", "30")))
        sys.stdout.write(report(load, before, serving.memory))


if __name__ == "__main__":
    main()
