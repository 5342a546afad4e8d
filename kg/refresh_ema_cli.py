"""``atmp-kg refresh ema``: EMA's medicines and orphan designations made a snapshot each."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from kg.command import common_options, current_settings, example

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_TOLD = (
    "medicines matched",
    "medicines without a record",
    "holders without a record",
    "designations matched",
    "designations given to a product",
    "designations without a record",
)


@click.command(epilog=example("atmp-kg refresh ema --from medicines.json --from orphan-designations.json"))
@click.option("--from", "files", type=_FILE, multiple=True, metavar="FILE", help="A report that was fetched already.")
@click.option("--date", metavar="DATE", help="The day of the snapshot. Default: the day that the report gives.")
@common_options
def ema(files: tuple[Path, ...], date: str | None) -> None:
    """Take over what EMA's reports say of advanced therapies: medicines, and orphan designations.

    FILE is the JSON of the medicines report or of the orphan designations report, plain or gzip; without one both are
    fetched from EMA. What is new or changed becomes a snapshot in data/registry/; its file is printed. Then it tells
    how the reports stand to the curated records. No indication or other text is kept.
    """
    from kg.ontology import read_schema
    from kg.sources.deltas import read_states, write_changes
    from kg.sources.ema_records import compare, read_statuses
    from kg.sources.ema_reports import from_ema, from_files, remark_statuses, snapshots
    from kg.sources.ema_scope import read_scope
    from kg.sources.refreshed import check_date, curated, open_web, tell_beside, tell_changes, tell_remarks
    from kg.sources.remarks import Remarks

    given = check_date(date)
    settings = current_settings()
    nodes = curated(read_schema(settings.ontology), settings.data, "product")
    scope, statuses, remarks = read_scope(nodes, settings.data), read_statuses(settings.data), Remarks()
    if files:
        reports = from_files(files, given)
    else:
        with open_web(settings) as get:
            reports = from_ema(lambda url: get(url, {}), given, datetime.date.today().isoformat())
    found = snapshots(reports, scope, remarks)
    remark_statuses(found, statuses.keys(), remarks)
    for (family, day), facts in found.items():
        tell_changes(family, day, write_changes(settings.data, family, day, facts))
    tell_remarks(remarks)
    for family in sorted({family for family, _ in found}):
        states = read_states(settings.data, family)
        tell_beside(family, compare(nodes, family, states, lambda day: day, settings.data), _TOLD)
