"""``atmp-kg export`` of the network: files that say what they are, and clear words where something cannot be had."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import is_zipfile

import networkx as nx
import pytest

from kg.cli import cli
from kg.command import run
from kg.export import FORMATS
from kg.network.exports import NETWORK_FORMATS, write_network
from kg.release import Release
from kg.settings import Settings


def exported(built: Settings, *args: str) -> int:
    """The exit code of an export from the base release."""
    return run(cli, ["export", *args, "--home", str(built.home), "--data", str(built.data)])


@pytest.mark.parametrize("name", NETWORK_FORMATS)
def test_it_goes_to_standard_output_or_to_a_file(
    built: Settings, release: Release, name: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    expected = write_network(release.network, release.network.options(), release.id, NETWORK_FORMATS[name])
    assert exported(built, name) == 0
    assert capfdbinary.readouterr().out == expected
    target = tmp_path / "network"
    assert exported(built, name, "--output", str(target)) == 0
    assert target.read_bytes() == expected
    assert is_zipfile(target) == (name == "csv")


def test_options_choose_the_projection(
    built: Settings, release: Release, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    args = ("--grade", "deal", "--roll-up", "--sites", "--half-life", "none", "--since", "1990", "--until", "2000")
    assert exported(built, "graphml", *args) == 0
    about = nx.read_graphml(BytesIO(capfdbinary.readouterr().out)).graph
    said = {name: about[name] for name in ("grade", "rollUp", "sites", "halfLife", "since", "until", "release")}
    assert said == {
        "grade": "deal",
        "rollUp": True,
        "sites": True,
        "halfLife": "none",
        "since": 1990,
        "until": 2000,
        "release": release.id,
    }


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("gefx",), "Did you mean gexf?"),
        (("pajek",), "graphml"),
        (("gexf", "--grade", "deel"), "all, deal"),
        (("gexf", "--half-life", "4"), "3, 5, 10, none"),
        (("gexf", "--since", "2020", "--until", "2010"), "earlier"),
        (("gexf", "--since", "99"), "'since' is a year"),
        (("gexf", "--output", "no/such/folder/x"), "there is no folder"),
    ],
)
def test_what_cannot_be_had_is_told(
    built: Settings, args: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exported(built, *args) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("name", FORMATS)
def test_the_graph_knows_no_options_of_the_network(
    built: Settings, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exported(built, name, "--grade", "deal", "--roll-up") == 2
    assert f"{name} is the whole graph; --grade, --roll-up" in capsys.readouterr().err
