"""What the tests of the pages of the tasks share: a site over a small network, and pages read through it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.app import create_app
from api.reading import Release
from kg.schema import Schema
from tests.api.conftest import MemoryReleases, release_of
from tests.api.insights.conftest import NETWORK, together
from tests.network.conftest import Records, record
from tests.pages import Page

HOSTILE = "<script>alert('x')</script>\"&"
NAMED: Records = {
    "organisation/evil": {"name": HOSTILE, "country": "nl", "type": "company"},
    "source/evil": {"title": HOSTILE, "kind": "web-page"},
    "organisation/bio": {"name": "Mustang Biologicals"},
    "organisation/twin-a": {"name": "Twin", "country": "nl", "type": "company"},
    "organisation/twin-b": {"name": "Twin"},
}
"""Names that a page must show as text, that are not the slug, and that two have."""


def network(*more: Records) -> Records:
    """The small network of the insights, with more."""
    evil = record("agreement/evil", {"evil": "licensor", "bio": "licensee"}, sources=["source/evil"], signed="2020")
    return together(*NETWORK, evil, *more, NAMED)


class Visitor:
    """Somebody who looks at pages."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self._opened: set[str] = set()

    def look(self, address: str, asked: Mapping[str, Any] | None = None, status: int = 200) -> Page:
        """The page at an address, asked with parameters."""
        answer = self.client.get(written(address, asked), headers={"Accept": "text/html"})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("text/html")
        assert "<script>alert" not in answer.text
        return Page(answer.text)

    def way(self, address: str, asked: Mapping[str, Any]) -> str:
        """The address to which one is sent on."""
        answer = self.client.get(written(address, asked), follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def table(self, address: str, asked: Mapping[str, Any]) -> list[dict[str, str]]:
        """The rows of the page's table as a file."""
        answer = self.client.get(written(address, {**asked, "format": "csv"}))
        assert answer.headers["content-type"].startswith("text/csv")
        assert "test-1.csv" in answer.headers["content-disposition"]
        return list(csv.DictReader(io.StringIO(answer.text)))

    def follow(self, page: Page) -> None:
        """Open every link of a page that not all pages have, and that was not opened before; each leads somewhere."""
        if not self._opened:
            self._opened = _links(Page(self.client.get("/nowhere", headers={"Accept": "text/html"}).text))
        links = _links(page)
        for link in sorted(links - self._opened):
            if link.startswith("/"):
                assert self.client.get(link, headers={"Accept": "text/html"}).status_code == 200, link
        self._opened |= links


def _links(page: Page) -> set[str]:
    return page.all("a", "href") | page.all("link", "href") | page.all("script", "src")


def written(address: str, asked: Mapping[str, Any] | None) -> str:
    """The address with parameters."""
    return f"{address}?{urlencode(asked, doseq=True)}" if asked else address


_SERVED = MemoryReleases(cast(Release, None))
"""What the site serves: with each request the release of who asks."""


@cache
def _site() -> Starlette:
    """One site for all, so that its schema is made once."""
    return create_app(_SERVED)


@contextmanager
def visiting(release: Release) -> Iterator[Visitor]:
    """Somebody who looks at the pages of a release."""

    def serve(_request: Any) -> None:
        _SERVED.release = release

    with TestClient(_site(), raise_server_exceptions=False) as client:
        client.event_hooks = {"request": [serve]}
        yield Visitor(client)


def visitor_of(declared: Schema, records: Mapping[str, Mapping[str, Any]], **more: Any) -> Iterator[Visitor]:
    """The same of records, for a fixture."""
    with visiting(release_of(declared, records, **more)) as visitor:
        yield visitor


ABSURD = [
    ({"nonsense": "1"}, 400, "There is no parameter 'nonsense'"),
    ({"since": "soon"}, 400, "'since' is a year from 1900 to 2100, not 'soon'"),
    ({"since": "9999"}, 400, "'since' is a year from 1900 to 2100, not 9999"),
    ({"since": ["2010", "2011"]}, 400, "'since' is said twice"),
    ({"format": "exe"}, 400, "'format' has no value 'exe'"),
    ({HOSTILE: "1"}, 400, "There is no parameter '<script>alert"),
    ({"since": HOSTILE}, 400, "not '<script>alert"),
]
"""What any of the pages with a year and a table refuses."""


def check_refused(visitor: Visitor, address: str, asked: Mapping[str, Any], status: int, told: str) -> None:
    """The page says what is wrong."""
    assert told in visitor.look(address, asked, status).text
