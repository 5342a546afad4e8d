"""Values and RDF terms: how one value of a field stands in the graph, and back."""

from __future__ import annotations

import pyoxigraph as ox

from kg import dates
from kg.schema import CONCEPTS, DATA, TERMS, Field
from kg.turtle import XSD

Value = str | bool | int | float
"""One value as the read model holds it: enums as slugs, links as ids, dates as partial dates, decimals as float."""

FIRST, LAST = ".first", ".last"
"""What is appended to a date predicate for the first and last day that a partial date may mean."""

_DATATYPES = {"integer": XSD + "integer", "decimal": XSD + "decimal", "boolean": XSD + "boolean", "uri": XSD + "anyURI"}
_NODES: dict[str, ox.NamedNode] = {}


def node(iri: str) -> ox.NamedNode:
    """The IRI as a term; the same IRI gives the same object, which keeps big graphs small."""
    found = _NODES.get(iri)
    if found is None:
        found = _NODES[iri] = ox.NamedNode(iri)
    return found


def to_term(field: Field, lexical: str) -> ox.NamedNode | ox.Literal:
    """The RDF term of a value as it is written in a record; the value must have been checked."""
    match field.kind:
        case "link":
            return node(DATA + lexical)
        case "enum":
            return node(f"{CONCEPTS}{field.scheme}/{lexical}")
        case "iri":
            return node(lexical)
        case "date":
            return ox.Literal(lexical, datatype=node(dates.datatype(lexical)))
        case "field-name":
            return ox.Literal(lexical, datatype=node(TERMS + "fieldName"))
        case "string":
            return ox.Literal(lexical)
    return ox.Literal(lexical, datatype=node(_DATATYPES[field.kind]))


def to_value(field: Field, term: ox.NamedNode | ox.Literal) -> Value:
    """The value that a term of the graph stands for."""
    return read_text(field, term.value)


def read_text(field: Field, text: str) -> Value:
    """The value that the text of a term stands for: its lexical form, or the whole of its IRI."""
    match field.kind:
        case "link":
            return text.removeprefix(DATA)
        case "enum":
            return text.rsplit("/", 1)[1]
        case "boolean":
            return text == "true"
        case "integer":
            return int(text)
        case "decimal":
            return float(text)
    return text
