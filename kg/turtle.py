"""Turtle files as one triple table: the small reading layer below everything that the ontology declares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.errors import OntologyError

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
XSD = "http://www.w3.org/2001/XMLSchema#"

Term = ox.NamedNode | ox.BlankNode | ox.Literal


def key(term: Term) -> str:
    """A term as a dictionary key: the IRI, or the label of a blank node."""
    return term.value if isinstance(term, ox.NamedNode) else str(term)


class Table:
    """Triples by subject and predicate, in file order; blank nodes keep labels of their own a file."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self.triples: list[ox.Triple] = []

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Table:
        """Read the files; raises ``OntologyError`` naming file and line where one does not parse."""
        table = cls()
        for path in paths:
            try:
                with path.open("rb") as handle:
                    quads = list(ox.parse(handle, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
            except FileNotFoundError as error:
                raise OntologyError(f"{path}: no such file. Point to a folder that holds the ontology.") from error
            except (SyntaxError, ValueError) as error:
                raise OntologyError(f"{path}: not valid Turtle: {error}. Mend the file.") from error
            for quad in quads:
                table.add(quad.triple)
        return table

    def add(self, triple: ox.Triple) -> None:
        """Add one triple."""
        subject, obj = triple.subject, triple.object
        if isinstance(subject, ox.Triple) or isinstance(obj, ox.Triple):
            raise OntologyError(f"{triple}: quoted triples are not read. Use plain RDF 1.1.")
        self._rows[key(subject)][triple.predicate.value].append(obj)
        self.triples.append(triple)

    def row(self, subject: str) -> Mapping[str, list[Term]]:
        """All predicates and objects of a subject; empty if there are none."""
        return self._rows.get(subject, {})

    def subjects(self, predicate: str, obj: str) -> list[str]:
        """Subjects that have this IRI as the object of the predicate, in file order."""
        return [
            subject
            for subject, row in self._rows.items()
            if any(isinstance(o, ox.NamedNode) and o.value == obj for o in row.get(predicate, ()))
        ]

    def of_type(self, iri: str) -> list[str]:
        """Subjects of this rdf:type."""
        return self.subjects(RDF + "type", iri)

    def values(self, subject: str, predicate: str) -> list[str]:
        """The objects as strings: IRIs, lexical forms of literals, labels of blank nodes."""
        return [o.value if not isinstance(o, ox.BlankNode) else str(o) for o in self.row(subject).get(predicate, ())]

    def value(self, subject: str, predicate: str) -> str | None:
        """The first object as a string, or None."""
        return next(iter(self.values(subject, predicate)), None)

    def text(self, subject: str, predicate: str, language: str) -> str:
        """The literal in this language, or the one without a language, or the empty string."""
        literals = [o for o in self.row(subject).get(predicate, ()) if isinstance(o, ox.Literal)]
        for wanted in (language, None):
            for literal in literals:
                if literal.language == wanted:
                    return literal.value
        return ""

    def list(self, head: str) -> list[str]:
        """The members of an RDF list as strings."""
        members: list[str] = []
        while head != RDF + "nil":
            first, rest = self.value(head, RDF + "first"), self.value(head, RDF + "rest")
            if first is None or rest is None:
                raise OntologyError(f"{head}: a broken RDF list. Write it with parentheses.")
            members.append(first)
            head = rest
        return members
