"""No kind of page is forgotten: every address that answers with a page is among those that are looked at."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.routing import Match, Route

from api.app import create_app
from kg.release import Release
from tests.api.conftest import MemoryReleases
from tests.browser.looks import LOOKS

FOR_MACHINES = {
    "/docs/code/{way}",
    "/docs/recipes.ipynb",
    "/dumps",
    "/dumps/{format}",
    "/healthz",
    "/id/{type}/{slug}",
    "/network.json",
    "/ontology.sssom.tsv",
    "/ontology.{suffix}",
    "/schema.graphql",
}
"""Addresses that answer with files, with JSON or with the way to another address."""


def test_every_page_is_looked_at(shipped: Release) -> None:
    routes = [route for route in create_app(MemoryReleases(shipped)).routes if isinstance(route, Route)]
    met = set()
    for look in LOOKS.values():
        scope = {"type": "http", "method": "GET", "path": urlsplit(look.path).path, "root_path": "", "headers": []}
        met.add(next(route.path for route in routes if route.matches(scope)[0] is Match.FULL))
    assert {route.path for route in routes} - met == FOR_MACHINES
