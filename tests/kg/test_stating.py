"""Who says a value: the evidence that states it, the record that it was taken from, else what its record cites."""

from __future__ import annotations

import random

import pyoxigraph as ox

from kg.model import Model
from kg.provenance import CONFLICT, EVIDENCE, SOURCE
from kg.release import Release
from kg.stating import Stating
from tests.conftest import Curate

BOOKKEEPING = (SOURCE, EVIDENCE, CONFLICT)


def test_every_value_that_is_shipped_is_stated_by_a_source(shipped: Release) -> None:
    model, stating = shipped.model, Stating(shipped.model)
    for entity in random.Random(7).sample(range(len(model)), 600):
        kind = model.kind(entity)
        for field in kind.fields.values() if kind.name not in BOOKKEEPING else ():
            for value in model.values(entity, field.name):
                found = stating.of(entity, field, value)
                assert found or not model.links(entity, "sources"), (model.ids[entity], field.name)
                assert all(stating.source(one) is not None for one in found), (model.ids[entity], field.name)


def test_evidence_speaks_for_its_field_and_only_where_it_agrees(curate: Curate) -> None:
    found = stated(
        curate,
        """
        title: First trial
        enrolmentPlanned: 10
        design: open
        evidence:
          agrees: {field: enrolmentPlanned, value: 10, source: registry-page, date: 2025}
          differs: {field: enrolmentPlanned, value: 12, source: press-page, date: 2024}
        sources: [registry-page]
        review: verified
        """,
    )
    assert found["enrolmentPlanned"] == ["evidence/trial.second.agrees"]
    assert found["design"] == ["source/registry-page"]


def test_what_was_taken_from_a_nested_record_is_stated_by_the_sources_of_that(curate: Curate) -> None:
    found = stated(
        curate,
        """
        title: First trial
        registryRecords:
          old:
            registry: ctis
            identifier: 2022-501686-47-00
            status: recruiting
            statusDate: 2020
            sources: [press-page]
          new:
            registry: euctr
            identifier: 2019-002343-14
            status: recruiting
            statusDate: 2024
            sources: [registry-page]
        involvements:
          sponsor: {agent: organisation/hospital, role: sponsor, sources: [press-page]}
        sources: [registry-page]
        review: verified
        """,
    )
    assert found["status"] == ["source/registry-page"]
    assert found["sponsors"] == ["source/press-page"]


def stated(curate: Curate, record: str) -> dict[str, list[str]]:
    """By field of a trial what states its first value."""
    compiled = curate({"trial/second": record})
    assert not compiled.errors, compiled.errors
    model = Model.from_triples(compiled.schema, (q.triple for q in compiled.quads if q.graph_name == ox.DefaultGraph()))
    stating, trial = Stating(model), model.number("trial/second")
    assert trial is not None
    fields = model.kind(trial).fields.values()
    return {
        field.name: [model.ids[one] for one in stating.of(trial, field, values[0])]
        for field in fields
        if (values := model.values(trial, field.name))
    }
