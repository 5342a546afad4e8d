"""What a release says of itself in its own graph: a DCAT dataset with its licence, sources and distributions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from kg.export import DCAT, FORMATS, PROV, RELEASES, VOID, Format
from kg.schema import DATA, Schema
from kg.terms import node
from kg.turtle import DCTERMS, OWL, RDF, RDFS, XSD

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_TITLE = "ATMP knowledge graph"
_DESCRIPTION = (
    "Advanced therapy medicinal products, their indications, trials and authorisations, and the organisations and "
    "people around them, every statement with its sources. The default graph is the resolved view; in the archive "
    "formats each named graph holds what the source of the same name states."
)


def release_quads(schema: Schema, release_id: str, day: str, sources: Iterable[str], triples: int) -> list[ox.Quad]:
    """The statements about a release, given its id, its day, the ids of its sources and its number of triples.

    The number that is stated counts these statements too.
    """
    iri = RELEASES + release_id
    said = list(_dataset(schema, iri, release_id, day, sources))
    for form in FORMATS.values():
        said += _distribution(iri, release_id, form)
    total = triples + len(said) + 1
    said.append(_literal(iri, VOID + "triples", str(total), XSD + "integer"))
    return said


def _dataset(schema: Schema, iri: str, release_id: str, day: str, sources: Iterable[str]) -> Iterator[ox.Quad]:
    for kind in (DCAT + "Dataset", PROV + "Entity", VOID + "Dataset"):
        yield _link(iri, RDF + "type", kind)
    yield _text(iri, RDFS + "label", f"{_TITLE}, release {release_id}")
    yield _text(iri, DCTERMS + "title", _TITLE)
    yield _text(iri, DCTERMS + "description", _DESCRIPTION)
    yield _literal(iri, DCTERMS + "identifier", release_id)
    yield _literal(iri, OWL + "versionInfo", release_id)
    yield _literal(iri, DCTERMS + "issued", day, XSD + "date")
    yield _link(iri, DCTERMS + "license", LICENCE)
    yield _link(iri, DCTERMS + "conformsTo", f"https://w3id.org/atmp/ontology/{schema.version}")
    for source in sources:
        yield _link(iri, PROV + "wasDerivedFrom", DATA + source)
    for name in FORMATS:
        yield _link(iri, DCAT + "distribution", f"{iri}/{name}")


def _distribution(release: str, release_id: str, form: Format) -> Sequence[ox.Quad]:
    iri = f"{release}/{form.name}"
    holds = "with the graph of each source" if form.archive else "resolved view"
    return (
        _link(iri, RDF + "type", DCAT + "Distribution"),
        _text(iri, RDFS + "label", f"{_TITLE}, release {release_id}, {form.name}, {holds}"),
        _link(iri, DCAT + "mediaType", _MEDIA_TYPES + form.media_type),
        _link(iri, DCTERMS + "license", LICENCE),
    )


def _link(subject: str, predicate: str, target: str) -> ox.Quad:
    return ox.Quad(node(subject), node(predicate), node(target))


def _text(subject: str, predicate: str, text: str) -> ox.Quad:
    return ox.Quad(node(subject), node(predicate), ox.Literal(text, language="en"))


def _literal(subject: str, predicate: str, text: str, datatype: str = XSD + "string") -> ox.Quad:
    return ox.Quad(node(subject), node(predicate), ox.Literal(text, datatype=node(datatype)))
