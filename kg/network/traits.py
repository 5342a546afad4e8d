"""What each organisation shows on record: modality, vector, condition, operation ..., and the record that shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.model import Model
from kg.network.fit_rules import FitRules, Path
from kg.network.records import Record, canonical
from kg.terms import Value

Trait = tuple[str, Value]
"""A dimension and a value in it: a concept's slug, or the number of an entity."""


@dataclass(frozen=True)
class Showing:
    """What one entity (a record, a site, an organisation's own entry) shows of an organisation."""

    organisation: int
    entity: int
    traits: frozenset[Trait]


def read_showings(model: Model, rules: FitRules, records: Iterable[Record]) -> tuple[Showing, ...]:
    """All showings of the graph in the order of entity and organisation; those of nothing are left out."""
    found = [*_by_records(model, rules, records), *_by_owned(model, rules)]
    return tuple(sorted((s for s in found if s.traits), key=lambda s: (s.entity, s.organisation)))


def traits_of(model: Model, rules: FitRules, entity: int) -> Iterator[Trait]:
    """What an entity shows by itself."""
    for dimension, paths in rules.shown.get(model.kind(entity).name, {}).items():
        for path in paths:
            yield from ((dimension, value) for value in values_at(model, entity, path))


def _by_records(model: Model, rules: FitRules, records: Iterable[Record]) -> Iterator[Showing]:
    for record in records:
        own = frozenset(traits_of(model, rules, record.entity))
        for member in record.members:
            played = {trait for part in member.parts for trait in traits_of(model, rules, part.stated_by)}
            implied = {
                (dimension, value)
                for part in member.parts
                for dimension, values in rules.by_role.get(part.role, {}).items()
                for value in values
            }
            yield Showing(member.organisation, record.entity, own | played | implied)


def _by_owned(model: Model, rules: FitRules) -> Iterator[Showing]:
    for type_name, field in rules.owner.items():
        for entity in model.rows(type_name):
            owner = model.get(entity, field)
            if isinstance(owner, int):
                yield Showing(canonical(model, owner), entity, frozenset(traits_of(model, rules, entity)))


def values_at(model: Model, entity: int, path: Path) -> Iterator[Value]:
    """The values at the end of a path; what is said to be false shows nothing."""
    if len(path) > 1:
        for further in model.links(entity, path[0]):
            yield from values_at(model, further, path[1:])
        return
    yield from (value for value in model.values(entity, path[0]) if value is not False)


class Near:
    """How close values of one dimension are: 1 for the value and what is narrower, softened for each step up."""

    def __init__(self, broader: Mapping[Value, tuple[Value, ...]], soften: float, steps: int = 2) -> None:
        self._broader = broader
        self._narrower: dict[Value, list[Value]] = defaultdict(list)
        for value, parents in broader.items():
            for parent in parents:
                self._narrower[parent].append(value)
        self._soften = soften
        self._steps = steps
        self._kept: dict[Value, Mapping[Value, float]] = {}

    def near(self, wanted: Value) -> Mapping[Value, float]:
        """The values that answer a wanted one, with their closeness in (0, 1]: narrower, broader, beside it."""
        if wanted not in self._kept:
            self._kept[wanted] = self._near(wanted)
        return self._kept[wanted]

    def _near(self, wanted: Value) -> dict[Value, float]:
        found = dict.fromkeys(self._below(wanted), 1.0)
        if not self._soften:
            return found
        level, closeness = [wanted], 1.0
        for step in range(self._steps):
            level = sorted({parent for value in level for parent in self._broader.get(value, ())}, key=str)
            closeness *= self._soften
            for parent in level:
                found.setdefault(parent, closeness)
                if step == 0 and self._broader.get(parent):
                    for beside in self._narrower[parent]:
                        found.setdefault(beside, closeness * self._soften)
        return found

    def _below(self, value: Value) -> list[Value]:
        seen, todo = {value: None}, [value]
        while todo:
            for child in self._narrower.get(todo.pop(), ()):
                if child not in seen:
                    seen[child] = None
                    todo.append(child)
        return list(seen)


def read_near(model: Model, rules: FitRules) -> dict[str, Near]:
    """For each dimension how close its values are, by the vocabulary's tree or the type's own ``broader``."""
    found = {}
    for dimension, slot in rules.slots.items():
        broader: dict[Value, tuple[Value, ...]] = {}
        if slot.scheme:
            concepts = model.schema.vocabularies[slot.scheme].concepts
            broader = {concept.slug: tuple(concept.broader) for concept in concepts.values()}
        elif slot.target and _BROADER in model.schema.types[slot.target].fields:
            broader = {entity: tuple(model.links(entity, _BROADER)) for entity in model.rows(slot.target)}
        found[dimension] = Near(broader, rules.soften)
    return found


_BROADER = "broader"
