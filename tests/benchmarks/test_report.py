"""The table says of every goal whether it was met, and of what could not be measured why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import report
from tests.benchmarks.report import Results, write_report
from tests.benchmarks.rows import missing, row, table

ROWS = [
    row("four hops", 0.001, "rdflib", 0.3, 150),
    row("growth", 0.003, "a small graph", 0.001, 1 / 1.5),
    row("size", 900.0, "rdflib", 1300.0, None, "B a triple"),
    missing("mix", "graphql-jit", "there is no node here"),
]


def test_a_row_passes_by_its_ratio() -> None:
    lines = table(ROWS).splitlines()
    assert lines[1].split() == ["four", "hops", "1.00", "rdflib", "300", "ms", "300", "150", "pass"]
    assert lines[2].endswith("falls short")
    assert "pass" not in lines[3]
    assert lines[4].endswith("missing: there is no node here")


def test_the_page_has_a_line_for_every_row_and_names_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "FILE", tmp_path / "RESULTS.md")
    about = {"date": "2026-11-24", "machine": "a machine", "python": "3.11.7"}
    write_report(Results(about, {"mix": ROWS}))
    text = report.FILE.read_text(encoding="utf-8")
    assert "2026-11-24, on a machine; python 3.11.7" in text
    assert "| four hops | 1.00 | rdflib | 300 | ms | 300 | 150 | pass |" in text
    assert text.count("\n| ") == len(ROWS) + 1
