"""The SKOS schemes of the ontology as ``Vocabulary`` values."""

from __future__ import annotations

import re

from kg.errors import OntologyError
from kg.schema import CONCEPTS, TERMS, Concept, Vocabulary
from kg.turtle import RDFS, SKOS, Table

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def read_vocabularies(table: Table) -> dict[str, Vocabulary]:
    """Every concept scheme by slug; raises ``OntologyError`` on a concept that is not well-formed."""
    members: dict[str, dict[str, Concept]] = {
        iri.removeprefix(CONCEPTS): {} for iri in sorted(table.of_type(SKOS + "ConceptScheme"))
    }
    for iri in sorted(table.of_type(SKOS + "Concept")):
        concept = _concept(table, iri)
        if concept.scheme not in members:
            raise OntologyError(f"{iri}: skos:inScheme names no declared scheme. Declare it or mend the name.")
        members[concept.scheme][concept.slug] = concept
    for concepts in members.values():
        for concept in concepts.values():
            for parent in concept.broader:
                if parent not in concepts:
                    raise OntologyError(f"{concept.iri}: skos:broader {parent} is not in the scheme. Mend it.")
    return {slug: _vocabulary(table, slug, concepts) for slug, concepts in members.items()}


def _vocabulary(table: Table, slug: str, concepts: dict[str, Concept]) -> Vocabulary:
    iri = CONCEPTS + slug
    return Vocabulary(
        iri=iri,
        slug=slug,
        label=table.text(iri, RDFS + "label", "en"),
        label_nl=table.text(iri, RDFS + "label", "nl"),
        definition=table.text(iri, SKOS + "definition", "en"),
        concepts=concepts,
    )


def _concept(table: Table, iri: str) -> Concept:
    scheme, _, slug = iri.removeprefix(CONCEPTS).partition("/")
    declared = table.value(iri, SKOS + "inScheme")
    if declared != CONCEPTS + scheme or not _SLUG.fullmatch(slug):
        raise OntologyError(
            f"{iri}: a concept's IRI is {CONCEPTS}{{scheme}}/{{slug}}, with the scheme of its skos:inScheme "
            "and a slug of lower-case letters, digits and hyphens that begins with a letter. Mend it."
        )
    rank = table.value(iri, TERMS + "rank")
    return Concept(
        iri=iri,
        slug=slug,
        scheme=scheme,
        label=table.text(iri, SKOS + "prefLabel", "en"),
        label_nl=table.text(iri, SKOS + "prefLabel", "nl"),
        definition=table.text(iri, SKOS + "definition", "en"),
        alt_labels=tuple(sorted(table.values(iri, SKOS + "altLabel"))),
        broader=tuple(sorted(parent.rsplit("/", 1)[1] for parent in table.values(iri, SKOS + "broader"))),
        notations=_notations(table, iri),
        rank=int(rank) if rank else None,
    )


def _notations(table: Table, iri: str) -> tuple[tuple[str, str], ...]:
    codes = (o for o in table.row(iri).get(SKOS + "notation", ()))
    pairs = ((getattr(o, "datatype").value.removeprefix(TERMS), o.value) for o in codes)  # noqa: B009
    return tuple(sorted(pairs))
