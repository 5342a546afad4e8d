"""The web application: which address answers what, and errors in one shape everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors, limits
from api.docs import Docs
from api.dumps import Dumps
from api.graphql_http import JSON, GraphQLEndpoint
from api.reading import Releases
from api.schema import print_sdl
from api.serving import Serving
from kg.errors import AtmpError, BusyError, NotFoundError, ReleaseError, TimeLimitError, UsageError

ROOM = Path(__file__).resolve().parent


def create_app(releases: Releases) -> Starlette:
    """The application that serves the current release; takes up a new one without a restart."""
    serving = Serving(releases)
    dumps = Dumps(serving)
    docs = Docs(serving)
    graphql = GraphQLEndpoint(serving, (ROOM / "templates" / "graphiql.html").read_text("utf-8"))

    async def health(_request: Request) -> Response:
        release, _ = await run_in_threadpool(serving.now)
        return _json({"ok": True, "release": release.id})

    async def sdl(_request: Request) -> Response:
        release, schema = await run_in_threadpool(serving.now)
        return PlainTextResponse(print_sdl(schema), headers={"X-ATMP-Release": release.id})

    async def home(_request: Request) -> Response:
        return RedirectResponse("/graphql")

    async def ask(request: Request) -> Response:
        return await graphql(request)

    routes = [
        Route("/", home),
        Route("/graphql", ask, methods=["GET", "POST"]),
        Route("/schema.graphql", sdl),
        Route("/docs", docs.index),
        Route("/docs/api", docs.manners),
        Route("/docs/recipes", docs.recipes),
        Route("/docs/recipes.ipynb", docs.notebook),
        Route("/docs/reference", docs.reference),
        Route("/docs/reference/{name}", docs.type),
        Route("/dumps", dumps.index),
        Route("/dumps/{format}", dumps.file),
        Route("/healthz", health),
        Mount("/static", StaticFiles(directory=ROOM / "static")),
    ]
    handlers: dict[Any, Any] = {HTTPException: _refused, AtmpError: _failed, Exception: _failed}
    layers = [Middleware(_Guard), Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)]
    return Starlette(routes=routes, exception_handlers=handlers, middleware=layers)


class _Guard:
    """Tells browsers to take every answer for what it says it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with one header more."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-content-type-options", b"nosniff")]
            await send(message)

        await self.app(scope, receive, guarded)


def _json(content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, headers, media_type=JSON)


async def _refused(request: Request, error: HTTPException) -> Response:
    """What HTTP refuses: an unknown address, a method, a type or a body that is not taken."""
    message = error.detail
    if error.status_code == 404:
        message = f"There is nothing at {request.url.path}. Try /docs, /graphql, /schema.graphql, /dumps or /healthz."
    elif error.status_code == 405 and error.detail == "Method Not Allowed":
        message = f"{request.method} is not taken here. Use one of {(error.headers or {}).get('Allow', 'GET')}."
    code = NotFoundError.code if error.status_code == 404 else UsageError.code
    return _json(errors.of_request(message, code), error.status_code, dict(error.headers or {}))


async def _failed(_request: Request, error: Exception) -> Response:
    """What we refuse or fail at: a dump that does not exist, no release to serve, a fault."""
    status = 404 if isinstance(error, NotFoundError) else 400 if isinstance(error, UsageError) else 500
    if isinstance(error, ReleaseError | BusyError | TimeLimitError):
        status = 503
    later = {"Retry-After": str(limits.RETRY)} if isinstance(error, BusyError | TimeLimitError) else None
    return _json({"errors": [errors.shown(error)]}, status, later)
