"""The ontology is fit to be adopted: every term is named, defined and sourced, and the files say nothing amiss.

Consistency is checked with owlrl: the OWL 2 RL closure of the classes, with one individual in each, finds no fault.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import owlrl  # type: ignore[import-untyped]
import pyoxigraph as ox
import pytest
import rdflib
import yaml

from kg.ontology import read_schema
from kg.schema import CONCEPTS, TERMS, Schema
from kg.terms import FIRST, LAST
from kg.turtle import DCTERMS, OWL, RDF, RDFS, SH, SKOS, Table

ONTOLOGY = Path(__file__).parents[2] / "ontology"
FILES = ("atmp.ttl", "vocabularies.ttl", "rules.ttl")
TABLE = Table.read(ONTOLOGY / name for name in FILES)
TRIPLES = TABLE.triples
MAPPINGS = (ONTOLOGY / "alignments.sssom.tsv").read_text(encoding="utf-8")

CLASSES = TABLE.of_type(OWL + "Class")
PROPERTIES = [s for kind in ("Object", "Datatype", "Annotation") for s in TABLE.of_type(f"{OWL}{kind}Property")]
FIELDS = sorted({o for s in CLASSES for o in TABLE.values(s, SH + "property")})
SHAPES = {s for kind in ("NodeShape", "PropertyShape") for s in TABLE.of_type(SH + kind)}
RULES = [s for s in sorted(SHAPES) if s.startswith(TERMS + "rule-")]
SCHEMES, LISTED = TABLE.of_type(SKOS + "ConceptScheme"), TABLE.of_type(SKOS + "Concept")
PREFIXES = TABLE.values("https://w3id.org/atmp/ontology", SH + "declare")


def ours(iris: list[str]) -> list[str]:
    """Those of our own namespace; the classes and properties of others are only named."""
    return [iri for iri in iris if iri.startswith(TERMS)]


NAMED = [*ours(CLASSES), *ours(PROPERTIES), *ours(TABLE.of_type(RDFS + "Datatype")), TERMS + "PartialDate", *RULES]


@pytest.mark.parametrize("iri", [*NAMED, *SCHEMES, *LISTED], ids=lambda iri: iri.rsplit("/atmp/", 1)[1])
def test_term_is_named_defined_and_sourced(iri: str) -> None:
    naming = SKOS + "prefLabel" if iri in LISTED else RDFS + "label"
    languages = Counter(getattr(o, "language", None) for o in TABLE.row(iri).get(naming, ()))
    wanted = {"en", "nl"} if iri in CLASSES or iri in SCHEMES or iri in LISTED else {"en"}
    assert wanted <= languages.keys() <= {"en", "nl"} and set(languages.values()) == {1}
    definition = TABLE.text(iri, SKOS + "definition", "en")
    assert not definition[:1].islower() and definition.endswith("."), "a definition is a sentence"
    sources = TABLE.values(iri, DCTERMS + "source")
    assert sources and all(source.startswith(("http://", "https://")) for source in sources)


@pytest.mark.parametrize("iri", FIELDS, ids=lambda iri: iri.removeprefix(TERMS))
def test_field_is_placed_and_described(iri: str, schema: Schema) -> None:
    assert TABLE.value(iri, SH + "order") and TABLE.value(iri, SH + "path")
    assert re.fullmatch(r"[a-z][A-Za-z]*", TABLE.value(iri, SH + "name") or "")
    kind, _, _ = iri.removeprefix(TERMS).partition(".")
    field = next(f for f in schema.types[kind].fields.values() if f.iri == iri)
    assert re.fullmatch(r"[A-Z].*\.", field.description)
    assert field.pattern is None or re.search(field.pattern, field.example or ""), "the example fits the pattern"


def test_every_field_belongs_to_a_type_and_every_property_to_a_field() -> None:
    shapes = {s for s in TABLE.of_type(SH + "PropertyShape") if not s.startswith("_:")}
    assert sorted(shapes - set(RULES)) == FIELDS
    used = {triple.predicate.value for triple in TRIPLES} | {str(getattr(t.object, "value", "")) for t in TRIPLES}
    of_data = [iri for iri in ours(PROPERTIES) if iri not in TABLE.of_type(OWL + "AnnotationProperty")]
    assert [iri for iri in of_data if iri not in used] == []


def test_nothing_undeclared_is_used() -> None:
    declared = {*NAMED, *FIELDS, *PREFIXES}
    dates = {TABLE.value(f, SH + "path") for f in FIELDS if TABLE.value(f, SH + "node") == TERMS + "PartialDate"}
    declared |= {f"{path}{ending}" for path in dates for ending in (FIRST, LAST)}  # the build declares the days
    assert {iri for t in TRIPLES for iri in _iris(t) if iri.startswith(TERMS)} <= declared
    concepts = {iri for t in TRIPLES for iri in _iris(t) if iri.startswith(CONCEPTS)}
    assert concepts <= {*SCHEMES, *LISTED}


def _iris(triple: ox.Triple) -> Iterator[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.NamedNode):
            yield term.value
        elif isinstance(term, ox.Literal):
            yield term.datatype.value


def test_blank_nodes_stand_in_paths_lists_axioms_and_logic_only() -> None:
    logic = {SH + term for term in ("path", "inversePath", "alternativePath", "or", "and", "not", "in")}
    allowed = {RDF + "first", RDF + "rest", OWL + "equivalentClass", OWL + "intersectionOf", *logic}
    pointing = Counter(str(t.object) for t in TRIPLES if isinstance(t.object, ox.BlankNode))
    assert {str(t.subject) for t in TRIPLES if isinstance(t.subject, ox.BlankNode)} == pointing.keys()
    assert set(pointing.values()) == {1}
    assert {t.predicate.value for t in TRIPLES if isinstance(t.object, ox.BlankNode)} <= allowed


def test_no_axiom_that_data_cannot_bear() -> None:
    terms = {iri for t in TRIPLES for iri in _iris(t)}
    banned = ("sameAs", "FunctionalProperty", "InverseFunctionalProperty", "differentFrom", "imports")
    assert terms.isdisjoint(OWL + term for term in banned)


@pytest.mark.parametrize("name", FILES)
def test_both_parsers_read_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    text = rdflib.Graph().parse(ONTOLOGY / name).serialize(format="nt")
    first, second = ox.Dataset(), ox.Dataset()
    for triple in Table.read([ONTOLOGY / name]).triples:
        first.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        second.add(quad)
    for dataset in (first, second):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert len(first) > 0 and first == second


def closure(extra: list[tuple[str, str]]) -> list[str]:
    """What the OWL 2 RL rules find wrong with the classes, with individuals as (name, class)."""
    graph = rdflib.Graph()
    for triple in rdflib.Graph().parse(ONTOLOGY / "atmp.ttl"):
        predicate, obj = str(triple[1]), str(triple[2])
        if predicate.startswith((RDF, RDFS, OWL)) and predicate != RDFS + "label" and not obj.startswith(SH):
            graph.add(triple)
    for name, kind in extra:
        graph.add((rdflib.URIRef(f"urn:x:{name}"), rdflib.RDF.type, rdflib.URIRef(kind)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [str(obj) for _, predicate, obj in graph if str(predicate).endswith("#error")]


def test_every_class_can_have_members() -> None:
    assert closure([(str(number), iri) for number, iri in enumerate(CLASSES)]) == []


def test_a_product_has_one_legal_category() -> None:
    found = closure([("x", TERMS + "GeneTherapyProduct"), ("x", TERMS + "TissueEngineeredProduct")])
    assert any("Disjoint classes" in fault for fault in found)


def test_a_register_code_means_one_concept_of_a_list(schema: Schema) -> None:
    """An importer can read a code without guessing."""
    for vocabulary in schema.vocabularies.values():
        codes = Counter(notation for concept in vocabulary.concepts.values() for notation in concept.notations)
        assert [code for code, count in codes.items() if count > 1] == [], vocabulary.slug


def test_labels_of_a_list_differ(schema: Schema) -> None:
    for vocabulary in schema.vocabularies.values():
        for language in ("label", "label_nl"):
            labels = Counter(getattr(concept, language).casefold() for concept in vocabulary.concepts.values())
            assert [label for label, count in labels.items() if count > 1] == [], (vocabulary.slug, language)


def test_the_version_is_stated_once(schema: Schema) -> None:
    assert schema.version == read_schema(ONTOLOGY).version
    assert TABLE.value("https://w3id.org/atmp/ontology", OWL + "versionIRI") == (
        f"https://w3id.org/atmp/ontology/{schema.version}"
    )


# ------------------------------------------------ alignments ------------------------------------------------
COLUMNS = ["subject_id", "subject_label", "predicate_id", "object_id", "object_label"]
COLUMNS += ["mapping_justification", "confidence", "comment"]
MATCHES = {f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}


def mapping_header() -> dict[str, object]:
    header = "\n".join(line[1:] for line in MAPPINGS.splitlines() if line.startswith("#"))
    read = yaml.safe_load(header)
    assert isinstance(read, dict)
    return read


def mapping_rows() -> list[dict[str, str]]:
    lines = [line.split("\t") for line in MAPPINGS.splitlines() if not line.startswith("#")]
    assert lines[0] == COLUMNS
    assert {len(line) for line in lines} == {len(COLUMNS)}
    return [dict(zip(COLUMNS, line, strict=True)) for line in lines[1:]]


def test_mappings_are_well_formed_sssom() -> None:
    header, rows = mapping_header(), mapping_rows()
    curies = header["curie_map"]
    assert isinstance(curies, dict)
    assert {"mapping_set_id", "mapping_set_version", "mapping_set_title", "license", "mapping_date"} <= header.keys()
    used = set()
    for row in rows:
        parts = [row[column].split(":", 1) for column in COLUMNS if column.endswith("_id")]
        used |= {part[0] for part in [*parts, row["mapping_justification"].split(":", 1)]}
        assert all(len(part) == 2 and part[1] for part in parts), row
        assert row["predicate_id"] in MATCHES, row
        assert re.fullmatch(r"semapv:[A-Z][A-Za-z]+", row["mapping_justification"]), row
        assert 0 <= float(row["confidence"]) <= 1, row
    assert used == set(curies), "the curie_map has what is used, no more"
    keys = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_mappings_are_of_declared_terms_under_their_labels() -> None:
    curies = mapping_header()["curie_map"]
    assert isinstance(curies, dict)
    for row in mapping_rows():
        prefix, local = row["subject_id"].split(":", 1)
        iri = curies[prefix] + local
        assert iri in {*NAMED, *LISTED}, row
        label = TABLE.text(iri, SKOS + "prefLabel" if iri in LISTED else RDFS + "label", "en")
        assert row["subject_label"] == label, row


def test_a_term_has_one_exact_match_in_a_vocabulary() -> None:
    exact = Counter(
        (row["subject_id"], row["object_id"].split(":")[0])
        for row in mapping_rows()
        if row["predicate_id"] == "skos:exactMatch"
    )
    assert [pair for pair, count in exact.items() if count > 1] == []
