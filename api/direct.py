"""The short way to ``/graphql``: what a plan is known to answer at once is answered where it comes in.

No routing, no objects around request and response, no thread and no turn among others: those take longer than the
answer. Whatever is not plainly such a request, or is not answered at once after all, goes the long way as it came.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import limits
from api.execute import at_once
from api.graphql_http import GRAPHQL, JSON, media_type, parameters
from api.serving import Serving

_TAKEN = {b"": JSON, b"*/*": JSON, JSON.encode(): JSON, GRAPHQL.encode(): GRAPHQL}
"""By what Accept plainly says the type to answer with."""


NOSNIFF = (b"x-content-type-options", b"nosniff")
"""Tells browsers to take every answer for what it says it is."""


class Direct:
    """Stands before an application and answers what it can.

    It stands in two places: outermost, for whom takes answers as they are, and behind what packs them, for the others.
    """

    def __init__(self, app: ASGIApp, serving: Serving, packed: bool) -> None:
        self._app = app
        self._serving = serving
        self._packed = packed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        media = self._media(scope)
        if media is None:
            await self._app(scope, receive, send)
            return
        came = await _read(receive)
        answered = self._answer(came, media)
        if answered is None:
            await self._app(scope, _again(came, receive), send)
            return
        for message in answered:
            await send(message)

    def _media(self, scope: Scope) -> str | None:
        """The type to answer with; None for anything but a plain POST of JSON to ``/graphql``, to be answered here."""
        if scope["type"] != "http" or scope["path"] != "/graphql" or scope["method"] != "POST":
            return None
        headers = dict(scope["headers"])
        if headers.get(b"content-type") != JSON.encode():
            return None
        if (b"gzip" in headers.get(b"accept-encoding", b"")) != self._packed:
            return None
        return _TAKEN.get(headers.get(b"accept", b""))

    def _answer(self, came: Sequence[Message], media: str) -> Sequence[Message] | None:
        """The messages of an answer; None if there is none at once."""
        served = self._serving.standing()
        body = b"".join([one.get("body", b"") for one in came])
        if served is None or came[-1]["type"] != "http.request" or len(body) > limits.DIRECT:
            return None
        try:
            asked = parameters(orjson.loads(body))
        except (orjson.JSONDecodeError, HTTPException):
            return None  # the long way says what is wrong
        release, schema = served
        content = at_once(schema, release, asked.query, asked.variables, asked.operation_name)
        if content is None:
            return None
        headers = [
            (b"content-type", media_type(media).encode()),
            (b"content-length", b"%d" % len(content)),
            (b"x-atmp-release", release.id.encode()),
        ]
        if self._packed:
            headers.append((b"vary", b"Accept"))
        else:
            headers += [(b"vary", b"Accept, Accept-Encoding" if len(content) >= limits.PACKED else b"Accept"), NOSNIFF]
        return [
            {"type": "http.response.start", "status": 200, "headers": headers},
            {"type": "http.response.body", "body": content},
        ]


async def _read(receive: Receive) -> list[Message]:
    """What comes of a body, to its end or to where it is too long for the short way."""
    came, size = list[Message](), 0
    while True:
        came.append(await receive())
        size += len(came[-1].get("body", b""))
        if not came[-1].get("more_body") or size > limits.DIRECT:
            return came


def _again(came: Sequence[Message], receive: Receive) -> Receive:
    """Gives again what came already, then what comes."""
    left = iter(came)

    async def receive_again() -> Message:
        for message in left:
            return message
        return await receive()

    return receive_again
