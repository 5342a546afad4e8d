"""What a release has to ask for: ids, values of fields, texts and cursors, so that what is drawn finds something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from api.reading import Release
from kg.schema import EntityType, enum_name
from tests.plans.literals import Name

Ask = Callable[[str], Mapping[str, Any]]
"""Gives the whole answer to a query."""

MOST = 60
"""Different values of a kind that are known."""
_ROWS = 400
_ODD = ("$v1", "...F1", '"} {', "\\", "", "é", "%", "𝔘", "\n")


class Known:
    """The values of a release, each kind of them looked up when it is first asked for."""

    def __init__(self, release: Release, ask: Ask) -> None:
        self._model = release.model
        self._schema = release.schema
        self._ask = ask
        self._values: dict[tuple[str, str], Sequence[Any]] = {}
        self._cursors: dict[str, Sequence[str]] = {}

    def has(self, kind: str, field: str) -> bool:
        """Whether values of a field of a type are known."""
        return kind in ("Vocabulary", "Concept") if not self.is_type(kind) else field in ("id", *self.fields(kind))

    def is_type(self, name: str) -> bool:
        """Whether there are entities of that type or interface."""
        return name in self._schema.types

    def type_of(self, slug: str) -> str | None:
        """The type whose ids begin so."""
        found = self._schema.by_slug.get(slug)
        return found.name if found else None

    def values(self, kind: str, field: str) -> Sequence[Any]:
        """What entities of a type state in a field, as a filter takes it; empty if there is no such field."""
        key = (kind, field)
        if key not in self._values:
            found = self._ids(kind) if field == "id" and self.has(kind, field) else self._stated(kind, field)
            self._values[key] = list(dict.fromkeys(found))[:MOST]
        return self._values[key]

    def _ids(self, kind: str) -> Iterable[str]:
        if kind == "Vocabulary":
            return self._schema.vocabularies
        if kind == "Concept":
            return [f"{one.scheme}/{one.slug}" for one in self._schema.concepts.values()][::9]
        rows = self._model.rows(kind)
        step = max(1, len(rows) // MOST)
        return (self._model.ids[row] for row in rows[::step])

    def _stated(self, kind: str, field: str) -> Iterator[Any]:
        for concrete in self._schema.concrete(kind) if self.is_type(kind) else ():
            if field in concrete.fields:
                yield from self._of(concrete, field)

    def _of(self, kind: EntityType, field: str) -> Iterator[Any]:
        declared = kind.fields[field]
        for row in self._model.rows(kind.name)[:_ROWS]:
            for value in self._model.values(row, field):
                if declared.kind == "link":
                    yield self._model.ids[int(value)]
                else:
                    yield Name(enum_name(str(value))) if declared.kind == "enum" else value

    def fields(self, kind: str) -> Sequence[str]:
        """The names of the fields of a type, or of any if it is none."""
        found = self._schema.types.get(kind) or next(self._schema.entity_types())
        return list(found.fields)

    @cached_property
    def ids(self) -> Sequence[str]:
        """Ids of every type."""
        return [one for kind in self._schema.entity_types() for one in self.values(kind.name, "id")[:5]]

    @cached_property
    def texts(self) -> Sequence[str]:
        """What entities are called, whole and in part, and texts that a careless reader of queries stumbles over."""
        labels = [self._model.label(row) for row in range(0, len(self._model), max(1, len(self._model) // MOST))]
        words = [word for label in labels for word in label.split()]
        return [*labels, *words[:: max(1, len(words) // MOST)], *_ODD]

    def cursors(self, *way: str) -> Sequence[str]:
        """The cursors of a list that stands at the end of a way through a query; empty if it cannot be asked."""
        text = " { ".join([*way, "edges { cursor"])
        if text not in self._cursors:
            answer = self._ask(f"{{ {text}{' }' * (text.count('{') + 1)}")
            self._cursors[text] = list(dict.fromkeys(_cursors_in(answer.get("data"))))[:MOST]
        return self._cursors[text]

    @cached_property
    def other_cursors(self) -> Sequence[str]:
        """Cursors of the lists of some types."""
        kinds = list(self._schema.entity_types())[::4]
        return [cursor for kind in kinds for cursor in self.cursors(f"{kind.plural}(first: 3)")]


def _cursors_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _cursors_in(one)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "cursor":
                yield inner
            else:
                yield from _cursors_in(inner)
