"""What the ontology says of its own terms and of itself: names, definitions, sources and rules, for readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.alignments import Alignment, read_alignments
from kg.schema import ONTOLOGY_IRI, TERMS, EntityType, Field, Schema
from kg.terms import FIRST, LAST
from kg.turtle import DCTERMS, OWL, RDF, RDFS, SH, SKOS, Table

FILES = ("atmp.ttl", "vocabularies.ttl", "rules.ttl")
"""The files that are the ontology, in the order in which they are read as one."""

_KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "property",
    OWL + "DatatypeProperty": "property",
    OWL + "AnnotationProperty": "term of the declaration",
    RDFS + "Datatype": "datatype",
    SH + "NodeShape": "shape",
}
"""What a term is to a reader, by the first of these types that it has."""


@dataclass(frozen=True)
class Term:
    """A term of the ontology by its IRI, in the ontology's words; ``name`` is the fragment of the IRI."""

    iri: str
    name: str
    kind: str
    label: str
    label_nl: str
    alt_labels: tuple[str, ...]
    definition: str
    sources: tuple[str, ...]
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """What must hold beyond the form of a field.

    ``classes`` and ``subjects_of`` are the IRIs of what it is checked on: members of a class, or whatever has a
    property. ``at_stake`` are the properties that it looks at; ``blocking`` says that no release is built against it.
    """

    iri: str
    name: str
    label: str
    definition: str
    message: str
    blocking: bool
    sources: tuple[str, ...]
    classes: tuple[str, ...]
    subjects_of: tuple[str, ...]
    at_stake: tuple[str, ...]


@dataclass(frozen=True)
class About:
    """What the ontology says of itself; addresses where the ontology gives addresses."""

    title: str
    title_nl: str
    description: str
    version: str
    version_iri: str
    created: str
    licence: str
    status: str
    sources: tuple[str, ...]


class Terminology:
    """The terms, rules and alignments of an ontology whose declaration is ``schema``."""

    def __init__(self, schema: Schema, table: Table, alignments: tuple[Alignment, ...]) -> None:
        self.schema = schema
        self.table = table
        self.alignments = alignments
        self.terms = {term.iri: term for subject in _subjects(table) if (term := _term(table, subject))}
        self.rules = tuple(_rule(table, iri) for iri in _subjects(table) if table.value(iri, SH + "message"))

    @classmethod
    def read(cls, schema: Schema, folder: Path) -> Terminology:
        """Read the folder of the ontology; raises ``OntologyError`` where a file cannot be read."""
        return cls(schema, Table.read(folder / name for name in FILES), read_alignments(folder))

    @cached_property
    def about(self) -> About:
        """What the ontology says of itself."""
        table = self.table
        return About(
            title=table.text(ONTOLOGY_IRI, DCTERMS + "title", "en"),
            title_nl=table.text(ONTOLOGY_IRI, DCTERMS + "title", "nl"),
            description=table.text(ONTOLOGY_IRI, DCTERMS + "description", "en"),
            version=self.schema.version,
            version_iri=table.value(ONTOLOGY_IRI, OWL + "versionIRI") or ONTOLOGY_IRI,
            created=table.value(ONTOLOGY_IRI, DCTERMS + "created") or "",
            licence=table.value(ONTOLOGY_IRI, DCTERMS + "license") or "",
            status=table.value(ONTOLOGY_IRI, "http://purl.org/ontology/bibo/status") or "",
            sources=tuple(table.values(ONTOLOGY_IRI, DCTERMS + "source")),
        )

    @cached_property
    def aligned(self) -> Mapping[str, tuple[Alignment, ...]]:
        """The alignments of each term that has any, by its IRI."""
        found: dict[str, list[Alignment]] = defaultdict(list)
        for alignment in self.alignments:
            found[alignment.subject].append(alignment)
        return {iri: tuple(rows) for iri, rows in found.items()}

    @cached_property
    def fields(self) -> Mapping[str, tuple[EntityType, Field]]:
        """Every field by its IRI, with the type that declares it, in the order of types and fields."""
        found: dict[str, tuple[EntityType, Field]] = {}
        for kind in sorted(self.schema.types.values(), key=lambda kind: len(kind.ancestors)):
            for field in kind.fields.values():
                found.setdefault(field.iri, (kind, field))
        return dict(sorted(found.items(), key=lambda item: (item[1][0].order, item[1][1].order)))

    @cached_property
    def uses(self) -> Mapping[str, tuple[tuple[EntityType, Field], ...]]:
        """The fields that hold or read backwards each property, by its IRI."""
        found: dict[str, list[tuple[EntityType, Field]]] = defaultdict(list)
        for kind, field in self.fields.values():
            found[field.predicate].append((kind, field))
        return {iri: tuple(pairs) for iri, pairs in found.items()}

    def rules_of(self, kind: EntityType) -> list[Rule]:
        """The rules that are checked on entities of a type."""
        classes = {TERMS + name for name in (kind.name, *kind.ancestors)}
        held = {field.predicate for field in kind.fields.values() if field.stored}

        def holds(rule: Rule) -> bool:
            looks = not rule.at_stake or bool(held & {*rule.at_stake})
            return bool(classes & {*rule.classes}) or (looks and bool(held & {*rule.subjects_of}))

        return [rule for rule in self.rules if holds(rule)]


def _subjects(table: Table) -> list[str]:
    return [iri for iri in dict.fromkeys(str(t.subject).strip("<>") for t in table.triples) if iri.startswith(TERMS)]


def _term(table: Table, iri: str) -> Term | None:
    """The term that a subject is, or None: fields and rules are told elsewhere."""
    types = table.values(iri, RDF + "type")
    kind = next((word for known, word in _KINDS.items() if known in types), None)
    prefix = table.value(iri, SH + "prefix")
    if table.value(iri, SH + "message") or (kind is None and prefix is None):
        return None
    return Term(
        iri=iri,
        name=iri.removeprefix(TERMS),
        kind=kind or "prefix",
        label=table.text(iri, RDFS + "label", "en") or prefix or "",
        label_nl=table.text(iri, RDFS + "label", "nl"),
        alt_labels=tuple(table.values(iri, SKOS + "altLabel")),
        definition=table.text(iri, SKOS + "definition", "en") or table.value(iri, SH + "namespace") or "",
        sources=tuple(table.values(iri, DCTERMS + "source")),
        parents=tuple(parent for parent in table.values(iri, RDFS + "subClassOf") if not parent.startswith("_:")),
    )


def _rule(table: Table, iri: str) -> Rule:
    path = table.value(iri, SH + "path")
    at_stake = [*table.values(iri, RDFS + "seeAlso"), *([path] if path and not path.startswith("_:") else [])]
    return Rule(
        iri=iri,
        name=iri.removeprefix(TERMS),
        label=table.text(iri, RDFS + "label", "en"),
        definition=table.text(iri, SKOS + "definition", "en"),
        message=table.text(iri, SH + "message", "en"),
        blocking=table.value(iri, SH + "severity") == SH + "Violation",
        sources=tuple(table.values(iri, DCTERMS + "source")),
        classes=tuple(table.values(iri, SH + "targetClass")),
        subjects_of=tuple(_whole(one) for one in table.values(iri, SH + "targetSubjectsOf")),
        at_stake=tuple(dict.fromkeys(map(_whole, at_stake))),
    )


def _whole(predicate: str) -> str:
    """The property that a predicate for the first or last day of a date is derived from, or the predicate itself."""
    return predicate.removesuffix(FIRST).removesuffix(LAST)
