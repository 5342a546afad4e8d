"""The read model: columns per field, links both ways and inverted indexes, built from the graph alone.

Entities are numbered; those of one type have consecutive numbers in the order of their ids. A column holds one
cell a row: ``None`` or a value for a single field, a tuple for a field of many; links are entity numbers, enums
slugs, dates partial dates, decimals floats. Nothing here changes after it is built.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import orjson
import pyoxigraph as ox

from kg import dates
from kg.schema import DATA, ENTITY, EntityType, Field, Schema
from kg.terms import Value, to_value
from kg.turtle import RDF, RDFS

Cell = Value | tuple[Value, ...] | None
Column = Sequence[Cell]


class Model:
    """Every entity of a release, ready to be read.

    ``ids`` are the entities' ids by number. ``rows(type)`` gives the numbers of a type's entities, interfaces
    included; ``get(entity, field)`` one cell; ``column(type, field)`` all cells of a concrete type.
    """

    def __init__(self, schema: Schema, ids: Sequence[str], columns: Mapping[str, Mapping[str, Column]]) -> None:
        self.schema = schema
        self.ids = ids
        self._columns = columns
        self._number = {entity_id: number for number, entity_id in enumerate(ids)}
        self._kinds = [schema.by_slug[entity_id.partition("/")[0]] for entity_id in ids]
        self._ranges = _ranges(schema, self._kinds)
        self._indexes: dict[tuple[str, str], Mapping[Value, tuple[int, ...]]] = {}
        self._day_columns: dict[tuple[str, str], Sequence[tuple[str, str] | None]] = {}
        self._label_fields = {
            kind.name: next((f.name for f in kind.fields.values() if f.predicate == RDFS + "label"), None)
            for kind in schema.entity_types()
        }

    @classmethod
    def from_triples(cls, schema: Schema, triples: Iterable[ox.Triple]) -> Model:
        """Build the model from the triples of the default graph; what the schema does not declare is passed over."""
        return _Builder(schema, list(triples)).model()

    @classmethod
    def from_bytes(cls, schema: Schema, snapshot: bytes) -> Model:
        """The model that ``to_bytes`` wrote: a release keeps it so that serving starts without reading the graph."""
        stored = orjson.loads(snapshot)
        columns = {
            kind.name: {
                field.name: [tuple(cell) for cell in cells] if field.many else cells
                for field in kind.fields.values()
                for cells in [stored["columns"][kind.name][field.name]]
            }
            for kind in schema.entity_types()
        }
        return cls(schema, stored["ids"], columns)

    def to_bytes(self) -> bytes:
        """The ids and columns as JSON; the same model gives the same bytes."""
        return orjson.dumps({"ids": self.ids, "columns": self._columns})

    def __len__(self) -> int:
        return len(self.ids)

    def number(self, entity_id: str) -> int | None:
        """The number of an entity's id, or None if there is no such entity."""
        return self._number.get(entity_id)

    def iri(self, entity: int) -> str:
        """The IRI of an entity."""
        return DATA + self.ids[entity]

    def kind(self, entity: int) -> EntityType:
        """The concrete type of an entity."""
        return self._kinds[entity]

    def rows(self, type_name: str) -> Sequence[int]:
        """The numbers of all entities of a type or interface, in the order of type and id."""
        ranges = [self._ranges[kind.name] for kind in self.schema.concrete(type_name)]
        return ranges[0] if len(ranges) == 1 else list(chain.from_iterable(ranges))

    def get(self, entity: int, field: str) -> Cell:
        """The cell of an entity; raises KeyError if its type has no such field."""
        name = self._kinds[entity].name
        return self._columns[name][field][entity - self._ranges[name].start]

    def column(self, type_name: str, field: str) -> Column:
        """All cells of a field of a concrete type, in the order of ``rows``."""
        return self._columns[type_name][field]

    def values(self, entity: int, field: str) -> tuple[Value, ...]:
        """The values of an entity's field as a tuple, whether it holds one or many."""
        cell = self.get(entity, field)
        if cell is None:
            return ()
        return cell if isinstance(cell, tuple) else (cell,)

    def links(self, entity: int, field: str) -> tuple[int, ...]:
        """The entities that a link field points at, in the order of their numbers."""
        return tuple(number for number in self.values(entity, field) if isinstance(number, int))

    def label(self, entity: int) -> str:
        """What the entity is called: its name, title or derived label, or its id if the graph gives none."""
        field = self._label_fields[self._kinds[entity].name]
        return str(self.get(entity, field) or self.ids[entity]) if field else self.ids[entity]

    def by_key(self, type_name: str, field: str, value: str) -> int | None:
        """The entity of a concrete type whose natural key has this value, or None."""
        found = self.inverted(type_name, field).get(value, ())
        return found[0] if found else None

    def inverted(self, type_name: str, field: str) -> Mapping[Value, tuple[int, ...]]:
        """For each value of a concrete type's field the entities that have it, by number; made once."""
        key = (type_name, field)
        if key not in self._indexes:
            found: dict[Value, list[int]] = defaultdict(list)
            for entity in self._ranges[type_name]:
                for value in self.values(entity, field):
                    found[value].append(entity)
            self._indexes[key] = {value: tuple(entities) for value, entities in found.items()}
        return self._indexes[key]

    def days(self, type_name: str, field: str) -> Sequence[tuple[str, str] | None]:
        """For each row of a concrete type the first and last day that a date field may mean; made once."""
        key = (type_name, field)
        if key not in self._day_columns:
            self._day_columns[key] = [
                (dates.first_day(cell), dates.last_day(cell)) if isinstance(cell, str) else None
                for cell in self._columns[type_name][field]
            ]
        return self._day_columns[key]


