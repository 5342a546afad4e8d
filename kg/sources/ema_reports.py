"""EMA's reports as the snapshots of advanced therapies that a refresh writes, from files or from EMA itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from kg.errors import DataError, Fault, UsageError
from kg.sources.ema_facts import (
    URLS,
    Report,
    medicine_facts,
    orphan_facts,
    read_report,
    report_of,
)
from kg.sources.ema_scope import Scope
from kg.sources.families import MEDICINES, ORPHANS
from kg.sources.refreshed import date_of
from kg.sources.remarks import Remarks

Snapshots = dict[tuple[str, str], list[dict[str, Any]]]
"""Facts by family and day."""


def from_files(paths: Iterable[Path], given: str | None) -> list[Report]:
    """The reports of files, each with its day; raises ``UsageError`` if two files are of one family and day."""
    found: dict[tuple[str, str], Report] = {}
    for path in paths:
        report = read_report(str(path), path.read_bytes())
        report = Report(report.family, date_of(str(path), given, report.date), report.rows)
        if (report.family, report.date) in found:
            raise UsageError(f"{path} is a second report of {report.family} of {report.date}. Give one a day.")
        found[report.family, report.date] = report
    return list(found.values())


def from_ema(get: Callable[[str], Any], given: str | None, today: str) -> list[Report]:
    """Both reports as EMA gives them now; ``get`` gives the JSON at an address."""
    found = []
    for family, url in URLS.items():
        report = report_of(url, get(url))
        if report.family != family:
            raise DataError([Fault(url, 0, "data", f"the report there is that of {report.family}", "Try again later.")])
        found.append(Report(family, given or report.date or today, report.rows))
    return found


def snapshots(reports: Iterable[Report], scope: Scope, remarks: Remarks) -> Snapshots:
    """The facts of the advanced therapies in the reports; raises ``DataError`` if one report has none."""
    found: Snapshots = {}
    numbers: set[str] = set()
    for report in sorted(reports, key=lambda report: (report.family != MEDICINES, report.date)):
        if report.family == MEDICINES:
            human = (row for row in report.rows if str(row.get("category") or "Human").strip() == "Human")
            read = [facts for row in human if (facts := medicine_facts(row, remarks))]
            kept = [facts for facts in read if scope.medicine(facts)]
            numbers |= {facts["id"] for facts in kept}
        else:
            kept = [facts for facts in orphan_facts(report.rows, remarks) if scope.designation(facts, numbers)]
        if not kept:
            what = f"none of its {len(report.rows)} rows is about an advanced therapy"
            raise DataError([Fault(f"{report.family} {report.date}", 0, "data", what, "Give the whole report.")])
        found[report.family, report.date] = kept
    return found


def remark_statuses(found: Snapshots, known: Collection[tuple[str, str]], remarks: Remarks) -> None:
    """Remark statuses that the table does not know; the facts keep them."""
    reports = {MEDICINES: "medicines", ORPHANS: "orphan-designations"}
    for (family, _), several in found.items():
        for facts in several:
            status = facts.get("status")
            if not status:
                remarks.add(f"{family}: a row has no status", facts["id"])
            elif (reports[family], status) not in known:
                what = f"{family}: the status {status!r} is new; kept, but not read (data/mappings/ema-statuses.tsv)"
                remarks.add(what, facts["id"])


def rows_of(found: Mapping[tuple[str, str], Collection[Any]]) -> str:
    """How many things each snapshot holds, in words."""
    return ", ".join(f"{len(facts)} of {family}" for (family, _), facts in found.items())
