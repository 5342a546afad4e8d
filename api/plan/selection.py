"""What is asked of the objects of one type, written as JSON: anew, or as it was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from api import limits
from api.plan.kept import QUERY
from api.plan.marks import Mark
from api.plan.run import Run
from api.plan.uncovered import Uncovered

Write = Callable[[Any, Run], bytes]
"""Writes a value as JSON; raises whatever its resolver raises, and Uncovered for a value that must not be."""


class Selection:
    """The fields of a selection on one object type, merged, in order.

    ``fields`` are their names in the answer, each with what writes the field of an object. With a ``mark`` the objects
    are entities, and what is written of them is kept.
    """

    __slots__ = ("_fields", "_mark", "_size")

    def __init__(self, fields: Sequence[tuple[str, Write]], mark: Mark | None = None) -> None:
        heads = ["{" if number == 0 else "," for number in range(len(fields))]
        self._fields = [(f'{head}"{name}":'.encode(), write) for head, (name, write) in zip(heads, fields, strict=True)]
        self._mark = mark
        self._size = len(fields)

    def write(self, source: Any, run: Run) -> bytes:
        """One object."""
        return self._anew(source, run) if self._mark is None else self.write_all([source], run)[0]

    def write_all(self, sources: Iterable[Any], run: Run) -> list[bytes]:
        """Several objects. One that is kept costs what it cost to write it."""
        if self._mark is None:
            return [self._anew(source, run) for source in sources]
        mark, find, cost = run.mark(self._mark), run.kept.find, 0
        found = []
        for source in sources:
            part = find((mark, source))
            if part is None:
                found.append(run.keep((mark, source), self._anew, source))
            else:
                found.append(part[0])
                cost += part[1]
                if cost > limits.TICK:
                    run.spend(cost)
                    cost = 0
        run.spend(cost)
        return found

    def _anew(self, source: Any, run: Run) -> bytes:
        if source is None or isinstance(source, Exception):
            raise Uncovered("no object")
        run.spend(self._size)
        return b"".join([head + write(source, run) for head, write in self._fields]) + b"}" if self._size else b"{}"


def kept_field(write: Write, mark: Mark) -> Write:
    """Writes a field of the query, which is the same for as long as the release serves, and keeps what it wrote."""

    def write_field(source: Any, run: Run) -> bytes:
        key = (run.mark(mark), QUERY)
        part = run.kept.find(key)
        if part is None:
            return run.keep(key, write, source)
        run.spend(part[1])
        return part[0]

    return write_field
