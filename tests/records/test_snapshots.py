"""Snapshots lie under curated records: they complete, they never overrule, and where they differ the graph says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.graph import Compiled
from kg.schema import DATA, TERMS
from tests.conftest import Curate, write_records

OLD, NEW = "registry/trial/register-2025-01-01.jsonl", "registry/trial/register-2026-01-01.jsonl"
FOUND = {"title": "Found", "phase": "phase-1", "sources": ["registry-page"], "review": "unreviewed"}


def said(**fields: Any) -> str:
    """One line of a snapshot."""
    return json.dumps({"id": "first", "sources": ["press-page"], **fields}) + "\n"


def values(compiled: Compiled, subject: str, predicate: str, graph: str = "") -> set[str]:
    """The values of a predicate in a source's graph, or in the resolved view."""
    name = ox.NamedNode(DATA + graph) if graph else ox.DefaultGraph()
    return {
        quad.object.value.rsplit("/", 1)[-1]
        for quad in compiled.quads
        if quad.graph_name == name
        and isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value == DATA + subject
        and quad.predicate.value == TERMS + predicate
        and isinstance(quad.object, ox.NamedNode | ox.Literal)
    }


def test_a_snapshot_completes_a_curated_record(curate: Curate, data_folder: Path) -> None:
    write_records(data_folder, {NEW: said(phase="phase-2", countries=["nl"], title="Another title")})
    compiled = curate({})
    assert compiled.errors == []
    assert values(compiled, "trial/first", "phase") == {"phase-2"}
    assert values(compiled, "trial/first", "phase", "source/press-page") == {"phase-2"}
    assert values(compiled, "trial/first", "phase", "source/registry-page") == set()
    (conflict,) = values(compiled, "trial/first", "conflict")
    (reason,) = values(compiled, f"conflict/{conflict}", "reason")
    assert reason.startswith("Shown by rule: what the curated record says")


def test_a_record_of_snapshots_alone_shows_the_newest(curate: Curate, data_folder: Path) -> None:
    newer = FOUND | {"id": "found", "phase": "phase-2"}
    write_records(data_folder, {OLD: json.dumps(FOUND | {"id": "found"}) + "\n", NEW: json.dumps(newer) + "\n"})
    compiled = curate({})
    assert compiled.errors == []
    assert values(compiled, "trial/found", "phase") == {"phase-2"}
    (conflict,) = values(compiled, "trial/found", "conflict")
    assert values(compiled, f"conflict/{conflict}", "reason") == {"Shown by rule: the newest on record."}


def test_evidence_of_a_snapshot_is_put_into_lexical_form(curate: Curate, data_folder: Path) -> None:
    evidence = {"c": {"field": "conditions", "value": "disease", "source": "press-page", "knowledge": "inferred"}}
    write_records(data_folder, {NEW: said(evidence=evidence)})
    compiled = curate({})
    assert compiled.errors == []
    statement = ox.NamedNode(DATA + "evidence/trial.first.c")
    about = {q.object for q in compiled.quads if q.subject == statement and q.predicate.value.endswith("#object")}
    assert about == {ox.NamedNode(DATA + "condition/disease")}


def test_bad_lines_are_named(curate: Curate, data_folder: Path) -> None:
    bad = "{\n" + json.dumps({"title": "No id"}) + "\n" + said(phase="phase-9") + said()
    bad += json.dumps({"id": "No Id"}) + "\n" + json.dumps({"id": "x", "sources": ["nowhere"]}) + "\n"
    write_records(data_folder, {NEW: bad, "registry/evidence/x.jsonl": "", "registry/trail/y.jsonl": ""})
    told = [str(fault) for fault in curate({}).errors]
    for place in (":1: the line is no JSON", ":2: the line is no JSON", ":3: phase: 'phase-9'", ":4: id: first stands"):
        assert any(f"{NEW}{place}" in message for message in told), told
    assert any(f"{NEW}:5: id: 'No Id' is no id" in message for message in told)
    assert any(f"{NEW}:6: sources: there is no source 'nowhere'" in message for message in told)
    assert any("evidence is no type of record" in message for message in told)
    assert any("trail is no type of record" in message for message in told)


def test_a_link_in_the_place_of_a_snapshot_is_not_followed(curate: Curate, data_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.jsonl").write_text(said(phase="phase-2"))
    (data_folder / "registry" / "trial").mkdir(parents=True)
    (data_folder / NEW).symlink_to(tmp_path / "outside.jsonl")
    assert values(curate({}), "trial/first", "phase") == set()
