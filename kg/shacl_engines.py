"""SHACL engines behind one door: the fast one where it can be installed, else pySHACL; both report the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import UsageError
from kg.turtle import OWL, RDF, RDFS, SH

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

AUTO = "auto"
_COMPONENT = "ConstraintComponent"
_TYPE = ox.NamedNode(RDF + "type")
_OWL_CLASS, _RDFS_CLASS = ox.NamedNode(OWL + "Class"), ox.NamedNode(RDFS + "Class")


@dataclass(frozen=True)
class Result:
    """One SHACL result: the node, the shape that found it, the value (IRI or lexical form) and what it broke.

    ``constraint`` is the component's name without its ending (``MinCount``), ``severity`` is ``Violation`` or lower.
    """

    focus: str
    shape: str
    constraint: str
    value: str | None
    severity: str


def available() -> tuple[str, ...]:
    """The engines that can be imported here, the preferred one first; ``shacl`` has no wheel for every platform."""
    return tuple(name for name in _ENGINES if find_spec(name) is not None)


def run(engine: str, shapes: Sequence[ox.Triple], data: Sequence[ox.Triple]) -> list[Result]:
    """Validate the data against the shapes; ``auto`` takes the first engine that is available."""
    known = available()
    if engine != AUTO and engine not in known:
        raise UsageError(f"There is no SHACL engine {engine!r} here. Use {AUTO}, {' or '.join(known)}.")
    return _ENGINES[known[0] if engine == AUTO else engine](shapes, data)


def _component(iri: str) -> str:
    return iri.removeprefix(SH).removesuffix(_COMPONENT)


def _ntriples(triples: Iterable[ox.Triple]) -> str:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return (text or b"").decode()


def _shacl(shapes: Sequence[ox.Triple], data: Sequence[ox.Triple]) -> list[Result]:
    import shacl

    # It takes a shape for a class only where rdfs:Class itself is stated, and overlooks the subclass owl:Class.
    stated = (t.subject for t in shapes if t.predicate == _TYPE and t.object == _OWL_CLASS)
    classes = [ox.Triple(subject, _TYPE, _RDFS_CLASS) for subject in stated]
    compiled = shacl.Shapes.from_text(_ntriples([*shapes, *classes]), format="ntriples")
    report = compiled.validate_text(_ntriples(data), format="ntriples")
    return [
        Result(
            focus=result.focus_node.strip("<>"),
            shape=(result.root_shape or "").strip("<>"),
            constraint=_component(result.component_iri),
            value=result.value_plain,
            severity=result.severity,
        )
        for result in report.results
    ]


def _pyshacl(shapes: Sequence[ox.Triple], data: Sequence[ox.Triple]) -> list[Result]:
    import pyshacl
    from rdflib import Graph, URIRef

    _, report, text = pyshacl.validate(_graph(data), shacl_graph=_graph(shapes), inference="none", advanced=False)
    if not isinstance(report, Graph):
        raise UsageError(f"pySHACL could not validate the graph: {text}. Mend the shapes in ontology/.")

    def value(node: Node, term: str) -> str | None:
        found = report.value(node, URIRef(SH + term))
        return None if found is None else str(found)

    return [
        Result(
            focus=value(node, "focusNode") or "",
            shape=value(node, "sourceShape") or "",
            constraint=_component(value(node, "sourceConstraintComponent") or ""),
            value=value(node, "value"),
            severity=(value(node, "resultSeverity") or "").removeprefix(SH),
        )
        for node in report.objects(None, URIRef(SH + "result"))  # not the details nested in a result
    ]


def _graph(triples: Iterable[ox.Triple]) -> Graph:
    """The triples as an rdflib graph, literals as they are written: rdflib would else rewrite ``01`` to ``1``."""
    from rdflib import BNode, Graph, Literal, URIRef

    def term(of: object) -> Node:
        if isinstance(of, ox.NamedNode):
            return URIRef(of.value)
        if isinstance(of, ox.BlankNode):
            return BNode(of.value)
        assert isinstance(of, ox.Literal)
        if of.language:
            return Literal(of.value, lang=of.language)
        return Literal(of.value, datatype=URIRef(of.datatype.value), normalize=False)

    graph = Graph()
    for triple in triples:
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph


_ENGINES: Mapping[str, Callable[[Sequence[ox.Triple], Sequence[ox.Triple]], list[Result]]] = {
    "shacl": _shacl,
    "pyshacl": _pyshacl,
}
