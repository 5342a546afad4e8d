"""The pages on the shipped graph: what the server takes for each, and when the map of the network answers a reader."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

import httpx

from tests.benchmarks.hostile import server
from tests.benchmarks.rows import RUNS, Row, missing, row, timed
from tests.browser import chromium
from tests.browser.chromium import Visit
from tests.browser.looks import INTERACTIVE, LOOKS

ROUNDS = 7
"""How often each page is asked for, all of them in turns."""
LIMIT, SOON = 0.05, 2.0
"""Seconds for a page, and until the map is interactive."""


def page_rows(home: Path) -> Iterator[Row]:
    """The slowest page and the middle one beside their limit, then the map; over HTTP, of a server of its own."""
    with server(home) as serving:
        times = page_times(serving.url)
        slowest = max(times, key=lambda name: times[name])
        yield row(f"page: {slowest}, slowest", times[slowest], f"limit of {1000 * LIMIT:.0f} ms", LIMIT, 1)
        yield row(f"page, median of {len(times)}", median(times.values()), f"limit of {1000 * LIMIT:.0f} ms", LIMIT, 1)
        yield interactive(serving.url)


def page_times(url: str) -> Mapping[str, float]:
    """The median of the seconds that each kind of page takes, from the question to the last byte, compressed."""
    times: dict[str, list[float]] = {name: [] for name in LOOKS}
    with httpx.Client(base_url=url, headers={"Accept": "text/html"}) as client:
        for _ in range(ROUNDS):
            for name, look in LOOKS.items():
                times[name].append(timed(lambda path=look.path: answered(client, path)))  # type: ignore[misc]
    return {name: median(taken) for name, taken in times.items()}


def answered(client: httpx.Client, path: str) -> None:
    """Ask for a page; that it says what is wrong is an answer too, that it failed is none."""
    answer = client.get(path)
    if answer.is_server_error:
        raise RuntimeError(f"{path} answers with {answer.status_code}.")


def interactive(url: str) -> Row:
    """When the map answers a reader who has never been here, in a Chromium without a GPU."""
    name, beside = "map of the network answers", f"limit of {SOON:.0f} s"
    path = chromium.found()
    if path is None:
        return missing(name, beside, "there is no Chromium here")
    taken = []
    with chromium.started(path) as browser:
        for _ in range(RUNS):
            visit = Visit(browser, url)
            LOOKS["network"].open(visit.page)
            taken.append(visit.page.evaluate(INTERACTIVE) / 1000)
            visit.close()
    return row(name, median(taken), beside, SOON, 1)


def main() -> None:
    """Print the seconds of every page for the current release of a home."""
    with server(Path(sys.argv[1])) as serving:
        for name, seconds in sorted(page_times(serving.url).items(), key=lambda found: -found[1]):
            sys.stdout.write(f"{name:<24}{1000 * seconds:>8.1f}\n")


if __name__ == "__main__":
    main()
