"""The command ``atmp-kg worklist``: what registries say that nothing links to yet, and what was merged and why."""

from __future__ import annotations

import click
import orjson

from kg.command import common_options, current_settings, example

LISTS = ("summary", "organisations", "merges", "conditions", "facilities", "codes")
_FORMAT = click.Choice(["tsv", "json"])


@click.command(epilog=example("atmp-kg worklist organisations | head"))
@click.argument("name", type=click.Choice(LISTS), default="summary", metavar=f"[{'|'.join(LISTS)}]")
@click.option("--format", "form", type=_FORMAT, default="tsv", show_default=True, help="How the list is written.")
@common_options
def worklist(name: str, form: str) -> None:
    """List what registries say and the graph does not link yet, most frequent first.

    summary: how many trials were loaded, linked and left out. organisations: spellings that stand for themselves.
    merges: spellings that were joined, by which rule or table. conditions, facilities: words without a link.
    codes: registry codes that no list of the ontology has.
    """
    from kg.graph import compile_graph
    from kg.worklist import listings

    settings = current_settings()
    listing = listings(compile_graph(settings.ontology, settings.data).derived)[name]
    if form == "json":
        rows = [dict(zip(listing.columns, row, strict=True)) for row in listing.rows]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
        return
    for row in (listing.columns, *listing.rows):
        click.echo("\t".join(map(str, row)))
