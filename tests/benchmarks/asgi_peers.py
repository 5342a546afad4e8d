"""Servers on uvicorn to measure ours beside: Strawberry's own ASGI application, and one that sends ready bytes.

``python -m tests.benchmarks.asgi_peers strawberry HOME`` or ``ready BYTES``; they say where they listen.
"""

from __future__ import annotations

import gc
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from api.reading import Request
from api.schema import AtmpSchema, make_schema
from kg.release import Release, Releases

TEXTS = 1000
"""Texts of queries that Strawberry's caches keep: more than are asked."""


class StrawberryApp(GraphQL[Request, None]):
    """Our schema as Strawberry serves one, over the same model, with Strawberry's caches."""

    def __init__(self, schema: AtmpSchema, release: Release) -> None:
        schema.extensions = (lambda: ParserCache(maxsize=TEXTS), lambda: ValidationCache(maxsize=TEXTS))
        super().__init__(schema)
        self._reader = schema.reader(release)

    async def get_context(self, request: Any, response: Any) -> Request:
        """What our resolvers read from."""
        return Request(self._reader)


def strawberry(home: Path) -> ASGIApp:
    """Strawberry's application over the current release of a home, loaded."""
    release = Releases(home).current()
    schema = make_schema(release.schema, plans=False)
    app = StrawberryApp(schema, release)
    schema.reader(release).finder.warm()
    gc.collect()
    gc.freeze()
    return app


def ready(size: int) -> ASGIApp:
    """An application that reads the body and sends so many bytes."""
    content = b"x" * size
    headers = [(b"content-type", b"application/json"), (b"content-length", str(size).encode())]

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return app


def main() -> None:
    """Serve one of them until the process is ended."""
    kind, given = sys.argv[1:]
    app = strawberry(Path(given)) if kind == "strawberry" else ready(int(given))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(app, loop="uvloop", http="httptools", lifespan="off", log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
