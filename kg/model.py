"""The read model: columns per field, links both ways and inverted indexes, built from the graph alone.

Entities are numbered; those of one type have consecutive numbers in the order of their ids. A column holds one
cell a row: ``None`` or a value for a single field, a tuple for a field of many; links are entity numbers, enums
slugs, dates partial dates, decimals floats. Nothing here changes after it is built.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import pyoxigraph as ox

from kg import columns, dates
from kg.columns import Cell, Column, Columns
from kg.model_building import read_graph
from kg.schema import DATA, EntityType, Schema
from kg.terms import Value
from kg.turtle import RDFS


class Model:
    """Every entity of a release, ready to be read.

    ``ids`` are the entities' ids by number. ``rows(type)`` gives the numbers of a type's entities, interfaces
    included; ``get(entity, field)`` one cell; ``column(type, field)`` all cells of a concrete type.
    """

    def __init__(self, schema: Schema, ids: Sequence[str], cells: Columns) -> None:
        self.schema = schema
        self.ids = ids
        self._columns = cells
        self._number = dict(zip(ids, range(len(ids)), strict=True))
        self._kinds: list[EntityType] = []
        self._ranges: dict[str, range] = {}
        self._fields: list[Mapping[str, Column]] = []
        """For each entity the columns of its type."""
        self._rows: list[int] = []
        """For each entity its place in them."""
        self._place()
        self._indexes: dict[tuple[str, str], Mapping[Value, tuple[int, ...]]] = {}
        self._day_columns: dict[tuple[str, str], Sequence[tuple[str, str] | None]] = {}
        self._label_fields = {
            kind.name: next((f.name for f in kind.fields.values() if f.predicate == RDFS + "label"), None)
            for kind in schema.entity_types()
        }

    def _place(self) -> None:
        """Say of each entity what type it is of and where it stands in the columns, which reading then looks up."""
        for kind in self.schema.entity_types():
            fields = self._columns[kind.name]
            start, size = len(self._rows), columns.height(fields)
            self._ranges[kind.name] = range(start, start + size)
            self._kinds += [kind] * size
            self._fields += [fields] * size
            self._rows += range(size)

    @classmethod
    def from_triples(cls, schema: Schema, triples: Iterable[ox.Triple]) -> Model:
        """Build the model from the triples of the default graph; what the schema does not declare is passed over."""
        return cls(schema, *read_graph(schema, triples))

    @classmethod
    def from_bytes(cls, schema: Schema, snapshot: bytes) -> Model:
        """The model that ``to_bytes`` wrote: a release keeps it so that serving starts without reading the graph.

        Raises ``ReleaseError`` if another version of the software wrote it.
        """
        return cls(schema, *columns.from_bytes(schema, snapshot))

    def to_bytes(self) -> bytes:
        """The ids and columns as JSON; the same model gives the same bytes."""
        return columns.to_bytes(self.ids, self._columns)

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
        return self._fields[entity][field][self._rows[entity]]

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
        return self.values(entity, field)  # type: ignore[return-value]

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
