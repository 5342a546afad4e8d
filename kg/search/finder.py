"""The search of a model: its index, made once when it is first needed, and the entities that match in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock, Thread
from typing import NamedTuple

from rapidfuzz import fuzz, process

from kg.errors import UsageError
from kg.model import Model
from kg.search.index import NameIndex
from kg.search.names import Name, Names, given_up
from kg.search.ranking import Asked
from kg.search.words import parts, whole

LONGEST = 200
"""Characters of the text that search takes."""
_DEPRECATED = 0.5
"""What the score of a deprecated entity is multiplied by: it is found, and hardly ever before one that stands."""
_ALIKE = 60
"""Percent of letters that a name has to share with a text to be offered in its place."""
_STRIDE = 256


class Hit(NamedTuple):
    """An entity that matches. In the order of hits the best comes first, of equal ones the first by id."""

    negative: float
    """The score turned negative."""
    id: str
    entity: int
    place: int
    names: Names

    @property
    def rank(self) -> tuple[float, str]:
        """What hits are ordered by: the score turned negative, and the id."""
        return self.negative, self.id

    @property
    def score(self) -> float:
        """How near the name comes to what was asked, above 0 and up to 1."""
        return -self.negative

    @property
    def name(self) -> Name:
        """The name that is nearest to what was asked."""
        return self.names[self.place]


class Finder:
    """Finds entities by text. Safe from any thread; the first search waits until the index is made."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._lock = Lock()
        self._made: _Made | None = None

    def warm(self) -> Thread:
        """Make the index in the background; the thread that does it."""
        thread = Thread(target=self._index, name="search index", daemon=True)
        thread.start()
        return thread

    def find(self, text: str, tick: Callable[[], None] = lambda: None) -> Sequence[Hit]:
        """Every entity that matches the text, the best first; none for a text without letter or digit.

        ``tick`` is called now and then and may raise. Raises UsageError for a text that is too long.
        """
        if len(text) > LONGEST:
            raise UsageError(
                f"text: {len(text)} characters were given. Search for {LONGEST} at most.", argument="text", max=LONGEST
            )
        asked = parts(text)
        if not asked:
            return []
        made = self._index()
        found, compared = made.index.find(asked), Asked(asked, made.names)
        hits, ids = [], self._model.ids
        for number, entity in enumerate(found):
            if not number % _STRIDE:
                tick()
            score, name = compared.best(made.names.of(entity))
            score *= _DEPRECATED if entity in made.deprecated else 1
            hits.append(Hit(-score, ids[entity], entity, name, made.names))
        hits.sort()
        return hits

    def nearest(self, text: str, most: int = 3) -> Sequence[str]:
        """The names that are spelt most like a text, where ``find`` finds nothing; none that share too few letters."""
        asked, names = whole(parts(text[:LONGEST])), self._index().names
        near = process.extract(asked, names.wholes, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_STRIDE)
        return list(dict.fromkeys(names[place].text for _, _, place in near))[:most]

    def _index(self) -> _Made:
        with self._lock:
            if self._made is None:
                self._made = _Made(self._model)
            return self._made


class _Made:
    """The names of a model and the index over them."""

    def __init__(self, model: Model) -> None:
        self.names = Names(model)
        self.deprecated = given_up(model)
        self.index = NameIndex(self.names, len(model))
