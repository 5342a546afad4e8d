"""Entities counted by what they state: by one field, by two, and up the tree of a field's values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import TypeVar

from api import limits
from api.facetable import Facetable
from api.filters import tree_link
from api.reading import Request
from kg.schema import EntityType, closure, enum_name

Key = Hashable
"""A value that entities are counted by: a slug, an entity's number, a year, true or false, a type's name."""

Cell = TypeVar("Cell", bound=Hashable)

Keys = Callable[[Hashable], frozenset[Key]]
"""The keys that an entity with this cell is counted under."""


@dataclass(frozen=True)
class Counts:
    """How many entities state each value, and how many none."""

    by_key: Mapping[Key, int]
    missing: int


@dataclass(frozen=True)
class Crossed:
    """How many entities state each pair of values, how many lack one, and how many are in no pair asked for."""

    by_pair: Mapping[tuple[Key, Key], int]
    missing: int
    left_out: int


class Counted:
    """The entities of a list, which are counted by one facet."""

    def __init__(self, request: Request, kind: EntityType, rows: Sequence[int], facet: Facetable, under: bool) -> None:
        """``under`` counts an entity under everything above its values in their tree as well."""
        self._request = request
        self.values = Values(request, facet)
        self._cells = _cells(request, kind, rows, facet)
        self._under = under and bool(self.values.above)

    def counts(self) -> Counts:
        """By each value how many entities state it; each counts once for a value, however often it states it."""
        keys, found, missing = self._keys(), Counter[Key](), 0
        for cell, times in self._watched(Counter(self._cells)):
            own = keys(cell)
            missing += 0 if own else times
            for key in own:
                found[key] += times
        return Counts(found, missing)

    def crossed(self, other: Counted, rows: Iterable[Key], columns: Iterable[Key]) -> Crossed:
        """By each pair of a value here and one of the other facet, of those asked for, how many state both."""
        mine, others, wanted = self._keys(), other._keys(), (frozenset(rows), frozenset(columns))
        found, missing, left_out = Counter[tuple[Key, Key]](), 0, 0
        for (cell, other_cell), times in self._watched(Counter(zip(self._cells, other._cells, strict=True))):
            own, theirs = mine(cell), others(other_cell)
            pairs = list(product(own & wanted[0], theirs & wanted[1]))
            self._request.spend(len(pairs) // limits.ROWS)
            missing += 0 if own and theirs else times
            left_out += times if own and theirs and not pairs else 0
            for pair in pairs:
                found[pair] += times
        return Crossed(found, missing, left_out)

    def _watched(self, cells: Mapping[Cell, int]) -> Iterator[tuple[Cell, int]]:
        """What there is and how often, with a look at the clock every few hundred."""
        for number, item in enumerate(cells.items(), start=1):
            if not number % limits.TICK:
                self._request.tick()
            yield item

    def _keys(self) -> Keys:
        year = self.values.kind == "date"
        above = self.values.above

        @cache
        def up(value: Key) -> frozenset[Key]:
            return closure(value, above)

        def keys(cell: Hashable) -> frozenset[Key]:
            values: Iterable[Key] = cell if isinstance(cell, tuple | frozenset) else () if cell is None else (cell,)
            if year:
                return frozenset(str(value)[:4] for value in values)
            return frozenset().union(*map(up, values)) if self._under else frozenset(values)

        return keys


class Values:
    """How the values of a facet are shown, and their tree."""

    def __init__(self, request: Request, facet: Facetable) -> None:
        self._request = request
        self._field = facet.path[-1] if facet.path else None
        self.kind = self._field.kind if self._field else "type"

    @cached_property
    def above(self) -> Mapping[Key, tuple[Key, ...]]:
        """What is right above each value in the tree; empty if the values have none."""
        model, schema, field = self._request.model, self._request.schema, self._field
        if field is None:
            return {}
        if field.scheme:
            concepts = schema.vocabularies[field.scheme].concepts.values()
            return {concept.slug: concept.broader for concept in concepts if concept.broader}
        link = tree_link(schema.types[field.target]) if field.target else None
        if field.target is None or link is None:
            return {}
        return {row: above for row in model.rows(field.target) if (above := model.links(row, link))}

    def text(self, key: Key) -> str:
        """The value as a filter takes it."""
        match self.kind:
            case "link":
                return self._request.model.ids[_number(key)]
            case "enum":
                return enum_name(str(key))
            case "boolean":
                return "true" if key else "false"
            case "type":
                return enum_name(self._request.schema.types[str(key)].slug)
        return str(key)

    def label(self, key: Key) -> str:
        """The value in English."""
        match self.kind:
            case "link":
                return self._request.model.label(_number(key))
            case "enum":
                scheme = self._field.scheme if self._field else None
                return self._request.schema.vocabularies[scheme or ""].concepts[str(key)].label
            case "boolean":
                return "yes" if key else "no"
            case "type":
                return self._request.schema.types[str(key)].label
        return str(key)


def _number(key: Key) -> int:
    assert isinstance(key, int)
    return key


def _cells(request: Request, kind: EntityType, rows: Sequence[int], facet: Facetable) -> Sequence[Hashable]:
    """What each entity states: one value, several, or None."""
    model = request.model
    if not facet.path:
        return [model.kind(row).name for row in rows]
    near = _column(request, kind, rows, facet.path[0].name)
    if len(facet.path) == 1:
        return near
    far = facet.path[1].name

    @cache
    def beyond(entity: int) -> tuple[Hashable, ...]:
        return model.values(entity, far) if far in model.kind(entity).fields else ()

    def reached(cell: Hashable) -> frozenset[Hashable]:
        entities = cell if isinstance(cell, tuple) else () if cell is None else (cell,)
        return frozenset(value for entity in entities for value in beyond(entity))

    known = {cell: reached(cell) for cell in set(near)}
    return [known[cell] for cell in near]


def _column(request: Request, kind: EntityType, rows: Sequence[int], name: str) -> Sequence[Hashable]:
    """The cells of a field; the whole column as it stands if all entities of a concrete type are asked for."""
    model = request.model
    if kind.abstract:
        return [model.get(row, name) for row in rows]
    column, whole = model.column(kind.name, name), model.rows(kind.name)
    return column if rows == whole else [column[row - whole[0]] for row in rows]
