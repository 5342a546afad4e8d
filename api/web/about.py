"""About a release: what it is, how to cite it, what it rests on, what was checked, and where it is thin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.flatten import Cell
from api.reading import Reader
from api.release import cited, warned
from api.web.asking import FORMAT, Query
from api.web.files import csv_file
from api.web.home import gaps
from api.web.site import Site
from api.web.words import plural
from kg.coverage import Coverage, measure
from kg.errors import UsageError
from kg.network.backtest_report import METRICS, TITLES, Estimate
from kg.provenance import SOURCE
from kg.schema import ONTOLOGY_IRI

MOST_CITED = 15
"""Sources that are listed; the file has all."""
PLACES = 8
"""Places of a finding that are shown; the file has all."""
_TABLE = "table"

Table = tuple[Sequence[str], Iterable[Sequence[Cell]]]
"""A header and rows."""


def routes(site: Site) -> list[Route]:
    """The page about the release, and the one about its backtest."""

    async def about(request: Request) -> Response:
        return await site.answer(request, partial(_about, site))

    async def backtest(request: Request) -> Response:
        return await site.answer(request, partial(_backtest, site))

    return [Route("/about", about), Route("/about/backtest", backtest)]


def _about(site: Site, request: Request, reader: Reader) -> Response:
    query = Query(request, (_TABLE, FORMAT))
    if query.csv:
        name = query.choice(_TABLE, _TABLES)
        return csv_file(reader, name, *_TABLES[name](reader))
    if query.one(_TABLE) is not None:
        raise UsageError(f"'{_TABLE}' names a table to be had as a file. Ask for {FORMAT}=csv as well.")
    model, report = reader.model, reader.once(measure)
    kinds = {kind.name: kind for kind in reader.schema.entity_types()}
    told: dict[str, Any] = {
        "info": reader.release.info,
        "address": ONTOLOGY_IRI.removesuffix("/ontology"),
        "report": report,
        "kinds": [(kinds[count.type], plural(kinds[count.type]), count) for count in report.types],
        "states": _states(reader, report),
        "source_kinds": _source_kinds(reader),
        "sources": reader.once(cited)[:MOST_CITED],
        "every_source": len(model.rows(SOURCE)),
        "faults": reader.once(warned),
        "findings": [(one, [(id, model.number(id)) for id in one.where[:PLACES]]) for one in report.findings],
        "gaps": reader.once(gaps),
        "cuts": reader.release.backtest().get("cuts", ()),
        "file": lambda name: query.address({_TABLE: name, FORMAT: "csv"}),
    }
    return site.page(request, reader, "about", **told)


def _backtest(site: Site, request: Request, reader: Reader) -> Response:
    query = Query(request, (FORMAT,))
    report = reader.release.backtest()
    if query.csv:
        return csv_file(reader, "backtest", *_measured(report))
    told = {"report": report, "titles": TITLES, "estimate": _estimate, "file": query.address({FORMAT: "csv"})}
    return site.page(request, reader, "backtest", **told)


def _estimate(metrics: Mapping[str, Mapping[str, float | None]], name: str) -> str:
    return str(Estimate(**metrics[name]))


def _measured(report: Mapping[str, Any]) -> Table:
    """The figures of every method in every year, with their bounds."""
    bounds = ("value", "low", "high")
    header = ["known in", "method", *(f"{TITLES[name]}, {bound}" for name in METRICS for bound in bounds)]
    rows = [
        [cut["cut"], method["name"], *(method["metrics"][name][bound] for name in METRICS for bound in bounds)]
        for cut in report.get("cuts", ())
        for method in cut["methods"]
    ]
    return header, rows


def _states(reader: Reader, report: Coverage) -> list[tuple[str, str]]:
    """The states of review that any entity is in: how the report writes each, and what it is called."""
    found = sorted({state for count in report.types for state in count.review})
    return [(state, _concept(reader, "review", state)) for state in found]


def _source_kinds(reader: Reader) -> list[tuple[str, Any]]:
    scheme = reader.schema.types[SOURCE].fields["kind"].scheme or ""
    return [(_concept(reader, scheme, count.kind), count) for count in reader.once(measure).sources]


def _concept(reader: Reader, scheme: str, slug: str) -> str:
    """What a value of a list is called."""
    concept = reader.schema.vocabularies[scheme].concepts.get(slug)
    return concept.label if concept else slug


# ------------------------------------------------------------------ tables


def _source_rows(reader: Reader) -> Table:
    model, names = reader.model, ("title", "publisher", "kind", "date", "accessed", "licence", "url")
    header = ("id", *names, "citations")
    return header, (
        [model.ids[row], *(_cell(model.get(row, name)) for name in names), number] for row, number in reader.once(cited)
    )


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _fault_rows(reader: Reader) -> Table:
    header = ("what", "remedy", "file", "line", "field", "severity")
    faults = (fault for _, found in reader.once(warned) for fault in found)
    return header, ((f.what, f.remedy, f.file, f.line or "", f.field, f.severity) for f in faults)


def _finding_rows(reader: Reader) -> Table:
    report = reader.once(measure)
    return ("what", "where"), ((finding.what, where) for finding in report.findings for where in finding.where)


def _gap_rows(reader: Reader) -> Table:
    return ("area", "not covered", "why"), ((gap.area, gap.what, gap.why) for gap in reader.once(gaps))


def _total_rows(reader: Reader) -> Table:
    report = reader.once(measure)
    rows = ((t.of, t.by, t.value, t.number, t.oldest, t.newest) for t in report.totals)
    return ("of", "by", "value", "number", "stated from", "to"), rows


_TABLES: Mapping[str, Callable[[Reader], Table]] = {
    "sources": _source_rows,
    "warnings": _fault_rows,
    "findings": _finding_rows,
    "gaps": _gap_rows,
    "totals": _total_rows,
}
"""The tables that are had as files, by name."""
