"""Dumps: equal to the graph when read back by two parsers, in a fixed order, saying what they are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import DCAT, DCTERMS, OWL, PROV, RDF, Literal, URIRef

from kg.errors import NotFoundError
from kg.export import FORMATS, RELEASES, Format, get_format, in_order, prefixes, write_dump
from kg.release import Release
from kg.schema import DATA, TERMS, Schema

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of itself
RDFLIB_NAMES = {
    "turtle": "turtle",
    "ntriples": "nt",
    "rdfxml": "xml",
    "jsonld": "json-ld",
    "trig": "trig",
    "nquads": "nquads",
}


@pytest.fixture(autouse=True)
def literals_as_written(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rdflib rewrites literals unless told not to."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    yield


def by_pyoxigraph(path: Path, form: Format) -> set[ox.Quad]:
    """The quads of a dump as pyoxigraph reads them."""
    return set(ox.parse(path=str(path), format=form.syntax))


def by_rdflib(path: Path, form: Format) -> set[tuple[object, ...]]:
    """The quads of a dump as rdflib reads them."""
    if form.archive:
        dataset = rdflib.Dataset()
        dataset.parse(data=path.read_bytes(), format=RDFLIB_NAMES[form.name])
        return {tuple(quad) for quad in dataset.quads()}
    return {(*triple, None) for triple in rdflib.Graph().parse(data=path.read_bytes(), format=RDFLIB_NAMES[form.name])}


@pytest.mark.parametrize("name", FORMATS)
def test_a_dump_read_back_is_the_graph(release: Release, name: str) -> None:
    form = get_format(name)
    whole = set(ox.parse(path=str(release.dump("nquads")), format=ox.RdfFormat.N_QUADS))
    shown = {quad for quad in whole if isinstance(quad.graph_name, ox.DefaultGraph)}
    assert by_pyoxigraph(release.dump(name), form) == (whole if form.archive else shown)
    reference = get_format("nquads" if form.archive else "ntriples")
    expected = by_rdflib(release.dump(reference.name), reference)
    assert by_rdflib(release.dump(name), form) == expected
    assert len(expected) == len(whole if form.archive else shown)


@pytest.mark.parametrize("name", ["ntriples", "nquads"])
def test_lines_are_sorted_and_stand_once(release: Release, name: str) -> None:
    lines = release.dump(name).read_bytes().splitlines()
    assert lines == sorted(set(lines))


def test_no_blank_nodes_leave(release: Release) -> None:
    assert not [line for line in release.dump("nquads").read_bytes().splitlines() if b"_:" in line.split(b'"')[0]]


def test_turtle_is_pleasant_to_read(release: Release) -> None:
    text = release.dump("turtle").read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if not line.startswith("@prefix"))
    assert first.startswith(f"<{RELEASES}{release.id}> a void:Dataset , dcat:Dataset")
    assert "\nproduct:cells a " in text
    assert "organisation:hospital" in text
    assert "legal-category:somatic-cell-therapy" in text
    assert text.index(f"<{RELEASES}") < text.index("\natmp:Product a ") < text.index("\nproduct:cells a ")


def test_a_release_says_what_it_is(release: Release) -> None:
    graph = rdflib.Graph().parse(data=release.dump("turtle").read_bytes(), format="turtle")
    subject = URIRef(RELEASES + release.id)
    assert (subject, RDF.type, DCAT.Dataset) in graph
    assert str(graph.value(subject, DCTERMS.identifier)) == release.id
    assert str(graph.value(subject, OWL.versionInfo)) == release.id
    assert graph.value(subject, DCTERMS.issued) == Literal(release.date, datatype=rdflib.XSD.date)
    assert graph.value(subject, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert {str(o) for o in graph.objects(subject, PROV.wasDerivedFrom)} == {
        f"{DATA}source/press-page",
        f"{DATA}source/registry-page",
    }
    media = {
        str(graph.value(d, DCAT.mediaType)).rpartition("media-types/")[2]
        for d in graph.objects(subject, DCAT.distribution)
    }
    assert media == {form.media_type for form in FORMATS.values()}
    triples = graph.value(subject, URIRef("http://rdfs.org/ns/void#triples"))
    assert int(str(triples)) == len(graph)


def test_each_source_has_its_graph_in_the_archive(release: Release) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=release.dump("trig").read_bytes(), format="trig")
    hospital = URIRef(f"{DATA}involvement/product.cells.developer")
    graphs = {str(graph) for *_, graph in dataset.quads((hospital, None, None, None)) if graph}
    assert graphs >= {f"{DATA}source/press-page", f"{DATA}source/registry-page"}


def test_prefixes_shorten_without_clashes(schema: Schema) -> None:
    names = prefixes(schema)
    assert names["product"] == f"{DATA}product/"
    assert len(set(names.values())) == len(names)


def test_an_unknown_format_names_those_that_there_are() -> None:
    with pytest.raises(NotFoundError, match=r"Formats are turtle, trig, ntriples, nquads, jsonld, rdfxml\."):
        get_format("xlsx")


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=20)
NODES = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)?", fullmatch=True).map(
    lambda slug: ox.NamedNode(f"{DATA}product/{slug}")
)
XSD_TYPES = {
    "integer": "12",
    "decimal": "12.5",
    "gYear": "2020",
    "gYearMonth": "2020-07",
    "date": "2020-07-01",
    "boolean": "true",
}
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    TEXTS.map(lambda text: ox.Literal(text, language="en")),
    st.sampled_from(
        [ox.Literal(v, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{k}")) for k, v in XSD_TYPES.items()]
    ),
)
PREDICATES = st.sampled_from(["name", "date.first", "wasSo"]).map(
    lambda name: ox.NamedNode(f"https://w3id.org/atmp/ontology#{name}")
)
QUADS = st.builds(ox.Quad, NODES, PREDICATES, NODES | LITERALS, st.just(ox.DefaultGraph()) | NODES)


@given(st.sets(QUADS, max_size=12), st.randoms())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_graph_survives_every_format_in_any_order(
    tmp_path: Path, quads: set[ox.Quad], shuffled: random.Random
) -> None:
    names = {"product": f"{DATA}product/", "atmp": TERMS}
    mixed = sorted(quads, key=str)
    shuffled.shuffle(mixed)
    for form in FORMATS.values():
        path = tmp_path / form.file_name
        write_dump(in_order(mixed), form, names, path)
        first = path.read_bytes()
        kept = quads if form.archive else {q for q in quads if isinstance(q.graph_name, ox.DefaultGraph)}
        assert by_pyoxigraph(path, form) == kept
        assert len(by_rdflib(path, form)) == len(kept)
        write_dump(in_order(reversed(mixed)), form, names, path)
        assert path.read_bytes() == first
