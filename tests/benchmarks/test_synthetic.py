"""What is measured on synthetic graphs holds for real ones only if they have their shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random

import pyoxigraph as ox
import pytest

from kg.model import Model
from kg.release import Release
from kg.schema import Schema
from tests.benchmarks.drawing import Drawing
from tests.benchmarks.shape import TRIAL, read_shape
from tests.benchmarks.synthetic import KEPT, synthetic_model, synthetic_triples

TRIALS = 400


@pytest.fixture(scope="module")
def model(schema: Schema) -> Model:
    """The model of a small graph."""
    return synthetic_model(schema, TRIALS)


def test_a_trial_has_about_44_triples_around_it(schema: Schema) -> None:
    assert sum(1 for _ in synthetic_triples(schema, TRIALS)) / TRIALS == pytest.approx(44, abs=4)


def test_the_same_seed_gives_the_same_graph(schema: Schema) -> None:
    first, again, other = (set(synthetic_triples(schema, 50, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_model_is_that_of_the_graph_read_from_its_dump(schema: Schema, model: Model) -> None:
    dump = ox.serialize(synthetic_triples(schema, TRIALS), format=ox.RdfFormat.N_TRIPLES)
    assert dump is not None
    read = Model.from_triples(schema, (quad.triple for quad in ox.parse(dump, format=ox.RdfFormat.N_TRIPLES)))
    assert read.to_bytes() == model.to_bytes()


def test_there_are_entities_of_every_type_of_the_shipped_graph(shipped: Release, model: Model) -> None:
    lacking = [kind for kind, count in shipped.info["entities"].items() if count and not model.rows(kind)]
    assert not lacking


def test_what_a_trial_has_to_have_is_stated_as_often_as_in_the_shipped_graph(model: Model) -> None:
    trials = model.rows(TRIAL)
    fields = read_shape()[TRIAL].fields
    for name, kept in (("title", 1.0), ("sources", 1.0), ("phase", KEPT), ("conditions", KEPT), ("evidence", KEPT)):
        stated = sum(bool(model.values(trial, name)) for trial in trials) / len(trials)
        assert stated == pytest.approx(fields[name].rate * kept, abs=0.08), name


def test_the_busiest_tenth_of_organisations_has_the_part_that_it_has_in_the_shipped_graph(shipped: Release) -> None:
    organisations = shipped.model.rows("Organisation")
    ties = [len(shipped.model.links(one, "involvedIn")) for one in organisations]
    drawing, drawn = Drawing(Random(1)), Counter[int]()
    drawn.update(drawing.busy(len(organisations)) for _ in range(sum(ties)))
    assert tenth(drawn.values(), len(organisations)) == pytest.approx(tenth(ties, len(organisations)), abs=0.08)


def test_keys_find_their_trials(model: Model) -> None:
    keys = [key for trial in model.rows(TRIAL) for key in model.values(trial, "nctId")]
    assert len(keys) > TRIALS / 5
    assert len(set(keys)) == len(keys)


def tenth(counts: Iterable[int], among: int) -> float:
    """The part that the busiest tenth has."""
    ordered = sorted(counts, reverse=True)
    return sum(ordered[: among // 10]) / sum(ordered)
