"""The inputs of a release: their digests without compiling, and the day up to which their sources were read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.errors import ReleaseError
from kg.files import find_records, read_text
from kg.graph import NOT_READ, digests
from kg.mappings import table_bytes
from kg.network.constants import network_file
from kg.ontology import read_schema
from kg.provenance import SOURCE
from kg.schema import ONTOLOGY_IRI, Schema
from kg.snapshots import snapshot_bytes
from kg.turtle import DCTERMS


def digest_inputs(ontology: Path, data: Path) -> dict[str, str] | None:
    """The digests that ``Compiled.inputs`` would hold, without compiling; None if a file cannot be a record."""
    files, faults = find_records(read_schema(ontology), data)
    texts = {file.name: read_text(file, data) for file in files}
    readable = {name: text for name, text in texts.items() if isinstance(text, str)}
    if faults or len(readable) < len(texts):
        return None
    others = snapshot_bytes(data) | table_bytes(data, NOT_READ)
    return digests(ontology, readable, others, network_file(data).read_bytes())


def release_day(schema: Schema, triples: Iterable[ox.Triple]) -> str:
    """The latest day on which a source was read; else on which one was published; else the day of the ontology.

    Raises ``ReleaseError`` if the inputs state no day at all.
    """
    kind = schema.types[SOURCE]
    ranks = {kind.fields["accessed"].predicate: 2, kind.fields["date"].predicate: 1, DCTERMS + "created": 0}
    sources = schema.iri(kind.slug) + "/"
    days = [(0, "")]
    for triple in triples:
        rank = ranks.get(triple.predicate.value)
        if rank is None or not isinstance(triple.subject, ox.NamedNode) or not isinstance(triple.object, ox.Literal):
            continue
        day = triple.object.value
        of_source = triple.subject.value.startswith(sources)
        if len(day) == len("yyyy-mm-dd") and (of_source if rank else triple.subject.value == ONTOLOGY_IRI):
            days.append((rank, day))
    _, found = max(days)
    if not found:
        raise ReleaseError("no source says when it was read, so a release has no day. Give a source `accessed`.")
    return found
