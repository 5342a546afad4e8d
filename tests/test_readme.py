"""What the README shows is what a user gets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from api.execute import execute
from api.schema import make_schema
from kg.release import Release

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_first_query_gives_the_answer_beside_it(shipped: Release) -> None:
    curl = next(block for block in blocks("sh") if "curl" in block)
    body = json.loads(curl[curl.index("-d '") + 4 : curl.rindex("'")])
    (shown,) = blocks("json")
    answer = execute(make_schema(shipped.schema), shipped, body["query"])
    assert {"data": answer["data"]} == json.loads(shown)


@pytest.mark.parametrize("query", blocks("graphql"))
def test_every_other_query_is_answered(shipped: Release, query: str) -> None:
    answer = execute(make_schema(shipped.schema), shipped, query)
    assert "errors" not in answer, answer
    assert "[{" in json.dumps(answer["data"]), "nothing is listed"


def test_the_counts_are_those_of_the_release(shipped: Release) -> None:
    text = README.partition("## What is in it")[2].partition("Leiden is covered")[0].replace(",", "")
    entities = shipped.info["entities"]
    words = {
        "products": "Product",
        "indications": "Indication",
        "designations": "Designation",
        "trials": "Trial",
        "organisations": "Organisation",
        "agreements": "Agreement",
        "conditions": "Condition",
        "targets": "Target",
        "sources": "Source",
    }
    for word, kind in words.items():
        assert f"{entities[kind]} {word}" in " ".join(text.split()), f"{word}: {entities[kind]}"
