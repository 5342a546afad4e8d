"""The comments of a YAML text: where they stand, and how they are lined up again after the text was laid out anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import yaml

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""What knows where things stand in a YAML text: libyaml's loader, where PyYAML has it."""

_HASH = re.compile(r"#[^\n]*")
GAP = "  "
"""What stands between a value and a comment on its line."""


@dataclass(frozen=True)
class Comment:
    """One comment: its text, its line, its column, and the columns of what comes before and after it.

    ``before`` is the indentation of the line that the text before it ends in; ``own`` says it has a line of its own.
    """

    text: str
    line: int
    column: int
    before: int
    after: int
    own: bool

    @property
    def belongs_after(self) -> bool:
        """Whether it speaks of what follows: it does unless it stands deeper than that."""
        return self.column <= self.after


def comments(text: str) -> list[Comment]:
    """All comments, in order; a `#` in a value is none."""
    return list(_comments(text))


def _comments(text: str) -> Iterator[Comment]:
    lines = text.split("\n")
    tokens = list(yaml.scan(text, Loader=LOADER))
    for last, following in pairwise(tokens):
        begin, end = last.end_mark, following.start_mark
        for match in _HASH.finditer(text, begin.index, end.index):
            line = text.count("\n", 0, match.start())
            column = match.start() - (text.rfind("\n", 0, match.start()) + 1)
            own = not lines[line][:column].strip()
            ends_in = lines[begin.line - (begin.column == 0 and begin.line > 0)]
            before = len(ends_in) - len(ends_in.lstrip(" "))
            yield Comment(match[0].rstrip(), line, column, before, end.column, own)


def lined_up(text: str, as_in: str) -> str:
    """The text with its comments lined up: with what follows them or, where they are so in ``as_in``, what precedes.

    Both texts have the same comments; if they have not, the text is given back as it is.
    """
    now, then = comments(text), comments(as_in)
    if [c.text for c in now] != [c.text for c in then]:
        return text
    lines = text.split("\n")
    for comment, model in zip(now, then, strict=True):
        if comment.own:
            lines[comment.line] = " " * (comment.after if model.belongs_after else comment.before) + comment.text
        else:
            lines[comment.line] = lines[comment.line][: comment.column].rstrip() + GAP + comment.text
    return "\n".join(lines)
