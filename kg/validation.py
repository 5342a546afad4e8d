"""The graph checked as a whole: shapes and rules of the ontology, keys used twice, links to what was given up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from kg import shacl_engines
from kg.schema import DATA, EntityType, Field, Schema
from kg.shacl_engines import AUTO, Result
from kg.terms import FIRST, LAST
from kg.turtle import DCTERMS, OWL, RDFS, SH, Table
from kg.wording import core_message

SHAPES = ("atmp.ttl", "rules.ttl")
INVERSE = "^"
_DEPRECATED = OWL + "deprecated"
_KINDS = frozenset(["Datatype", "Node", "NodeKind", "Class"])
_COMPARISONS = frozenset(["MinInclusive", "MaxInclusive", "LessThanOrEquals"])


@dataclass(frozen=True)
class Finding:
    """One thing wrong with one node: where, the value if one is to blame, and two sentences on what and what to do.

    ``path`` is the predicate at stake (``^`` and the predicate if read backwards), ``shape`` the IRI of the field or
    rule that found it, or the name of the check; ``severity`` ``error`` blocks a release.
    """

    focus: str
    path: str | None
    value: str | None
    message: str
    severity: Literal["error", "warning"]
    constraint: str
    shape: str

    @property
    def sort_key(self) -> tuple[str, ...]:
        """By node, then by field, then by what is wrong."""
        return (self.focus, self.path or "", self.constraint, self.value or "", self.shape, self.message)


class _Graph:
    """Triples by subject and predicate, and by object and predicate, as strings."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = list(triples)
        self.out: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.into: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.by_predicate: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for triple in self.triples:
            subject, predicate, obj = _plain(triple.subject), triple.predicate.value, _plain(triple.object)
            self.out[subject, predicate].append(obj)
            self.by_predicate[predicate].append((subject, obj))
            if isinstance(triple.object, ox.NamedNode):
                self.into[obj, predicate].append(subject)

    def values(self, focus: str, path: str) -> list[str]:
        """The values of a path at a node, sorted."""
        found = self.into if path.startswith(INVERSE) else self.out
        return sorted(found.get((focus, path.removeprefix(INVERSE)), ()))

    def deprecated(self) -> set[str]:
        """The nodes that are marked as given up."""
        return {subject for subject, value in self.by_predicate[_DEPRECATED] if value == "true"}


def _plain(term: object) -> str:
    return str(term.value) if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def check_graph(
    ontology_folder: Path, schema: Schema, triples: Iterable[ox.Triple], engine: str = AUTO
) -> list[Finding]:
    """Everything wrong with a resolved graph, sorted: shapes, rules, duplicate keys and links to deprecated records."""
    graph = _Graph(triples)
    findings = set(_shape_findings(ontology_folder, schema, graph, engine))
    findings.update(_duplicate_keys(schema, graph), _deprecated_links(schema, graph))
    return sorted(findings, key=lambda finding: finding.sort_key)


def duplicate_keys(schema: Schema, triples: Iterable[ox.Triple]) -> list[Finding]:
    """An error for each record that shares an identifier with another; deprecated records keep theirs in peace."""
    return sorted(_duplicate_keys(schema, _Graph(triples)), key=lambda finding: finding.sort_key)


def deprecated_links(schema: Schema, triples: Iterable[ox.Triple]) -> list[Finding]:
    """A warning for each link from a record that stands to one that was given up; ``replacedBy`` may."""
    return sorted(_deprecated_links(schema, _Graph(triples)), key=lambda finding: finding.sort_key)


def explain(finding: Finding, schema: Schema) -> tuple[str, str, str]:
    """The name of the field (empty if none), what is wrong and what to do, in a curator's words."""
    kind = _kind_of(finding.focus, schema)
    field = _field_of(kind, finding.path) if kind else None
    what, _, remedy = finding.message.rpartition(". ")
    if what[:1].isupper() and (what[1:2].islower() or what[1:2] == " "):
        what = what[0].lower() + what[1:]
    return (field.name if field else "", what, remedy)


# ------------------------------------------- shapes and rules -------------------------------------------
def _shape_findings(folder: Path, schema: Schema, graph: _Graph, engine: str) -> Iterator[Finding]:
    table = Table.read(folder / name for name in SHAPES)
    # What SHACL asks of an ontology in the data graph is its class tree; the rest would only cost time.
    tree = [triple for triple in table.triples if triple.predicate.value == RDFS + "subClassOf"]
    fields = {field.iri: field for kind in schema.types.values() for field in kind.fields.values()}
    of_fields: list[tuple[Field, Finding]] = []
    of_rules: list[Finding] = []
    for result in shacl_engines.run(engine, table.triples, [*graph.triples, *tree]):
        field = fields.get(result.shape)
        finding = _finding(result, field, table, schema, graph)
        if field is None:
            of_rules.append(finding)
        else:
            of_fields.append((field, finding))
    return _once(of_fields, of_rules)


