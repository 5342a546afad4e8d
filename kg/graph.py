"""From ontology and curated files to one RDF dataset with all its faults: the whole pipeline before a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg import provenance, validation
from kg.errors import Fault
from kg.layering import lay_under
from kg.mappings import table_bytes
from kg.network.checking import check_network
from kg.network.constants import FILE as NETWORK_FILE
from kg.ontology import FILES, schema_from
from kg.quads import resolved_quads, stated_quads, term_quads
from kg.records import Node, Records, check_links, read_records
from kg.resolve import Resolver
from kg.schema import DATA, Schema
from kg.snapshots import read_snapshots, snapshot_bytes
from kg.sources.derived import FAMILIES, Derivation, derive
from kg.turtle import Table

NOT_READ = ("fact-rows.tsv", "merge-check.tsv", "not-covered.tsv", "trial-labels.tsv")
"""Tables of data/mappings that say something of the graph and make nothing of it."""
ONTOLOGY_FILES = (*FILES, "rules.ttl", "alignments.sssom.tsv")


@dataclass(frozen=True)
class Compiled:
    """The dataset that the inputs make: its quads (unordered, without doubles), faults, and a digest of each input.

    ``network`` is the content of the ``network.yaml`` that holds for the data.
    """

    schema: Schema
    quads: list[ox.Quad]
    faults: list[Fault]
    places: Mapping[str, tuple[str, int]]
    inputs: Mapping[str, str]
    derived: Derivation
    network: bytes

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
    snapshots = snapshot_bytes(data_folder)
    layers, found = read_snapshots(schema, snapshots, FAMILIES)
    network, wrong = check_network(schema, data_folder)
    derived = derive(schema, records.nodes, layers, data_folder)
    layers = sorted([*layers, *derived.layers], key=lambda layer: layer.date, reverse=True)
    known = {*records.nodes, *records.unread, *(entity_id for layer in layers for entity_id in layer.nodes)}
    faults = records.faults + found + derived.faults + wrong
    for nodes in (records.nodes, *(layer.nodes for layer in layers)):
        faults += check_links(schema, nodes, known)
    evidence = provenance.evidence_by_field(schema, records.nodes, faults)
    provenance.fill_from_evidence(schema, records.nodes, evidence)
    faults += provenance.add_conflicts(schema, records.nodes, evidence)
    stated = list(provenance.statements(records.nodes, evidence))
    for layer in layers:
        by_field = provenance.evidence_by_field(schema, layer.nodes, faults)
        stated += provenance.statements(layer.nodes, by_field)
    lay_under(schema, records.nodes, layers)
    Resolver(schema, records.nodes).run()
    shown = [*term_quads(schema, table), *resolved_quads(schema, records.nodes)]
    faults += _check(ontology_folder, schema, records, (quad.triple for quad in shown))
    quads = set(shown)
    spoken = {entity_id: node for layer in layers for entity_id, node in layer.nodes.items()} | records.nodes
    quads.update(stated_quads(schema, spoken, stated))
    return Compiled(
        schema=schema,
        quads=list(quads),
        faults=sorted(set(faults)),
        places={DATA + n.id: (n.file, n.line) for n in records.nodes.values()},
        inputs=digests(ontology_folder, records.texts, snapshots | table_bytes(data_folder, NOT_READ), network),
        derived=derived,
        network=network,
    )


def digests(
    ontology_folder: Path, texts: Mapping[str, str], others: Mapping[str, bytes], network: bytes
) -> dict[str, str]:
    """The SHA-256 of each input by its name: ontology files, records, snapshots, tables and ``network.yaml``."""
    found = {
        f"ontology/{name}": (ontology_folder / name).read_bytes()
        for name in ONTOLOGY_FILES
        if (ontology_folder / name).exists()
    }
    found |= {"data/" + name.partition("/")[2]: text.encode() for name, text in texts.items()}
    found |= {"data/" + name.partition("/")[2]: content for name, content in others.items()}
    found[f"data/{NETWORK_FILE}"] = network
    return {name: sha256(content).hexdigest() for name, content in found.items()}


def _check(folder: Path, schema: Schema, records: Records, triples: Iterable[ox.Triple]) -> Iterator[Fault]:
    """The findings of the checks on the graph, placed in their files; what the reading already said is left out."""
    findings = validation.check_graph(folder, schema, triples)
    missing = {DATA + entity_id for entity_id in records.unread}
    for finding in findings:
        node = records.nodes.get(finding.focus.removeprefix(DATA))
        name, what, remedy = validation.explain(finding, schema)
        if node is None or finding.value in missing or name in node.refused:
            continue  # the second: in a file that does not parse; the third: what is wrong is told already
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
