"""Answers to the competency questions and recipes; ``python -m tests.graphql.answers`` writes them anew."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.app import create_app
from api.docs_recipes import ANSWER, RESULT, recipes
from api.execute import execute
from api.schema import AtmpSchema, make_schema
from kg import settings
from kg.build import build
from kg.release import Release
from kg.schema import Schema
from tests.api.conftest import MemoryReleases
from tests.recipes.running import run_program
from tests.serving import served

FOLDER = Path(__file__).parent


def answer_of(release: Release, path: Path) -> Any:
    """The data that a question's query gives; fails if there is any error."""
    answer = execute(_schema_of(release.schema), release, path.read_text(encoding="utf-8"))
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def compared_path(path: Path) -> list[str]:
    """Where in the answer the ids stand that a SPARQL twin must give."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("# compare: ")).removeprefix("# compare: ").split(".")


@cache
def _schema_of(schema: Schema) -> AtmpSchema:
    return make_schema(schema)


def main() -> None:
    """Build the shipped data and write the answer of every question and recipe that has changed."""
    with TemporaryDirectory() as home:
        release = build(settings.load(home=Path(home))).release
        for path in sorted(FOLDER.glob("*.graphql")):
            _write(path.with_suffix(".json"), _as_text(answer_of(release, path)))
        with served(create_app(MemoryReleases(release))) as address:
            for recipe in recipes():
                _write(recipe.folder / ANSWER, _as_text(answer_of(release, recipe.folder / "query.graphql")))
                _write(recipe.folder / RESULT, run_program(recipe.pandas(address))[1])


def _as_text(answer: Any) -> str:
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def _write(target: Path, text: str) -> None:
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")
        sys.stderr.write(f"wrote {target.parent.name}/{target.name}\n")


if __name__ == "__main__":
    main()
