"""Trials by kind: every rule fires where it should and not elsewhere, says why, and the measure of it is right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.classify_cli import classify
from kg.command import run
from kg.errors import DataError
from kg.ontology import read_schema
from kg.sources.classify import COLUMNS, FIELDS, NO_RULE, Classifier, Guess, texts_of
from kg.sources.classify_report import Share, evaluate, read_labels, relation
from kg.sources.classify_words import needed_words
from tests.conftest import ROOT

SCHEMA = read_schema(ROOT / "ontology")
SHIPPED = Classifier.read(ROOT / "data", SCHEMA)
KINDS = {rule.id: rule.modality for rule in SHIPPED.rules} | {NO_RULE: None}
RULE = {"rule": "car", "order": "10", "modality": "car-t", "fields": "title", "pattern": r"\bcar t\b", "reason": "CAR."}
Facts = dict[str, Any]
Write = Callable[..., Path]


def _examples() -> Iterator[tuple[str, Facts]]:
    """Trials of our own invention, one a line, with the rule that has to decide each."""
    lines = (Path(__file__).parent / "trial-rule-examples.tsv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split("\t")
    for line in lines[1:]:
        row = dict(zip(names, line.split("\t"), strict=True))
        given_as = [entry.split(": ", 1) for entry in row["interventions"].split("; ")]
        yield (
            row["rule"],
            {
                "id": "NCT00000000",
                "title": row["title"],
                "conditions": [row["conditions"]],
                "keywords": [row["keywords"]] if row["keywords"] else [],
                "studyType": row["studyType"],
                "interventions": [{"type": kind, "name": name} for kind, name in given_as],
            },
        )


EXAMPLES = list(_examples())


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a table under ``data/mappings`` and give the data folder."""

    def do(name: str, columns: tuple[str, ...], *rows: Mapping[str, str]) -> Path:
        folder = tmp_path / "data" / "mappings"
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["\t".join(columns), *("\t".join(row.get(column, "") for column in columns) for row in rows)]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return tmp_path / "data"

    return do


def _read(write: Write, *rows: Mapping[str, str]) -> Classifier:
    return Classifier.read(write("trial-rules.tsv", COLUMNS, *rows), SCHEMA)


# ---------------------------------------------------------------- the shipped rules


@pytest.mark.parametrize(("rule", "facts"), EXAMPLES, ids=[f"{rule}: {facts['title']}" for rule, facts in EXAMPLES])
def test_a_rule_decides_its_example(rule: str, facts: Facts) -> None:
    guess = SHIPPED.classify(facts)
    assert (guess.rule, guess.modality) == (rule, KINDS[rule]), guess
    assert bool(guess.matched) == (rule != NO_RULE)
    assert (guess.field in FIELDS) == (rule != NO_RULE)


def test_every_rule_has_an_example() -> None:
    assert {rule for rule, _ in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Long-term Follow-up of Patients Who Received CAR-T Cells", "car-t"),
        ("Follow-up After Mesenchymal Stem Cells for Lungs", "msc"),
        ("Blood Samples of People With Arthrosis", None),
    ],
)
def test_following_treated_patients_counts_and_looking_at_others_does_not(title: str, kind: str | None) -> None:
    facts = {"id": "NCT1", "title": title, "studyType": "OBSERVATIONAL", "interventions": [{"name": "Visits"}]}
    assert SHIPPED.classify(facts).modality == kind


def test_the_order_of_kinds_is_from_special_to_general() -> None:
    def kind(title: str) -> str | None:
        return SHIPPED.classify({"id": "NCT1", "title": title}).modality

    assert kind("CRISPR-edited Universal CD19 CAR-T Cells") == "car-t"
    assert kind("CD19 CAR-NK Cells After CAR-T Failure") == "car-nk"
    assert kind("Oncolytic Herpes Simplex Virus in Glioma") == "oncolytic-virus"
    assert kind("Mesenchymal Stem Cells in HIV-Infected Patients") == "msc"
    assert kind("Mesenchymal Cells From Embryonic Stem Cells") == "pluripotent-derived"


@settings(deadline=None)
@given(st.sampled_from(EXAMPLES), st.sampled_from("-–—‐‑−"), st.sampled_from([str.upper, str.lower, str.title, str]))
def test_case_dashes_and_signs_make_no_difference(
    example: tuple[str, Facts], dash: str, case: Callable[[str], str]
) -> None:
    rule, facts = example

    def other(text: str) -> str:
        return case(text).replace("-", dash).replace(" ", "\u00a0 ").replace("Product", "Product®™")

    changed = facts | {
        "title": other(facts["title"]),
        "conditions": [other(text) for text in facts["conditions"]],
        "interventions": [{**entry, "name": other(entry["name"])} for entry in facts["interventions"]],
    }
    assert SHIPPED.classify(changed).rule == rule


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_NAMES = ("title", "officialTitle", "acronym", "conditions", "keywords", "studyType", "interventions")
_PIECES = ["car", "t", "cell", "gene", "mesenchymal", "cd34+", "|", "hiv", "(", "[", "γδ", "™", "vector", "4scar"]
_WORDS = st.lists(st.sampled_from(_PIECES), max_size=9)


