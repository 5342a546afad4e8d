"""Words that a regular expression cannot do without, so that most patterns need not be tried on a text at all.

Every text in which the expression is found contains one of its words. Only plain pieces are read; of what is optional,
negated or a class nothing is expected. None means that nothing is known, and the expression has to be tried.
"""

from __future__ import annotations

import re

Words = frozenset[str]
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[:=!]|\(\?<[=!]|.", re.DOTALL)
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*(?:,\d*)?\})[?+]?")
_NEGATED = ("(?!", "(?<!")


def needed_words(pattern: str) -> Words | None:
    """Words of which one is in every text that the pattern is found in."""
    return _Reader(pattern).alternatives()


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def alternatives(self) -> Words | None:
        """The words of the branches up to the end of the group; None if a branch has none."""
        found: set[str] = set()
        known = True
        while True:
            words = self._branch()
            known = known and words is not None
            found |= words or frozenset()
            if self.pattern[self.at : self.at + 1] != "|":
                return frozenset(found) if known else None
            self.at += 1

    def _branch(self) -> Words | None:
        best: Words | None = None
        run = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            piece = self._token()
            words = self._group(piece) if piece.startswith("(") else None
            least = self._least()
            if literal := _literal(piece):
                if least == 1:
                    run += literal
                    continue
                best = _better(best, _of(run + literal if least else run))
                run = ""
                continue
            best = _better(_better(best, _of(run)), words if least else None)
            run = ""
        return _better(best, _of(run))

    def _token(self) -> str:
        match = _TOKEN.match(self.pattern, self.at)
        assert match is not None
        self.at = match.end()
        return match[0]

    def _group(self, opening: str) -> Words | None:
        words = self.alternatives()
        self.at += 1
        return None if opening in _NEGATED else words

    def _least(self) -> int:
        """How often the piece before has to come: 1 exactly once, 2 once or oftener, 0 perhaps not at all."""
        match = _QUANTIFIER.match(self.pattern, self.at)
        if match is None:
            return 1
        self.at = match.end()
        return 0 if match[0][0] in "?*" or match[0].startswith(("{0", "{,")) else 2


def _literal(piece: str) -> str:
    if len(piece) == 2 and piece[0] == "\\":
        return "" if piece[1].isalnum() else piece[1]
    return "" if piece in ".^$" or len(piece) > 1 or piece == "(" else piece


def _of(run: str) -> Words | None:
    return frozenset([run]) if run else None


def _better(one: Words | None, other: Words | None) -> Words | None:
    """The words that fewer texts have: the longer ones."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda words: (min(map(len, words)), -len(words)))
