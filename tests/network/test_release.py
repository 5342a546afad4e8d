"""A release carries its network: the constants and what the build worked out by them, the same on every machine."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kg.build import build
from kg.cli import cli
from kg.command import run
from kg.errors import DataError, ReleaseError, UsageError
from kg.network.projection import Options
from kg.network.standing import from_bytes, to_bytes
from kg.release import Release
from kg.settings import Settings
from tests.conftest import ROOT, VERIFIED, write_records
from tests.network.conftest import SHIPPED

TIED = {
    "agreement/deal": """
        name: A licence
        type: licence
        signed: 2024-05
        involvements:
          out: {agent: organisation/hospital, role: licensor, sources: [registry-page]}
          in: {agent: organisation/company, role: licensee, sources: [registry-page]}
        sources: [registry-page]
        review: verified
        """
}


@pytest.fixture
def settings(data_folder: Path, tmp_path: Path) -> Settings:
    """A home without releases, and the base records with one agreement."""
    write_records(data_folder, TIED)
    return Settings(home=tmp_path / "home", ontology=ROOT / "ontology", data=data_folder)


def own_constants(settings: Settings, was: str, now: str) -> None:
    """Give the data folder a ``network.yaml`` of its own."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert was in text
    (settings.data / "network.yaml").write_text(text.replace(was, now), encoding="utf-8")


def test_a_release_reads_its_own_network(settings: Settings) -> None:
    release = build(settings).release
    assert release.network is release.network
    assert release.network.year == int(release.date[:4])
    (pair,) = release.network.projection(Options()).graph.edges
    assert sorted(release.model.ids[one] for one in pair) == ["organisation/company", "organisation/hospital"]
    known = release.network.standing(Options(grade="deal")).figures
    assert {one.position.partners for one in known.values()} == {1}
    assert (release.path / "network.yaml").read_bytes() == SHIPPED.read_bytes()
    assert release.info["inputs"].keys() >= {"data/network.yaml"}


def test_what_the_build_worked_out_is_read_as_it_was_written(shipped: Release) -> None:
    written = (shipped.path / "network.json").read_bytes()
    standings = from_bytes(shipped.model, written)
    assert to_bytes(shipped.model, standings) == written
    assert {(one.options.grade, one.options.roll_up) for one in standings} == {
        ("all", False),
        ("all", True),
        ("deal", False),
        ("deal", True),
    }
    assert "NaN" not in written.decode()
    for standing in standings:
        assert standing.figures.keys() == set(shipped.network.projection(standing.options).graph)
        assert standing.brokers()
        assert standing.communities


def test_the_seed_of_hashes_makes_no_difference(shipped: Release) -> None:
    code = """if True:
        import sys
        from pathlib import Path
        from kg.network.standing import ReleaseNetwork, to_bytes, work_out
        from kg.release import Release
        from tests.network.conftest import changed

        release = Release.open(Path(sys.argv[1]))
        one = changed({"standing.grades": ["deal"], "standing.roll_up": ["true"]})
        network = ReleaseNetwork(release.model, one, release.network.year)
        sys.stdout.buffer.write(to_bytes(release.model, work_out(network)))
    """
    environment = os.environ | {"PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(shipped.path)]
    made = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    standings = from_bytes(shipped.model, (shipped.path / "network.json").read_bytes())
    assert made == to_bytes(shipped.model, [one for one in standings if one.options == Options("deal", roll_up=True)])


def test_other_constants_make_another_release(settings: Settings) -> None:
    first = build(settings).release
    own_constants(settings, "half_life: 5", "half_life: 10")
    second = build(settings)
    assert second.made
    assert second.release.id != first.id
    assert second.release.network.rules.half_life == 10
    assert first.network.rules.half_life == 5
    assert not build(settings).made


def test_a_fault_in_the_constants_is_told_and_keeps_the_standing_release(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    standing = build(settings).release
    own_constants(settings, "  runs: 50\n", "  runs: fifty\n")
    line = (settings.data / "network.yaml").read_text(encoding="utf-8").split("  runs: fifty\n")[0].count("\n") + 1
    told = f"network.yaml:{line}: communities.runs: 'fifty' is not a number of 1 or more. Write such a number."
    with pytest.raises(DataError) as error:
        build(settings)
    assert [str(fault) for fault in error.value.faults] == [f"data/{told}"]
    assert run(cli, ["validate", "--home", str(settings.home), "--data", str(settings.data)]) == 1
    assert told in capsys.readouterr().out
    assert Release.open(standing.path).id == standing.id


def test_data_without_organisations_has_an_empty_network(tmp_path: Path) -> None:
    data = tmp_path / "tiny"
    write_records(
        data,
        {
            "source/page": "title: A page\nkind: news\naccessed: 2026-01-01\n",
            "condition/disease": "name: The Disease\n" + VERIFIED.replace("registry-page", "page"),
        },
    )
    release = build(Settings(home=tmp_path / "home", ontology=ROOT / "ontology", data=data)).release
    standing = release.network.standing(Options())
    assert (standing.size, standing.figures, standing.communities, standing.brokers()) == (0, {}, (), [])


def test_a_release_from_before_there_was_a_network_says_so(settings: Settings) -> None:
    release = build(settings).release
    files = {name: stated for name, stated in release.info["files"].items() if name != "network.json"}
    older = Release(release.path, {**release.info, "files": files})
    with pytest.raises(ReleaseError, match=r"was built without a network\. Run `atmp-kg build --force`"):
        _ = older.network


def test_brokers_of_other_projections_are_refused_with_what_there_is(settings: Settings) -> None:
    network = build(settings).release.network
    with pytest.raises(UsageError, match="Ask for one of: grade all; grade all, subsidiaries rolled up; grade deal"):
        network.standing(replace(Options(), since=2020))
