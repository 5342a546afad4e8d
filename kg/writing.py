"""A compiled graph as the files of a release, on the disk to the last byte, the same for the same inputs."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pyoxigraph as ox

from kg.errors import ReleaseError
from kg.export import FORMATS, in_order, prefixes, write_dump
from kg.graph import ONTOLOGY_FILES, Compiled
from kg.identity import fingerprint, generator, release_id
from kg.inputs import release_day
from kg.jsonschema import json_schemas
from kg.model import Model
from kg.network.backtest import backtest_report
from kg.network.constants import Section
from kg.network.standing import ReleaseNetwork, to_bytes, work_out
from kg.provenance import SOURCE
from kg.release import BACKTEST, CONSTANTS, INFO, MODEL, NETWORK, ONTOLOGY, SCHEMAS, VALIDATION, checksum
from kg.release_node import release_quads
from kg.schema import Schema
from kg.turtle import RDF

STEPS = 4 + len(FORMATS)
"""How many steps the writing reports."""


def write_release(compiled: Compiled, ontology: Path, folder: Path, report: Callable[[str], None]) -> Mapping[str, Any]:
    """Write every file of a release into an empty folder and see it onto the disk; returns what release.json says.

    Raises ``ReleaseError`` if a file cannot be written.
    """
    try:
        return _write(compiled, ontology, folder, report)
    except OSError as error:
        raise ReleaseError(f"{folder}: cannot be written: {error.strerror}. Make room or mend the rights.") from error


def _write(compiled: Compiled, ontology: Path, folder: Path, report: Callable[[str], None]) -> Mapping[str, Any]:
    schema = compiled.schema
    report("putting the graph in order")
    identity, quads = _identified(compiled)
    names = prefixes(schema)
    for form in FORMATS.values():
        report(f"writing {form.name}")
        write_dump(quads, form, names, folder / form.file_name)
    report("writing the rest")
    shown = (quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph))
    model = Model.from_triples(schema, shown)
    (folder / MODEL).write_bytes(model.to_bytes())
    _write_json(folder / VALIDATION, {"faults": [fault.as_dict() for fault in sorted(compiled.faults)]})
    (folder / ONTOLOGY).mkdir()
    for name in ONTOLOGY_FILES:
        if (ontology / name).exists():
            shutil.copyfile(ontology / name, folder / ONTOLOGY / name)
    (folder / SCHEMAS).mkdir()
    for slug, shape in json_schemas(schema).items():
        _write_json(folder / SCHEMAS / f"{slug}.json", shape)
    report("working out the network")
    network = _write_network(model, compiled.network, identity["date"], folder)
    report("testing partner fit against the past")
    _write_backtest(network, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    info = identity | {
        "files": {path.relative_to(folder).as_posix(): checksum(path) for path in files},
        **_counts(schema, quads),
        "warnings": sum(fault.severity == "warning" for fault in compiled.faults),
    }
    _write_json(folder / INFO, info)
    for path in (*files, folder / INFO, folder / ONTOLOGY, folder / SCHEMAS, folder):
        sync(path)
    return info


def _write_network(model: Model, constants: bytes, day: str, folder: Path) -> ReleaseNetwork:
    """The constants of the network, and what is worked out by them."""
    (folder / CONSTANTS).write_bytes(constants)
    network = ReleaseNetwork(model, Section.read(folder / CONSTANTS), int(day[:4]))
    (folder / NETWORK).write_bytes(to_bytes(model, work_out(network)))
    return network


def _write_backtest(network: ReleaseNetwork, folder: Path) -> None:
    """How well partner fit would have foretold new ties."""
    found = backtest_report(network)
    (folder / f"{BACKTEST}.md").write_text(found.to_markdown(), encoding="utf-8")
    (folder / f"{BACKTEST}.json").write_bytes(found.to_json())


def _identified(compiled: Compiled) -> tuple[dict[str, Any], list[ox.Quad]]:
    """What release.json says of identity, and the quads in order, those about the release itself among them."""
    schema, maker = compiled.schema, generator()
    digest = fingerprint(compiled.inputs, maker)
    shown = [quad.triple for quad in compiled.quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    day = release_day(schema, shown)
    name = release_id(day, digest)
    kind = schema.types[SOURCE].iri
    prefix = schema.iri("")
    sources = sorted(_subject(t).removeprefix(prefix) for t in shown if _class(t) == kind)
    about = release_quads(schema, name, day, sources, len(shown))
    identity = {
        "id": name,
        "date": day,
        "fingerprint": digest,
        "generator": dict(maker),
        "ontology": schema.version,
        "inputs": dict(sorted(compiled.inputs.items())),
    }
    return identity, in_order([*compiled.quads, *about])


def _counts(schema: Schema, quads: list[ox.Quad]) -> dict[str, Any]:
    shown = [quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    types = Counter(_class(triple) for triple in shown)
    return {
        "quads": len(quads),
        "triples": len(shown),
        "graphs": len({quad.graph_name for quad in quads}) - 1,
        "entities": {kind.name: types[kind.iri] for kind in schema.entity_types()},
    }


def _class(triple: ox.Triple) -> str | None:
    """The class that the triple says its subject belongs to, if it says that."""
    target = triple.object if triple.predicate.value == RDF + "type" else None
    return target.value if isinstance(target, ox.NamedNode) else None


def _subject(triple: ox.Triple) -> str:
    return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def sync(path: Path) -> None:
    """See a file or folder onto the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
