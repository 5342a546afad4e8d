"""``atmp-kg refresh clinicaltrials``: trials of ClinicalTrials.gov made snapshots."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.command import common_options, current_settings, example, say
from kg.sources.families import TRIALS as FAMILY

if TYPE_CHECKING:
    from kg.settings import Settings
    from kg.sources.ctgov_api import Query, Told
    from kg.sources.ctgov_facts import Read
    from kg.sources.ctgov_rules import Rules
    from kg.sources.spool import Spool

_ANSWERS = f"{FAMILY}-answers"
"""The folder of pages that may be asked for again; page tokens change, so those of earlier refreshes go."""
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(epilog=example('atmp-kg refresh clinicaltrials --query "gene therapy" --since 2026-11-01'))
@click.option("--query", metavar="TEXT", help="What to search for. Default: the terms of data/mappings.")
@click.option("--since", metavar="DATE", help="Only what the registry updated on this day or later.")
@click.option("--from", "files", type=_FILE, multiple=True, metavar="FILE", help="A file that was fetched already.")
@click.option("--date", metavar="DATE", help="The day of records that tell none. Default: today, for fetched ones.")
@click.option("--base-url", metavar="URL", hidden=True)
@common_options
def clinicaltrials(
    query: str | None, since: str | None, files: tuple[Path, ...], date: str | None, base_url: str | None
) -> None:
    """Take over what ClinicalTrials.gov says of trials: numbers, titles, status, dates, parties, design and sites.

    FILE holds records of its API v2 (JSON Lines, a JSON array or an answer of the API) or is a CSV export, plain or
    gzip; without one the registry is asked. What is new or changed becomes a snapshot in data/registry/; its file is
    printed. Stopped or cut off, the same command goes on where it was. No description or contact is kept.
    """
    from kg.errors import UsageError
    from kg.ontology import read_schema
    from kg.sources.ctgov_api import BASE_URL, Query, default_term
    from kg.sources.ctgov_rules import read_rules
    from kg.sources.refreshed import check_date

    given, since = check_date(date), _check_since(since)
    if files and (query or since):
        raise UsageError("--query and --since are for asking the registry. Leave them out, or leave --from out.")
    settings = current_settings()
    rules = read_rules(read_schema(settings.ontology), settings.data)
    if files:
        _from_files(settings, files, given, rules)
    else:
        wanted = Query(query or default_term(settings.data), since or "", base_url or BASE_URL)
        _from_registry(settings, wanted, given, rules)


def _check_since(since: str | None) -> str | None:
    from kg.errors import UsageError

    if since is not None:
        try:
            datetime.date.fromisoformat(since)
        except ValueError as error:
            raise UsageError(f"--since {since!r} is no day. Write it like 2026-11-24.") from error
    return since


def _from_files(settings: Settings, files: tuple[Path, ...], given: str | None, rules: Rules) -> None:
    from kg.sources.ctgov_files import read_file
    from kg.sources.refreshed import date_of
    from kg.sources.spool import Spool

    with Spool() as spool:
        for path in files:

            def dated(path: Path = path) -> Iterator[Read]:
                for read in read_file(path, rules):
                    date_of(str(path), given, read.date or ("-" if read.facts is None else ""))
                    yield read

            spool.add(dated(), given or "")
        _write(settings, spool)


def _from_registry(settings: Settings, query: Query, given: str | None, rules: Rules) -> None:
    from kg.locks import locked
    from kg.sources.ctgov_api import BASE_URL, PAUSE, fetch
    from kg.sources.fetch import forget
    from kg.sources.refreshed import open_web
    from kg.sources.spool import Spool

    folder = settings.home / "refresh"
    folder.mkdir(parents=True, exist_ok=True)
    held = f"another refresh of {FAMILY} is running ({folder}). Wait until it is done; nothing was changed."
    with locked(folder / f"{FAMILY}.lock", lambda: held), Spool(folder / f"{FAMILY}-{query.key}.sqlite") as spool:
        begun, pause = time.time(), PAUSE if query.base_url == BASE_URL else 0
        today = given or datetime.date.today().isoformat()
        try:
            with open_web(settings, pause, f"refresh/{_ANSWERS}") as get, _bar() as told:
                fetch(query, get, spool, rules, today, told, say)
        except KeyboardInterrupt:
            say(f"Stopped. {len(spool)} records are kept; the same command goes on from there.")
            raise
        _write(settings, spool)
        spool.drop()
        forget(folder / _ANSWERS, begun - 1)


def _write(settings: Settings, spool: Spool) -> None:
    from kg.sources.deltas import write_changes
    from kg.sources.refreshed import tell_changes

    for date in spool.dates():
        tell_changes(FAMILY, date, write_changes(settings.data, FAMILY, date, spool.records(date)))
    for line in spool.remarks():
        say(line)
    count = len(spool)
    say(f"{count} record{'s'[: count != 1]} read")


@contextmanager
def _bar() -> Iterator[Told]:
    """A bar of the records on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("trials", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
