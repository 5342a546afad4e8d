"""Facts lines: a snapshot holds what its day showed new or otherwise, whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import AtmpError, DataError
from kg.sources.deltas import read_states, write_changes


def record(number: int, **facts: Any) -> dict[str, Any]:
    """A record of the family at hand."""
    return {"id": f"T{number}", **facts}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty data folder."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def files(data: Path) -> dict[str, str]:
    """The snapshots by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((data / "registry").rglob("*"))[1:]}


def test_lines_are_sorted_and_say_nothing_empty(data: Path) -> None:
    shown = [record(2, b="é", a=[], c={"d": "", "e": [{"f": None, "g": 0}]}), record(1, x=False)]
    changes = write_changes(data, "fam", "2026-01", iter(shown))
    assert (changes.new, changes.changed, changes.unchanged) == (2, 0, 0)
    assert changes.path is not None
    lines = '{"id": "T1", "x": false}\n{"id": "T2", "b": "é", "c": {"e": [{"g": 0}]}}\n'
    assert changes.path.read_text(encoding="utf-8") == lines
    assert [path.name for path in changes.path.parent.iterdir()] == ["2026-01.jsonl"]


def test_only_what_differs_from_the_day_before_is_written(data: Path) -> None:
    write_changes(data, "fam", "2026-01-01", [record(n, a=1) for n in range(5)])
    before = files(data)
    again = write_changes(data, "fam", "2026-02-01", [record(n, a=1) for n in range(5)])
    assert (again.path, again.new, again.changed, again.unchanged) == (None, 0, 0, 5)
    assert files(data) == before
    changes = write_changes(data, "fam", "2026-02-01", [record(3, a=2), record(2, a=1), record(9, a=1)])
    assert (changes.new, changes.changed, changes.unchanged) == (1, 1, 1)
    assert files(data) == before | {"2026-02-01.jsonl": '{"id": "T3", "a": 2}\n{"id": "T9", "a": 1}\n'}


def test_a_second_refresh_of_a_day_completes_its_file(data: Path) -> None:
    write_changes(data, "fam", "2026-01-01", [record(1, a=1)])
    write_changes(data, "fam", "2026-02-01", [record(1, a=2), record(2, a=1)])
    write_changes(data, "fam", "2026-02-01", [record(3, a=1)])
    assert files(data)["2026-02-01.jsonl"].count("\n") == 3
    back = write_changes(data, "fam", "2026-02-01", [record(1, a=1)])
    assert back.changed == 1
    assert "T1" not in files(data)["2026-02-01.jsonl"]


def test_an_older_snapshot_may_come_later(data: Path) -> None:
    write_changes(data, "fam", "2026-02-01", [record(1, a=2)])
    before = files(data)["2026-02-01.jsonl"]
    assert write_changes(data, "fam", "2025", [record(1, a=1)]).new == 1
    assert files(data)["2026-02-01.jsonl"] == before
    assert [*read_states(data, "fam")] == ["2025", "2026-02-01"]


def test_what_fails_midway_writes_nothing(data: Path) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield record(1)
        raise RuntimeError("cut off")

    write_changes(data, "fam", "2026-01-01", [record(1, a=1)])
    before = files(data)
    with pytest.raises(RuntimeError):
        write_changes(data, "fam", "2026-02-01", broken())
    assert files(data) == before


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"id": 1}', '{"id": "T1"'])
def test_a_bad_line_is_told_with_its_place(data: Path, line: str) -> None:
    write_changes(data, "fam", "2026-01-01", [record(1)])
    path = data / "registry" / "fam" / "2026-01-01.jsonl"
    path.write_text(path.read_text() + line, encoding="utf-8")
    for act in (lambda: read_states(data, "fam"), lambda: write_changes(data, "fam", "2026-02-01", [record(2)])):
        with pytest.raises(DataError) as caught:
            act()
        assert str(caught.value.faults[0]).startswith("data/registry/fam/2026-01-01.jsonl:2: no JSON record")


def test_names_that_are_no_dates_are_told(data: Path) -> None:
    with pytest.raises(DataError):
        write_changes(data, "fam", "yesterday", [])
    write_changes(data, "fam", "2026-01-01", [record(1)])
    (data / "registry" / "fam" / "notes.jsonl").touch()
    with pytest.raises(DataError, match="1 fault"):
        read_states(data, "fam")


def test_two_cannot_write_at_once(data: Path) -> None:
    handle = os.open(data, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(AtmpError, match="another command writes to"):
            write_changes(data, "fam", "2026-01-01", [record(1)])
    finally:
        os.close(handle)
    assert write_changes(data, "fam", "2026-01-01", [record(1)]).new == 1


values = st.sampled_from(["", "x", "é\u2028\n", 0, 1, [], ["a"], ["a", "b"]])
snapshots = st.lists(st.dictionaries(st.integers(0, 3), values, max_size=4), max_size=5)


@settings(deadline=None, max_examples=40)
@given(snapshots)
def test_the_newest_line_of_an_id_is_what_was_shown_last(
    tmp_path_factory: pytest.TempPathFactory, shown: list[dict[int, Any]]
) -> None:
    data = tmp_path_factory.mktemp("data")
    expected: dict[str, Any] = {}
    for month, snapshot in enumerate(shown, start=1):
        records = [record(number, a=value) for number, value in snapshot.items()]
        changes = write_changes(data, "fam", f"2026-{month:02d}", records)
        assert changes.new + changes.changed + changes.unchanged == len(records)
        expected |= {r["id"]: ({"id": r["id"]} | ({"a": r["a"]} if r["a"] not in ("", []) else {})) for r in records}
    held = {r["id"]: r for lines in read_states(data, "fam").values() for r in lines}
    assert held == expected
