"""What entities are found by: the values of the fields that the ontology declares as searched."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from kg.model import Model
from kg.schema import EntityType, Field, Schema, Searched
from kg.search.words import parts, whole, words
from kg.turtle import OWL

_ORDER = get_args(Searched)


@dataclass(frozen=True, slots=True)
class Name:
    """One value that an entity is found by: as it is written, where it stands, and what it is.

    ``field`` is the field's name; for a value of something that the entity owns, the link and the field:
    ``registryRecords.identifier``.
    """

    text: str
    field: str
    kind: Searched


@dataclass(frozen=True)
class _Path:
    """Where the names of a type stand: in a field of its own, or in one of what a link owns."""

    link: Field | None
    field: Field
    kind: Searched

    @property
    def name(self) -> str:
        return f"{self.link.name}.{self.field.name}" if self.link else self.field.name

    def texts(self, model: Model, entity: int) -> Iterator[str]:
        holders = model.links(entity, self.link.name) if self.link else (entity,)
        for holder in holders:
            if self.field.name in model.kind(holder).fields:
                yield from map(str, model.values(holder, self.field.name))


class Names:
    """All names of a model by number, those of an entity one after another, the shortest first.

    ``words`` and ``wholes`` are what they are compared by. They are kept in columns, which the garbage collector
    need not look through.
    """

    def __init__(self, model: Model) -> None:
        self.words: list[str] = []
        self.wholes: list[str] = []
        self._texts: list[str] = []
        self._paths: list[_Path] = []
        self._path = array("H")
        self._starts = array("L", [0])
        for kind in model.schema.entity_types():
            paths = sorted(_paths(model.schema, kind), key=lambda path: _ORDER.index(path.kind))
            for entity in model.rows(kind.name):
                self._add(model, entity, paths)
            self._paths += paths

    def __getitem__(self, name: int) -> Name:
        """The name of a number."""
        path = self._paths[self._path[name]]
        return Name(self._texts[name], path.name, path.kind)

    def of(self, entity: int) -> range:
        """The numbers of an entity's names."""
        return range(self._starts[entity], self._starts[entity + 1])

    def kind(self, name: int) -> Searched:
        """What a name is."""
        return self._paths[self._path[name]].kind

    def _add(self, model: Model, entity: int, paths: list[_Path]) -> None:
        """Add an entity's names; of those that compare alike the most telling alone."""
        found: dict[str, tuple[str, str, int]] = {}
        for place, path in enumerate(paths, len(self._paths)):
            for text in path.texts(model, entity):
                taken = parts(text)
                key = whole(taken)
                if key and key not in found:
                    found[key] = text, words(taken), place
        for key in sorted(found, key=len):
            text, its_words, place = found[key]
            self._texts.append(text)
            self.words.append(its_words)
            self.wholes.append(key)
            self._path.append(place)
        self._starts.append(len(self._texts))


def given_up(model: Model) -> frozenset[int]:
    """The entities that are marked as deprecated."""
    found: set[int] = set()
    for kind in model.schema.entity_types():
        for field in kind.fields.values():
            if field.predicate == OWL + "deprecated" and not field.inverse:
                found.update(model.inverted(kind.name, field.name).get(True, ()))
    return frozenset(found)


def _paths(schema: Schema, kind: EntityType) -> Iterator[_Path]:
    """Where a type's names stand; what is owned has none of its own and lends its to the owner."""
    if kind.owner is not None:
        return
    for field in kind.fields.values():
        if field.searched:
            yield _Path(None, field, field.searched)
    for link in kind.fields.values():
        for owned in schema.concrete(link.target or "") if link.owns else ():
            for field in owned.fields.values():
                if field.searched:
                    yield _Path(link, field, field.searched)
