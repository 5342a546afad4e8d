"""What the commands that refresh a registry share: the day of a snapshot, and what is told to people at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kg.command import say
from kg.dates import is_partial_date
from kg.errors import DataError, UsageError
from kg.records import Node, read_records
from kg.schema import Schema
from kg.settings import Settings
from kg.sources.beside import ADDED, AGREED, DIFFERING, EARLIER, Beside
from kg.sources.deltas import Changes
from kg.sources.remarks import Remarks

Get = Callable[[str, Mapping[str, str]], Any]
"""Gives the JSON at an address with parameters, None if there is nothing at it."""
SHOWN = 20
"""Names that a message lists at most."""


def curated(schema: Schema, data_folder: Path, type_slug: str) -> dict[str, Node]:
    """The curated records by id; raises ``DataError`` if one of a type cannot be read, for what it says is needed."""
    records = read_records(schema, data_folder)
    folder = f"{data_folder.name}/{type_slug}/"
    if faults := [fault for fault in records.faults if fault.file.startswith(folder)]:
        raise DataError(faults)
    return records.nodes


def check_date(value: str | None) -> str | None:
    """The day of a snapshot as the user gave it, or a month where the day is not known."""
    if value is not None and not is_partial_date(value):
        raise UsageError(f"--date {value!r} is no date. Write it like 2026-11-24, or 2026-11.")
    return value


def date_of(name: str, given: str | None, told: str) -> str:
    """The day of a snapshot: the one given, else the one that the file tells; raises ``UsageError`` without any."""
    if not given and not told:
        raise UsageError(f"{name} does not say of which day it is. Give the day with --date.")
    return given or told


def tell_changes(family: str, date: str, changes: Changes) -> None:
    """The file that changed on standard output, the figures beside it for people."""
    if changes.path:
        click.echo(str(changes.path))
    say(f"{family} {date}: {changes.new} new, {changes.changed} changed, {changes.unchanged} unchanged")


def tell_remarks(remarks: Remarks) -> None:
    """Each kind of remark once."""
    for line in remarks.lines():
        say(line)


def tell_beside(family: str, beside: Beside, kinds: Iterable[str] = ()) -> None:
    """How the snapshots stand to the curated records; ``kinds`` are counts to name beside those of values."""
    counts = beside.counts
    values = (f"{counts[kind]} {kind}" for kind in (AGREED, DIFFERING, ADDED, EARLIER) if counts[kind])
    say(f"{family} beside the records: values {', '.join(values) or 'none'}")
    for kind in kinds:
        if counts[kind]:
            names = beside.names[kind]
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            listed = f": {'; '.join(names[:SHOWN])}{more}" if names else ""
            say(f"{counts[kind]} {kind}{listed}")
    for line in beside.names[DIFFERING]:
        say(f"differs: {line}")


@contextmanager
def open_web(settings: Settings, pause: float = 0.2, folder: str = "registry-answers") -> Iterator[Get]:
    """A way to get JSON from a registry, with ``pause`` seconds between two requests at least.

    Answers that may be asked for again are kept in a folder of the user's.
    """
    from kg.sources.fetch import Fetcher

    fetcher = Fetcher(settings.home / folder, pause=pause, tell=say)
    try:
        yield fetcher.get
    finally:
        fetcher.close()
