"""The command `atmp-kg` itself: what needs no server, and serve, query and schema."""

from __future__ import annotations

import gc
import socket
import sys
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from kg.cli import cli, release_at
from kg.command import common_options, current_settings, example, run, say
from kg.errors import UsageError

_FOLDER = click.Path(path_type=Path, file_okay=False)


@cli.command(epilog=example("atmp-kg serve --port 8080"))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes any.")
@common_options
def serve(host: str, port: int) -> None:
    """Serve the current release: GraphQL at /graphql, dumps at /dumps/{format}. Builds a release if there is none.

    A release that is built meanwhile is taken up without a restart.
    """
    gc.disable()  # nothing of what is loaded here is ever garbage
    import uvicorn

    from api.app import create_app
    from kg.release import Releases

    settings = current_settings()
    listener = _listen(host, port)
    release_at(settings)
    releases = Releases(settings.home)
    release = releases.current()
    app = create_app(releases)
    name, bound = listener.getsockname()[:2]
    place = f"http://{f'[{name}]' if ':' in name else name}:{bound}/"
    say(f"release {release.id} with {len(release.model):,} entities at {place}")
    gc.freeze()  # what stays for the server's life is not looked through again and again
    gc.enable()
    with listener:
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


@cli.command(epilog=example("""echo '{ product(id: "rag1-lv-cd34") { name } }' | atmp-kg query -"""))
@click.argument("file", type=click.File("rb"))
@click.option("--variables", metavar="JSON", help="The values of the operation's variables, as a JSON object.")
@click.option("--operation", metavar="NAME", help="Which operation of the file to run.")
@common_options
def query(file: BinaryIO, variables: str | None, operation: str | None) -> int:
    """Answer the GraphQL query in FILE (- for standard input) with JSON. Builds a release if there is none.

    The exit code is 1 if the answer has errors.
    """
    from api.execute import execute
    from api.schema import make_schema

    values = _variables(variables)
    text = _text(file)
    release = release_at(current_settings())
    answer = execute(make_schema(release.schema), release, text, values, operation)
    click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())
    return 1 if answer.get("errors") else 0


@cli.command(epilog=example("atmp-kg schema > schema.graphql"))
@click.option("--json-schema", "folder", type=_FOLDER, help="Write a JSON Schema a type of record there, for editors.")
@common_options
def schema(folder: Path | None) -> None:
    """Print the GraphQL schema that follows from the ontology."""
    from kg.ontology import read_schema
    from kg.scaffold import write_editor_schemas

    declared = read_schema(current_settings().ontology)
    if folder is not None:
        write_editor_schemas(declared, folder)
        say(f"JSON Schemas written to {folder}")
        return
    from api.schema import make_schema, print_sdl

    click.echo(print_sdl(make_schema(declared)), nl=False)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(cli))


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens; a taken port or a wrong address is a wrong use, not a crash."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"cannot listen on {host}:{port}: {reason}. Name another --host or --port.") from error


def _variables(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"--variables is not JSON: {error}. Write an object like '{{\"first\": 5}}'.") from error
    if not isinstance(values, dict):
        raise UsageError("--variables is no JSON object. Write one like '{\"first\": 5}'.")
    return values


def _text(file: BinaryIO) -> str:
    try:
        return file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name}: is not UTF-8: {error.reason}. Save the query as UTF-8.") from error


if __name__ == "__main__":
    main()
