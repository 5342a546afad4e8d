"""What a release covers and where it is thin: a report for curators, derived from the model and the ontology alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

from kg.completeness import Expectations
from kg.dates import last_day
from kg.errors import Fault
from kg.mappings import read_rows
from kg.model import Model
from kg.provenance import CONFLICT, SOURCE
from kg.schema import EntityType, Field, Schema

_LONG = timedelta(days=365)
_DATASET = "dataset"
_SHOWN = 8
"""How many ids of a finding stand in the text; the JSON has all."""


class Measured(Protocol):
    """The part of a release that is measured."""

    @property
    def id(self) -> str:
        """The identity of the release."""

    @property
    def date(self) -> str:
        """The day of its newest input."""

    @property
    def schema(self) -> Schema:
        """What its ontology declares."""

    @property
    def model(self) -> Model:
        """Its entities."""

    def faults(self) -> tuple[Fault, ...]:
        """What validation warned of."""


@dataclass(frozen=True)
class TypeCount:
    """How many entities of a type there are, and how many of them in each state of review."""

    type: str
    entities: int
    review: dict[str, int]


@dataclass(frozen=True)
class Finding:
    """One way of being thin, and the ids (or for a rule the files) where it is so; ``of`` how many there might be."""

    what: str
    where: tuple[str, ...]
    of: int


@dataclass(frozen=True)
class SourceCount:
    """How many sources of a kind there are, how often they are cited, and the days of the oldest and the newest."""

    kind: str
    sources: int
    citations: int
    oldest: str
    newest: str


@dataclass(frozen=True)
class Total:
    """How many entities of a type have a value; for a newest value, the first and last day it was stated for."""

    of: str
    by: str
    value: str
    number: int
    oldest: str = ""
    newest: str = ""


@dataclass(frozen=True)
class Gap:
    """What the data do not cover, so that nobody takes its absence for none."""

    area: str
    what: str
    why: str


@dataclass(frozen=True)
class Coverage:
    """The report on one release."""

    release: str
    date: str
    types: tuple[TypeCount, ...]
    sources: tuple[SourceCount, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...] = ()
    totals: tuple[Total, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON-ready values."""
        return asdict(self)


def read_gaps(data: Path) -> tuple[Gap, ...]:
    """What ``mappings/not-covered.tsv`` of a data folder says is not covered; nothing if there is no such table."""
    rows = read_rows(data, "not-covered.tsv", ("area", "notCovered", "why"))
    return tuple(Gap(row["area"], row["notCovered"], row["why"]) for _, _, row in rows)


def measure(release: Measured, gaps: tuple[Gap, ...] = ()) -> Coverage:
    """Measure a release. Findings are: fields that are expected of a type and some have not, statements on one source
    alone, sources not read for a year or not used, what rules warn of, and fields on which sources disagree.
    """
    model = release.model
    kinds = [kind for kind in release.schema.entity_types() if model.rows(kind.name)]
    expectations = Expectations(model)
    findings = [finding for kind in kinds for finding in _absent(expectations, kind)]
    findings += [_single(model, kinds), _stale(model, release.date), _unused(model)]
    findings += _warned(release)
    conflicts = [model.ids[row] for row in model.rows(CONFLICT)]
    findings.append(Finding("sources disagree", tuple(conflicts), len(conflicts)))
    return Coverage(
        release=release.id,
        date=release.date,
        types=tuple(_count(model, kind) for kind in kinds),
        sources=tuple(_sources(model)),
        findings=tuple(finding for finding in findings if finding.where),
        gaps=gaps,
        totals=tuple(totals(model)),
    )


