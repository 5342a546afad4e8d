"""Releases to measure: that of the shipped data, and those of synthetic graphs, each in a home that can be served."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import orjson
import pyoxigraph as ox

from kg import settings
from kg.build import build
from kg.export import FORMATS, prefixes, write_dump
from kg.identity import fingerprint, generator, release_id
from kg.model import Model
from kg.network.constants import network_file
from kg.ontology import FILES, schema_from
from kg.quads import resolved_quads, term_quads
from kg.release import CONSTANTS, CURRENT, INFO, MODEL, ONTOLOGY, RELEASES, VALIDATION, Release, Releases, checksum
from kg.turtle import Table
from tests.benchmarks.synthetic import Synthesis

SMALL, MIDDLE, LARGE = 1_000, 10_000, 100_000
"""Trials of the synthetic graphs."""
DAY = "2026-01-01"


def shipped(home: Path) -> Release:
    """The release of the shipped data, built if it is not there."""
    return build(settings.load(home=home / "shipped")).release


def synthetic(home: Path, trials: int) -> Release:
    """The release of a synthetic graph, made if it is not there."""
    folder = home / f"synthetic-{trials}"
    if not (folder / CURRENT).exists():
        with no_collection():
            _make(folder, trials)
    return Releases(folder).current()


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from looking through millions of objects that stay, then and later."""
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def _make(home: Path, trials: int) -> None:
    """Write what serving reads of a release, all dumps with it; what a build works out of the network is left out."""
    ontology, data = settings.load().ontology, settings.load().data
    table = Table.read(ontology / name for name in FILES)
    schema = schema_from(table)
    quads = [*term_quads(schema, table), *resolved_quads(schema, Synthesis(schema, trials, seed=1).nodes())]
    inputs = {"trials": str(trials)}
    digest = fingerprint(inputs, generator())
    name = release_id(DAY, digest)
    folder = home / RELEASES / name
    copytree(ontology, folder / ONTOLOGY)
    model = Model.from_triples(schema, (quad.triple for quad in quads))
    (folder / MODEL).write_bytes(model.to_bytes())
    (folder / VALIDATION).write_bytes(orjson.dumps({"faults": []}))
    (folder / CONSTANTS).write_bytes(network_file(data).read_bytes())
    _write_dumps(quads, prefixes(schema), folder)
    info = {
        "id": name,
        "date": DAY,
        "fingerprint": digest,
        "generator": dict(generator()),
        "ontology": schema.version,
        "inputs": inputs,
        "files": {path.relative_to(folder).as_posix(): checksum(path) for path in folder.rglob("*") if path.is_file()},
        "quads": len(quads),
        "triples": len(quads),
        "graphs": 0,
        "entities": {kind.name: len(model.rows(kind.name)) for kind in schema.entity_types()},
        "warnings": 0,
    }
    (folder / INFO).write_bytes(orjson.dumps(info))
    (home / CURRENT).write_text(f"{name}\n", encoding="ascii")


def _write_dumps(quads: Iterable[ox.Quad], names: dict[str, str], folder: Path) -> None:
    for form in FORMATS.values():
        write_dump(quads, form, names, folder / form.file_name)
