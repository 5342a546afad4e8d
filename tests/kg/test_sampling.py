"""The random draw: the same again, fair to small types, and only what sources state."""

from __future__ import annotations

import json

import pytest

from kg.build import build
from kg.cli import cli
from kg.command import run
from kg.release import Release
from kg.sampling import sample
from kg.settings import Settings
from tests.conftest import write_records


def test_the_same_seed_draws_the_same(release: Release) -> None:
    assert sample(release, 7, 8) == sample(release, 7, 8)
    assert sample(release, 7, 8) != sample(release, 8, 8)


def test_a_shorter_draw_is_the_beginning_of_a_longer_one(release: Release) -> None:
    assert sample(release, 7, 12)[:5] == sample(release, 7, 5)


def test_types_take_turns(release: Release) -> None:
    types = {found.subject.partition("/")[0] for found in sample(release, 3, 8)}
    assert types == {
        "condition", "indication", "involvement", "organisation", "person", "product", "registry-record", "trial"
    }  # fmt: skip


def test_all_that_sources_state_and_nothing_else_can_be_drawn(release: Release) -> None:
    drawn = sample(release, 1, 10_000)
    stated = {(found.subject, found.field, found.value) for found in drawn}
    assert len(stated) == len(drawn)
    assert ("product/cells", "name", "Cells") in stated
    assert ("trial/first", "conditions", "The Disease") in stated  # a link by its label
    assert ("organisation/hospital", "country", "Netherlands") in stated  # a value of a list by its label
    fields = {(found.subject.partition("/")[0], found.field) for found in drawn}
    assert ("trial", "nctId") not in fields  # taken from the registry record by the build
    assert not {name for _, name in fields} & {"sources", "review", "label", "evidence", "indications"}
    assert not {kind for kind, _ in fields} & {"source", "evidence", "conflict"}
    involved = next(f for f in drawn if f.subject.startswith("involvement/product") and f.field == "role")
    assert [source["id"] for source in involved.sources] == ["source/press-page", "source/registry-page"]
    assert involved.sources[0]["url"] == "https://press.example/1"


def test_each_value_of_a_contested_field_goes_with_its_own_source(settings: Settings) -> None:
    evidence = {
        "product/other": """\
        name: Other
        sources: [registry-page]
        evidence:
          one: {field: stage, value: phase-1, source: press-page, confidence: medium}
          two: {field: stage, value: phase-2, source: registry-page, confidence: high}
        """
    }
    write_records(settings.data, evidence)
    drawn = sample(build(settings).release, 1, 10_000)
    found = {f.value: [s["id"] for s in f.sources] for f in drawn if (f.subject, f.field) == ("product/other", "stage")}
    assert sorted(found.values()) == [["source/press-page"], ["source/registry-page"]]


def test_the_command(built: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    folders = ["--home", str(built.home), "--data", str(built.data)]
    assert run(cli, ["sample", "--seed", "7", "--count", "3", "--format", "json", *folders]) == 0
    drawn = json.loads(capsys.readouterr().out)
    assert [sorted(found) for found in drawn] == [["field", "label", "sources", "subject", "value"]] * 3
    assert run(cli, ["sample", "--seed", "7", "--count", "3", *folders]) == 0
    text = capsys.readouterr().out
    assert text.startswith("1. ")
    assert "\n3. " in text
    assert "- A registry page https://registry.example/1" in text
    assert run(cli, ["sample", *folders]) == 2
