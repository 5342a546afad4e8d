"""From ontology and curated files to one RDF dataset with all its faults: the whole pipeline before a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg import provenance, validation
from kg.errors import Fault
from kg.ontology import FILES, schema_from
from kg.quads import resolved_quads, stated_quads, term_quads
from kg.records import Node, Records, read_records
from kg.resolve import Resolver
from kg.schema import DATA, Schema
from kg.turtle import Table

ONTOLOGY_FILES = (*FILES, "rules.ttl", "alignments.sssom.tsv")


@dataclass(frozen=True)
class Compiled:
    """The dataset that the inputs make: its quads (unordered, without doubles), faults, and a digest of each input."""

    schema: Schema
    quads: list[ox.Quad]
    faults: list[Fault]
    places: Mapping[str, tuple[str, int]]
    inputs: Mapping[str, str]

    @property
    def errors(self) -> list[Fault]:
        """The faults that block a release."""
        return [fault for fault in self.faults if fault.severity == "error"]


def compile_graph(ontology_folder: Path, data_folder: Path) -> Compiled:
    """Read, check, resolve and state everything; the dataset is only to be used if there are no ``errors``.

    Raises ``OntologyError`` if the ontology cannot be read and ``NotFoundError`` if there is no data folder.
    """
    table = Table.read(ontology_folder / name for name in FILES)
    schema = schema_from(table)
    records = read_records(schema, data_folder)
    faults = list(records.faults)
    evidence = provenance.evidence_by_field(schema, records.nodes, faults)
    provenance.fill_from_evidence(schema, records.nodes, evidence)
    faults += provenance.add_conflicts(schema, records.nodes, evidence)
    stated = list(provenance.statements(records.nodes, evidence))
    Resolver(schema, records.nodes).run()
    shown = [*term_quads(schema, table), *resolved_quads(schema, records.nodes)]
    faults += _check(ontology_folder, schema, records, (quad.triple for quad in shown))
    quads = set(shown)
    quads.update(stated_quads(schema, records.nodes, stated))
    return Compiled(
        schema=schema,
        quads=list(quads),
        faults=sorted(set(faults)),
        places={DATA + n.id: (n.file, n.line) for n in records.nodes.values()},
        inputs=dict(_digests(ontology_folder, records)),
    )


def _digests(ontology_folder: Path, records: Records) -> Iterator[tuple[str, str]]:
    for name in ONTOLOGY_FILES:
        path = ontology_folder / name
        if path.exists():
            yield f"ontology/{name}", sha256(path.read_bytes()).hexdigest()
    for file, text in records.texts.items():
        yield "data/" + file.partition("/")[2], sha256(text.encode()).hexdigest()


def _check(folder: Path, schema: Schema, records: Records, triples: Iterable[ox.Triple]) -> Iterator[Fault]:
    """The findings of SHACL and of the key check, placed in their files; what the reading already said is left out."""
    data = list(triples)
    findings = [*validation.check_graph(folder, schema, data), *validation.duplicate_keys(schema, data)]
    said = {(fault.file, fault.field) for fault in records.faults}
    missing = {DATA + entity_id for entity_id in records.unread}
    for finding in findings:
        node = records.nodes.get(finding.focus.removeprefix(DATA))
        name, what, remedy = validation.explain(finding, schema)
        if node is None or (node.file, name) in said or finding.value in missing:
            continue
        yield _placed(schema, records, node, name, what, remedy, finding.severity)


def _placed(schema: Schema, records: Records, node: Node, name: str, what: str, remedy: str, severity: str) -> Fault:
    """The fault at the line of its field; a derived field points to the nested record that it comes from."""
    fld = node.kind.fields.get(name)
    place, line_of = node, name
    if fld is not None and fld.shortcut:
        nested = [records.nodes[value] for value in node.values.get(fld.shortcut.link, ()) if value in records.nodes]
        wanted = fld.shortcut
        kept = [n for n in nested if not wanted.keep_field or n.first(wanted.keep_field) in wanted.keeps]
        if kept:
            place, line_of = kept[0], wanted.takes
    return Fault(place.file, place.lines.get(line_of, place.line), line_of, what, remedy, severity)
