"""GraphiQL's page: the editor, and queries to begin from.

Those of ``queries/`` come first, in the order of their names; each begins with a comment that says what it asks. Then
come the recipes, by reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from api.docs_recipes import recipes
from api.html import Pages

FOLDER = Path(__file__).resolve().parent / "queries"


@dataclass(frozen=True)
class Example:
    """A query to begin from, and what it asks."""

    title: str
    query: str


def editor_page() -> str:
    """The page as HTML."""
    return Pages().text("graphiql", groups=list(examples()))


def examples() -> Iterator[tuple[str, list[Example]]]:
    """Every example, by group; the first one of all is what the editor opens with."""
    yield "To begin with", [_read(path) for path in sorted(FOLDER.glob("*.graphql"))]
    by_reader = sorted(recipes(), key=lambda recipe: recipe.reader)
    for reader, found in groupby(by_reader, key=lambda recipe: recipe.reader):
        yield f"Recipes for the {reader}", [Example(one.question, _titled(one.question, one.query)) for one in found]


def _read(path: Path) -> Example:
    query = path.read_text("utf-8")
    return Example(query.partition("\n")[0].removeprefix("# "), query)


def _titled(question: str, query: str) -> str:
    return f"# {question}\n{query}"
