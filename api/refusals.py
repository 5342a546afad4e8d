"""What is refused or fails, in one shape everywhere: a page for browsers, GraphQL's errors as JSON for others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import errors, limits, lookup
from api.graphql_http import HTML, JSON
from api.negotiation import chosen
from api.reading import Reader
from api.web.site import Site
from api.web.words import plural
from kg.errors import BusyError, NotFoundError, ReleaseError, TimeLimitError, UsageError
from kg.search.finder import LONGEST

NEAR = 6
"""How many entities a page offers in place of one that does not exist."""

_HEADINGS = {
    400: "This cannot be asked",
    404: "There is nothing here",
    503: "No answer just now",
}
_NOT_FOUND, _FAILED = "This is not on record", "Something went wrong"
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Refusal:
    """One error as an answer: its status, what stands in ``errors[]`` and headers of its own."""

    status: int
    shown: dict[str, Any]
    headers: dict[str, str]


class Refusals:
    """The application's error handlers."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def refused(self, request: Request, error: HTTPException) -> Response:
        """What HTTP refuses: an unknown address, a method, a type or a body that is not taken."""
        message = error.detail
        if error.status_code == 404:
            message = (
                f"There is nothing at {request.url.path}. Try /, /search, /docs, /graphql, /schema.graphql, /dumps or "
                "/healthz."
            )
        elif error.status_code == 405 and error.detail == "Method Not Allowed":
            message = f"{request.method} is not taken here. Use one of {(error.headers or {}).get('Allow', 'GET')}."
        code = NotFoundError.code if error.status_code == 404 else UsageError.code
        (shown,) = errors.of_request(message, code)["errors"]
        return await self._answer(request, Refusal(error.status_code, shown, dict(error.headers or {})))

    async def failed(self, request: Request, error: Exception) -> Response:
        """What we refuse or fail at: an entity that does not exist, no release to serve, a fault."""
        status = 404 if isinstance(error, NotFoundError) else 400 if isinstance(error, UsageError) else 500
        if isinstance(error, ReleaseError | BusyError | TimeLimitError):
            status = 503
        later = {"Retry-After": str(limits.RETRY)} if isinstance(error, BusyError | TimeLimitError) else {}
        return await self._answer(request, Refusal(status, errors.shown(error), later))

    async def _answer(self, request: Request, refusal: Refusal) -> Response:
        if chosen(request.headers.get("accept"), [JSON, HTML]) == HTML:
            return await run_in_threadpool(self._page, request, refusal)
        return Response(orjson.dumps({"errors": [refusal.shown]}), refusal.status, refusal.headers, media_type=JSON)

    def _page(self, request: Request, refusal: Refusal) -> Response:
        """The page of a refusal; without the release, and so without near matches, if none can be read."""
        try:
            reader = self.site.reader()
        except Exception:  # what hinders reading is not what this page tells of, or it is and the page says so already
            reader = None
        there = "endpoint" in request.scope and not request.path_params  # not the address is wrong, but what it asks
        missing = refusal.status == 404 and not there
        heading = _NOT_FOUND if refusal.status == 404 and there else _HEADINGS.get(refusal.status, _FAILED)
        told = {
            "status": refusal.status,
            "heading": heading,
            "message": refusal.shown["message"],
            "missing": missing,
            "anew": refusal.status == 400 or (refusal.status == 404 and there),
            "near": _near(reader, request.url.path) if reader and missing else [],
            "text": _words(request.url.path),
        }
        release = reader.release if reader else None
        answer = self.site.pages.answer(request, release, "web/refused", refusal.status, **told)
        answer.headers.update(refusal.headers)
        return answer


def _near(reader: Reader, path: str) -> list[tuple[str, str, str]]:
    """What may have been meant by an address that does not exist: an address, what is there, and of which type it is.

    These are lists with a name like its first part, entities of its type with a slug like its last, and what search
    finds of that.
    """
    model, (first, _, slug) = reader.model, path.strip("/")[:LONGEST].partition("/")
    kinds = reader.schema.by_slug
    lists = [] if first in kinds else [(f"/{one}", plural(kinds[one]), "list") for one in lookup.close(first, kinds)]
    by_slug = {
        model.ids[row].partition("/")[2]: row for row in (model.rows(kinds[first].name) if first in kinds else ())
    }
    found = [by_slug[one] for one in lookup.close(slug, by_slug)]
    found += [hit.entity for hit in reader.finder.find(_words(path))[:NEAR]]
    entities = [(f"/{model.ids[one]}", model.label(one), model.kind(one).label) for one in dict.fromkeys(found)]
    return (lists + entities)[:NEAR]


def _words(path: str) -> str:
    """What the last part of an address says, as one would search for it."""
    return _BETWEEN_WORDS.sub(" ", path.rstrip("/").rpartition("/")[2])[:LONGEST].strip()
