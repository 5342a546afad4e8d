"""The recipes: questions of analysts with their query and answer, and how to ask each in curl, Python and Jupyter.

A recipe is a folder of ``recipes/``: ``recipe.toml`` (question, why, order, and the lines of pandas that go on from
the answer), ``query.graphql``, and what a test found: ``answer.json`` and ``result.txt``. The page, the download and
the test take the texts from here.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from api import docs_code
from api.docs_code import CLIENT, Asked

FOLDER = Path(__file__).resolve().parent / "recipes"

ANSWER, RESULT = "answer.json", "result.txt"


@dataclass(frozen=True)
class Recipe:
    """A question with its query, the lines of pandas that go on from the answer, and what both give."""

    folder: Path
    question: str
    why: str
    reader: str
    order: int
    csv: bool
    """Whether pandas reads the answer as a table, rather than as what GraphQL gives."""
    query: str
    analysis: str

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.folder.name

    @property
    def answer(self) -> str:
        """The data that the query gives, as JSON."""
        return (self.folder / ANSWER).read_text("utf-8")

    @property
    def result(self) -> str:
        """The table that pandas makes of it, as text."""
        return (self.folder / RESULT).read_text("utf-8")

    def curl(self, address: str) -> str:
        """A shell command that prints the answer as JSON."""
        return docs_code.curl(Asked(self.query), address)

    def curl_csv(self, address: str) -> str:
        """A shell command that prints the answer as a table."""
        return docs_code.curl(Asked(self.query), address, "text/csv")

    def python(self, address: str) -> str:
        """A program that prints the data as JSON."""
        return docs_code.python(Asked(self.query), address)

    def pandas(self, address: str) -> str:
        """A program that prints the result of the analysis."""
        if self.csv:
            start = f"from urllib.parse import urlencode\n\nimport pandas as pd\n\n{self._read(address)}"
        else:
            start = f"import pandas as pd\n{CLIENT.format(address=address)}{docs_code.answered(Asked(self.query))}"
        return f"{start}\n{self.analysis}print(result.to_string())\n"

    def cells(self, address: str) -> list[dict[str, Any]]:
        """The cells of a notebook that has a client and pandas already."""
        asked = self._read(address) if self.csv else docs_code.answered(Asked(self.query))
        return [
            _cell("markdown", f"## {self.question}\n\n{self.why}"),
            _cell("code", asked),
            _cell("code", f"{self.analysis}result"),
        ]

    def _read(self, address: str) -> str:
        return (
            f"query = {docs_code.quoted(self.query)}\n"
            f'table = pd.read_csv("{address}/graphql?" + urlencode({{"query": query}}), '
            'storage_options={"Accept": "text/csv"})\n'
        )


@cache
def recipes() -> tuple[Recipe, ...]:
    """Every recipe in the order in which a reader may take them."""
    found = [_read_recipe(path.parent) for path in FOLDER.glob("*/recipe.toml")]
    return tuple(sorted(found, key=lambda recipe: (recipe.order, recipe.slug)))


def notebook(address: str) -> str:
    """All recipes as one Jupyter notebook (nbformat 4.5), as JSON."""
    start = [
        _cell(
            "markdown",
            f"# Recipes of the ATMP knowledge graph\n\nAsked of <{address}>. "
            "What is needed beside Jupyter: `pip install 'gql[httpx]' pandas`.",
        ),
        _cell("code", f"from urllib.parse import urlencode\n\nimport pandas as pd\n{CLIENT.format(address=address)}"),
    ]
    cells = start + [cell for recipe in recipes() for cell in recipe.cells(address)]
    numbered = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {
        "cells": numbered,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _read_recipe(folder: Path) -> Recipe:
    told = tomllib.loads((folder / "recipe.toml").read_text("utf-8"))
    return Recipe(
        folder,
        told["question"],
        told["why"],
        told["reader"],
        told["order"],
        told.get("csv", False),
        (folder / "query.graphql").read_text("utf-8"),
        told["pandas"],
    )


def _cell(kind: str, source: str) -> dict[str, Any]:
    more: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, **more, "source": source.rstrip("\n")}
