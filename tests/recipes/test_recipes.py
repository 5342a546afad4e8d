"""The recipes are true: each text of the page, asked of a real server, gives the answer that stands beside it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator

import httpx
import nbclient
import nbformat
import pytest

from api.app import create_app
from api.docs_recipes import Recipe, recipes
from kg.release import Release
from tests.api.conftest import MemoryReleases
from tests.pages import Page
from tests.recipes.running import run_command, run_program
from tests.serving import served

EVERY = pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.slug)
CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is missing: apt-get install curl")

Texts = dict[str, str]


@pytest.fixture(scope="module")
def address(shipped: Release) -> Iterator[str]:
    with served(create_app(MemoryReleases(shipped))) as found:
        yield found


@pytest.fixture(scope="module")
def texts(address: str) -> Texts:
    return Page(httpx.get(f"{address}/docs/recipes").text).codes


def test_there_are_recipes_for_every_kind_of_reader() -> None:
    assert len(recipes()) >= 12
    assert {recipe.reader for recipe in recipes()} == {"analyst", "partnership manager", "data scientist"}


@CURL
@EVERY
def test_curl(texts: Texts, recipe: Recipe) -> None:
    answer = json.loads(run_command(texts[f"{recipe.slug}.curl"]))
    assert answer["data"] == json.loads(recipe.answer)
    assert json.loads(texts[f"{recipe.slug}.json"]) == answer["data"]


@EVERY
def test_python(texts: Texts, recipe: Recipe) -> None:
    _, printed = run_program(texts[f"{recipe.slug}.python"])
    assert json.loads(printed) == json.loads(recipe.answer)


@EVERY
def test_pandas(texts: Texts, recipe: Recipe) -> None:
    _, printed = run_program(texts[f"{recipe.slug}.pandas"])
    assert printed == recipe.result


@CURL
@pytest.mark.parametrize("recipe", [one for one in recipes() if one.csv], ids=lambda recipe: recipe.slug)
def test_curl_gives_a_table(texts: Texts, recipe: Recipe) -> None:
    rows = list(csv.DictReader(io.StringIO(run_command(texts[f"{recipe.slug}.csv"]))))
    (connection,) = json.loads(recipe.answer).values()
    assert len(rows) >= len(connection["nodes"]) > 0
    assert rows[0].keys() >= {name for name, value in connection["nodes"][0].items() if isinstance(value, str)}


def test_the_notebook_runs_and_comes_to_the_same(address: str) -> None:
    notebook = nbformat.reads(httpx.get(f"{address}/docs/recipes.ipynb").text, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    results = [cell for cell in notebook.cells if cell.source.endswith("\nresult")]
    for cell in results:
        cell.source += "\nprint(result.to_string())"  # what Jupyter shows by itself is cut to the width of its window
    nbclient.execute(notebook, timeout=30, kernel_name="python3")
    printed = ["".join(out["text"] for out in cell.outputs if out["output_type"] == "stream") for cell in results]
    assert printed == [recipe.result for recipe in recipes()]
