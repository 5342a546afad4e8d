"""Every query of the tests and the documentation is answered by a plan, and as without, at first and when kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.docs_recipes import recipes
from api.execute import answer
from tests.graphql.answers import FOLDER
from tests.plans.differing import Pair
from tests.plans.operations import Asking, Drawn

QUESTIONS = [*sorted(FOLDER.glob("**/*.graphql")), *(recipe.folder / "query.graphql" for recipe in recipes())]


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_question_is_answered_by_its_plan_as_without(large: Pair, path: Path) -> None:
    query = path.read_text(encoding="utf-8")
    found = large.difference(Drawn(query, [Asking(None, {})], frozenset(), 0))
    assert found is None, f"{found}"
    assert answer(large.planning, large.release, query).planned


def test_there_are_questions() -> None:
    assert len(QUESTIONS) > 60
