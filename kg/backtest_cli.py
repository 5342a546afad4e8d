"""The command ``atmp-kg backtest``: would partner fit have found who came to share a record?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.aside import written_aside
from kg.command import common_options, current_settings, example, progress, say
from kg.current import release_at
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.network.backtest_report import Report
    from kg.release import Release

STEM = "backtest"
"""The files of the report are called this, with the ending of their format."""
_FORMAT = click.Choice(["markdown", "json"])
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(epilog=example("atmp-kg backtest --from ctg-studies.csv"))
@click.option(
    "--from",
    "files",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="Test on this export of ClinicalTrials.gov (JSON, JSON Lines or CSV, also gzipped); may be repeated.",
)
@click.option("--cut", "cuts", type=int, multiple=True, metavar="YEAR", help="Train to this year; may be repeated.")
@click.option("--output", type=_FOLDER, metavar="DIR", help=f"Write {STEM}.md and {STEM}.json there.")
@click.option("--format", "form", type=_FORMAT, default="markdown", show_default=True, help="What is printed.")
@common_options
def backtest(files: tuple[Path, ...], cuts: tuple[int, ...], output: Path | None, form: str) -> None:
    """Test partner fit against the past: by what was known in a year, who would be tied in the years after it?

    Compared with chance, popularity, preferential attachment, common neighbours, Adamic-Adar and Katz, by the current
    release or, with --from, by any export of ClinicalTrials.gov. A release is built if there is none.
    """
    settings = current_settings()
    release = None if files else release_at(settings)
    with progress(1) as told:
        told("testing partner fit against the past")
        report = _of_files(settings, files, cuts) if release is None else _of_release(release, cuts)
    for cut in report.cuts:
        say(f"{cut.cut + 1} to {cut.cut + cut.window}: {cut.verdict}")
    if output is None:
        click.echo(report.to_json().decode() if form == "json" else report.to_markdown(), nl=False)
        return
    output.mkdir(parents=True, exist_ok=True)
    for ending, content in (("md", report.to_markdown().encode()), ("json", report.to_json())):
        path = output / f"{STEM}.{ending}"
        with written_aside(path) as file:
            file.write(content)
        click.echo(str(path))


def _of_release(release: Release, cuts: tuple[int, ...]) -> Report:
    from kg.network.backtest import backtest_report

    return backtest_report(release.network, cuts, thorough=True)


def _of_files(settings: Settings, files: tuple[Path, ...], cuts: tuple[int, ...]) -> Report:
    from kg.network.backtest import backtest_files
    from kg.network.constants import Section, network_file
    from kg.ontology import read_schema

    return backtest_files(
        files, read_schema(settings.ontology), Section.read(network_file(settings.data)), settings.data, cuts
    )
