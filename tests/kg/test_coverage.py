"""The coverage report: counts, what is thin, where sources disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.build import build
from kg.coverage import Coverage, measure, read_gaps, render
from kg.errors import DataError
from kg.settings import Settings
from tests.conftest import write_records

THIN = {
    "source/old-page": "title: An old page\nkind: news\naccessed: 2025-10-31\n",
    "source/unused-page": "title: An unused page\nkind: news\naccessed: 2025-11-01\n",
    "organisation/third": "name: Third\ntype: company\nsources: [old-page]\nreview: unreviewed\nconfidence: medium\n",
    "organisation/fourth": "name: Fourth\ntype: company\nunknown: [country]\nsources: [old-page]\nconfidence: high\n",
    "product/other": """\
        name: Other
        modality: msc
        sources: [registry-page]
        evidence:
          one: {field: stage, value: phase-1, source: press-page, confidence: medium}
          two: {field: stage, value: phase-2, source: registry-page, confidence: high}
        """,
}


def report(settings: Settings) -> Coverage:
    """The report on a release that is thin here and there."""
    write_records(settings.data, THIN)
    return measure(build(settings).release)


def test_counts_by_type_and_review(settings: Settings) -> None:
    counts = {count.type: count for count in report(settings).types}
    assert counts["Organisation"].entities == 4
    assert counts["Organisation"].review == {"unreviewed": 1, "verified": 2}
    assert counts["Involvement"].entities == 2


def test_trials_are_counted_and_statuses_have_their_days(settings: Settings) -> None:
    second = (
        "title: Second\nphase: phase-1\nstartDate: 2023-05\nregistryRecords:\n  nct: {registry: clinicaltrials-gov, "
    )
    second += "identifier: NCT00000009, status: recruiting, statusDate: 2025-06, sources: [register]}\n"
    register = "title: A register\nkind: dataset\naccessed: 2025-11-01\n"
    write_records(settings.data, {"source/register": register, "trial/second": second + "sources: [register]\n"})
    counted = {(t.by, t.value): t for t in report(settings).totals if t.of == "trials"}
    status = counted["newest status", "recruiting"]
    assert (status.number, status.oldest, status.newest) == (2, "2024", "2025-06")
    assert counted["phase", "phase-1"].number == 1 and counted["phase", "not stated"].number == 1
    assert counted["start date", "2023"].number == 1
    assert counted["source", "source/register"].number == 1
    assert "trials by newest status: recruiting" in render(report(settings))


def test_what_is_thin(settings: Settings) -> None:
    found = {finding.what: finding for finding in report(settings).findings}
    assert found["product without trials"].where == ("product/other",)
    assert found["organisation without country"].where == ("organisation/third",)
    assert found["organisation without country"].of == 4
    assert found["rests on one source, with less than the highest confidence"].where == ("organisation/third",)
    assert found["source not read for a year"].where == ("source/old-page", "source/press-page")
    assert found["source that nothing cites"].where == ("source/unused-page",)
    assert found["sources disagree"].where == ("conflict/product.other.stage",)
    assert found["the organisation has no country"].where[0].startswith("data/organisation/third.yaml:")


def test_the_text_is_a_table_and_a_finding_a_paragraph(settings: Settings) -> None:
    text = render(report(settings))
    assert text.startswith("release 2026-11-01-")
    assert "\ntype            entities  unreviewed  verified\n" in text
    assert "\norganisation without country: 1 of 4\n  organisation/third\n" in text


def test_sources_are_counted_by_kind_and_day(settings: Settings) -> None:
    counts = {count.kind: count for count in report(settings).sources}
    assert (counts["news"].sources, counts["news"].oldest, counts["news"].newest) == (3, "2024-02", "2024-02")
    assert counts["registry-entry"].citations > counts["news"].citations


def test_what_is_not_covered_is_said(settings: Settings) -> None:
    write_records(settings.data, {"mappings/not-covered.tsv": "area\tnotCovered\twhy\nJapan\tall of it\tnot read\n"})
    gaps = read_gaps(settings.data)
    text = render(measure(build(settings).release, gaps))
    assert text.endswith("\n  Japan: all of it (not read)")


def test_a_table_of_gaps_that_is_not_one_is_refused(tmp_path: Path) -> None:
    write_records(tmp_path, {"mappings/not-covered.tsv": "area\tnotCovered\twhy\nJapan\n"})
    with pytest.raises(DataError) as error:
        read_gaps(tmp_path)
    assert str(error.value.faults[0]).partition("mappings/")[2].startswith("not-covered.tsv:2: 1 cells")


def test_a_field_that_few_have_is_not_missing_elsewhere(settings: Settings) -> None:
    others = {f"product/other-{n}": f"name: Other {n}\nsources: [registry-page]\n" for n in range(3)}
    write_records(settings.data, others)
    found = {finding.what: finding for finding in measure(build(settings).release).findings}
    assert found["product without trials"].of == 4  # three of four have none: still worth saying
    write_records(settings.data, {"product/other-4": "name: Other 4\nsources: [registry-page]\n"})
    assert "product without trials" not in {f.what for f in measure(build(settings).release).findings}
