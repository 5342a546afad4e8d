"""What makes a release the one it is: its inputs, what made it, and the day up to which its sources were read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

import kg
from kg.errors import ReleaseError
from kg.files import find_records, read_text
from kg.graph import digests
from kg.ontology import read_schema
from kg.provenance import SOURCE
from kg.schema import Schema
from kg.snapshots import snapshot_bytes
from kg.turtle import DCTERMS

SHOWN = 12
"""Hexadecimal digits of the fingerprint that stand in a release's id."""
ONTOLOGY_IRI = "https://w3id.org/atmp/ontology"


@cache
def generator() -> Mapping[str, str]:
    """What makes releases: the versions of this package and of the RDF library, and a digest of the code."""
    digest = sha256()
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        code = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(b"%s\0%s\0" % (path.relative_to(package).as_posix().encode(), code))
    return {"atmp-kg": kg.__version__, "code": digest.hexdigest(), "pyoxigraph": ox.__version__}


def fingerprint(inputs: Mapping[str, str], maker: Mapping[str, str]) -> str:
    """One digest of all inputs, by name, and of what makes a release out of them."""
    stated = {"inputs": dict(inputs), "generator": dict(maker)}
    return sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def digest_inputs(ontology: Path, data: Path) -> dict[str, str] | None:
    """The digests that ``Compiled.inputs`` would hold, without compiling; None if a file cannot be a record."""
    files, faults = find_records(read_schema(ontology), data)
    texts = {file.name: read_text(file, data) for file in files}
    readable = {name: text for name, text in texts.items() if isinstance(text, str)}
    if faults or len(readable) < len(texts):
        return None
    return digests(ontology, readable, snapshot_bytes(data))


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


def release_id(day: str, digest: str) -> str:
    """The id of a release: its day and the beginning of its fingerprint."""
    return f"{day}-{digest[:SHOWN]}"
