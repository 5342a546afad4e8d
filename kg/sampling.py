"""Statements drawn at random from a release, so that a person can compare each with its sources on the web."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pyoxigraph as ox

from kg.provenance import CONFLICT, EVIDENCE, SOURCE
from kg.release import Release
from kg.schema import DATA, TERMS, Field
from kg.terms import to_value

_BOOKKEEPING = frozenset({SOURCE, EVIDENCE, CONFLICT})
"""The types that say where statements come from rather than state something."""


@dataclass(frozen=True)
class Drawn:
    """One statement in words: its subject's id and label, which field has which value, and the sources that state it.

    Of a source there are ``id``, ``title`` and ``url``.
    """

    subject: str
    label: str
    field: str
    value: str
    sources: tuple[Mapping[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """The statement as plain JSON-ready values."""
        return asdict(self)


Value = ox.NamedNode | ox.Literal
Key = tuple[str, str, str]
"""Subject's id, field's name, and the value as its term is written."""


def sample(release: Release, seed: int, count: int) -> list[Drawn]:
    """Draw ``count`` statements that sources make, by turns from each type; all of them if there are fewer.

    The same release, seed and count give the same draw.
    """
    stated = _stated(release)
    by_type: dict[str, list[Key]] = defaultdict(list)
    for key in sorted(stated):
        by_type[key[0].partition("/")[0]].append(key)
    dice = random.Random(seed)
    for keys in by_type.values():
        dice.shuffle(keys)
    turns = sorted(by_type)
    dice.shuffle(turns)
    chosen: list[Key] = []
    while len(chosen) < count and any(by_type.values()):
        chosen += [by_type[turn].pop() for turn in turns if by_type[turn]][: count - len(chosen)]
    return [_in_words(release, key, *stated[key]) for key in chosen]


def _stated(release: Release) -> Mapping[Key, tuple[Value, set[str]]]:
    """Every statement that a source makes about something, with its value and the ids of its sources."""
    fields = _fields(release)
    found: dict[Key, tuple[Value, set[str]]] = {}
    with release.dump("nquads").open("rb") as lines:
        for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
            graph, subject = quad.graph_name, quad.subject
            if not isinstance(graph, ox.NamedNode) or not isinstance(subject, ox.NamedNode):
                continue
            entity = subject.value.removeprefix(DATA)
            field = fields.get((entity.partition("/")[0], quad.predicate.value))
            if field is None or release.model.number(entity) is None:
                continue
            if isinstance(quad.object, Value):
                _, sources = found.setdefault((entity, field.name, str(quad.object)), (quad.object, set()))
                sources.add(graph.value.removeprefix(DATA))
    return found


def _fields(release: Release) -> Mapping[tuple[str, str], Field]:
    """The fields that say something of the world, by type and predicate: nothing derived, nothing about the record."""
    return {
        (kind.slug, field.predicate): field
        for kind in release.schema.entity_types()
        if kind.name not in _BOOKKEEPING
        for field in kind.fields.values()
        if field.written and not field.owns and not field.iri.startswith(TERMS + "Entity.")
    }


def _in_words(release: Release, key: Key, value: Value, sources: set[str]) -> Drawn:
    model = release.model
    entity, name, _ = key
    number = model.number(entity)
    assert number is not None
    return Drawn(
        subject=entity,
        label=model.label(number),
        field=name,
        value=_label(release, model.kind(number).fields[name], value),
        sources=tuple(_cited(release, source) for source in sorted(sources)),
    )


def _cited(release: Release, source: str) -> Mapping[str, str]:
    number = release.model.number(source)
    if number is None:
        return {"id": source, "title": source, "url": ""}
    url = release.model.get(number, "url")
    return {"id": source, "title": release.model.label(number), "url": str(url or "")}


def _label(release: Release, field: Field, value: Value) -> str:
    if field.kind == "enum":
        return release.schema.concepts[value.value].label
    if field.kind == "link":
        number = release.model.number(value.value.removeprefix(DATA))
        return value.value if number is None else release.model.label(number)
    return str(to_value(field, value))
