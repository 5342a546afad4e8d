"""The addresses of all pages, in the order in which they are tried."""

from __future__ import annotations

from starlette.routing import Route

from api.web import (
    about,
    brief,
    brokers_page,
    browsing,
    concept_page,
    entities,
    home,
    introductions_page,
    network_page,
    ontology_page,
    partners_page,
    searching,
    timeline_page,
    white_space_page,
)
from api.web.site import Site

ROOMS = [
    home,
    searching,
    about,
    network_page,
    ontology_page,
    introductions_page,
    partners_page,
    white_space_page,
    brokers_page,
    timeline_page,
    concept_page,
    brief,
    browsing,  # from here on addresses begin with the name of any type
    entities,
]
"""The modules that have pages; each says in its ``routes`` at which addresses."""


def routes(site: Site) -> list[Route]:
    """The routes of all rooms."""
    return [route for room in ROOMS for route in room.routes(site)]