def _ranges(schema: Schema, kinds: Sequence[EntityType]) -> dict[str, range]:
    counts: dict[str, int] = defaultdict(int)
    for kind in kinds:
        counts[kind.name] += 1
    ranges, start = {}, 0
    for kind in schema.entity_types():
        ranges[kind.name] = range(start, start + counts[kind.name])
        start += counts[kind.name]
    return ranges


class _Builder:
    """Fills the columns in two passes over the triples: what is what, then what is said of it."""

    def __init__(self, schema: Schema, triples: Sequence[ox.Triple]) -> None:
        self.schema = schema
        self.triples = triples
        self.found: dict[tuple[str, str], list[Value]] = defaultdict(list)

    def model(self) -> Model:
        ids = self._ids()
        number = {entity_id: n for n, entity_id in enumerate(ids)}
        self._read(number)
        self._turn_links(number)
        rows: dict[str, list[str]] = defaultdict(list)
        for entity_id in ids:
            rows[self.schema.by_slug[entity_id.partition("/")[0]].name].append(entity_id)
        columns = {
            kind.name: {
                field.name: [self._cell(entity_id, field.name, field.many) for entity_id in rows[kind.name]]
                for field in kind.fields.values()
            }
            for kind in self.schema.entity_types()
        }
        return Model(self.schema, ids, columns)

    def _ids(self) -> list[str]:
        order = {kind.iri: position for position, kind in enumerate(self.schema.entity_types())}
        typed = (
            (order[t.object.value], t.subject.value.removeprefix(DATA))
            for t in self.triples
            if t.predicate.value == RDF + "type"
            and isinstance(t.object, ox.NamedNode)
            and t.object.value in order
            and isinstance(t.subject, ox.NamedNode)
        )
        return [entity_id for _, entity_id in sorted(set(typed))]

    def _read(self, number: Mapping[str, int]) -> None:
        stored = {
            kind.slug: _by_predicate(f for f in kind.fields.values() if f.stored) for kind in self.schema.entity_types()
        }
        for triple in self.triples:
            subject, obj = triple.subject, triple.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(obj, ox.NamedNode | ox.Literal):
                continue
            entity_id = subject.value.removeprefix(DATA)
            if entity_id in number:
                for field in stored[entity_id.partition("/")[0]].get(triple.predicate.value, ()):
                    self.found[entity_id, field.name].append(to_value(field, obj))

    def _turn_links(self, number: Mapping[str, int]) -> None:
        """Replace linked ids by numbers and fill the fields that read a predicate backwards."""
        backwards = {
            kind.slug: _by_predicate(f for f in kind.fields.values() if f.inverse)
            for kind in self.schema.entity_types()
        }
        targets = {
            field.iri: frozenset(kind.slug for kind in self.schema.concrete(field.target or ENTITY))
            for kind in self.schema.entity_types()
            for field in kind.fields.values()
            if field.inverse
        }
        for (source, name), values in list(self.found.items()):
            slug = source.partition("/")[0]
            field = self.schema.by_slug[slug].fields[name]
            if field.kind != "link":
                continue
            self.found[source, name] = [number[value] for value in values if value in number]  # type: ignore[index]
            for target in values:
                entity_id = str(target)
                if entity_id not in number:
                    continue
                for inverse in backwards[entity_id.partition("/")[0]].get(field.predicate, ()):
                    if slug in targets[inverse.iri]:
                        self.found[entity_id, inverse.name].append(number[source])

    def _cell(self, entity_id: str, field: str, many: bool) -> Cell:
        values = self.found.get((entity_id, field), ())
        if many:
            return tuple(sorted(set(values), key=_order))
        return min(values, key=_order) if values else None


def _by_predicate(fields: Iterable[Field]) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = defaultdict(list)
    for field in fields:
        found[field.predicate].append(field)
    return found


def _order(value: Value) -> tuple[bool, str, float]:
    return (isinstance(value, str), value, 0.0) if isinstance(value, str) else (False, "", float(value))
