"""``data/network.yaml``: what the shipped one must have, and how a fault in one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.network.checking import check_network
from kg.schema import Schema
from tests.network.conftest import SHIPPED

TEXT = SHIPPED.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder of another name, with nothing in it."""
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


def test_the_shipped_file_holds_where_a_folder_has_none(schema: Schema, folder: Path) -> None:
    assert check_network(schema, folder) == (SHIPPED.read_bytes(), [])


def test_a_folder_may_have_its_own(schema: Schema, folder: Path) -> None:
    own = TEXT.replace("half_life: 5", "half_life: 10")
    (folder / "network.yaml").write_text(own, encoding="utf-8")
    assert check_network(schema, folder) == (own.encode(), [])


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("  sponsor: 1\n", "", "roles.sponsor: has no value. Add `sponsor:` with a number."),
        ("  sponsor: 1\n", "  sponsor: 1\n  sponsors: 1\n", "roles.sponsors: is not known. Did you mean sponsor"),
        ("  sponsor: 1\n", "  sponsor: much\n", "roles.sponsor: 'much' is not a number of 0 or more."),
        ("  sponsor: 1\n", "  sponsor: nan\n", "roles.sponsor: 'nan' is not a number of 0 or more."),
        ("  sponsor: 1\n", "  sponsor: inf\n", "roles.sponsor: 'inf' is not a number of 0 or more."),
        ("  sponsor: 1\n", "  sponsor: [1]\n", "roles.sponsor: is no single value."),
        ("half_life: 5\n", "half_life: 7\n", "ties.half_life: '7' is not known here."),
        ("[3, 5, 10, none]", "[3, 5, ten, none]", "ties.half_lives: 'ten' is not a number of 0.1 or more."),
        ("[3, 5, 10, none]", "none", "ties.half_lives: is no list."),
        ("[trial-site, treatment-centre]", "[trial-sites]", "ties.sites: 'trial-sites' is not known here. Did you"),
        ("authorisations: {member", "authorisation: {member", "records.product.members.authorisation: is not read"),
        ("about: scope", "about: scopes", "records.agreement.about: 'scopes' is not known here. Did you mean scope"),
        ("  trial: [sponsor, coll", "  study: [sponsor, coll", "grades.deal.study: is not read by anybody."),
        ("together: 0.8", "together: 80", "communities.together: '80' is not a number from 0 to 1."),
        ("most_hops: 4", "most_hops: 2", "introductions.hops: '3' is not a number from 1 to 2."),
        ("  pivots: 300\n", "", "brokers.pivots: has no value."),
        (
            "  pivots: 300\n",
            "  pivots: 300\n  pivot: 3\n",
            "brokers.pivot: is not read by anybody. Did you mean pivots?",
        ),
        ("grades: [all, deal]", "grades: [all, best]", "standing.grades: 'best' is not known here."),
        ("brokers:\n", "broker:\n", "broker: is not read by anybody. Did you mean brokers"),
        ("brokers:\n", "brokers: [\n", "not valid YAML"),
    ],
)
def test_a_fault_is_told_with_its_place_and_a_remedy(
    schema: Schema, folder: Path, was: str, now: str, told: str
) -> None:
    assert TEXT.count(was) == 1
    (folder / "network.yaml").write_text(TEXT.replace(was, now), encoding="utf-8")
    faults = [str(fault) for fault in check_network(schema, folder)[1]]
    assert any(told in fault for fault in faults), faults
    assert all(fault.startswith("mine/network.yaml:") for fault in faults)


def test_all_faults_of_all_sections_are_told_at_once(schema: Schema, folder: Path) -> None:
    wrong = (
        TEXT.replace("half_life: 5", "half_life: 7").replace("runs: 50", "runs: 0").replace("chains: 3", "chains: x")
    )
    (folder / "network.yaml").write_text(wrong, encoding="utf-8")
    fields = {fault.field for fault in check_network(schema, folder)[1]}
    assert {"ties.half_life", "communities.runs", "introductions.chains"} <= fields


def test_what_is_no_text_is_told(schema: Schema, folder: Path) -> None:
    (folder / "network.yaml").write_bytes(b"ties:\n  half_life: \xff\n")
    (fault,) = check_network(schema, folder)[1]
    assert str(fault) == "mine/network.yaml:2: is not UTF-8. Save the file as UTF-8."
