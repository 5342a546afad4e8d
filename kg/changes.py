"""What changed between two releases, entity by entity, in the words of the ontology's fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pyoxigraph as ox

from kg.release import Release
from kg.schema import DATA, Schema
from kg.terms import to_value
from kg.turtle import RDF

Fact = tuple[str, str]
"""The name of a field and one value of it."""


@dataclass
class Change:
    """One entity that differs: what was ``added`` and ``removed``; ``kind`` says if it is new, gone or changed."""

    id: str
    kind: str
    added: list[Fact] = field(default_factory=list)
    removed: list[Fact] = field(default_factory=list)


def changes(old: Release, new: Release) -> list[Change]:
    """The entities whose statements differ in the resolved view of two releases, by id; derived days are left out."""
    before, after = _lines(old), _lines(new)
    added, removed = _facts(new.schema, after - before), _facts(old.schema, before - after)
    found = []
    for entity in sorted(added.keys() | removed.keys()):
        was, now = old.model.number(entity) is not None, new.model.number(entity) is not None
        kind = "changed" if was and now else "new" if now else "gone"
        found.append(Change(entity, kind, added.get(entity, []), removed.get(entity, [])))
    return found


def render(found: Iterable[Change]) -> str:
    """Changes as text: an entity a paragraph, a statement a line."""
    return "".join(f"{line}\n" for change in found for line in _paragraph(change))


def _paragraph(change: Change) -> Iterator[str]:
    yield f"{change.id} ({change.kind})"
    for sign, facts in (("-", change.removed), ("+", change.added)):
        yield from (f"  {sign} {name}: {value}" for name, value in facts)


def _lines(release: Release) -> set[bytes]:
    return set(release.dump("ntriples").read_bytes().splitlines(keepends=True))


def _facts(schema: Schema, lines: set[bytes]) -> dict[str, list[Fact]]:
    found: dict[str, list[tuple[int, Fact]]] = defaultdict(list)
    for quad in ox.parse(BytesIO(b"".join(sorted(lines))), format=ox.RdfFormat.N_TRIPLES):
        subject, obj, predicate = quad.subject, quad.object, quad.predicate.value
        if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(DATA):
            continue
        entity = subject.value.removeprefix(DATA)
        kind = schema.by_slug[entity.partition("/")[0]]
        names = [f for f in kind.fields.values() if f.stored and f.predicate == predicate]
        if names and isinstance(obj, ox.NamedNode | ox.Literal):
            found[entity].append((names[0].order, (names[0].name, str(to_value(names[0], obj)))))
        elif predicate == RDF + "type" and isinstance(obj, ox.NamedNode) and obj.value == kind.iri:
            found[entity].append((-1, ("type", kind.name)))
    return {entity: [fact for _, fact in sorted(facts)] for entity, facts in found.items()}
