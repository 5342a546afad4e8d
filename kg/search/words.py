"""Text as search compares it: folded, in words, and as a whole without spaces and signs; names and questions alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.folding import fold

_RUN = re.compile(r"[^\W_]+")
_PART = re.compile(r"[^\W_]+(?:(?:(?:[^\w\s]|_)+|(?<=[^\W\d_])\s+(?=\d))[^\W_]+)*")

Part = tuple[str, ...]
"""What stands between two spaces: the runs of letters and digits in it, as ``rag`` and ``1`` of ``RAG-1``. A space
between a letter and a digit does not part them: ``RAG 1`` is the same."""


def parts(text: str) -> list[Part]:
    """The text folded and taken apart; what has no letter or digit is left out."""
    return [(part,) if part.isalnum() else tuple(_RUN.findall(part)) for part in _PART.findall(fold(text))]


def words(found: Iterable[Part]) -> str:
    """Every word once, sorted, between spaces: the runs of each part, and the part in one word."""
    every: set[str] = set()
    for part in found:
        every.update(part)
        if len(part) > 1:
            every.add("".join(part))
    return f" {' '.join(sorted(every))} "


def whole(found: Iterable[Part]) -> str:
    """All of it in one word: ``RAG-1``, ``RAG 1`` and ``rag1`` are the same."""
    return "".join([run for part in found for run in part])
