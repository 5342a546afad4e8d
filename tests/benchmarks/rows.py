"""One line of the table of ``make bench``: what was measured, beside what, and whether it meets its goal."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

RUNS = 5
Row = dict[str, Any]


def timed(work: Callable[[], object]) -> float:
    """How long one call takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(name: str, ours: Callable[[], object], baseline: str, theirs: Callable[[], object], goal: float) -> Row:
    """Both medians, taken in turns, and how many times faster ours is."""
    pairs = [(timed(ours), timed(theirs)) for _ in range(RUNS)]
    mine, other = median(p[0] for p in pairs), median(p[1] for p in pairs)
    return row(name, mine, baseline, other, goal)


def row(name: str, seconds: float, baseline: str, other: float, goal: float) -> Row:
    """One line of the table."""
    ratio = other / seconds
    return {"what": name, "ms": 1000 * seconds, "baseline": baseline, "ms_baseline": 1000 * other, "ratio": ratio} | {
        "goal": goal,
        "passes": ratio >= goal,
    }


def table(rows: list[Row]) -> str:
    """The rows as text."""
    head = f"{'what':<28}{'ours, ms':>12}  {'beside':<28}{'its ms':>12}{'ratio':>9}{'goal':>7}\n"
    lines = (
        f"{r['what']:<28}{r['ms']:>12.2f}  {r['baseline']:<28}{r['ms_baseline']:>12.2f}"
        f"{r['ratio']:>9.1f}{r['goal']:>7.0f}  {'pass' if r['passes'] else 'falls short'}\n"
        for r in rows
    )
    return head + "".join(lines)
