"""The checks of the schema themselves: each kind of flaw and of break is found, and what is right is let be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from graphql import build_schema

import api.cli  # noqa: F401 - adds its commands
from api.schema import AtmpSchema
from api.schema_changes import changes, without_descriptions
from api.schema_lint import lint
from kg.cli import cli
from kg.command import run
from kg.errors import UsageError

DESCRIBED = """
"Anything with an id."
interface Node { "The id." id: ID! }
"A trial. For example `trial/a`."
type Trial implements Node {
  "The id."
  id: ID!
  "How far it is; null if no source states it."
  phase: Phase
  "What it was called before."
  oldTitle: String! @deprecated(reason: "Use `title`.")
}
"How far a trial is."
enum Phase { "The first (in people)." ONE "The second." TWO }
"Which trials."
input TrialWhere { "How far they are." phase: Phase }
"What can be asked."
type Query { "All trials." trials("Which; all if not given." where: TrialWhere): [Trial!]! }
"""

PUBLISHED = """
type Trial { id: ID! title: String phase: Phase sites(first: Int): [String!]! }
enum Phase { ONE TWO }
input Where { phase: Phase }
union Thing = Trial | Site
type Site { id: ID! }
type Query { trials(where: Where): [Trial!]! thing: Thing count: Int }
"""


def test_a_schema_that_describes_itself_has_no_flaw() -> None:
    assert lint(build_schema(DESCRIBED)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "flaw"),
    [
        ('"A trial. For example `trial/a`."', "", "Trial: has no description"),
        ('"What it was called before."', '" "', "Trial.oldTitle: has no description"),
        ('"Which; all if not given."', "", "Query.trials(where:): has no description"),
        ('"The second."', "", "Phase.TWO: has no description"),
        ('"How far they are."', "", "TrialWhere.phase: has no description"),
        ('"All trials."', '"All trials"', "Query.trials: has a description that does not end as a sentence"),
        ("For example `trial/a`.", "", "Trial: has no example id, such as `type/slug`"),
        ("; null if no source states it.", ".", "Trial.phase: may be null and does not say what that means"),
        (
            "Use `title`.",
            "It is old.",
            "Trial.oldTitle: is deprecated and does not say in backticks what to use instead",
        ),
    ],
)
def test_each_flaw_of_a_description_is_found(right: str, wrong: str, flaw: str) -> None:
    assert DESCRIBED.count(right) == 1
    assert flaw in [str(found) for found in lint(build_schema(DESCRIBED.replace(right, wrong)))]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (" title: String", "", "FIELD_REMOVED"),
        ("title: String", "title: Int", "FIELD_CHANGED_KIND"),
        ("id: ID! title", "id: ID title", "FIELD_CHANGED_KIND"),
        ("sites(first: Int)", "sites(first: Int, of: Phase!)", "REQUIRED_ARG_ADDED"),
        ("sites(first: Int)", "sites", "ARG_REMOVED"),
        ("sites(first: Int)", "sites(first: String)", "ARG_CHANGED_KIND"),
        ("ONE TWO", "ONE", "VALUE_REMOVED_FROM_ENUM"),
        ("input Where { phase: Phase", "input Where { phase: Phase title: String!", "REQUIRED_INPUT_FIELD_ADDED"),
        ("input Where { phase: Phase", "input Where { title: String", "FIELD_REMOVED"),
        ("Trial | Site", "Trial", "TYPE_REMOVED_FROM_UNION"),
        ("type Site { id: ID! }", "interface Site { id: ID! }", "TYPE_CHANGED_KIND"),
    ],
)
def test_each_kind_of_break_is_caught(before: str, after: str, kind: str) -> None:
    assert PUBLISHED.count(before) == 1
    text = PUBLISHED.replace(before, after)
    broken = changes(PUBLISHED, build_schema(text, assume_valid=True)).breaking
    assert [sentence.partition(":")[0] for sentence in broken] == [kind]


ADDITIONS: Mapping[str, tuple[str, str]] = {
    "field": ("title: String", "title: String acronym: String"),
    "type": ("type Site {", "type Place { id: ID! } type Site {"),
    "argument": ("sites(first: Int)", "sites(first: Int, after: String)"),
    "enum value": ("ONE TWO", "ONE TWO THREE"),
    "condition": ("input Where {", "input Where { title: String"),
    "null no more": ("title: String", "title: String!"),
}


@pytest.mark.parametrize("addition", ADDITIONS)
def test_additions_break_nothing(addition: str) -> None:
    before, after = ADDITIONS[addition]
    assert PUBLISHED.count(before) == 1
    found = changes(PUBLISHED, build_schema(PUBLISHED.replace(before, after)))
    assert found.breaking == ()
    dangerous = [sentence.partition(":")[0] for sentence in found.dangerous]
    assert dangerous == (["VALUE_ADDED_TO_ENUM"] if addition == "enum value" else dangerous)


def test_without_descriptions_it_is_the_same_to_queries(schema: AtmpSchema) -> None:
    text = without_descriptions(schema.core)
    assert '"""' not in text
    assert changes(text, schema.core).breaking == ()


@pytest.mark.parametrize("text", ["type Query {", "type Query { a: Nothing }", "{ trials }"])
def test_what_is_no_schema_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"The old schema .* Give a schema"):
        changes(text, build_schema(PUBLISHED))


def test_the_command_lists_breaks_and_says_so_by_its_code(
    schema: AtmpSchema, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = without_descriptions(schema.core)
    old = tmp_path / "old.graphql"
    old.write_text(now, "utf-8")
    assert run(cli, ["schema", "--against", str(old)]) == 0
    old.write_text(now.replace("type Query {", "type Query {\n  gone: String"), "utf-8")
    assert run(cli, ["schema", "--against", str(old)]) == 1
    assert capsys.readouterr().out == "breaking\tFIELD_REMOVED: Field Query.gone was removed.\n"
    old.write_bytes(b"\xff")
    assert run(cli, ["schema", "--against", str(old)]) == 2


def test_the_command_lints_and_does_one_thing_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["schema", "--lint"]) == 0
    assert capsys.readouterr().out == ""
    assert run(cli, ["schema", "--lint", "--plain"]) == 2
