"""``make bench``: the project's work beside its peers in one run, as a table and as JSON.

Every row is a ratio of two medians taken in turns on the same machine and data, since times alone say little on
shared machines. Each part runs in a process of its own; ``python -m tests.benchmarks.run mix growth`` runs some parts
alone, in the place of those of the last run if that was on the same day, machine and versions; ``--home FOLDER`` keeps
the graphs that were made for the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.release import Release
from tests.benchmarks import answering, growth, loading
from tests.benchmarks.homes import shipped
from tests.benchmarks.hostile import server, under_load
from tests.benchmarks.mix import Operation, mix
from tests.benchmarks.network import network_rows
from tests.benchmarks.pages import page_rows
from tests.benchmarks.peers_node import node_rows
from tests.benchmarks.report import Results, about, write_report
from tests.benchmarks.rows import Row, missing, row, table
from tests.benchmarks.search import search_rows
from tests.benchmarks.throughput import throughput_rows

Part = Callable[[Path], Iterable[Row]]
"""Measures over the graphs of a folder."""


def loaded(home: Path) -> Iterator[Row]:
    """Ordinary queries while fifty of the worst that are allowed are under way, beside what is promised."""
    shipped(home)
    with server(home / "shipped") as serving:
        load = under_load(serving, 15.0)
    yield row("99 % of queries under attack", load.p99, "limit of 1 s", 1.0, 1)
    yield row("memory under attack", load.memory / 1e9, "limit of 1 GB", 1.0, 1, "GB")


def _operations(release: Release) -> Callable[[int], list[Operation]]:
    return lambda seed: mix(release.model, seed=seed)


def _home(home: Path) -> Path:
    """The home of the shipped release, built if it is not there."""
    shipped(home)
    return home / "shipped"


PARTS: Mapping[str, Part] = {
    "mix": lambda home: answering.mix_rows(shipped(home), "shipped"),
    "node": lambda home: node_rows(shipped(home), _operations(shipped(home))),
    "hops": lambda home: answering.hop_rows(shipped(home)),
    "growth": growth.growth_rows,
    "build": loading.build_rows,
    "load": loading.load_rows,
    "start": loading.start_rows,
    "export": loading.export_rows,
    "http": lambda home: throughput_rows(_home(home), _operations(shipped(home))),
    "attack": loaded,
    "search": lambda home: search_rows(shipped(home).model),
    "network": lambda home: network_rows(shipped(home).model),
    "pages": lambda home: page_rows(_home(home)),
}


def main() -> None:
    """Run all parts, or those that are named; print the table, and write the report once there are all of them."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.run", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="which parts to run; all if not given")
    parser.add_argument("--home", type=Path, help="where the graphs that are made are kept")
    parser.add_argument("--rows", type=Path, help=argparse.SUPPRESS)  # one part, in the process that is to measure it
    given = parser.parse_args()
    if given.rows:
        given.rows.write_text(json.dumps(list(PARTS[given.parts[0]](given.home))), encoding="utf-8")
        return
    target = Path(os.environ.get("ATMP_KG_HOME", ".")) / "bench.json"
    before = json.loads(target.read_bytes()) if given.parts and target.exists() else {}
    with TemporaryDirectory() as folder:
        results = measured(given.parts or list(PARTS), given.home or Path(folder))
    print(json.dumps(results.about))
    if before.get("about") == results.about:  # the same day, machine and versions
        results.parts = {part: rows for part in PARTS if (rows := (before["parts"] | results.parts).get(part))}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"about": results.about, "parts": results.parts}, indent=2) + "\n", encoding="utf-8")
    if results.parts.keys() == PARTS.keys():
        write_report(results)


def measured(parts: Iterable[str], home: Path) -> Results:
    """The rows of each part, measured one after another, each in a process of its own and printed when it is done."""
    home.mkdir(parents=True, exist_ok=True)
    results = Results(about())
    for part in parts:
        results.parts[part] = _apart(part, home)
        print(f"\n{part}\n{table(results.parts[part])}", flush=True)
    return results


def _apart(part: str, home: Path) -> list[Row]:
    path = home / "rows.json"
    command = [sys.executable, "-m", "tests.benchmarks.run", part, "--home", str(home), "--rows", str(path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["nothing said why"]
        return [missing(part, "", f"it ended with an error: {last[0]}")]
    rows: list[Row] = json.loads(path.read_text(encoding="utf-8"))
    return rows


if __name__ == "__main__":
    main()
