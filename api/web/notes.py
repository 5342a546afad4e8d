"""Footnotes of a page: who states what, numbered in the order in which it is first asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from api.web.values import Shown, heading, of_entity, of_text, shown, shown_of
from kg.model import Model
from kg.provenance import EVIDENCE
from kg.schema import Field
from kg.stating import Stating
from kg.terms import Value

_SOURCE = ("kind", "publisher", "date", "accessed")
"""What is told of a source beside its title."""
_LEFT_OUT = ("of", "field", "value", "source")
"""What the place and the first words of a note tell already of evidence."""

Detail = tuple[str, Shown]
"""What is said, and its heading."""


@dataclass(frozen=True)
class Mark:
    """A reference to one note, or to several in a row."""

    first: int
    last: int

    @property
    def text(self) -> str:
        """The numbers."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True)
class Note:
    """A source, with its address if it has one; for evidence also what it states and how it was read."""

    number: int
    source: Shown
    address: str | None
    about: tuple[Detail, ...]
    states: Detail | None
    details: tuple[Detail, ...]


class Notes:
    """Gives numbers to sources and evidence."""

    def __init__(self, model: Model, condensed: bool = False) -> None:
        """``condensed`` has one note a source, without what each piece of evidence states."""
        self.model = model
        self._condensed = condensed
        self.stating = Stating(model)
        self._numbers: dict[int, int] = {}

    def marks(self, stating: Iterable[int]) -> tuple[Mark, ...]:
        """The references to sources and evidence; numbers that follow one another become one."""
        named = ((self.stating.source(one) or one) if self._condensed else one for one in stating)
        numbers = sorted({self._numbers.setdefault(one, len(self._numbers) + 1) for one in named})
        runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
        return tuple(mark for _, run in runs for mark in _marks([number for _, number in run]))

    def of(self, entity: int, field: Field, value: Value) -> tuple[Mark, ...]:
        """The references for a value of a field."""
        return self.marks(self.stating.of(entity, field, value))

    def record(self, entity: int) -> tuple[Mark, ...]:
        """The references for an entity as a whole."""
        return self.marks(self.stating.record(entity))

    def __iter__(self) -> Iterator[Note]:
        return (self._note(number, one) for one, number in self._numbers.items())

    def _note(self, number: int, stating: int) -> Note:
        model, source = self.model, self.stating.source(stating)
        if source is None:
            return Note(number, of_entity(model, stating), None, (), None, self.details(stating))
        address = next((link for link in map(str, model.values(source, "url")) if of_text(model, link).href), None)
        evident = model.kind(stating).name == EVIDENCE
        states, details = (self._states(stating), self.details(stating)) if evident else (None, ())
        return Note(number, of_entity(model, source), address, self._about(source), states, details)

    def _about(self, source: int) -> tuple[Detail, ...]:
        """What tells the source from others; only dates need a heading."""
        kind = self.model.kind(source)
        fields = [kind.fields[name] for name in _SOURCE if name in kind.fields]
        found = ((f, shown(self.model, kind, f, v)) for f in fields for v in self.model.values(source, f.name))
        return tuple((heading(f) if f.kind == "date" else "", value) for f, value in found)

    def _states(self, evidence: int) -> Detail | None:
        kind, written = self.model.kind(evidence), self.model.values(evidence, "value")
        for named in self.model.values(evidence, "field"):
            told = shown_of(self.model, evidence, kind.fields["field"], named).text
            value = shown_of(self.model, evidence, kind.fields["value"], written[0]) if written else Shown("as shown")
            return told, value
        return None

    def details(self, evidence: int) -> tuple[Detail, ...]:
        """When the statement held, where it stands in its source, how it was read."""
        kind = self.model.kind(evidence)
        fields = (field for field in kind.fields.values() if field.name not in _LEFT_OUT)
        return tuple(
            (heading(f), shown(self.model, kind, f, v)) for f in fields for v in self.model.values(evidence, f.name)
        )


def _marks(run: list[int]) -> list[Mark]:
    """The references to numbers that follow one another: two are named each, more as from and to."""
    return [Mark(run[0], run[-1])] if len(run) > 2 else [Mark(number, number) for number in run]
