"""The trees of white space: what is broader than a condition or a value, and which of some columns is nearest to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.model import Model
from kg.schema import Field
from kg.terms import Value

_BROADER, _GROUPING, _CONDITION = "broader", "grouping", "Condition"


class Tree:
    """Broader and narrower values by dimension: of a vocabulary's concepts, or of entities that say ``broader``."""

    def __init__(self, model: Model, slots: Mapping[str, Field]) -> None:
        self._model = model
        self._slots = slots
        self._kept: dict[tuple[str, Value], tuple[Value, ...]] = {}
        self._above: dict[tuple[str, tuple[Value, ...]], frozenset[Value]] = {}
        self._narrower: dict[Value, list[Value]] = defaultdict(list)
        for condition in model.rows(_CONDITION):
            for up in model.links(condition, _BROADER):
                self._narrower[up].append(condition)

    def has(self, dimension: str, value: Value) -> bool:
        """Whether a dimension has such a value."""
        field = self._slots[dimension]
        if field.scheme:
            return value in self._model.schema.vocabularies[field.scheme].concepts
        return isinstance(value, int) and self._model.kind(value).name == field.target

    def groups(self) -> list[Value]:
        """The uppermost condition groups: they order others, and nothing is broader."""
        rows = self._model.rows(_CONDITION)
        return [c for c in rows if self._model.get(c, _GROUPING) is True and not self._model.links(c, _BROADER)]

    def below(self, value: Value) -> list[Value]:
        """The conditions right below one."""
        return list(self._narrower[value])

    def upwards(self, dimension: str, value: Value) -> tuple[Value, ...]:
        """The value and all that are broader, the nearest first."""
        key = (dimension, value)
        if key not in self._kept:
            found = {value: None}
            for one in (todo := [value]):  # grows on the way
                for up in self._broader(dimension, one):
                    if up not in found:
                        found[up] = None
                        todo.append(up)
            self._kept[key] = tuple(found)
        return self._kept[key]

    def above(self, dimension: str, values: tuple[Value, ...]) -> frozenset[Value]:
        """Some values and all that are broader than any of them."""
        key = (dimension, values)
        if key not in self._above:
            self._above[key] = frozenset(up for value in values for up in self.upwards(dimension, value))
        return self._above[key]

    def nearest(self, dimension: str, value: Value, among: frozenset[Value]) -> tuple[Value, ...]:
        """Of some values those that are the value itself or, if it is not there, the fewest steps above it."""
        level, seen = {value}, {value}
        while level and not level & among:
            level = {up for one in level for up in self._broader(dimension, one)} - seen
            seen |= level
        return tuple(sorted(level & among, key=str))

    def _broader(self, dimension: str, value: Value) -> Iterable[Value]:
        field = self._slots[dimension]
        if field.scheme:
            return self._model.schema.vocabularies[field.scheme].concepts[str(value)].broader
        has = isinstance(value, int) and _BROADER in self._model.kind(value).fields
        return self._model.links(int(value), _BROADER) if has else ()
