"""The account of the fact tables names records that exist, and every table in full."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of data/mappings."""
    text = (DATA / "mappings" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


ROWS = table("fact-rows.tsv")
FIRST = re.compile(r"([a-z-]+)/([a-z0-9-]+)")
TOTALS = {
    "leiden/organisations": 114,
    "leiden/people": 46,
    "leiden/products": 43,
    "leiden/trials": 32,
    "leiden/relations": 325,
    "leiden/concepts": 39,
    "leiden/sources": 190,
    "authorised/products": 70,
    "authorised/authorisations": 121,
    "authorised/indications": 121,
    "authorised/trials": 139,
    "authorised/organisations": 171,
    "authorised/relations": 133,
    "authorised/sources": 236,
}


@pytest.mark.parametrize(("table", "total"), TOTALS.items())
def test_every_row_of_a_table_has_its_line(table: str, total: int) -> None:
    assert len({row["row"] for row in ROWS if row["table"] == table and not row["row"].startswith("(")}) == total


@pytest.mark.parametrize("table", sorted({row["table"] for row in ROWS}))
def test_what_a_row_became_is_there(table: str) -> None:
    lost = []
    for row in (row for row in ROWS if row["table"] == table):
        named = FIRST.match(row["became"])
        if named and (DATA / named[1]).is_dir():
            lost += [row] if not (DATA / named[1] / f"{named[2]}.yaml").is_file() else []
        else:
            assert row["became"], f"row {row['row']} says what became of it"
    assert lost == []


def test_what_was_left_out_says_why() -> None:
    silent = [row for row in ROWS if row["became"] == "left out" and not row["why"]]
    assert silent == []


def test_a_spelling_leads_to_one_organisation() -> None:
    merges = table("organisation-merges.tsv")
    targets = {row["spelling"]: row["joined_into"] for row in merges}
    assert len(targets) == len(merges)
    registered = {row["organisation"] for row in table("registry-organisations.tsv")}
    for slug in set(targets.values()) - registered - {"-"}:
        assert (DATA / "organisation" / f"{slug}.yaml").is_file(), slug
