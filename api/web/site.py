"""What all pages share: the release they tell of, their turn among other requests, and pages that say what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from api import limits, reading
from api.budget import Stopped, admitted
from api.html import Pages
from api.reading import Reader
from api.serving import Serving

Make = Callable[[Request, Reader], Response]
"""Makes the answer to a request from what a release is read from."""


class Site:
    """Answers requests for pages. They take turns with the queries of ``/graphql``, within the same limits."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self.pages = Pages()
        self._threads = CapacityLimiter(limits.PLACES)

    async def answer(self, request: Request, make: Make) -> Response:
        """What ``make`` makes, in a worker thread, of the release that serves.

        An error that it raises becomes a page for a browser and JSON for other clients (``api.web.refusals``). Raises
        BusyError if the server has too much to do, TimeLimitError or LimitError if the answer takes too much.
        """
        with admitted(self.serving.turnstile, len(request.url.query)) as budget:
            request.state.budget = budget

            def made() -> Response:
                try:
                    budget.begin()
                    return make(request, self.reader())
                except Stopped as stop:
                    raise stop.error from stop

            return await to_thread.run_sync(made, limiter=self._threads)

    def ahead(self, path: str, make: Make) -> None:
        """Have a page made, for nobody, when a release begins to serve: the next one need not work out what it shows.

        It stands back behind all requests.
        """

        def made(reader: Reader) -> None:
            request = Request({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []})
            with admitted(self.serving.turnstile, int(limits.SECONDS / limits.READING)) as budget:
                request.state.budget = budget
                budget.begin()
                make(request, reader)

        self.serving.ahead.append(made)

    def reader(self) -> Reader:
        """What the release that serves now is read from."""
        release, schema = self.serving.now()
        return schema.reader(release)

    def asked(self, request: Request, reader: Reader) -> reading.Request:
        """The request as the rooms of the API take it, with the budget of the page: cost, time and turn."""
        return reading.Request(reader, request.state.budget)

    def page(self, request: Request, reader: Reader, template: str, status: int = 200, /, **values: Any) -> Response:
        """The page of a template in ``templates/web``, which is given ``reader`` and ``model`` as well."""
        values |= {"reader": reader, "model": reader.model}
        return self.pages.answer(request, reader.release, f"web/{template}", status, **values)
