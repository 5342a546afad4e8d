"""Names of conditions: which of a vocabulary's names add something, and the id that a name makes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 3
"""Letters that a name has at least; shorter ones are abbreviations of too many things."""
_REMARK = re.compile(r"\((?:disease|disorder)\)|\bNOS\b")


def new_names(known: Iterable[str], offered: Iterable[str]) -> list[str]:
    """The offered names that are not among the known ones in other case, punctuation or order of words."""
    seen = {_words(name) for name in known}
    found = []
    for name in offered:
        words = _words(name)
        if len(name) < SHORTEST or _REMARK.search(name) or words in seen:
            continue
        seen.add(words)
        found.append(name)
    return found


def slug_of(name: str) -> str:
    """A name as an id: ``Crohn's disease`` is ``crohns-disease``; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def capitalised(label: str) -> str:
    """A label as a name: with a capital letter, unless its first word has capitals of its own."""
    first = label.split(" ", 1)[0]
    return label if first != first.lower() or not first[:1].isalpha() else label[:1].upper() + label[1:]


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return frozenset(re.findall(r"[a-z0-9]+", plain))
