"""The command ``atmp-kg export``: the graph as RDF, or its collaborator network for programs that draw networks."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.aside import check_folder
from kg.command import common_options, current_settings, example
from kg.current import release_at
from kg.errors import NotFoundError, UsageError
from kg.files import did_you_mean

if TYPE_CHECKING:
    from kg.network.exports import NetworkFormat

_OUTPUT = click.Path(path_type=Path, dir_okay=False, writable=True)


@click.command(epilog=example("atmp-kg export gexf --grade deal --output network.gexf"))
@click.argument("form", metavar="FORMAT")
@click.option("--grade", metavar="GRADE", help="Network: of which records, `all` (the default) or `deal`.")
@click.option("--sites", is_flag=True, help="Network: tie two that only were sites of one trial, too.")
@click.option("--roll-up", is_flag=True, help="Network: put subsidiaries in the place of their parents.")
@click.option("--half-life", metavar="YEARS", help="Network: after how many years a record counts half, or `none`.")
@click.option("--since", type=int, metavar="YEAR", help="Network: only records that were active then or later.")
@click.option("--until", type=int, metavar="YEAR", help="Network: only records that had begun by then.")
@click.option("--output", type=_OUTPUT, metavar="FILE", help="Write there instead of to standard output.")
@common_options
def export(form: str, output: Path | None, **network: Any) -> None:
    """Write the graph of the current release, or its network. Builds a release if there is none.

    FORMAT of the graph is turtle, ntriples, rdfxml or jsonld (the resolved view), or trig or nquads (with a named graph
    for what each source states). FORMAT of the network of organisations is graphml, gexf (with colours), csv (an
    archive with nodes.csv and edges.csv) or vosviewer.
    """
    from kg.export import FORMATS

    given = {name: value for name, value in network.items() if value not in (None, False)}
    if output is not None:
        check_folder(output)
    if form in FORMATS:
        _write_graph(form, given, output)
    else:
        _write_network(_network_format(form), given, output)


def _write_graph(form: str, given: dict[str, Any], output: Path | None) -> None:
    if given:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise UsageError(f"{form} is the whole graph; {names} is for graphml, gexf, csv and vosviewer.")
    dump = release_at(current_settings()).dump(form)
    if output is not None:
        shutil.copyfile(dump, output)
        return
    with dump.open("rb") as handle:
        shutil.copyfileobj(handle, sys.stdout.buffer)


def _network_format(name: str) -> NetworkFormat:
    from kg.export import FORMATS
    from kg.network.exports import NETWORK_FORMATS

    if name not in NETWORK_FORMATS:
        known = (*FORMATS, *NETWORK_FORMATS)
        raise NotFoundError(
            f"there is no format {name!r}. {did_you_mean(name, known) or 'Formats are ' + ', '.join(known) + '.'}"
        )
    return NETWORK_FORMATS[name]


def _write_network(form: NetworkFormat, given: dict[str, Any], output: Path | None) -> None:
    from kg.network.asked import asked
    from kg.network.exports import write_network

    if output is None and form.suffix == "zip" and sys.stdout.isatty():
        raise UsageError(f"{form.name} is an archive, which a terminal cannot show. Add --output FILE.")
    release = release_at(current_settings())
    content = write_network(release.network, asked(release.network, **given), release.id, form)
    if output is not None:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
