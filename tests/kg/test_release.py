"""Releases: opened only as built, the current one followed, two of them compared."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.build import build
from kg.changes import changes, render
from kg.errors import NotFoundError, ReleaseError
from kg.release import Release, Releases
from kg.settings import Settings
from tests.conftest import BASE, write_records


def change(settings: Settings) -> Release:
    """Change a fact and build."""
    write_records(settings.data, {"condition/disease": "name: The Disease\nsources: [registry-page]\n"})
    return build(settings).release


def test_a_release_reads_its_own_files_alone(release: Release, built: Settings) -> None:
    assert release.schema.types.keys() >= {"Product", "Trial"}
    assert release.model.number("product/cells") is not None
    assert release.model is release.model
    assert len(release.store) == release.info["quads"]
    assert release.faults() == tuple(sorted(release.faults()))
    assert release.path == built.home / "releases" / release.id


def test_a_home_without_release_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"no release in .* yet\. Run `atmp-kg build`"):
        Releases(tmp_path).current()
    assert Releases(tmp_path).ids() == ()


def test_an_unknown_release_or_format_is_not_found(settings: Settings, release: Release) -> None:
    with pytest.raises(NotFoundError, match=release.id):
        Releases(settings.home).open("2020-01-01-000000000000")
    with pytest.raises(NotFoundError, match="Did you mean turtle"):
        release.dump("tutrle")


@pytest.mark.parametrize("name", ["graph.nq", "ontology/atmp.ttl", "schemas/product.json", "validation.json"])
def test_a_file_that_is_not_as_built_is_noticed(settings: Settings, release: Release, name: str) -> None:
    path = settings.home / "releases" / release.id
    with (path / name).open("ab") as handle:
        handle.write(b"\n")
    with pytest.raises(ReleaseError, match=f"{name}: not as it was built"):
        Release.open(path)
    (path / name).unlink()
    with pytest.raises(ReleaseError, match=f"{name}: cannot be read"):
        Release.open(path)


def test_a_dump_may_be_checked_when_it_is_asked_for(settings: Settings, release: Release) -> None:
    path = settings.home / "releases" / release.id
    (path / "graph.nq").write_text("")
    opened = Releases(settings.home, dumps_later=True).current()
    assert opened.dump("turtle").is_file()
    for _ in range(2):
        with pytest.raises(ReleaseError, match=r"graph\.nq: not as it was built"):
            opened.dump("nquads")
    (path / "validation.json").write_text("")
    with pytest.raises(ReleaseError, match=r"validation\.json: not as it was built"):
        Release.open(path, dumps_later=True)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": 1}', "nothing"])
def test_a_broken_release_json_is_an_error_of_the_release(settings: Settings, release: Release, text: str) -> None:
    path = settings.home / "releases" / release.id
    (path / "release.json").write_text(text)
    with pytest.raises(ReleaseError, match=r"release\.json: cannot be read"):
        Release.open(path)


def test_an_id_that_is_not_of_the_inputs_is_noticed(settings: Settings, release: Release) -> None:
    path = settings.home / "releases" / release.id
    info = json.loads((path / "release.json").read_text())
    info["inputs"]["data/product/cells.yaml"] = "0" * 64
    (path / "release.json").write_text(json.dumps(info))
    with pytest.raises(ReleaseError, match="states an id that is not of its inputs"):
        Release.open(path)


def test_the_current_release_is_followed_and_opened_once(settings: Settings) -> None:
    releases = Releases(settings.home)
    first = releases.current()
    assert releases.current() is first
    changed = change(settings)
    second = releases.current()
    assert second.id == changed.id != first.id
    with ThreadPoolExecutor(8) as pool:
        assert {id(found) for found in pool.map(lambda _: releases.current(), range(64))} == {id(second)}


def test_a_new_release_that_cannot_be_opened_leaves_the_old_one_serving(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    releases = Releases(settings.home)
    first = releases.current()
    changed = change(settings)
    (changed.path / "graph.nt").write_bytes(b"")
    with caplog.at_level(logging.ERROR, logger="kg.release"):
        assert releases.current() is first
        assert releases.current() is first
    assert len(caplog.records) == 1
    assert f"release {first.id} is served on" in caplog.text


def test_many_threads_share_one_model(settings: Settings) -> None:
    release = Releases(settings.home).current()
    with ThreadPoolExecutor(8) as pool:
        assert len({id(model) for model in pool.map(lambda _: release.model, range(8))}) == 1


def test_what_changed_between_two_releases(settings: Settings) -> None:
    old = Releases(settings.home).current()
    write_records(
        settings.data,
        {
            "condition/disease": BASE["condition/disease"].replace("The Disease", "The Illness"),
            "target/cd0": "name: CD0\nsources: [press-page]\n",
            "person/scientist": None,
        },
    )
    found = changes(old, build(settings).release)
    assert [(c.id, c.kind) for c in found if "." not in c.id] == [
        ("condition/disease", "changed"),
        ("person/scientist", "gone"),
        ("target/cd0", "new"),
    ]
    text = render(found)
    assert "condition/disease (changed)\n  - name: The Disease\n  + name: The Illness\n" in text
    assert "  + sources: source/press-page\n" in text
    assert changes(old, old) == []
