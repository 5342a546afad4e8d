"""The competency questions: each query's answer as checked by hand, and the same from GraphQL, SPARQL and the dump.

A question is ``name.graphql`` with its answer in ``name.json``. Its first line asks it in a sentence, the line
``# for: kind`` says which kind of user asks it. Where ``name.rq`` stands beside it, the line ``# compare: path`` says
which ids of the answer the first column of the SPARQL result must hold. After a change of the data,
``python -m tests.graphql.answers`` writes the answers anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from kg.release import Release
from kg.schema import DATA
from tests.graphql.answers import FOLDER, answer_of, compared_path

QUESTIONS = sorted(FOLDER.glob("*.graphql"))
IN_SPARQL = [path for path in QUESTIONS if path.with_suffix(".rq").exists()]
USERS = {"analyst", "partnership manager", "data person"}
STRENGTHS = (
    "search(",
    "facets(",
    "groupBy(",
    "under:",
    "under: true",
    "alone: true",
    "completeness {",
    "field: COMPLETENESS",
    "evidence(field:",
    "release {",
    "after:",
    "before:",
    "nctId:",
)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda p: p.stem)
def test_the_question_has_its_checked_answer(shipped: Release, path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert answer_of(shipped, path) == expected


@pytest.mark.parametrize("path", IN_SPARQL, ids=lambda p: p.stem)
def test_graphql_sparql_and_the_dump_give_the_same(shipped: Release, shipped_dump: rdflib.Graph, path: Path) -> None:
    by_graphql = sorted(DATA + str(found) for found in at(answer_of(shipped, path), compared_path(path)))
    query = path.with_suffix(".rq").read_text(encoding="utf-8")
    solutions = shipped.store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    by_sparql = sorted(str(row[0].value) for row in solutions)
    by_dump = sorted(str(row[0]) for row in shipped_dump.query(query))  # type: ignore[index]
    assert by_graphql == by_sparql
    assert by_graphql == by_dump
    assert by_graphql, "a question without any answer shows nothing"


def at(value: Any, path: list[str]) -> list[Any]:
    """The values at a dotted path, through lists."""
    if not path:
        return [value]
    if isinstance(value, list):
        return [found for item in value for found in at(item, path)]
    return at(value[path[0]], path[1:])


def test_there_are_questions_enough_for_each_kind_of_user() -> None:
    for_whom = Counter(line_of(path, 1).removeprefix("# for: ") for path in QUESTIONS)
    assert for_whom.keys() == USERS
    assert for_whom.total() >= 50
    assert min(for_whom.values()) >= 14
    assert len(IN_SPARQL) >= 35


def test_every_question_is_a_sentence_of_its_own() -> None:
    sentences = [line_of(path, 0) for path in QUESTIONS]
    assert [sentence for sentence in sentences if not sentence.startswith("# ") or not sentence.endswith("?")] == []
    assert len(set(sentences)) == len(sentences)
    assert [path.stem for path in IN_SPARQL if line_of(path.with_suffix(".rq"), 0) != line_of(path, 0)] == []


@pytest.mark.parametrize("strength", STRENGTHS)
def test_the_questions_show_what_the_api_can(strength: str) -> None:
    assert any(strength in path.read_text(encoding="utf-8") for path in QUESTIONS)


def line_of(path: Path, number: int) -> str:
    """A line of the header of a question."""
    return path.read_text(encoding="utf-8").splitlines()[number]
