"""What the graph says of one subject: read from the sorted lines of the N-Triples dump, without loading the rest."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox


class Subjects:
    """An N-Triples dump of a release, whose lines are sorted bytewise: those of a subject follow one another.

    Safe to use from many threads; the file stays open for as long as it is kept.
    """

    def __init__(self, dump: Path) -> None:
        with dump.open("rb") as file:
            empty = dump.stat().st_size == 0  # which cannot be mapped
            self._lines = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def triples(self, iris: Iterable[str]) -> list[ox.Triple]:
        """All triples of some subjects in the default graph, subject by subject; none for one that is not there."""
        lines = b"".join(self._of(iri) for iri in iris)
        return [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]

    def _of(self, iri: str) -> bytes:
        """The lines that begin with a subject."""
        start = f"<{iri}> ".encode()
        return self._lines[self._first(start) : self._first(start[:-1] + b"!")]  # the character after the blank

    def _first(self, least: bytes) -> int:
        """Where the first line begins that is not below a text."""
        low, high = 0, len(self._lines)
        while low < high:
            begin = self._lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._lines.find(b"\n", begin) + 1 or len(self._lines)
            if self._lines[begin : begin + len(least)] < least:
                low = end
            else:
                high = begin
        return low
