"""``atmp-kg refresh ror``: organisations of the Research Organization Registry made a snapshot."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.command import common_options, current_settings, example, progress, say

if TYPE_CHECKING:
    from kg.settings import Settings
    from kg.sources.ror_lookup import Found

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_TOLD = ("matched", "withdrawn by ROR", "without a record")


@click.command(epilog=example('atmp-kg refresh ror --name "Leiden University Medical Center"'))
@click.option(
    "--from", "files", type=_FILE, multiple=True, metavar="FILE", help="A data dump that was fetched already."
)
@click.option("--id", "ids", multiple=True, metavar="ROR", help="Take this organisation. May be given more than once.")
@click.option("--name", "names", multiple=True, metavar="TEXT", help="Take the one organisation with this name.")
@click.option("--date", metavar="DATE", help="The day of the snapshot. Default: today, or the day in the dump's name.")
@common_options
def ror(files: tuple[Path, ...], ids: tuple[str, ...], names: tuple[str, ...], date: str | None) -> None:
    """Take over what ROR says of organisations: names, place, year of founding, web address, and what they belong to.

    Without --id and --name every organisation is refreshed of which a ROR id is known. FILE is ROR's data dump (zip,
    gzip or JSON); without one ROR's API is asked. A name has to be just one of an organisation's names in ROR, and of
    one organisation only; otherwise the candidates are told and nothing is taken.
    """
    from kg.errors import NotFoundError
    from kg.ontology import read_schema
    from kg.sources.deltas import read_states, write_changes
    from kg.sources.families import ROR
    from kg.sources.refreshed import check_date, curated, date_of, tell_beside, tell_changes, tell_remarks
    from kg.sources.ror_files import file_date
    from kg.sources.ror_lookup import known_ids
    from kg.sources.ror_records import compare

    given = check_date(date)
    settings = current_settings()
    schema = read_schema(settings.ontology)
    nodes = curated(schema, settings.data, "organisation")
    wanted = _ids(ids) if ids or names else known_ids(nodes.values(), settings.data)
    told = max(map(file_date, files)) if files else datetime.date.today().isoformat()
    day = date_of(str(files[0]) if files else "ROR", given, told)
    found = _found(settings, files, wanted, names)
    _tell_open(found)
    if (ids or names) and not found.facts:
        raise NotFoundError("ROR has nothing that was asked for; nothing was written.")
    tell_changes(ROR, day, write_changes(settings.data, ROR, day, found.facts.values()))
    tell_remarks(found.remarks)
    tell_beside(ROR, compare(schema, nodes, read_states(settings.data, ROR), lambda _: ROR), _TOLD)


def _ids(given: tuple[str, ...]) -> list[str]:
    from kg.errors import UsageError
    from kg.sources.ror_facts import full_id

    found = {text: full_id(text) for text in given}
    if wrong := [text for text, ident in found.items() if ident is None]:
        raise UsageError(f"{wrong[0]!r} is no ROR id. Write it like https://ror.org/05xvt9f17.")
    return sorted({ident for ident in found.values() if ident})


def _found(settings: Settings, files: tuple[Path, ...], ids: list[str], names: tuple[str, ...]) -> Found:
    from kg.sources.refreshed import open_web
    from kg.sources.ror_files import read_file
    from kg.sources.ror_lookup import from_api, from_records

    if files:
        return from_records(chain.from_iterable(map(read_file, files)), ids, names)
    with open_web(settings) as get, progress(len(ids) + len(names)) as step:

        def told(url: str, params: Mapping[str, str]) -> Any:
            step(url.rsplit("/", 1)[-1])
            return get(url, params)

        return from_api(told, ids, names)


def _tell_open(found: Found) -> None:
    """What was not found, and the candidates for names that are not of one organisation."""
    from kg.sources.refreshed import SHOWN

    if found.missing:
        say(f"{len(found.missing)} not in ROR there: {', '.join(found.missing[:SHOWN])}")
    for name, candidates in found.open.items():
        say(f"{name!r} is not taken: {len(candidates)} candidates{':' if candidates else ''}")
        for facts in candidates[:SHOWN]:
            place = ", ".join(filter(None, (facts.get("city", ""), facts.get("country", ""))))
            say(f"  --id {facts['id']}  {facts['name']} ({place})")
