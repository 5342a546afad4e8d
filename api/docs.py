"""The documentation's pages: which there are, and what each shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api import docs_manners, limits, lookup
from api.docs_code import WAYS, Asked
from api.docs_recipes import notebook, recipes
from api.docs_reference import Reference
from api.etags import known_again
from api.graphql_http import in_address
from api.html import Pages, base_address
from api.reading import Release
from api.schema import AtmpSchema
from api.serving import Serving
from kg.errors import NotFoundError

FILTER = 100
"""Characters of a filter that are read."""


class Docs:
    """Answers ``/docs`` and everything below it."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self.pages = Pages()
        self._reference = lru_cache(maxsize=1)(Reference)
        serving.ahead.append(lambda _reader: self._reference(serving.now()[1].core))

    async def index(self, request: Request) -> Response:
        """What there is to read, and how much the release holds of what."""

        def made(release: Release, schema: AtmpSchema) -> Response:
            kinds = [(kind, len(release.model.rows(kind.name))) for kind in schema.declared.entity_types()]
            return self.pages.answer(request, release, "docs", kinds=kinds, address=base_address(request))

        return await self._now(made)

    async def manners(self, request: Request) -> Response:
        """What holds for every request: paging, cost, limits, errors, caching."""

        def made(release: Release, _schema: AtmpSchema) -> Response:
            told = {"limits": docs_manners.limits_of(limits), "codes": [*docs_manners.codes()]}
            return self.pages.answer(request, release, "docs_api", address=base_address(request), **told)

        return await self._now(made)

    async def recipes(self, request: Request) -> Response:
        """Questions, their queries and answers, and how to ask them."""

        def made(release: Release, _schema: AtmpSchema) -> Response:
            return self.pages.answer(request, release, "docs_recipes", recipes=recipes(), address=base_address(request))

        return await self._now(made)

    async def notebook(self, request: Request) -> Response:
        """The recipes as a Jupyter notebook."""

        def made(release: Release, _schema: AtmpSchema) -> Response:
            headers = {
                "Content-Disposition": 'attachment; filename="atmp-recipes.ipynb"',
                "X-ATMP-Release": release.id,
            }
            answer = Response(notebook(base_address(request)), 200, headers, "application/x-ipynb+json")
            return known_again(request, answer)

        return await self._now(made)

    async def code(self, request: Request) -> Response:
        """A query as a command or a program that asks it here; takes what ``/graphql`` takes from an address."""
        way = request.path_params["way"]
        if way not in WAYS:
            raise NotFoundError(f"There is no way '{way[:FILTER]}' to ask. Take one of {', '.join(WAYS)}.")
        given = in_address(request)
        asked = Asked(given.query, given.variables, given.operation_name)
        return known_again(request, PlainTextResponse(WAYS[way](asked, base_address(request))))

    async def reference(self, request: Request) -> Response:
        """The types of the schema by kind, or those that a filter finds."""

        def made(release: Release, schema: AtmpSchema) -> Response:
            reference = self._reference(schema.core)
            text = request.query_params.get("q", "")[:FILTER].strip()
            found = reference.find(text) if text else None
            return self.pages.answer(request, release, "docs_reference", reference=reference, text=text, found=found)

        return await self._now(made)

    async def type(self, request: Request) -> Response:
        """One type of the schema; a page that offers types spelt like it if there is none of that name."""

        def made(release: Release, schema: AtmpSchema) -> Response:
            reference, name = self._reference(schema.core), request.path_params["name"]
            kind = reference.types.get(name)
            if kind is None:
                near = lookup.close(name[:FILTER], reference.types)
                return self.pages.answer(request, release, "docs_unknown", 404, name=name, near=near)
            uses = reference.uses[name]
            return self.pages.answer(request, release, "docs_type", reference=reference, kind=kind, uses=uses)

        return await self._now(made)

    async def _now(self, made: Callable[[Release, AtmpSchema], Response]) -> Response:
        """What is made, in a worker thread, of the release that serves now."""
        return await run_in_threadpool(lambda: made(*self.serving.now()))
