"""Who says a value: the evidence of its field, the records that it was taken from, else the sources of its record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from kg.model import Model
from kg.provenance import EVIDENCE, EVIDENCE_FIELD, SOURCE
from kg.schema import EntityType, Field
from kg.terms import Value

_SOURCES = "sources"
_KEPT = 64
"""Entities of which the evidence is kept by field: a page asks for all fields of a few."""


class Stating:
    """Reads a model for one page; not to be shared between threads."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._by_field = lru_cache(maxsize=_KEPT)(self._evidence)

    def of(self, entity: int, field: Field, value: Value) -> tuple[int, ...]:
        """The numbers of the evidence, or else of the sources, that state a value of an entity's field."""
        return self._of(entity, field, value) or self.record(entity)

    def _of(self, entity: int, field: Field, value: Value) -> tuple[int, ...]:
        if field.inverse and isinstance(value, int):
            there = _forward(self.model.kind(value), field)
            return self.of(value, there, entity) if there else self.record(value)
        named = self._by_field(entity).get(field.name, ())
        written = (None, lexical(self.model, field, value))
        agreeing = tuple(one for one in named if self.model.get(one, "value") in written)
        if agreeing:
            return agreeing
        if field.shortcut:
            return tuple(dict.fromkeys(s for one in self._origins(entity, field, value) for s in self.record(one)))
        return self.record(value) if field.owns and isinstance(value, int) else ()

    def record(self, entity: int) -> tuple[int, ...]:
        """The sources that an entity as a whole rests on: those that it cites; evidence stands for its own."""
        kind = self.model.kind(entity)
        if kind.name == EVIDENCE:
            return (entity,)
        return self.model.links(entity, _SOURCES) if _SOURCES in kind.fields else ()

    def source(self, stating: int) -> int | None:
        """The source of what ``of`` gives: of evidence the one that it names, a source itself."""
        if self.model.kind(stating).name == SOURCE:
            return stating
        found = self.model.get(stating, "source")
        return found if isinstance(found, int) else None

    def _evidence(self, entity: int) -> Mapping[str, tuple[int, ...]]:
        if EVIDENCE_FIELD not in self.model.kind(entity).fields:
            return {}
        found: dict[str, list[int]] = defaultdict(list)
        for one in self.model.links(entity, EVIDENCE_FIELD):
            found[str(self.model.get(one, "field"))].append(one)
        return {name: tuple(several) for name, several in found.items()}

    def _origins(self, entity: int, field: Field, value: Value) -> Iterator[int]:
        """What a shortcut took a value from: of those with the value, the newest if only that counts."""
        shortcut = field.shortcut
        if shortcut is None:
            return
        found = [
            target
            for target in self.model.links(entity, shortcut.link)
            if (shortcut.keep_field is None or self.model.get(target, shortcut.keep_field) in shortcut.keeps)
            and value in self.model.values(target, shortcut.takes)
        ]
        if shortcut.newest_by and found:
            newest = shortcut.newest_by
            found = [max(found, key=lambda target: str(self.model.get(target, newest) or ""))]
        yield from found


def lexical(model: Model, field: Field, value: Value) -> str:
    """A value of the model as records and evidence write it: a link as an id."""
    if isinstance(value, bool):
        return str(value).lower()
    if field.kind == "link" and isinstance(value, int):
        return model.ids[value]
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _forward(kind: EntityType, field: Field) -> Field | None:
    """The field of the linked type that a field reads backwards."""
    return next((f for f in kind.fields.values() if f.predicate == field.predicate and not f.inverse), None)
