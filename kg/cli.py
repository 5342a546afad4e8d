"""The commands that need no server: build, validate, format, new, coverage, export and what belongs to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import orjson

import kg
from kg.backtest_cli import backtest
from kg.classify_cli import classify
from kg.command import common_options, current_settings, example, progress, say, shown
from kg.current import release_at, with_places
from kg.errors import DataError, Fault, UsageError
from kg.export_cli import export
from kg.refresh_cli import refresh
from kg.settings import Settings
from kg.worklist_cli import worklist

_FILES = click.Path(path_type=Path, exists=True)
_REPORT = click.Choice(["text", "json"])


@click.group(epilog=example("atmp-kg build && atmp-kg serve"), no_args_is_help=True)
@click.version_option(kg.__version__, message="%(prog)s %(version)s")
@common_options
def cli() -> None:
    """A knowledge graph of advanced therapy medicinal products (ATMP).

    Curated records and an ontology become a checked release, which answers GraphQL and leaves as RDF. Messages go to
    standard error, results to standard output. Exit codes: 0 fine, 1 found faults, 2 wrong use.
    """


for command in (refresh, classify, worklist, export, backtest):
    cli.add_command(command)


@cli.command(epilog=example("atmp-kg build --data my-records"))
@click.option("--force", is_flag=True, help="Build even if a release of the same inputs stands.")
@common_options
def build(force: bool) -> None:
    """Build a release of the records and make it the current one.

    If the records have faults, all are listed and the standing release stays. Prints the id of the current release.
    """
    from kg.build import STEPS
    from kg.build import build as build_release

    settings = current_settings()
    with progress(STEPS) as report:
        built = with_places(settings, lambda: build_release(settings, force, report).release)
    entities, triples, warnings = built.info["entities"], built.info["triples"], built.info["warnings"]
    say(f"release {built.id}: {sum(entities.values()):,} entities, {triples:,} triples")
    if warnings:
        say(f"{warnings} warning{'s'[: warnings != 1]}; `atmp-kg validate` lists them")
    click.echo(built.id)


@cli.command(epilog=example("atmp-kg validate data/product/libmeldy.yaml"))
@click.argument("files", nargs=-1, type=_FILES)
@click.option("--format", "form", type=_REPORT, default="text", show_default=True, help="How faults are listed.")
@common_options
def validate(files: tuple[Path, ...], form: str) -> int:
    """List every fault of the records: file, line, field, what is wrong and what to do.

    With FILES, only theirs are listed; all records are read in any case, as links go everywhere. Warnings alone are
    no reason to fail.
    """
    from kg.graph import compile_graph

    settings = current_settings()
    wanted = _wanted(settings, files)
    with progress(1) as report:
        report("reading and checking the records")
        compiled = compile_graph(settings.ontology, settings.data)
    faults = [shown(f, settings) for f in sorted(compiled.faults) if wanted(f.file)]
    if form == "json":
        _echo_json([fault.as_dict() for fault in faults])
    else:
        for fault in faults:
            click.echo(str(fault))
    errors = sum(fault.severity == "error" for fault in faults)
    say(f"{len(compiled.places):,} entities and relations read: {errors} errors, {len(faults) - errors} warnings")
    return 1 if errors else 0


@cli.command("format", epilog=example("atmp-kg format --check"))
@click.argument("files", nargs=-1, type=_FILES)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file is not in form.")
@common_options
def format_(files: tuple[Path, ...], check: bool) -> int:
    """Put records into the common form: fields in the ontology's order, two spaces, comments and values kept.

    Without FILES all records are put into form. Prints the files that are (or with --check would be) changed.
    """
    from kg.files import find_records
    from kg.formatting import format_record
    from kg.ontology import read_schema

    settings = current_settings()
    wanted = _wanted(settings, files)
    schema = read_schema(settings.ontology)
    records = [r for r in find_records(schema, settings.data)[0] if wanted(r.name)]
    if files and not records:
        raise UsageError(f"no record among {', '.join(map(str, files))}. Name files like data/product/libmeldy.yaml.")
    changed, faults = 0, list[Fault]()
    with progress(len(records)) as report:
        for record in records:
            report(record.name)
            try:
                result = format_record(schema, record, settings.data)
            except DataError as error:
                faults += [shown(fault, settings) for fault in error.faults]
                continue
            if result is not None:
                changed += 1
                click.echo(shown(Fault(record.name, 0, "", "", ""), settings).file)
                if not check:
                    record.path.write_text(result, encoding="utf-8", newline="\n")
    say(f"{len(records)} files: {changed} {'not in form' if check else 'put into form'}")
    if faults:
        raise DataError(faults)
    return 1 if check and changed else 0


@cli.command(epilog=example("atmp-kg new product strimvelis"))
@click.argument("type_name", metavar="TYPE")
@click.argument("slug")
@common_options
def new(type_name: str, slug: str) -> None:
    """Begin a record: a file with every field, described, the required ones open. Prints its path."""
    from kg.ontology import read_schema
    from kg.scaffold import new_record

    settings = current_settings()
    path = new_record(read_schema(settings.ontology), settings.data, type_name, slug)
    say("fill in the open fields, remove the rest, then run `atmp-kg validate`")
    click.echo(str(path))


@cli.command(epilog=example("atmp-kg coverage --format json"))
@click.option("--format", "form", type=_REPORT, default="text", show_default=True, help="How the report is written.")
@common_options
def coverage(form: str) -> None:
    """Say what the current release covers and where it is thin. Builds a release if there is none."""
    from kg.coverage import measure, read_gaps, render

    settings = current_settings()
    report = measure(release_at(settings), read_gaps(settings.data))
    if form == "json":
        _echo_json(report.as_dict())
    else:
        click.echo(render(report))


@cli.command(epilog=example("atmp-kg sample --seed 7 --count 20"))
@click.option("--seed", type=int, required=True, help="What the draw begins with; the same seed draws the same.")
@click.option("--count", type=int, default=20, show_default=True, help="How many statements are drawn.")
@click.option("--format", "form", type=_REPORT, default="text", show_default=True, help="How they are written.")
@common_options
def sample(seed: int, count: int, form: str) -> None:
    """Draw statements at random, with the sources they cite, to compare one with the other."""
    from kg.sampling import sample as draw

    drawn = draw(release_at(current_settings()), seed, count)
    if form == "json":
        click.echo(orjson.dumps([row.as_dict() for row in drawn], option=orjson.OPT_INDENT_2))
        return
    for number, row in enumerate(drawn, start=1):
        click.echo(f"{number}. {row.label} ({row.subject})\n   {row.field}: {row.value}")
        for source in row.sources:
            click.echo(f"   - {source['title']} {source['url']}".rstrip())


@cli.command(epilog=example("atmp-kg guide > data/README.md"))
@common_options
def guide() -> None:
    """Print how records are curated, with an annotated one of each kind of thing that is nested."""
    from kg.guide import guide as text
    from kg.ontology import read_schema

    click.echo(text(read_schema(current_settings().ontology)), nl=False)


@cli.command(epilog=example("atmp-kg releases"))
@common_options
def releases() -> None:
    """List the releases that are kept; the current one is marked."""
    from kg.release import Releases

    kept = Releases(current_settings().home)
    current = kept.pointers()[:1]
    for name in kept.ids():
        click.echo(f"{name} (current)" if name in current else name)


@cli.command(epilog=example("atmp-kg diff"))
@click.argument("old", required=False)
@click.argument("new", required=False)
@common_options
def diff(old: str | None, new: str | None) -> None:
    """List what changed from release OLD to release NEW: by default from the one before to the current one."""
    from kg.changes import changes, render
    from kg.release import Releases

    kept = Releases(current_settings().home)
    pointers = kept.pointers()
    if old is None and len(pointers) < 2:
        raise UsageError("there is no release before the current one. Name two releases, see `atmp-kg releases`.")
    before = kept.open(old or pointers[1])
    click.echo(render(changes(before, kept.open(new) if new else kept.current())), nl=False)


def _wanted(settings: Settings, files: tuple[Path, ...]) -> Callable[[str], bool]:
    """Whether a file of the data folder, by its name in faults, is among those that the user named; all if none."""
    root = settings.data.parent
    names = [path.absolute() for path in files]
    if outside := [str(name) for name in names if not name.is_relative_to(settings.data)]:
        raise UsageError(f"{', '.join(outside)}: not in the data folder {settings.data}. Name another --data.")
    return lambda file: not names or any((root / file).is_relative_to(name) for name in names)


def _echo_json(value: object) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
