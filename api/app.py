"""The web application: which address answers what."""

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
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import limits
from api.direct import NOSNIFF, Direct
from api.docs import Docs
from api.dumps import Dumps
from api.graphiql_page import editor_page
from api.graphql_http import JSON, GraphQLEndpoint
from api.reading import Releases
from api.refusals import Refusals
from api.schema import print_sdl
from api.serving import Serving
from api.web.routes import routes as web_routes
from api.web.site import Site
from kg.errors import AtmpError

ROOM = Path(__file__).resolve().parent


def create_app(releases: Releases, plans: bool = True, at_once: bool = False) -> Starlette:
    """The application that serves the current release; takes up a new one without a restart.

    Without ``plans`` every operation runs on Strawberry's executor, with the same answers. With ``at_once`` a release
    is loaded in the background before anybody asks, and what its first readers would wait for is made.
    """
    serving = Serving(releases, plans)
    site = Site(serving)
    refusals = Refusals(site)
    handlers: dict[Any, Any] = {
        HTTPException: refusals.refused,
        AtmpError: refusals.failed,
        Exception: refusals.failed,
    }
    layers = [
        Middleware(Direct, serving, packed=False),
        Middleware(_Guard),
        Middleware(GZipMiddleware, minimum_size=limits.PACKED, compresslevel=5),
        Middleware(Direct, serving, packed=True),
    ]
    routes = [*_api_routes(serving), Mount("/static", StaticFiles(directory=ROOM / "static")), *web_routes(site)]
    if at_once:
        serving.begin()
    return Starlette(routes=routes, exception_handlers=handlers, middleware=layers)


def _api_routes(serving: Serving) -> list[Route]:
    """What is asked by programs, and its documentation."""
    dumps, docs, graphql = Dumps(serving), Docs(serving), GraphQLEndpoint(serving, editor_page())

    async def health(_request: Request) -> Response:
        release, _ = await run_in_threadpool(serving.now)
        return Response(orjson.dumps({"ok": True, "release": release.id}), media_type=JSON)

    async def sdl(_request: Request) -> Response:
        release, schema = await run_in_threadpool(serving.now)
        return PlainTextResponse(print_sdl(schema), headers={"X-ATMP-Release": release.id})

    async def ask(request: Request) -> Response:
        return await graphql(request)

    return [
        Route("/graphql", ask, methods=["GET", "POST"]),
        Route("/schema.graphql", sdl),
        Route("/docs", docs.index),
        Route("/docs/api", docs.manners),
        Route("/docs/recipes", docs.recipes),
        Route("/docs/recipes.ipynb", docs.notebook),
        Route("/docs/code/{way}", docs.code),
        Route("/docs/reference", docs.reference),
        Route("/docs/reference/{name}", docs.type),
        Route("/dumps", dumps.index),
        Route("/dumps/{format}", dumps.file),
        Route("/healthz", health),
    ]


class _Guard:
    """Tells browsers to take every answer for what it says it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with one header more."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], NOSNIFF]
            await send(message)

        await self.app(scope, receive, guarded)
