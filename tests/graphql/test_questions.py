"""The competency questions: each query's answer as checked by hand, and the same from GraphQL, SPARQL and the dump.

A question is ``name.graphql`` with its answer in ``name.json``; where ``name.rq`` stands beside it, the line
``# compare: path`` says which ids of the answer the first column of the SPARQL result must hold. After a change of
the data, ``python -m tests.graphql.answers`` writes the answers anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
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


def test_there_are_questions_enough() -> None:
    assert len(QUESTIONS) >= 12
    assert len(IN_SPARQL) >= 10