_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_PATIENT
@given(st.fixed_dictionaries({}, optional={name: _JSON | _WORDS.map(" ".join) for name in _NAMES}))
def test_any_facts_get_one_and_the_same_guess(facts: Facts) -> None:
    guess = SHIPPED.classify(facts)
    assert guess == SHIPPED.classify(json.loads(json.dumps(facts)))
    assert guess.rule in KINDS
    assert guess.modality == KINDS[guess.rule]


def test_no_rule_is_missed_by_reading_only_those_whose_words_are_there() -> None:
    for _, facts in EXAMPLES:
        texts = texts_of(facts)
        whole = " | ".join(texts.values())
        tried = [guess for rule in SHIPPED.rules if (guess := rule.guess(texts, whole))]
        assert SHIPPED.classify(facts) == (tried[0] if tried else Guess(None, NO_RULE))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("stromal", {"stromal"}),
        ("a|bcd", {"a", "bcd"}),
        (r"\bcar ?t\b", {"car"}),
        ("tumou?r cells?", {"r cell"}),
        ("(stem|progenitor) cell", {" cell"}),
        ("(stem|progenitor)s?", {"stem", "progenitor"}),
        ("(stem)? ?[ab]{2}", None),
        ("(?!no)yes", {"yes"}),
        (r"x\.y+z", {"x.y"}),
        (r"\w+|cell", None),
        (r"a{0,3}b", {"b"}),
    ],
)
def test_words_that_a_pattern_needs(pattern: str, words: set[str] | None) -> None:
    assert needed_words(pattern) == words


# ---------------------------------------------------------------- a table of one's own


def test_the_first_rule_by_order_decides_and_may_be_stopped(write: Write) -> None:
    last = RULE | {"rule": "cells", "order": "20", "modality": "cell-therapy", "pattern": "cells"}
    first = RULE | {"also": "lymphoma", "unless": "mice"}
    rules = _read(write, last, first)

    def guess(title: str, *conditions: str) -> Guess:
        return rules.classify({"title": title, "conditions": list(conditions)})

    assert guess("CAR-T cells", "Lymphoma") == Guess("car-t", "car", "title", "car t")
    assert guess("CAR-T cells", "Lymphoma in mice").rule == "cells"
    assert guess("CAR-T cells").rule == "cells"
    assert guess("Radiotherapy") == Guess(None, NO_RULE)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"pattern": "(car"}, "trial-rules.tsv:2: pattern: '(car' is no regular expression"),
        ({"pattern": ""}, ":2: pattern: a rule needs a pattern"),
        ({"pattern": "CAR t"}, ":2: pattern: 'CAR t' has capitals"),
        ({"pattern": "(car)?"}, ":2: pattern: '(car)?' is found in an empty text"),
        ({"also": "["}, ":2: also: '[' is no regular expression"),
        ({"unless": "*"}, ":2: unless: '*' is no regular expression"),
        ({"modality": "car-tea"}, ":2: modality: 'car-tea' is no concept"),
        ({"fields": "title abstract"}, ":2: fields: abstract is no field"),
        ({"fields": ""}, ":2: fields: nothing is no field"),
        ({"order": "first"}, ":2: order: 'first' is no number"),
        ({"rule": "no-rule"}, ":2: rule: 'no-rule' is no id"),
        ({"rule": "CAR T"}, ":2: rule: 'CAR T' is no id"),
        ({"reason": " "}, ":2: reason: a rule needs a reason"),
    ],
)
def test_a_bad_rule_is_named(write: Write, change: dict[str, str], told: str) -> None:
    with pytest.raises(DataError) as caught:
        _read(write, RULE | change)
    assert any(told in str(fault) for fault in caught.value.faults)


def test_doubles_and_wrong_columns_are_named(write: Write) -> None:
    with pytest.raises(DataError) as caught:
        _read(write, RULE, RULE)
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [(3, "order"), (3, "rule")]
    folder = write("trial-rules.tsv", COLUMNS[:-1], RULE)
    with pytest.raises(DataError, match="1 fault"):
        Classifier.read(folder, SCHEMA)


# ---------------------------------------------------------------- how right it is

LABELS = ("nctId", "modality", "split", "by", "why")


def _label(trial: str, kind: str, split: str = "held-out") -> dict[str, str]:
    return {"nctId": trial, "modality": kind, "split": split, "by": "reader X", "why": "read"}


def _state(trial: str, title: str) -> Facts:
    return {"id": trial, "title": title}


STATES = [
    _state("NCT1", "CAR-T cells"),
    _state("NCT2", "CAR-T cells against a target"),
    _state("NCT3", "Some cells"),
    _state("NCT4", "A car t plan"),
    _state("NCT5", "A drug"),
    _state("NCT6", "Surgery"),
    _state("NCT7", "Radiotherapy"),
]
ROWS = [
    _label("NCT1", "car-t"),
    _label("NCT2", "gene-modified-cells"),
    _label("NCT3", "msc"),
    _label("NCT4", "none"),
    _label("NCT5", "none"),
    _label("NCT6", "aav-gene-therapy"),
    _label("NCT7", "til", "train"),
    _label("NCT8", "til"),
]


