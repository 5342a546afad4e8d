"""Builds: the same bytes from the same inputs, the old release whatever happens, no rubbish."""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from kg.build import LOCK, build
from kg.errors import BuildRunningError, DataError, ReleaseError
from kg.graph import compile_graph
from kg.inputs import digest_inputs
from kg.release import Release, Releases
from kg.settings import Settings
from tests.conftest import ROOT, write_records

FACT = {"organisation/hospital": "name: The Hospital\ntype: hospital\ncountry: be\nsources: [registry-page]\n"}
"""One fact of the base records, changed."""

BUILD = """
import os, signal, sys
from pathlib import Path
from kg.build import build
from kg.settings import Settings

home, ontology, data, last = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
seen = 0

def count(event, args):
    global seen
    if (event == "open" or event.startswith(("os.", "shutil."))) and home in str(args):
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
build(Settings(home=Path(home), ontology=ontology, data=data))
print(seen)
"""


def run_build(settings: Settings, killed_at: int = 0, environ: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Build in a process of its own, killed at the nth thing it does in its home; exit code and output."""
    folders = [str(settings.home), str(settings.ontology), str(settings.data)]
    done = subprocess.run(
        [sys.executable, "-c", BUILD, *folders, str(killed_at)],
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, -9), done.stderr
    return done.returncode, done.stdout


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def assert_tidy(home: Path, *releases: str) -> None:
    """A home holds the pointer, the lock and these releases, and nothing else."""
    assert sorted(path.name for path in home.iterdir()) == ["current", "lock", "releases"]
    assert sorted(path.name for path in (home / "releases").iterdir()) == sorted(releases)


def test_the_same_inputs_give_the_same_bytes_elsewhere_with_other_hash_seeds_on_another_day(
    settings: Settings, tmp_path: Path
) -> None:
    homes = []
    for number, environ in enumerate(
        [{"PYTHONHASHSEED": "1", "TZ": "UTC"}, {"PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}]
    ):
        place = tmp_path / ("a" if number else "quite/another/path")
        shutil.copytree(settings.data, place / f"records-{number}")
        shutil.copytree(settings.ontology, place / f"terms-{number}")
        for path in place.rglob("*"):
            os.utime(path, (number * 1_000_000_000, number * 1_000_000_000))
        here = Settings(home=place / "home", ontology=place / f"terms-{number}", data=place / f"records-{number}")
        assert run_build(here, environ=environ)[0] == 0
        homes.append(here.home)
    first, second = (contents(home / "releases") for home in homes)
    assert first == second
    assert first
    standing = contents(settings.home / "releases")
    assert first == standing


def test_a_release_knows_no_path_and_no_clock(settings: Settings, tmp_path: Path) -> None:
    write_records(
        settings.data, {"organisation/hospital": "name: The Hospital\ntype: hospital\nsources: [press-page]\n"}
    )
    data = settings.data.rename(tmp_path / "kept-elsewhere")
    release = build(Settings(home=settings.home, ontology=settings.ontology, data=data)).release
    everything = b"".join(contents(release.path).values())
    assert str(tmp_path).encode() not in everything
    assert b"kept-elsewhere" not in everything
    assert release.faults()[0].file == "data/organisation/hospital.yaml"
    assert release.date == "2026-11-01"  # when the newest source was read


def test_one_changed_fact_changes_the_id(settings: Settings) -> None:
    before = build(settings)
    write_records(settings.data, FACT)
    after = build(settings)
    assert (before.made, after.made) == (False, True)
    assert before.release.id != after.release.id
    assert before.release.date == after.release.date
    assert_tidy(settings.home, before.release.id, after.release.id)


def test_a_change_undone_points_back_to_the_release_that_stands(settings: Settings) -> None:
    old = settings.data / "organisation/hospital.yaml"
    text = old.read_text()
    first = build(settings).release.id
    write_records(settings.data, FACT)
    second = build(settings).release.id
    old.write_text(text)
    again = build(settings)
    assert (again.made, again.release.id) == (False, first)
    assert Releases(settings.home).pointers() == (first, second)


def test_only_the_current_release_and_the_one_before_are_kept(settings: Settings) -> None:
    ids = [build(settings).release.id]
    for country in ("be", "de", "au"):
        write_records(settings.data, {"organisation/hospital": FACT["organisation/hospital"].replace("be", country)})
        ids.append(build(settings).release.id)
    assert Releases(settings.home).pointers() == (ids[3], ids[2])
    assert_tidy(settings.home, ids[3], ids[2])


def test_digests_without_compiling_are_those_of_the_compiled_graph(settings: Settings) -> None:
    compiled = compile_graph(settings.ontology, settings.data)
    assert digest_inputs(settings.ontology, settings.data) == compiled.inputs


def test_a_misplaced_file_is_a_fault_although_the_records_are_those_of_a_standing_release(settings: Settings) -> None:
    write_records(settings.data, {"produkt/x": "name: X\n"})
    with pytest.raises(DataError) as caught:
        build(settings)
    assert "Did you mean product?" in str(caught.value.faults[0])


def test_faults_leave_the_standing_release_untouched(settings: Settings) -> None:
    before = contents(settings.home / "releases")
    current = Releases(settings.home).current().id
    write_records(settings.data, {"organisation/hospital": "name: The Hospital\ncountri: nl\nsources: [nowhere]\n"})
    with pytest.raises(DataError) as caught:
        build(settings)
    assert {fault.field for fault in caught.value.faults if fault.severity == "error"} == {"countri", "sources"}
    assert contents(settings.home / "releases") == before
    assert_tidy(settings.home, current)


def test_force_builds_again_and_finds_the_same_bytes(settings: Settings) -> None:
    before = contents(settings.home / "releases")
    assert build(settings, force=True).made
    assert contents(settings.home / "releases") == before


def test_a_damaged_release_is_built_anew(settings: Settings) -> None:
    current = Releases(settings.home).current()
    good = contents(current.path)
    (current.path / "graph.ttl").write_text("# nothing")
    with pytest.raises(ReleaseError, match=r"graph\.ttl: not as it was built"):
        Releases(settings.home).current()
    assert build(settings).made
    assert contents(current.path) == good
    assert_tidy(settings.home, current.id)


def test_a_second_build_is_told_who_builds(settings: Settings) -> None:
    with (settings.home / LOCK).open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.truncate(0)
        handle.write("4711")
        handle.flush()
        with pytest.raises(BuildRunningError, match=r"another build \(process 4711\)"):
            build(settings)
    build(settings)


def test_a_home_that_cannot_be_made_is_an_error_that_says_so(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReleaseError, match="cannot hold releases"):
        build(Settings(home=tmp_path / "file" / "home", ontology=settings.ontology, data=settings.data))


def test_every_step_is_reported_once(settings: Settings) -> None:
    from kg.build import STEPS

    steps: list[str] = []
    write_records(settings.data, FACT)
    build(settings, report=steps.append)
    assert len(steps) == len(set(steps)) == STEPS


@pytest.fixture(scope="module")
def doings(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many things a build with something to do does in its home."""
    folder = tmp_path_factory.mktemp("counted")
    shutil.copytree(built.home, folder / "home")
    shutil.copytree(built.data, folder / "data")
    write_records(folder / "data", FACT)
    code, output = run_build(Settings(home=folder / "home", ontology=built.ontology, data=folder / "data"))
    assert code == 0
    return int(output)


@pytest.mark.parametrize("seed", range(10))
def test_a_build_killed_at_a_random_point_leaves_the_old_release_and_no_rubbish(
    settings: Settings, doings: int, seed: int
) -> None:
    old = Releases(settings.home).current().id
    write_records(settings.data, FACT)
    code, _ = run_build(settings, killed_at=random.Random(seed).randint(1, doings))
    assert code == -9
    assert len(Release.open(settings.home / "releases" / old).model) > 0
    current = Releases(settings.home).current()
    assert current.model.number("organisation/hospital") is not None
    new = build(settings).release.id
    assert current.id in (old, new)
    assert_tidy(settings.home, old, new)
    assert Releases(settings.home).pointers() == (new, old)


@pytest.mark.parametrize("step", ["first", "last"])
def test_a_build_killed_at_its_first_or_last_doing(settings: Settings, doings: int, step: str) -> None:
    old = Releases(settings.home).current().id
    write_records(settings.data, FACT)
    assert run_build(settings, killed_at=1 if step == "first" else doings)[0] == -9
    assert (Releases(settings.home).current().id == old) == (step == "first")
    assert_tidy(settings.home, old, build(settings).release.id)


def test_what_release_json_says(release: Release) -> None:
    info = json.loads((release.path / "release.json").read_bytes())
    assert info["id"] == release.id == release.path.name
    assert set(info["files"]) == set(contents(release.path)) - {"release.json"}
    assert info["entities"]["Organisation"] == 2
    assert info["inputs"].keys() >= {"ontology/atmp.ttl", "data/product/cells.yaml"}
    assert info["triples"] == len(release.dump("ntriples").read_bytes().splitlines())
    assert info["quads"] == len(release.dump("nquads").read_bytes().splitlines())
