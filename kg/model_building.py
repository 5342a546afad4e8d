"""The ids and columns of the read model from a graph: one pass over its triples, then one predicate after another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import pyoxigraph as ox

from kg.columns import Cell, Columns, empty_column
from kg.schema import DATA, ENTITY, Field, Schema
from kg.terms import Value, read_text
from kg.turtle import RDF

_READ = (ox.NamedNode, ox.Literal)

Said = TypeVar("Said")
"""What is stated of an entity: a text, a value, or the number of another entity."""


def read_graph(schema: Schema, triples: Iterable[ox.Triple]) -> tuple[list[str], Columns]:
    """The ids of all entities, in the order of type and id, and the columns of every type.

    An entity is what the graph states to be of the type that its id names. Of it are read the IRIs and literals that
    predicates of the schema state; everything else is passed over. Raises ValueError for a number that is none.
    """
    stated = _Stated(schema)
    stated.read(triples)
    filling = _Filling(schema, stated.ids())
    for predicate, subjects, texts in stated.taken():
        filling.fill(predicate, subjects, texts)
    return filling.ids, filling.columns


class _Stated:
    """Statements by predicate, as ids and texts: terms of the graph would take several times the room."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._typed: set[str] = set()
        self._found: dict[str, tuple[list[str], list[str]]] = {
            field.predicate: ([], []) for kind in schema.entity_types() for field in kind.fields.values()
        }

    def read(self, triples: Iterable[ox.Triple]) -> None:
        """Take in what may be of use; an id or IRI that comes again and again is kept once."""
        once: dict[str, str] = {}
        for subject, predicate, obj in triples:
            found = self._found.get(predicate.value)
            if found is None:
                if predicate.value == RDF + "type":
                    self._type(subject, obj)
            elif isinstance(obj, _READ):
                iri, text = subject.value, obj.value
                found[0].append(once.setdefault(iri, iri))
                found[1].append(once.setdefault(text, text) if isinstance(obj, ox.NamedNode) else text)

    def _type(self, subject: ox.NamedNode | ox.BlankNode, obj: object) -> None:
        if subject.value.startswith(DATA) and isinstance(obj, ox.NamedNode):
            entity_id = subject.value.removeprefix(DATA)
            kind = self._schema.by_slug.get(entity_id.partition("/")[0])
            if kind is not None and kind.iri == obj.value:
                self._typed.add(entity_id)

    def ids(self) -> list[str]:
        """The ids of all entities, in the order of type and id."""
        order = {slug: place for place, slug in enumerate(self._schema.by_slug)}
        return sorted(self._typed, key=lambda entity_id: (order[entity_id.partition("/")[0]], entity_id))

    def taken(self) -> Iterator[tuple[str, list[str], list[str]]]:
        """Each predicate with the IRIs and the texts of its statements, which are then let go."""
        for predicate in list(self._found):
            yield predicate, *self._found.pop(predicate)


class _Filling:
    """Fills the columns, those of one predicate at a time."""

    def __init__(self, schema: Schema, ids: list[str]) -> None:
        self.ids = ids
        self._schema = schema
        self._number = {DATA + entity_id: number for number, entity_id in enumerate(ids)}
        self._types = [schema.by_slug[entity_id.partition("/")[0]].name for entity_id in ids]
        self._starts: dict[str, int] = {}
        self.columns: dict[str, dict[str, list[Cell]]] = {}
        sizes, start = Counter(self._types), 0
        for kind in schema.entity_types():
            self._starts[kind.name] = start
            start += sizes[kind.name]
            self.columns[kind.name] = {f.name: empty_column(f.many, sizes[kind.name]) for f in kind.fields.values()}

    def fill(self, predicate: str, subjects: Sequence[str], texts: Sequence[str]) -> None:
        """Fill the fields that read a predicate, and those that read it backwards."""
        numbers = map(self._number.get, subjects)
        stated = ((number, text) for number, text in zip(numbers, texts, strict=True) if number is not None)
        links: list[tuple[int, int]] = []
        for name, pairs in self._by_type(stated):
            for field in self._fields(name, predicate, inverse=False):
                if field.kind == "link":
                    targets = self._targets(field, pairs)
                    links += targets
                    self._write(name, field, targets)
                else:
                    self._write(name, field, _values(field, pairs))
        for name, turned in self._by_type((target, source) for source, target in links):
            for field in self._fields(name, predicate, inverse=True):
                allowed = {kind.name for kind in self._schema.concrete(field.target or ENTITY)}
                self._write(name, field, [pair for pair in turned if self._types[pair[1]] in allowed])

    def _by_type(self, pairs: Iterable[tuple[int, Said]]) -> Iterable[tuple[str, list[tuple[int, Said]]]]:
        """What is stated of entities, by the types of these."""
        found: dict[str, list[tuple[int, Said]]] = defaultdict(list)
        for pair in pairs:
            found[self._types[pair[0]]].append(pair)
        return found.items()

    def _fields(self, type_name: str, predicate: str, inverse: bool) -> Sequence[Field]:
        fields = self._schema.types[type_name].fields.values()
        return [field for field in fields if field.predicate == predicate and field.inverse == inverse]

    def _targets(self, field: Field, pairs: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
        """The entities that are linked to; those that the graph does not have are passed over."""
        return [
            (source, target)
            for source, entity_id in _values(field, pairs)
            if (target := self._number.get(f"{DATA}{entity_id}")) is not None
        ]

    def _write(self, type_name: str, field: Field, pairs: Iterable[tuple[int, Value]]) -> None:
        """Write the cells of a field: of many all different values in order, else the least."""
        column, start = self.columns[type_name][field.name], self._starts[type_name]
        if not field.many:
            for number, value in pairs:
                standing = column[number - start]
                if standing is None or value < standing:  # type: ignore[operator]  # values of a field are of one kind
                    column[number - start] = value
            return
        found: dict[int, list[Value]] = defaultdict(list)
        for number, value in pairs:
            found[number].append(value)
        for number, values in found.items():
            column[number - start] = (values[0],) if len(values) == 1 else tuple(sorted(set(values)))


def _values(field: Field, pairs: Sequence[tuple[int, str]]) -> list[tuple[int, Value]]:
    """The texts as values, each different one read once."""
    known = {text: read_text(field, text) for text in {text for _, text in pairs}}
    return [(number, known[text]) for number, text in pairs]
