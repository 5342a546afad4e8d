"""The graph as files: six RDF formats, the same bytes on every machine, with every hash seed, on every day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import NotFoundError
from kg.files import did_you_mean
from kg.schema import CONCEPTS, DATA, TERMS, Schema
from kg.turtle import DCTERMS, OWL, RDF, RDFS, SKOS, XSD

DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
PROV = "http://www.w3.org/ns/prov#"
VOID = "http://rdfs.org/ns/void#"
RELEASES = "https://w3id.org/atmp/release/"


@dataclass(frozen=True)
class Format:
    """One format of a dump. ``archive`` formats carry the named graphs too, the others the default graph alone."""

    name: str
    suffix: str
    media_type: str
    syntax: ox.RdfFormat
    archive: bool

    @property
    def file_name(self) -> str:
        """The name of the dump inside a release."""
        return f"graph.{self.suffix}"


FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        Format("turtle", "ttl", "text/turtle", ox.RdfFormat.TURTLE, archive=False),
        Format("trig", "trig", "application/trig", ox.RdfFormat.TRIG, archive=True),
        Format("ntriples", "nt", "application/n-triples", ox.RdfFormat.N_TRIPLES, archive=False),
        Format("nquads", "nq", "application/n-quads", ox.RdfFormat.N_QUADS, archive=True),
        Format("jsonld", "jsonld", "application/ld+json", ox.RdfFormat.JSON_LD, archive=False),
        Format("rdfxml", "rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML, archive=False),
    )
}
_LINES = frozenset({"ntriples", "nquads"})


def get_format(name: str) -> Format:
    """The format of this name; raises ``NotFoundError`` that lists what there is."""
    if name not in FORMATS:
        hint = did_you_mean(name, FORMATS) or f"Formats are {', '.join(FORMATS)}."
        raise NotFoundError(f"there is no format {name!r}. {hint}")
    return FORMATS[name]


def prefixes(schema: Schema) -> dict[str, str]:
    """The fixed prefixes of a dump: vocabularies, the ontology's own, one a type and one a controlled list."""
    found = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD, "skos": SKOS, "dcterms": DCTERMS}
    found |= {"dcat": DCAT, "foaf": FOAF, "prov": PROV, "void": VOID, "atmp": TERMS, **schema.prefixes}
    for kind in schema.entity_types():
        found.setdefault(kind.slug, f"{DATA}{kind.slug}/")
    for slug in schema.vocabularies:
        found.setdefault(slug, f"{CONCEPTS}{slug}/")
    return found


def in_order(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads in reading order: default graph first; the release, then terms, then entities; type and label first."""
    return sorted(quads, key=_place)


def write_dump(quads: Iterable[ox.Quad], form: Format, names: Mapping[str, str], path: Path) -> None:
    """Write one dump of quads that are ``in_order``; lines of N-Triples and N-Quads are sorted bytewise instead."""
    if not form.archive:
        quads = (quad for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph))
    if form.name in _LINES:
        lines = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
        path.write_bytes(b"".join(sorted(lines)))
    elif form.syntax.supports_datasets:
        ox.serialize(quads, str(path), form.syntax, prefixes=dict(names))
    else:
        ox.serialize((quad.triple for quad in quads), str(path), form.syntax, prefixes=dict(names))


def _place(quad: ox.Quad) -> tuple[str, int, str, int, str, str]:
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
    subject = str(quad.subject).strip("<>")
    part = 0 if subject.startswith(RELEASES) else 2 if subject.startswith(DATA) else 1
    predicate = quad.predicate.value
    first = 0 if predicate == RDF + "type" else 1 if predicate == RDFS + "label" else 2
    return graph, part, subject, first, predicate, str(quad.object)
