"""The commands under ``atmp-kg refresh``: what a registry or a vocabulary says, made lines of ``data/registry/``."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from kg.command import common_options, current_settings, example, say
from kg.refresh_ctgov_cli import clinicaltrials
from kg.refresh_ema_cli import ema
from kg.refresh_ror_cli import ror

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(epilog=example("atmp-kg refresh clinicaltrials"), no_args_is_help=True)
@common_options
def refresh() -> None:
    """Take over what registries and vocabularies say. Curated records stay as they are."""


refresh.add_command(clinicaltrials)
refresh.add_command(ema)
refresh.add_command(ror)


@refresh.command(epilog=example("atmp-kg refresh mondo --from mondo.obo"))
@click.option("--from", "files", type=_FILE, multiple=True, required=True, metavar="FILE", help="A file of a release.")
@common_options
def mondo(files: tuple[Path, ...]) -> None:
    """Draw from MONDO what the curated conditions need: names, identifiers, and broader conditions to group them.

    FILE is a release in OBO format (http://purl.obolibrary.org/obo/mondo.obo), or a table of terms
    (mondo_terms_2024-07.tsv with the columns id, label, is_a, xrefs, synonyms). SSSOM files of exact matches may be
    given beside either. Prints the files that changed.
    """
    from kg.ontology import read_schema
    from kg.sources.attribution import source_line
    from kg.sources.lines import write_lines
    from kg.sources.mondo import draw, read_release, snapshots

    settings = current_settings()
    terms = read_release(files)
    drawn = draw(read_schema(settings.ontology), settings.data, terms)
    wanted = snapshots(settings.data, terms, drawn)
    names = {"mondo": terms.version, **({"mondo-mappings": terms.mappings_version} if drawn.matches else {})}
    today = datetime.date.today().isoformat()
    for name, version in names.items():
        if line := source_line(settings.data, name, version, today):
            wanted[line[0]] = line[1]
    for path, records in wanted.items():
        if write_lines(path, records):
            click.echo(str(path))
    for path in sorted((settings.data / "registry" / "condition").glob("mondo-*.jsonl")):
        if path not in wanted:
            path.unlink()  # an older release, whose ids the new lines go on with
            click.echo(str(path))
    for remark in drawn.remarks:
        say(remark)
    say(f"release {terms.version}: {drawn.enriched} curated conditions completed, {drawn.groups} groups")
