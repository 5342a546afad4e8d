"""The command ``atmp-kg schema``: the GraphQL schema, its checks, and a JSON Schema a type of record for editors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from kg.command import common_options, current_settings, example, say, text_of
from kg.errors import UsageError

if TYPE_CHECKING:
    from api.schema import AtmpSchema

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(epilog=example("atmp-kg schema > schema.graphql"))
@click.option("--json-schema", "folder", type=_FOLDER, help="Write a JSON Schema a type of record there, for editors.")
@click.option("--plain", is_flag=True, help="Print it without descriptions, as --against may read it.")
@click.option("--lint", is_flag=True, help="List what is not described as it should be; exit with 1 if there is any.")
@click.option(
    "--against", type=click.File("rb"), help="List the changes since this schema; exit with 1 if one breaks queries."
)
@common_options
def schema(folder: Path | None, plain: bool, lint: bool, against: BinaryIO | None) -> int:
    """Print the GraphQL schema that follows from the ontology, or check it."""
    from kg.ontology import read_schema
    from kg.scaffold import write_editor_schemas

    if sum((folder is not None, plain, lint, against is not None)) > 1:
        raise UsageError("--json-schema, --plain, --lint and --against were given together. Give one of them.")
    old = None if against is None else text_of(against)
    declared = read_schema(current_settings().ontology)
    if folder is not None:
        write_editor_schemas(declared, folder)
        say(f"JSON Schemas written to {folder}")
        return 0
    from api.schema import make_schema

    made = make_schema(declared)
    if lint:
        return _lint(made)
    return _print(made, plain) if old is None else _compare(made, old)


def _print(made: AtmpSchema, plain: bool) -> int:
    from api.schema import print_sdl
    from api.schema_changes import without_descriptions

    click.echo(without_descriptions(made.core) if plain else print_sdl(made), nl=False)
    return 0


def _lint(made: AtmpSchema) -> int:
    from api.schema_lint import lint

    flaws = lint(made.core)
    for flaw in flaws:
        click.echo(flaw)
    say(f"{len(flaws)} flaws in the descriptions")
    return 1 if flaws else 0


def _compare(made: AtmpSchema, old: str) -> int:
    from api.schema_changes import changes

    found = changes(old, made.core)
    for name, listed in (("breaking", found.breaking), ("dangerous", found.dangerous)):
        for change in listed:
            click.echo(f"{name}\t{change}")
    say(f"{len(found.breaking)} changes that break queries, {len(found.dangerous)} that may")
    return 1 if found.breaking else 0
