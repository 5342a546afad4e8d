"""HTML pages: the templates, what a page may load, and how a browser knows a page again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.etags import known_again
from api.reading import Release

TEMPLATES = Path(__file__).resolve().parent / "templates"

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What a page may load: ours alone, and nothing that stands in the page itself."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9a-fA-F:.]+\](:[0-9]{1,5})?")
_CODE = re.compile("`([^`]+)`")


class Pages:
    """Fills in templates; everything that is filled in is escaped."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"prose": prose, "figure": figure}

    def answer(
        self, request: Request, release: Release | None, template: str, status: int = 200, /, **values: Any
    ) -> Response:
        """The page of a template, with the release it tells of if any; a 304 if the reader has it already."""
        text = self.text(template, release=release, path=request.url.path, **values)
        headers = {"Content-Security-Policy": CONTENT_POLICY, "Vary": "Accept"}
        if release is not None:
            headers["X-ATMP-Release"] = release.id
        return known_again(request, HTMLResponse(text, status, headers))

    def text(self, template: str, /, **values: Any) -> str:
        """A template filled in."""
        return self._templates.get_template(f"{template}.html").render(**values)


def base_address(request: Request) -> str:
    """Where the reader reached us, for the commands that a page shows; a plain one if what the client says is none."""
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else "http://127.0.0.1:8000"


def prose(text: str | None) -> Markup:
    """A description as HTML: what stands between backticks is code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text or ""))))


def figure(value: float) -> str:
    """A number as people write it: thousands apart, and no decimals that say nothing."""
    return f"{int(value):,}" if value == int(value) else f"{value:,}"