def render(report: Coverage) -> str:
    """The report as text: a table of types, then a finding a paragraph."""
    states = sorted({state for count in report.types for state in count.review})
    rows = [["type", "entities", *states]]
    rows += [[c.type, str(c.entities), *(str(c.review.get(s, "")) for s in states)] for c in report.types]
    lines = [f"release {report.release} of {report.date}", "", *_table(rows)]
    head = ["sources", "number", "cited", "oldest", "newest"]
    of_sources = [[c.kind, str(c.sources), str(c.citations), c.oldest, c.newest] for c in report.sources]
    lines += ["", *_table([head, *of_sources])]
    counted = [[f"{t.of} by {t.by}: {t.value}", str(t.number), t.oldest, t.newest] for t in report.totals]
    lines += ["", *_table([["totals", "number", "stated from", "to"], *counted])] if counted else []
    for finding in report.findings:
        more = len(finding.where) - _SHOWN
        ids = ", ".join(finding.where[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        of = f" of {finding.of}" if finding.of > len(finding.where) else ""
        lines += ["", f"{finding.what}: {len(finding.where)}{of}", f"  {ids}"]
    if report.gaps:
        lines += ["", "not covered, so that absence here is not none in the world:"]
        lines += [f"  {gap.area}: {gap.what} ({gap.why})" for gap in report.gaps]
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _count(model: Model, kind: EntityType) -> TypeCount:
    states = Counter(str(cell) for cell in model.column(kind.name, "review") if cell) if "review" in kind.fields else {}
    return TypeCount(kind.name, len(model.rows(kind.name)), dict(sorted(states.items())))


def _sources(model: Model) -> Iterator[SourceCount]:
    """The sources by kind, most cited first."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row in model.rows(SOURCE):
        rows[str(model.get(row, "kind"))].append(row)
    counts = []
    for kind, members in rows.items():
        days = sorted(str(day) for row in members if (day := model.get(row, "date")))
        cited = sum(citations(model, row) for row in members)
        counts.append(SourceCount(kind, len(members), cited, days[0] if days else "", days[-1] if days else ""))
    yield from sorted(counts, key=lambda count: (-count.citations, count.kind))


def citations(model: Model, source: int) -> int:
    """How many entities and single statements cite a source."""
    return len(model.values(source, "supports")) + len(model.values(source, "evidence"))


def totals(model: Model) -> Iterator[Total]:
    """The entities of each type that has counted fields, by dataset and by the values of those; a value that is not
    stated counts as that. A value that is the newest of a history comes with the days it was stated for.
    """
    for kind in model.schema.entity_types():
        counted = [field for field in kind.fields.values() if field.counted]
        rows = model.rows(kind.name) if counted else []
        if rows:
            yield from _total(kind.plural, "source", {row: _datasets(model, row) for row in rows}, {})
        for field in counted if rows else ():
            values = {row: _stated(field, model.get(row, field.name)) for row in rows}
            dated = _date_of(kind, field)
            days = {row: str(day) for row in rows if dated and (day := model.get(row, dated))}
            yield from _total(kind.plural, field.label, values, days)


def _total(of: str, by: str, values: Mapping[int, list[str]], days: Mapping[int, str]) -> Iterator[Total]:
    found: dict[str, list[int]] = defaultdict(list)
    for row, stated in values.items():
        for value in stated or ("not stated",):
            found[value].append(row)
    for value, members in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        span = sorted(days[row] for row in members if row in days) or [""]
        yield Total(of, by, value, len(members), span[0], span[-1])


def _datasets(model: Model, row: int) -> list[str]:
    cited = [source for source in model.values(row, "sources") if isinstance(source, int)]
    return [model.ids[source] for source in cited if str(model.get(source, "kind")) == _DATASET]


def _stated(field: Field, value: object) -> list[str]:
    """The value in a list; of a date the year."""
    return [] if value is None else [str(value)[:4] if field.kind == "date" else str(value)]


def _date_of(kind: EntityType, field: Field) -> str | None:
    """The field with the day for which a newest value is stated."""
    newest = field.shortcut.newest_by if field.shortcut else None
    dates = (f for f in kind.fields.values() if newest and f.shortcut and f.shortcut.takes == newest)
    return next((f.name for f in dates), None)


def _absent(expectations: Expectations, kind: EntityType) -> Iterator[Finding]:
    """The expected fields that some have not; own relations and sources left out."""
    if kind.owner is not None or kind.name == SOURCE:
        return
    model = expectations.model
    for field in expectations.fields(kind):
        without = expectations.lacking(kind, field)
        if without:
            yield Finding(f"{kind.label} without {field}", _ids(model, without), len(model.rows(kind.name)))


def _single(model: Model, kinds: Iterable[EntityType]) -> Finding:
    """What has one source only and is not of the highest confidence."""
    ranks = {c.slug: c.rank or 0 for c in model.schema.vocabularies["confidence"].concepts.values()}
    citing = [row for kind in kinds if "sources" in kind.fields for row in model.rows(kind.name)]
    weak = [
        row
        for row in citing
        if len(model.values(row, "sources")) == 1
        and (said := model.get(row, "confidence")) is not None
        and ranks.get(str(said), 0) < max(ranks.values())
    ]
    return Finding("rests on one source, with less than the highest confidence", _ids(model, weak), len(citing))


def _stale(model: Model, day: str) -> Finding:
    """The sources that nobody read within a year before the release's day."""
    limit = (date.fromisoformat(day) - _LONG).isoformat()
    rows = model.rows(SOURCE)
    read = {row: model.get(row, "accessed") for row in rows}
    old = [row for row in rows if read[row] is None or last_day(str(read[row])) < limit]
    return Finding("source not read for a year", _ids(model, old), len(rows))


def _unused(model: Model) -> Finding:
    rows = model.rows(SOURCE)
    unused = [row for row in rows if not citations(model, row)]
    return Finding("source that nothing cites", _ids(model, unused), len(rows))


def by_what(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    """Faults by what is wrong, in the order of those words."""
    found: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        found[fault.what].append(fault)
    return dict(sorted(found.items()))


def _warned(release: Measured) -> Iterator[Finding]:
    for what, faults in by_what(release.faults()).items():
        yield Finding(what, tuple(f"{fault.file}:{fault.line}" for fault in faults), len(faults))


def _ids(model: Model, rows: Iterable[int]) -> tuple[str, ...]:
    return tuple(model.ids[row] for row in rows)
