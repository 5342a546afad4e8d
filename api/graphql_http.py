"""GraphQL over HTTP: POST and GET, their media types and status codes, and the editor for browsers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api import limits
from api.budget import Budget, Stopped, admitted
from api.csv_http import CSV, CSV_TYPE, csv_content, csv_headers, csv_status
from api.etags import known_again
from api.execute import Answer, answer, execute, writes
from api.negotiation import chosen
from api.reading import Release
from api.schema import AtmpSchema
from api.serving import Serving
from api.tables import make_table

JSON, GRAPHQL, HTML = "application/json", "application/graphql-response+json", "text/html"

FORMATS = {"json": JSON, "csv": CSV}
"""What ``format`` in an address can ask for, where no header can be set."""

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
    """Answers ``/graphql``. Operations run in threads that take turns, so that a long one holds up no other request."""

    def __init__(self, serving: Serving, editor: str) -> None:
        self.serving = serving
        self.editor = editor
        self._threads = CapacityLimiter(limits.PLACES)

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        media = _media(request)
        if media == HTML:
            return HTMLResponse(self.editor, headers={"Content-Security-Policy": CONTENT_POLICY, "Vary": "Accept"})
        body = await _body(request) if request.method == "POST" else None
        size = len(request.url.query if body is None else body)
        with admitted(self.serving.turnstile, size) as budget:
            return await to_thread.run_sync(self._answer, request, body, media, budget, limiter=self._threads)

    def _answer(self, request: Request, body: bytes | None, media: str, budget: Budget) -> Response:
        try:
            budget.begin()  # even to read a body takes a turn: one of its greatest size takes as long as ten answers
        except Stopped as stop:
            raise stop.error from stop
        asked = in_address(request) if body is None else parameters(_json(body, "The body"))
        release, schema = self.serving.now()
        if media == CSV:
            response = _csv(request, asked, release, schema, budget)
        else:
            found = answer(schema, release, asked.query, asked.variables, asked.operation_name, budget)
            response = _response(request, found, media, release.id)
        if request.method != "POST" and writes(schema, asked.query):  # it was refused: nothing can be written
            raise HTTPException(405, "Only a query can be asked with GET.", headers={"Allow": "POST"})
        return response


def _media(request: Request) -> str:
    """The type to answer with; raises HTTPException if the client takes none that is on offer."""
    if request.method == "POST":
        found = chosen(request.headers.get("accept"), [JSON, GRAPHQL])
    elif request.query_params.get("format"):
        found = FORMATS.get(request.query_params["format"])
        if found is None:
            raise HTTPException(400, f"`format` has to be {' or '.join(FORMATS)}, or left out.")
    else:
        found = chosen(request.headers.get("accept"), [JSON, GRAPHQL, HTML, CSV])
    if found is None:
        types = f"{GRAPHQL} or {JSON}; {CSV} is given for GET alone"
        raise HTTPException(406, f"Accept names no type that is on offer. Accept {types}.")
    return found


def _csv(request: Request, asked: Parameters, release: Release, schema: AtmpSchema, budget: Budget) -> Response:
    """The rows of an answer; the errors of one that has any, as JSON."""
    ask = partial(
        execute, schema, release, variables=asked.variables, operation_name=asked.operation_name, budget=budget
    )
    try:
        budget.begin()
        rows = request.query_params.get("rows")
        table = make_table(schema, asked.query, asked.variables, asked.operation_name, rows)
        page = table.page(ask) if table else None
        whole = page.answer if page else ask(asked.query)
        if table is None or page is None or whole.get("errors"):
            return _sent(request, orjson.dumps(whole), JSON, release.id, csv_status(whole))
        content = csv_content(table, page, budget)
    except Stopped as stop:
        raise stop.error from stop
    return _sent(request, content, CSV_TYPE, release.id, 200, csv_headers(request, table, page, release.id))


def _response(request: Request, found: Answer, media: str, release_id: str) -> Response:
    """A refused request is 400 to a client that knows GraphQL's own type, and 200 to one that knows JSON alone."""
    status = 400 if media == GRAPHQL and found.refused else 200
    return _sent(request, found.content, media_type(media), release_id, status)


def media_type(media: str) -> str:
    """The Content-Type of an answer in JSON."""
    return f"{media}; charset=utf-8"


def _sent(
    request: Request, content: bytes, media: str, release_id: str, status: int, more: Mapping[str, str] | None = None
) -> Response:
    """An answer with the release that gave it; to a GET that knows it already, no more than that."""
    headers = {"X-ATMP-Release": release_id, "Vary": "Accept", **(more or {})}
    answer = Response(content, status, headers, media_type=media)
    return answer if request.method == "POST" else known_again(request, answer)


async def _body(request: Request) -> bytes:
    media, _, parameter = request.headers.get("content-type", "").lower().partition(";")
    charset = parameter.strip().removeprefix("charset=").strip('"')
    if media.strip() != JSON or charset not in ("", "utf-8", "utf8"):
        raise HTTPException(415, f"The body has to be {JSON}, in UTF-8. Set Content-Type and send it so.")
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > limits.BODY:
            raise HTTPException(413, f"The body has more than {limits.BODY} bytes. Ask for less at once.")
    return bytes(content)


def in_address(request: Request) -> Parameters:
    """The request that an address makes; raises HTTPException that names what is not in form."""
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if given.get(name):
            given[name] = _json(given[name].encode(), name)
        else:
            given.pop(name, None)
    return parameters(given)


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
