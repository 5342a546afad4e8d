"""The benchmark's operations are those of a real client: all of them are answered."""

from __future__ import annotations

from collections import Counter

import pytest

from api.execute import execute
from api.schema import AtmpSchema, make_schema
from kg.release import Release
from kg.schema import Schema
from tests.benchmarks.mix import SHARES, Operation, mix
from tests.benchmarks.synthetic import synthetic_model


@pytest.fixture(scope="module")
def served(shipped: Release) -> AtmpSchema:
    """The schema of the shipped release."""
    return make_schema(shipped.schema)


def test_no_two_of_200_operations_are_alike(shipped: Release) -> None:
    operations = mix(shipped.model, 200)
    assert len({operation.query for operation in operations}) == 200
    assert Counter(operation.kind for operation in operations) == {kind: 2 * share for kind, share in SHARES.items()}


def test_another_seed_asks_the_same_for_other_entities(shipped: Release) -> None:
    one, other = ({each.query: each.variables for each in mix(shipped.model, 200, seed)} for seed in (1, 2))
    assert one.keys() == other.keys()
    assert sum(one[query] == other[query] for query in one) < 20


def test_every_operation_is_answered_on_the_shipped_graph(shipped: Release, served: AtmpSchema) -> None:
    for operation in mix(shipped.model, 200):
        answered(served, shipped, operation)


def test_every_operation_is_answered_on_a_synthetic_graph(
    shipped: Release, schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "_model", synthetic_model(schema, 300))
    served = make_schema(schema)  # anew, as what is read of a release is kept with the schema
    for operation in mix(shipped.model, 200, texts=2):
        answered(served, shipped, operation)


def answered(schema: AtmpSchema, release: Release, operation: Operation) -> None:
    """That an operation has an answer without errors."""
    answer = execute(schema, release, operation.query, operation.variables)
    assert "errors" not in answer, (operation.query, operation.variables, answer["errors"])