@pytest.fixture
def labelled(write: Write) -> Path:
    """A data folder with two rules, labels and one snapshot."""
    cells = RULE | {"rule": "cells", "order": "20", "modality": "cell-therapy", "pattern": "cells"}
    write("trial-rules.tsv", COLUMNS, RULE, cells)
    folder = write("trial-labels.tsv", LABELS, *ROWS)
    snapshots = folder / "registry" / "clinicaltrials"
    snapshots.mkdir(parents=True)
    old = [_state("NCT1", "A title of old"), *STATES[1:]]
    for date, states in (("2020-01-01", old), ("2021-01-01", STATES[:1])):
        text = "".join(json.dumps(state) + "\n" for state in states)
        (snapshots / f"{date}.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_the_figures_count_what_they_say(labelled: Path) -> None:
    facts = {state["id"]: state for state in STATES}
    labels = read_labels(labelled, SCHEMA)
    report = evaluate(Classifier.read(labelled, SCHEMA), SCHEMA, labels, facts, "held-out")
    assert report.trials == 6
    assert (report.precision, report.recall) == (Share(3, 4), Share(3, 4))
    assert (report.exact, report.broader, report.narrower) == (Share(1, 4), Share(1, 4), Share(1, 4))
    assert report.within_tree == Share(3, 4)
    assert report.kinds["car-t"].precision == Share(1, 3)
    assert report.kinds["car-t"].recall == Share(1, 1)
    assert {miss.label.trial: miss.relation for miss in report.misses} == {
        "NCT2": "narrower",
        "NCT3": "broader",
        "NCT4": "not an ATMP",
        "NCT6": "missed",
    }
    assert report.without_facts == ["NCT8"]


def test_kinds_lie_to_each_other_as_the_tree_says() -> None:
    scheme = SCHEMA.vocabularies["modality"]
    assert relation(scheme, "car-t", "t-cell-engineered") == "broader"
    assert relation(scheme, "t-cell-engineered", "car-t") == "narrower"
    assert relation(scheme, "car-t", "car-nk") == "other kind"
    assert relation(scheme, None, None) == "rightly none"


def test_the_interval_is_wilsons() -> None:
    interval = Share(9, 10).interval
    assert interval is not None
    assert interval == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert Share(0, 0).interval is None
    low, high = Share(10, 10).interval or (0, 0)
    assert low == pytest.approx(0.7225, abs=1e-4)
    assert high == pytest.approx(1.0)


def test_bad_labels_are_named(write: Write) -> None:
    folder = write("trial-labels.tsv", LABELS, ROWS[0], ROWS[0], _label("NCT9", "car-tea", "test"))
    with pytest.raises(DataError) as caught:
        read_labels(folder, SCHEMA)
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [(3, "nctId"), (4, "modality"), (4, "split")]


# ---------------------------------------------------------------- the command


def test_the_command_explains_a_trial_by_its_newest_state(labelled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(classify, ["nct1", "NCT5", "--data", str(labelled)]) == 0
    told = capsys.readouterr().out
    assert "NCT1  car-t  CAR-T cells\n  rule car: CAR.\n  in title: car t\n" in told
    assert "NCT5  none  A drug\n  rule no-rule" in told
    assert run(classify, ["NCT404", "--data", str(labelled)]) == 2
    assert "no snapshot in data/registry/clinicaltrials has this trial" in capsys.readouterr().err


def test_the_command_counts_kinds_and_rules(labelled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(classify, ["--format", "json", "--data", str(labelled)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["trials"] == 7
    assert told["kinds"] == {"car-t": 3, "none": 3, "cell-therapy": 1}
    assert told["rules"] == {"car": 3, "no-rule": 3, "cells": 1}
    assert run(classify, ["--data", str(labelled)]) == 0
    assert "       3  car-t" in capsys.readouterr().out


def test_the_command_evaluates(labelled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(classify, ["--evaluate", "--data", str(labelled)]) == 0
    told = capsys.readouterr().out
    assert "held-out: 6 labelled trials" in told
    assert "train: 1 labelled trials" in told
    assert "0.750  (3 of 4; 95% 0.301-0.954)" in told
    assert "NCT6 missed: label aav-gene-therapy, guess none" in told
    assert "not judged, no facts: NCT8" in told
    assert run(classify, ["--evaluate", "--split", "train", "--format", "json", "--data", str(labelled)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["train"]
    assert told["train"]["recall"]["value"] == 0.0
    assert told["train"]["precision"]["value"] is None


@pytest.mark.parametrize("arguments", [["NCT1", "--evaluate"], ["--split", "train"]])
def test_words_that_do_not_go_together_are_refused(labelled: Path, arguments: list[str]) -> None:
    assert run(classify, [*arguments, "--data", str(labelled)]) == 2
