"""Nodes as RDF: the resolved view as the default graph, what each source states as a graph of the source's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg import dates
from kg.provenance import EVIDENCE, Statement
from kg.records import Node
from kg.schema import DATA, Schema
from kg.terms import FIRST, LAST, node, to_term
from kg.turtle import OWL, RDF, RDFS, SH, SKOS, XSD, Table

DEFAULT = ox.DefaultGraph()


def resolved_quads(schema: Schema, nodes: Mapping[str, Node]) -> Iterator[ox.Quad]:
    """The default graph's part of the data: every shown value once, with types and the days of partial dates."""
    for item in nodes.values():
        subject = node(DATA + item.id)
        for class_iri in _classes(schema, item):
            yield ox.Quad(subject, node(RDF + "type"), node(class_iri), DEFAULT)
        for name, values in item.values.items():
            fld = item.kind.fields[name]
            for value in values:
                yield ox.Quad(subject, node(fld.predicate), to_term(fld, value), DEFAULT)
                if fld.kind == "date":
                    yield from _days(subject, fld.predicate, value)
        if item.kind.name == EVIDENCE:
            yield from _reified(item, nodes, subject)


def stated_quads(schema: Schema, nodes: Mapping[str, Node], statements: Iterable[Statement]) -> Iterator[ox.Quad]:
    """What each source states, in the graph that bears the source's IRI; says also what type its subjects have."""
    typed: set[tuple[str, str]] = set()
    for statement in statements:
        item = nodes[statement.subject]
        subject, graph = node(DATA + item.id), node(DATA + statement.source)
        fld = item.kind.fields[statement.field]
        yield ox.Quad(subject, node(fld.predicate), to_term(fld, statement.value), graph)
        if (item.id, statement.source) not in typed:
            typed.add((item.id, statement.source))
            yield ox.Quad(subject, node(RDF + "type"), node(item.kind.iri), graph)


def term_quads(schema: Schema, table: Table) -> Iterator[ox.Quad]:
    """What the default graph says of the ontology's own terms: labels, definitions, trees; shapes stay in their files.

    Blank nodes are left out, so that the graph has none and its dumps can be compared line by line.
    """
    for triple in table.triples:
        subject, obj = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(obj, ox.NamedNode | ox.Literal):
            continue
        if triple.predicate.value.startswith(SH) or (isinstance(obj, ox.NamedNode) and obj.value.startswith(SH)):
            continue
        if SH + "PropertyShape" in table.values(subject.value, RDF + "type"):
            continue
        yield ox.Quad(subject, triple.predicate, obj, DEFAULT)
    yield from _day_terms(schema)


def _classes(schema: Schema, item: Node) -> Iterator[str]:
    yield item.kind.iri
    for ancestor in item.kind.ancestors:
        yield schema.types[ancestor].iri
    for defined in schema.defined_classes:
        if defined.type == item.kind.name and defined.value in item.values.get(defined.field, ()):
            yield defined.iri


def _days(subject: ox.NamedNode, predicate: str, value: str) -> Iterator[ox.Quad]:
    day = node(XSD + "date")
    yield ox.Quad(subject, node(predicate + FIRST), ox.Literal(dates.first_day(value), datatype=day), DEFAULT)
    yield ox.Quad(subject, node(predicate + LAST), ox.Literal(dates.last_day(value), datatype=day), DEFAULT)


def _reified(item: Node, nodes: Mapping[str, Node], subject: ox.NamedNode) -> Iterator[ox.Quad]:
    """Evidence that names a field is an rdf:Statement about its owner."""
    owner, name = nodes.get(item.owner or ""), item.first("field")
    if owner is None or name is None:
        return
    fld = owner.kind.fields[name]
    yield ox.Quad(subject, node(RDF + "type"), node(RDF + "Statement"), DEFAULT)
    yield ox.Quad(subject, node(RDF + "subject"), node(DATA + owner.id), DEFAULT)
    yield ox.Quad(subject, node(RDF + "predicate"), node(fld.predicate), DEFAULT)
    value = item.first("value")
    if value is not None:
        yield ox.Quad(subject, node(RDF + "object"), to_term(fld, value), DEFAULT)


def _day_terms(schema: Schema) -> Iterator[ox.Quad]:
    """Declarations of the two predicates that the build derives from each predicate of partial dates."""
    predicates = {
        fld.predicate: fld.label for kind in schema.types.values() for fld in kind.fields.values() if fld.kind == "date"
    }
    for predicate, label in sorted(predicates.items()):
        for ending, which in ((FIRST, "first"), (LAST, "last")):
            subject = node(predicate + ending)
            text = f"The {which} day that the {label} may mean, derived from its precision."
            yield ox.Quad(subject, node(RDF + "type"), node(OWL + "DatatypeProperty"), DEFAULT)
            yield ox.Quad(subject, node(RDFS + "label"), ox.Literal(f"{label}, {which} day", language="en"), DEFAULT)
            yield ox.Quad(subject, node(SKOS + "definition"), ox.Literal(text, language="en"), DEFAULT)
            yield ox.Quad(subject, node(RDFS + "range"), node(XSD + "date"), DEFAULT)
