"""Values drawn at random for synthetic graphs: texts, dates, numbers, keys, and links that few share out among many."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from string import ascii_lowercase
from typing import TypeVar

from kg.schema import Field
from tests.benchmarks.shape import FieldShape

FLATNESS, START = 0.15, 20.0
"""How entities share what links to them: the weight of the n-th is (n + START) ** (FLATNESS - 1)."""
POOL, WORDS, LEAST_LETTERS, MOST_LETTERS = 4096, 3000, 3, 11
"""How many draws are kept of a choice, and how many words there are, with how many letters."""

Draw = Callable[[], str]
"""Gives a value in lexical form, drawn anew each time."""
Chosen = TypeVar("Chosen")


class Drawing:
    """Draws from one seeded generator."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.words = self.among({self._word(): 1 for _ in range(WORDS)})

    def among(self, weights: Mapping[Chosen, int]) -> Callable[[], Chosen]:
        """Draws one of these, by their weights."""
        pool: Sequence[Chosen] = self.random.choices(list(weights), list(weights.values()), k=POOL)
        drawn = self.random.random
        return lambda: pool[int(drawn() * POOL)]

    def busy(self, count: int) -> int:
        """A number below ``count``, small ones far more often: the power law of real collaboration."""
        least, most = START**FLATNESS, (count + START) ** FLATNESS
        return min(count - 1, int((least + self.random.random() * (most - least)) ** (1 / FLATNESS) - START))

    def values(self, field: Field, shape: FieldShape) -> Draw:
        """Draws values of a field that is no link."""
        drawn = self.among(shape.values) if shape.values else lambda: ""
        match field.kind:
            case "date":
                return lambda: self._date(drawn())
            case "string" if field.pattern:
                return lambda: field.example or ""
            case "string":
                return lambda: self._text(int(drawn()))
            case "uri" | "iri":
                return lambda: f"https://synthetic.example/{field.name}/{self.random.randrange(10**6)}"
        return drawn

    def _date(self, precision: str) -> str:
        year, *rest = precision.split("-")
        return "-".join([year, *(f"{self.random.randint(1, most):02d}" for most in (12, 28)[: len(rest)])])

    def _text(self, words: int) -> str:
        return " ".join(self.words() for _ in range(words)).capitalize()

    def _word(self) -> str:
        return "".join(self.random.choices(ascii_lowercase, k=self.random.randint(LEAST_LETTERS, MOST_LETTERS)))


class Key:
    """Numbers as values of a natural key: written into those letters and digits of its example that are free."""

    def __init__(self, field: Field) -> None:
        self.example = field.example or "0"
        fits = re.compile(field.pattern or "")
        self.free = [
            (place, signs)
            for place, sign in reversed(list(enumerate(self.example)))
            for signs in ("0123456789", "abcdefgh")
            if sign in signs and all(fits.search(self._with(place, one)) for one in (signs[0], signs[-1]))
        ]

    def value(self, number: int) -> str:
        """The value of a number; what does not fit into the example is written beside its first free sign."""
        text = list(self.example)
        for place, signs in self.free:
            number, rest = divmod(number, len(signs))
            text[place] = signs[rest]
        if number and self.free:
            text.insert(self.free[-1][0] + 1, str(number))
        return "".join(text)

    def _with(self, place: int, sign: str) -> str:
        return self.example[:place] + sign + self.example[place + 1 :]
