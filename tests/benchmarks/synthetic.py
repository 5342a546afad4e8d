"""Seeded graphs of any size with the shape of the shipped one: its types, its fields and how often each is stated.

A few organisations take part in very much, most in one thing or two, as in the shipped graph. What is around a trial
is thinned to about 44 triples, of the 150 that the shipped graph has, so that 100,000 trials fit into what memory
rdflib takes for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pyoxigraph as ox

from kg.model import Model
from kg.provenance import CONFLICT, EVIDENCE, EVIDENCE_FIELD
from kg.quads import resolved_quads
from kg.records import Node, owned_id
from kg.resolve import Resolver
from kg.schema import EntityType, Field, Schema
from tests.benchmarks.drawing import Draw, Drawing, Key
from tests.benchmarks.shape import TRIAL, FieldShape, read_shape

KEPT = 0.32
"""The part that is kept of the other entities, of what they own, and of what need not be stated."""
STATED = ("value", "shown")
"""The fields of evidence and of conflicts that repeat what is stated."""

Make = Callable[[Node, int], list[str]]
"""Makes the values of a field of a record; the number is the record's own, or that of the one which owns it."""
One = Callable[[Node, int], str]
"""Makes one value of it."""


def synthetic_model(schema: Schema, trials: int, seed: int = 1) -> Model:
    """The read model of a synthetic graph of so many trials."""
    return Model.from_triples(schema, synthetic_triples(schema, trials, seed))


def synthetic_triples(schema: Schema, trials: int, seed: int = 1) -> Iterator[ox.Triple]:
    """The statements of a synthetic graph; the same for the same seed."""
    return (quad.triple for quad in resolved_quads(schema, Synthesis(schema, trials, seed).nodes()))


class Synthesis:
    """Makes the records of a synthetic graph, and derives from them what a build derives."""

    def __init__(self, schema: Schema, trials: int, seed: int) -> None:
        self.schema = schema
        self.random = Random(seed)
        self.drawing = Drawing(self.random)
        self.shape = read_shape()
        self.counts = {
            kind.name: max(2, round(self.shape[kind.name].each * trials * (1 if kind.name == TRIAL else KEPT)))
            for kind in schema.entity_types()
            if kind.owner is None
        }
        self.fields = {kind.name: list(self._stated(kind)) for kind in schema.entity_types()}
        self.made: dict[str, Node] = {}

    def nodes(self) -> dict[str, Node]:
        """All records by their ids, with shortcuts and labels."""
        for name, count in self.counts.items():
            kind = self.schema.types[name]
            for number in range(count):
                self._fill(Node(f"{kind.slug}/{kind.slug}-{number}", kind, "", 0), number)
        Resolver(self.schema, self.made).run()
        return self.made

    def _fill(self, node: Node, number: int) -> None:
        """Give a record its values, and make those that it owns."""
        self.made[node.id] = node
        for name, rate, make in self.fields[node.kind.name]:
            if self.random.random() < rate and (values := make(node, number)):
                node.values[name] = values

    def _stated(self, kind: EntityType) -> Iterator[tuple[str, float, Make]]:
        """The fields that are stated of a type, each with how often and how its values are made."""
        for field in kind.fields.values():
            shape = self.shape[kind.name].fields.get(field.name)
            if shape is not None and (field.written or kind.name == CONFLICT):
                whole = field.required or (kind.owner is not None and not field.owns)
                yield field.name, shape.rate * (1 if whole else KEPT), self._maker(kind, field, shape)

    def _maker(self, kind: EntityType, field: Field, shape: FieldShape) -> Make:
        size = self.drawing.among(shape.sizes)
        if field.owns:
            return lambda node, number: self._owned(node, field, number, size())
        if field.target == EVIDENCE:
            return lambda node, _: self._owner(node).values.get(EVIDENCE_FIELD, [])[: size()]
        if field.kind == "link":
            return self._linker(kind, shape, size)
        if field.kind == "field-name":
            return lambda node, _: self._names(node, size())
        if kind.name in (EVIDENCE, CONFLICT) and field.name in STATED:
            return lambda node, _: self._owner(node).values.get(node.first("field") or "", [])[:1]
        if field.natural_key:
            key = Key(field)
            return lambda _, number: [key.value(number)]
        drawn = self._registered(kind, field) or _plain(self.drawing.values(field, shape))
        return lambda node, number: list({drawn(node, number): None for _ in range(size())})

    def _registered(self, kind: EntityType, field: Field) -> One | None:
        """Draws what the natural keys of the owner are taken from, like the number of a trial in a registry."""
        above = self.schema.types[kind.owner].fields.values() if kind.owner else ()
        taken = [
            (one.shortcut, Key(one))
            for one in above
            if one.natural_key and one.shortcut and one.shortcut.takes == field.name
        ]

        def number_there(node: Node, number: int) -> str:
            for shortcut, key in taken:
                if node.first(shortcut.keep_field or "") in shortcut.keeps:
                    return key.value(number)
            return f"{kind.slug}-{number}"

        return number_there if taken else None

    def _owned(self, owner: Node, field: Field, number: int, size: int) -> list[str]:
        """Make what a record owns under a field; returns the ids."""
        kind = self.schema.types[field.target or ""]
        found = []
        for place in range(size):
            key = f"{kind.slug}-{place}"
            item = Node(owned_id(kind, owner, key, self.schema), kind, "", 0, owner=owner.id, key=key)
            self._fill(item, number)
            found.append(item.id)
        return found

    def _linker(self, kind: EntityType, shape: FieldShape, size: Callable[[], int]) -> Make:
        """Links to the types that a field leads to; of its own type to earlier ones, so that none is in a circle."""
        types = self.drawing.among({name: weight for name, weight in shape.values.items() if name in self.counts})

        def link(number: int) -> str | None:
            name = types()
            count = min(self.counts[name], number) if name == kind.name else self.counts[name]
            slug = self.schema.types[name].slug
            return f"{slug}/{slug}-{self.drawing.busy(count)}" if count else None

        return lambda _, number: [found for found in {link(number): None for _ in range(size())} if found]

    def _names(self, node: Node, size: int) -> list[str]:
        """Names of fields: for evidence those that its owner states, else those that the record does not."""
        if node.owner is None:
            names = [
                field.name for field in node.kind.fields.values() if field.written and field.name not in node.values
            ]
        else:
            owner = self._owner(node)
            names = [name for name in owner.values if owner.kind.fields[name].written]
        return self.random.sample(names, min(size, len(names)))

    def _owner(self, node: Node) -> Node:
        return self.made[node.owner or ""]


def _plain(draw: Draw) -> One:
    return lambda _node, _number: draw()
