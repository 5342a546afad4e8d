"""What stands in a matrix of white space: trials and products with conditions, columns, level, time and sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.model import Model
from kg.network.fit_rules import Path
from kg.network.records import Record, read_record, year_of
from kg.network.rules import Rules
from kg.network.traits import values_at
from kg.network.whitespace_rules import Choice, Counted, SpaceRules
from kg.terms import Value


@dataclass(frozen=True)
class Entry:
    """One statement that a record is about conditions: by a trial itself, or by an indication of a product.

    ``record`` is what counts, ``begun`` a year. ``shown`` has values by dimension; ``level`` is a concept's slug with
    its rank.
    """

    record: Record
    begun: int | None
    shown: Mapping[str, tuple[Value, ...]]
    level: tuple[int, str] | None
    ended: bool
    sources: frozenset[int]

    def within(self, since: int | None, until: int | None) -> bool:
        """Whether it had begun by ``until``, and was active in ``since`` or later; what is not known counts."""
        begun = until is None or self.begun is None or self.begun <= until
        return begun and (since is None or self.record.year is None or self.record.year >= since)


def read_entries(model: Model, ties: Rules, rules: SpaceRules, measure: str, year: int) -> tuple[Entry, ...]:
    """All entries of a measure, in the order of type and entity; ``year`` is the release's."""
    found: list[Entry] = []
    for type_name, only in rules.measures[measure].items():
        for entity in model.rows(type_name):
            if _chosen(model, entity, only, otherwise=True):
                found += _entries(model, ties, rules, entity, year)
    return tuple(found)


def _entries(model: Model, ties: Rules, rules: SpaceRules, entity: int, year: int) -> Iterator[Entry]:
    kind = model.kind(entity).name
    counted = rules.counted[kind]
    shown = {name: _first(model, entity, paths) for name, paths in rules.shown[kind].items()}
    for thing in _counted(model, entity, counted):
        yield Entry(
            record=read_record(model, ties.kinds[model.kind(thing).name], thing, year),
            begun=year_of(model, entity, (counted.begun,), year),
            shown=shown,
            level=_level(model, entity, counted.level),
            ended=_chosen(model, entity, counted.ended, otherwise=False),
            sources=frozenset((*model.links(entity, "sources"), *model.links(thing, "sources"))),
        )


def _counted(model: Model, entity: int, counted: Counted) -> tuple[int, ...]:
    return (entity,) if counted.of is None else model.links(entity, counted.of)


def _level(model: Model, entity: int, name: str) -> tuple[int, str] | None:
    slug, field = model.get(entity, name), model.kind(entity).fields[name]
    if slug is None or field.scheme is None:
        return None
    concept = model.schema.vocabularies[field.scheme].concepts[str(slug)]
    return concept.rank or 0, concept.slug


def _chosen(model: Model, entity: int, choice: Choice, otherwise: bool) -> bool:
    """Whether an entity has one of the values; ``otherwise`` where none are named."""
    return otherwise if choice.field is None else model.get(entity, choice.field) in choice.values


def _first(model: Model, entity: int, paths: tuple[Path, ...]) -> tuple[Value, ...]:
    """The values of the first path that leads to any."""
    for path in paths:
        found = tuple(dict.fromkeys(values_at(model, entity, path)))
        if found:
            return found
    return ()
