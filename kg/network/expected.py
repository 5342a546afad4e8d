"""What would be expected in the cells of a table if rows and columns had nothing to do with each other.

Over a whole rectangle that is row x column / total. Where some cells are left out as not covered it is the same
within the others: quasi-independence (Goodman, J. Am. Stat. Assoc. 63, 1091, 1968), fitted by scaling rows and columns
in turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from math import fsum
from typing import TypeVar

Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)

_ROUNDS = 500
_CLOSE = 1e-9


def expected(observed: Mapping[tuple[Row, Column], int]) -> dict[tuple[Row, Column], float]:
    """The expected number by cell, in the cells that are given; they sum up to the observed ones, row by row and
    column by column.
    """
    found = dict.fromkeys(observed, 1.0)
    rows, columns = _lines(observed, 0), _lines(observed, 1)
    for _ in range(_ROUNDS):
        before = dict(found)
        for lines in (rows, columns):
            for cells, total in lines:
                now = fsum(found[cell] for cell in cells)
                scale = total / now if now else 0.0
                for cell in cells:
                    found[cell] *= scale
        if all(abs(found[cell] - value) <= _CLOSE for cell, value in before.items()):
            break
    return found


def _lines(observed: Mapping[tuple[Row, Column], int], axis: int) -> list[tuple[list[tuple[Row, Column]], int]]:
    """The cells of each row (axis 0) or column (axis 1), with the sum of what was observed in them."""
    lines: dict[Hashable, list[tuple[Row, Column]]] = defaultdict(list)
    for cell in observed:
        lines[cell[axis]].append(cell)
    return [(cells, sum(observed[cell] for cell in cells)) for cells in lines.values()]
