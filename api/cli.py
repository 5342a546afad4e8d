"""The command `atmp-kg` itself: what needs no server, and serve, query and schema."""

from __future__ import annotations

import gc
import socket
import sys

import click

from api.query_cli import query
from api.schema_cli import schema
from kg.cli import cli
from kg.command import common_options, current_settings, example, run, say
from kg.current import release_at
from kg.errors import UsageError

SWITCH = 0.0005
"""Seconds after which a thread that works lets another go on; by Python's own 0.005 an answer that is ready in a
thousandth waits for many times that, whenever something is made in the background."""
COLLECTION = (5_000, 20, 25)
"""New objects until the collector looks at them, and how often it does until it looks at older ones, and at all.

Python's own numbers are a tenth; with many half-finished answers in memory short requests then pay tenths of a second.
"""

for command in (query, schema):
    cli.add_command(command)


@cli.command(epilog=example("atmp-kg serve --port 8080"))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes any.")
@common_options
def serve(host: str, port: int) -> None:
    """Serve the current release: GraphQL at /graphql, dumps at /dumps/{format}. Builds a release if there is none.

    A release that is built meanwhile is taken up without a restart.
    """
    gc.disable()  # nothing of what is loaded here is ever garbage
    sys.setswitchinterval(SWITCH)
    import uvicorn

    from api.app import create_app
    from kg.release import Releases

    settings = current_settings()
    listener = _listen(host, port)
    releases = Releases(settings.home, dumps_later=True)
    if not releases.pointers():
        release_at(settings)
    release = releases.current()
    app = create_app(releases, at_once=True)
    name, bound = listener.getsockname()[:2]
    place = f"http://{f'[{name}]' if ':' in name else name}:{bound}/"
    say(f"release {release.id} with {len(release.model):,} entities at {place}")
    gc.freeze()  # what stays for the server's life is not looked through again and again
    gc.set_threshold(*COLLECTION)
    gc.enable()
    with listener:
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


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


if __name__ == "__main__":
    main()
