"""One test a data record: it has no fault and stands in the common form."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from kg.errors import DataError
from kg.files import RecordFile, find_records
from kg.formatting import format_record
from kg.ontology import read_schema
from kg.schema import Schema

ROOT = Path(__file__).resolve().parents[2]
RECORDS, MISPLACED = find_records(read_schema(ROOT / "ontology"), ROOT / "data")


@pytest.fixture(scope="module")
def faults(request: pytest.FixtureRequest) -> dict[str, list[str]]:
    """What a build of the shipped data refuses, by file."""
    found: dict[str, list[str]] = defaultdict(list)
    try:
        request.getfixturevalue("shipped")
    except DataError as error:
        for fault in error.faults:
            found[fault.file].append(str(fault))
    return found


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_a_record_has_no_fault_and_is_in_the_common_form(
    record: RecordFile, faults: dict[str, list[str]], schema: Schema
) -> None:
    assert faults.get(record.name, []) == []
    assert format_record(schema, record, ROOT / "data") is None, "run `atmp-kg format`"


def test_nothing_else_lies_among_the_records() -> None:
    assert [str(fault) for fault in MISPLACED] == []
