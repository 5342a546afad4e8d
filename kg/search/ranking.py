"""How near a name comes to what was asked: a score of the two texts alone, so that it is the same in every release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz.distance import OSA

from kg.schema import Searched
from kg.search.names import Names
from kg.search.words import Part, whole, words

_EXACT, _BEGINS, _LITERAL, _NEAR = (0.97, 1.0), (0.8, 0.97), (0.6, 0.8), (0.0, 0.6)
"""The scores of a name that is what was asked, that begins with it, that has every word of it, and that is near it."""
_KINDS: Mapping[Searched, float] = {"name": 1.0, "code": 1.0, "identifier": 1.0, "synonym": 0.5}
"""What exact names count for: what the entity is called goes before what it is called as well."""
_DIGITS = 4

_Ways = Sequence[Sequence[str]]
"""The ways in which a part can stand in a name literally: all strings of one of them are in its words."""


class Asked:
    """What was asked, ready to be compared with names."""

    def __init__(self, parts: Sequence[Part], names: Names) -> None:
        self._names = names
        self._whole = whole(parts)
        self._words = words(parts)
        *closed, last = parts
        ways = [*(_ways(part, " ") for part in closed), _ways(last, "")]
        self._plain = [word for way in ways if len(way) == 1 for word in way[0]]
        self._either = [way for way in ways if len(way) > 1]

    def best(self, among: Sequence[int]) -> tuple[float, int]:
        """The name that comes nearest, the first of equal ones, and its score: above 0 and up to 1.

        ``among`` are names of growing length; of those that hold what was asked the shortest is nearest. Bands follow
        each other, so that names are compared letter by letter only where no better band has any.
        """
        asked, wholes = self._whole, self._names.wholes
        for name in among:
            if wholes[name].startswith(asked):
                if len(wholes[name]) == len(asked):
                    return _within(_EXACT, _KINDS[self._names.kind(name)]), name
                return _within(_BEGINS, len(asked) / len(wholes[name])), name
        if literal := self._with_every_word(among):
            return _within(_LITERAL, min(1, len(asked) / len(wholes[literal[0]]))), literal[0]
        likeness = [self._likeness(name) for name in among]
        most = max(likeness)
        return _within(_NEAR, most), among[likeness.index(most)]

    def _likeness(self, name: int) -> float:
        """The share of letters that need no change, as the text stands or with its words sorted."""
        straight = OSA.normalized_similarity(self._whole, self._names.wholes[name])
        return max(straight, OSA.normalized_similarity(self._words, self._names.words[name]))

    def _with_every_word(self, among: Sequence[int]) -> Sequence[int]:
        words = self._names.words
        for word in self._plain:
            among = [name for name in among if word in words[name]]
        for ways in self._either:
            among = [name for name in among if any(all(word in words[name] for word in way) for way in ways)]
        return among


def _within(band: tuple[float, float], share: float) -> float:
    low, high = band
    return round(low + (high - low) * share, _DIGITS)


def _ways(part: Part, end: str) -> _Ways:
    """``end`` is a space, or nothing if the part may be the beginning of a word."""
    apart = [f" {run} " for run in part[:-1]] + [f" {part[-1]}{end}"]
    return [apart] if len(part) == 1 else [apart, [f" {''.join(part)}{end}"]]
