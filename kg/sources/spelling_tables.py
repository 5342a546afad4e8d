"""The reviewed tables of spellings: which organisation each stands for, and the organisations only registries name."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from kg.errors import DataError, Fault
from kg.files import SLUG
from kg.mappings import read_rows
from kg.sources.spelling_forms import plain

MERGES, ORGANISATIONS = "organisation-merges.tsv", "registry-organisations.tsv"
MERGE_COLUMNS = ("spelling", "joined_into", "evidence", "decided", "by")
ORGANISATION_COLUMNS = ("organisation", "name", "ror", "type", "parent", "evidence")
LEFT_OUT = "-"
"""What the table says of a spelling that is no organisation, such as a person's name."""


def read_reviewed(data_folder: Path, organisations: Collection[str]) -> dict[str, dict[str, str]]:
    """The organisations that only registries name, by slug; raises ``DataError`` for a row that is not in form."""
    found: dict[str, dict[str, str]] = {}
    faults = []
    rows = list(read_rows(data_folder, ORGANISATIONS, ORGANISATION_COLUMNS))
    listed = {row["organisation"] for _, _, row in rows}
    for file, line, row in rows:
        slug, parent = row["organisation"], row["parent"]
        if not SLUG.fullmatch(slug) or not row["name"]:
            faults.append(Fault(file, line, "organisation", f"{slug!r} is no id with a name", "Write both."))
        if slug in organisations or slug in found:
            faults.append(Fault(file, line, "organisation", f"{slug!r} stands already", "Remove one of the two."))
        if parent and parent not in organisations and parent not in listed:
            faults.append(Fault(file, line, "parent", f"there is no organisation {parent!r}", "Correct or remove it."))
        found[slug] = row
    if faults:
        raise DataError(faults)
    return found


def read_table(data_folder: Path, organisations: Collection[str]) -> dict[str, tuple[str, str]]:
    """The slug and the evidence of every reviewed spelling; raises ``DataError`` if one leads nowhere, or to two."""
    found: dict[str, tuple[str, str]] = {}
    faults = []
    for file, line, row in read_rows(data_folder, MERGES, MERGE_COLUMNS):
        spelling, slug = plain(row["spelling"]), row["joined_into"]
        if slug != LEFT_OUT and slug not in organisations:
            remedy = f"Write the id of a curated organisation or of one in {ORGANISATIONS}, or {LEFT_OUT!r}."
            faults.append(Fault(file, line, "joined_into", f"there is no organisation {slug!r}", remedy))
        if found.get(spelling, (slug,))[0] != slug:
            faults.append(Fault(file, line, "spelling", f"{spelling!r} leads to two organisations", "Keep one."))
        found[spelling] = (slug, row["evidence"])
    if faults:
        raise DataError(faults)
    return found
