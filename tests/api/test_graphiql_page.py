"""GraphiQL's page: queries to begin from that are answered, and the query as a command and a program that run."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import parse, print_ast
from starlette.testclient import TestClient

from api import graphiql_page
from api.app import create_app
from api.docs_recipes import recipes
from api.execute import execute
from api.graphiql_page import Example, editor_page, examples
from api.schema import AtmpSchema
from kg.release import Release
from kg.schema import Schema
from tests.api.conftest import MINI, MemoryReleases, release_of
from tests.pages import Page
from tests.recipes.running import run_command, run_program
from tests.serving import served

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
HTML = {"Accept": "text/html"}
GROUPS = list(examples())
FIRST = GROUPS[0][1]

AWKWARD = '''query One($text: String!) { search(text: $text, first: 1) { totalCount } }
query Two($text: String!) {
  search(text: $text, first: 1) { totalCount nodes { id } }
  other: search(text: """
END
it's \\u0041 \\""" $HOME `id`
""", first: 1) { totalCount }
}'''
GIVEN = {"text": 'Frank\'s "Staal" \\ $HOME `id` ü'}


@pytest.fixture(scope="module")
def client(declared: Schema) -> Iterator[TestClient]:
    with TestClient(create_app(MemoryReleases(release_of(declared, MINI)))) as found:
        yield found


@pytest.fixture(scope="module")
def address(declared: Schema) -> Iterator[str]:
    with served(create_app(MemoryReleases(release_of(declared, MINI)))) as found:
        yield found


def test_the_page_offers_the_examples_a_way_home_and_the_copies(client: TestClient) -> None:
    found = Page(client.get("/graphql", headers=HTML).text)
    assert {"/", "/docs"} <= found.all("a", "href")
    assert found.all("option", "value") == {example.query for _, group in GROUPS for example in group}
    assert found.all("button", "value") == {"curl", "python"}
    assert "example" in found.all("label", "for") & found.all("select", "id")
    assert {"Examples", "Open", "Copy as curl", "Copy as Python"} <= {line.strip() for line in found.text.splitlines()}
    for recipe in recipes():
        assert recipe.question in found.text


def test_the_queries_of_the_readme_are_among_them() -> None:
    curl = re.search(r"-d '(\{.*?\})'\n", README)
    assert curl
    shown = [json.loads(curl[1])["query"], *re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)]
    known = {print_ast(parse(example.query)) for example in FIRST}
    assert print_ast(parse(shown[0])) == print_ast(parse(FIRST[0].query)), "the editor opens with the first"
    assert {print_ast(parse(query)) for query in shown} <= known


@pytest.mark.parametrize("example", FIRST, ids=lambda example: example.title)
def test_an_example_is_answered(shipped: Release, schema: AtmpSchema, example: Example) -> None:
    answer = execute(schema, shipped, example.query)
    assert "errors" not in answer, answer
    assert all(answer["data"].values())
    assert example.query.startswith(f"# {example.title}\n")


def test_what_an_example_says_is_shown_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = '# </option><script>alert("x")</script>\n{ a(b: "\'") }\n'
    (tmp_path / "evil.graphql").write_text(hostile, "utf-8")
    monkeypatch.setattr(graphiql_page, "FOLDER", tmp_path)
    text = editor_page()
    assert "<script>" not in text
    assert hostile in Page(text).all("option", "value")


def code(client: TestClient | httpx.Client, way: str, query: str, **more: Any) -> str:
    """A query as a text to run."""
    answer = client.get(f"/docs/code/{way}", params={"query": query, **more})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return str(answer.text)


@pytest.mark.parametrize("operation", ["One", "Two"])
def test_a_query_as_text_runs_whatever_stands_in_it(address: str, operation: str) -> None:
    asked = {"query": AWKWARD, "variables": GIVEN, "operationName": operation}
    wanted = httpx.post(f"{address}/graphql", json=asked).json()["data"]
    more = {"variables": json.dumps(GIVEN), "operationName": operation}
    with httpx.Client(base_url=address) as client:
        _, printed = run_program(code(client, "python", AWKWARD, **more))
        assert json.loads(printed) == wanted
        if shutil.which("curl") is None:
            pytest.skip("curl is missing: apt-get install curl")
        assert json.loads(run_command(code(client, "curl", AWKWARD, **more)))["data"] == wanted


def test_a_text_names_the_server_as_the_reader_reached_it(client: TestClient) -> None:
    for way in ("curl", "python"):
        text = client.get(f"/docs/code/{way}", params={"query": "{ a }"}, headers={"Host": "kg.example:81"}).text
        assert "http://kg.example:81/graphql" in text
        evil = client.get(f"/docs/code/{way}", params={"query": "{ a }"}, headers={"Host": "x'; rm -rf ~"}).text
        assert "rm -rf" not in evil


@pytest.mark.parametrize(
    ("way", "asked", "status"),
    [
        ("perl", {"query": "{ a }"}, 404),
        ("curl", {}, 400),
        ("curl", {"query": "{ a }", "variables": "{"}, 400),
        ("python", {"query": "{ a }", "variables": "[1]"}, 400),
    ],
)
def test_what_is_no_query_is_refused_in_words(client: TestClient, way: str, asked: dict[str, str], status: int) -> None:
    answer = client.get(f"/docs/code/{way}", params=asked)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["message"]
