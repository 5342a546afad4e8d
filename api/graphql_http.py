"""GraphQL over HTTP: POST and GET, their media types and status codes, and the editor for browsers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api import limits
from api.execute import execute, writes
from api.negotiation import chosen
from api.serving import Serving

JSON, GRAPHQL, HTML = "application/json", "application/graphql-response+json", "text/html"

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the editor's page may load: ours alone; the hash is of the one style that GraphiQL adds by itself."""


@dataclass(frozen=True)
class Parameters:
    """A GraphQL request as it came."""

    query: str
    variables: Mapping[str, Any] | None
    operation_name: str | None


class GraphQLEndpoint:
    """Answers ``/graphql``. Operations run in a worker thread, so that a long one holds up no other request."""

    def __init__(self, serving: Serving, editor: str) -> None:
        self.serving = serving
        self.editor = editor

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        offers = [JSON, GRAPHQL] if request.method == "POST" else [JSON, GRAPHQL, HTML]
        media = chosen(request.headers.get("accept"), offers)
        if media is None:
            raise HTTPException(406, f"Accept names no type that is on offer. Accept {GRAPHQL} or {JSON}.")
        if media == HTML:
            return HTMLResponse(self.editor, headers={"Content-Security-Policy": CONTENT_POLICY, "Vary": "Accept"})
        given = await _body(request) if request.method == "POST" else _address(request)
        answer, release_id = await run_in_threadpool(self._answer, parameters(given), request.method != "POST")
        return _response(request, answer, media, release_id)

    def _answer(self, asked: Parameters, only_reads: bool) -> tuple[dict[str, Any], str]:
        release, schema = self.serving.now()
        if only_reads and writes(schema, asked.query):
            raise HTTPException(405, "Only a query can be asked with GET.", headers={"Allow": "POST"})
        return execute(schema, release, asked.query, asked.variables, asked.operation_name), release.id


def _response(request: Request, answer: dict[str, Any], media: str, release_id: str) -> Response:
    """A refused request is 400 to a client that knows GraphQL's own type, and 200 to one that knows JSON alone."""
    content = orjson.dumps(answer)
    headers = {"X-ATMP-Release": release_id, "Vary": "Accept"}
    if request.method != "POST":
        headers["ETag"] = f'"{blake2s(content, digest_size=12).hexdigest()}"'
        headers["Cache-Control"] = "no-cache"
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    status = 400 if media == GRAPHQL and "data" not in answer else 200
    return Response(content, status, headers, media_type=f"{media}; charset=utf-8")


async def _body(request: Request) -> Any:
    media, _, parameter = request.headers.get("content-type", "").lower().partition(";")
    charset = parameter.strip().removeprefix("charset=").strip('"')
    if media.strip() != JSON or charset not in ("", "utf-8", "utf8"):
        raise HTTPException(415, f"The body has to be {JSON}, in UTF-8. Set Content-Type and send it so.")
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > limits.BODY:
            raise HTTPException(413, f"The body has more than {limits.BODY} bytes. Ask for less at once.")
    return _json(content, "The body")


def _address(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if given.get(name):
            given[name] = _json(given[name].encode(), name)
        else:
            given.pop(name, None)
    return given


def _json(content: bytes, what: str) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise HTTPException(400, f"{what} is no JSON: {error}. Mend it.") from error


def parameters(given: Any) -> Parameters:
    """The parts of a request, each of its type; raises HTTPException that names the one that is not."""
    if not isinstance(given, dict):
        raise HTTPException(400, "The body has to be one JSON object with a `query`; lists of requests are not taken.")
    query = given.get("query")
    if not isinstance(query, str) or not query.strip():
        raise HTTPException(400, "`query` is missing or no text. Give the text of a GraphQL query.")
    for name, kind, what in (
        ("variables", dict, "object"),
        ("operationName", str, "text"),
        ("extensions", dict, "object"),
    ):
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise HTTPException(400, f"`{name}` has to be {'an' if what == 'object' else 'a'} {what}, or left out.")
    return Parameters(query, given.get("variables"), given.get("operationName") or None)
