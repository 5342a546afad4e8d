"""What data/REGISTRIES.md publishes of the registries is what the data give today."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.graph import Compiled
from kg.mappings import read_rows
from kg.schema import Schema
from kg.sources.classify import Classifier
from kg.sources.classify_report import evaluate, read_labels
from kg.sources.deltas import newest, read_states
from kg.sources.derived import Derivation
from kg.sources.families import TRIALS

DATA = Path(__file__).resolve().parents[2] / "data"
PUBLISHED = " ".join((DATA / "REGISTRIES.md").read_text(encoding="utf-8").replace(",", "").split())


@pytest.fixture(scope="module")
def derived(compiled_data: Compiled) -> Derivation:
    """What the shipped facts come to."""
    return compiled_data.derived


def test_the_classifier_is_as_good_as_published(schema: Schema) -> None:
    classifier = Classifier.read(DATA, schema)
    report = evaluate(classifier, schema, read_labels(DATA, schema), newest(read_states(DATA, TRIALS)), "held-out")
    for share in (report.precision, report.recall, report.exact, report.within_tree):
        assert f"{share.hits} of {share.total}" in PUBLISHED, share


def test_trials_are_counted_as_published(derived: Derivation) -> None:
    tallies = derived.tallies.values()
    read, loaded = sum(t.read for t in tallies), sum(t.loaded for t in tallies)
    assert f"{read} trials: {loaded} loaded {read - loaded} that test no ATMP" in PUBLISHED


def test_spellings_are_resolved_as_published(derived: Derivation) -> None:
    assert derived.spellings is not None
    shares = derived.spellings.shares()
    (spellings, mentions), (every, spoken) = shares["resolved"], shares["all"]
    assert f"{spellings} of {every} spellings" in PUBLISHED
    assert f"{mentions} of {spoken} mentions" in PUBLISHED


def test_no_link_is_published_better_than_it_is(derived: Derivation) -> None:
    unlinked = sum(sum(t.conditions.values()) for t in derived.tallies.values())
    every = sum(n for t in derived.tallies.values() for how, n in t.links.items() if how.startswith("condition"))
    assert unlinked / every < 0.14


def test_the_checked_merges_are_published_as_they_were_judged() -> None:
    rows = [
        row
        for _, _, row in read_rows(DATA, "merge-check.tsv", ("spelling", "organisation", "how", "verdict", "reason"))
    ]
    right, wrong = (sum(row["verdict"] == verdict for row in rows) for verdict in ("right", "wrong"))
    assert f"{right} right {wrong} wrong {len(rows) - right - wrong} undecided" in PUBLISHED
    assert all(row["reason"] for row in rows)
