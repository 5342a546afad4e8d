"""One line of the table of ``make bench``: what was measured, beside what, and whether it meets its goal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any

RUNS = 5
Row = dict[str, Any]
"""``what`` with its number ``ours``, ``beside`` with the number ``theirs``, both in ``unit``; ``ratio`` is how many
times ours is smaller. Where there is a ``goal`` for it, ``passes``. What could not be measured has ``missing``."""

_UNITS = {"ms": 1000.0, "s": 1.0}


def timed(work: Callable[[], object]) -> float:
    """How long one call takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(works: Sequence[Callable[[], object]], runs: int = RUNS) -> list[float]:
    """The median of the seconds that each takes, one after another, again and again."""
    times = [[timed(work) for work in works] for _ in range(runs)]
    return [median(column) for column in zip(*times, strict=True)]


def compare(
    name: str, ours: Callable[[], object], beside: str, theirs: Callable[[], object], goal: float | None
) -> Row:
    """Both medians, taken in turns, and how many times faster ours is."""
    mine, other = in_turns([ours, theirs])
    return row(name, mine, beside, other, goal)


def row(name: str, seconds: float, beside: str, other: float, goal: float | None, unit: str = "ms") -> Row:
    """One line of the table; numbers in seconds are shown in ``ms`` or ``s``, others as they are in their unit.

    Without a goal it is for comparison only.
    """
    ratio, size = other / seconds, _UNITS.get(unit, 1.0)
    found = {"what": name, "ours": size * seconds, "beside": beside, "theirs": size * other, "unit": unit}
    return found | {"ratio": ratio, "goal": goal, "passes": None if goal is None else ratio >= goal}


def missing(what: str, beside: str, reason: str) -> Row:
    """A line that could not be measured here, and why."""
    return {"what": what, "beside": beside, "missing": reason}


def table(rows: Iterable[Row]) -> str:
    """The rows as text."""
    lines = [("what", "ours", "beside", "theirs", "", "ratio", "goal", ""), *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = {1, 3, 5, 6}
    return "".join(
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in lines
    )


def cells(found: Row) -> tuple[str, ...]:
    """A row as texts: what, ours, beside, theirs, unit, ratio, goal, and how it came out."""
    if "missing" in found:
        return found["what"], "", found["beside"], "", "", "", "", f"missing: {found['missing']}"
    goal, passes = found["goal"], {True: "pass", False: "falls short", None: ""}[found["passes"]]
    numbers = short(found["ours"]), found["beside"], short(found["theirs"]), found["unit"]
    return found["what"], *numbers, short(found["ratio"]), "" if goal is None else short(goal), passes


def short(number: float) -> str:
    """A number with three digits that tell."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.{1 if number >= 10 else 2 if number >= 1 else 3}f}"