def _once(of_fields: list[tuple[Field, Finding]], of_rules: list[Finding]) -> Iterator[Finding]:
    """Each fault once: a derived field repeats the written one of its predicate (a product's label is its name), a
    rule may break in two ways on one value, and a comparison means nothing for a value of the wrong kind."""
    wrong_kind = {(f.focus, f.path, f.value) for _, f in of_fields if f.constraint in _KINDS}
    kept: dict[tuple[str | None, ...], Finding] = {}
    for _, finding in sorted(of_fields, key=lambda pair: (pair[0].derived, pair[1].sort_key)):
        kept.setdefault((finding.focus, finding.path, finding.value, finding.constraint), finding)
    for finding in sorted(of_rules, key=lambda finding: finding.sort_key):
        if finding.constraint not in _COMPARISONS or (finding.focus, finding.path, finding.value) not in wrong_kind:
            kept.setdefault((finding.focus, finding.path, finding.value, finding.shape), finding)
    return iter(kept.values())


def _finding(result: Result, field: Field | None, table: Table, schema: Schema, graph: _Graph) -> Finding:
    value = None if result.value == result.focus else result.value
    if field is not None:
        declared = (INVERSE if field.inverse else "") + field.predicate
        path: str | None = declared
        kind = _kind_of(result.focus, schema)
        message = core_message(result.constraint, field, kind, value, graph.values(result.focus, declared), schema)
    else:
        path = _rule_path(result, table, graph)
        message = table.text(result.shape, SH + "message", "en")
    severity: Literal["error", "warning"] = "error" if result.severity == "Violation" else "warning"
    return Finding(result.focus, path, value, message, severity, result.constraint, result.shape)


def _rule_path(result: Result, table: Table, graph: _Graph) -> str | None:
    """The predicate at stake: the rule's own path, else the one it refers to that holds the value, else the first."""
    own = table.value(result.shape, SH + "path")
    if own is not None:
        backwards = table.value(own, SH + "inversePath")
        if backwards is not None:
            return INVERSE + backwards
        if not own.startswith("_:"):
            return own.removesuffix(FIRST).removesuffix(LAST)
    named = table.values(result.shape, RDFS + "seeAlso")
    return next((p for p in named if result.value in graph.values(result.focus, p)), named[0] if named else None)


# --------------------------------------------- other checks ---------------------------------------------
def _duplicate_keys(schema: Schema, graph: _Graph) -> Iterator[Finding]:
    gone = graph.deprecated()
    keys = {f.predicate: f for kind in schema.entity_types() for f in kind.fields.values() if f.natural_key}
    for predicate, field in keys.items():
        holders: dict[str, set[str]] = defaultdict(set)
        for subject, value in graph.by_predicate[predicate]:
            if subject not in gone:
                holders[value].add(subject)
        for value, subjects in holders.items():
            for subject in subjects if len(subjects) > 1 else ():
                others = ", ".join(sorted(s.removeprefix(DATA) for s in subjects - {subject}))
                message = (
                    f"{value!r} stands in {others} as well. "
                    f"Mend the {field.label} in one of them, or merge the records if they are of the same thing."
                )
                yield Finding(subject, predicate, value, message, "error", "UniqueKey", field.iri)


def _deprecated_links(schema: Schema, graph: _Graph) -> Iterator[Finding]:
    gone = graph.deprecated()
    links = {f.predicate: f for k in schema.entity_types() for f in k.fields.values() if f.kind == "link" and f.written}
    owning = [predicate for predicate, field in links.items() if field.owns]
    todo = set(gone)
    while todo:  # what is nested in a record that was given up goes with it
        todo = {o for p in owning for s in todo for o in graph.out.get((s, p), ())} - gone
        gone |= todo
    for predicate in links.keys() - {DCTERMS + "isReplacedBy", *owning}:
        for subject, value in graph.by_predicate[predicate]:
            if value in gone and subject not in gone:
                target = value.removeprefix(DATA)
                successor = next(iter(graph.values(value, DCTERMS + "isReplacedBy")), "").removeprefix(DATA)
                message = f"{target} was given up. Link to {successor or 'a record that stands'} instead."
                yield Finding(subject, predicate, value, message, "warning", "Deprecated", links[predicate].iri)


# ------------------------------------------------- names -------------------------------------------------
def _kind_of(focus: str, schema: Schema) -> EntityType | None:
    return schema.by_slug.get(focus.removeprefix(DATA).partition("/")[0])


def _field_of(kind: EntityType, path: str | None) -> Field | None:
    """The field of a type that a path stands for: the written one if several share the predicate."""
    inverse = (path or "").startswith(INVERSE)
    predicate = (path or "").removeprefix(INVERSE)
    found = [f for f in kind.fields.values() if f.predicate == predicate and f.inverse == inverse]
    return min(found, key=lambda field: (not field.written, field.order), default=None)
