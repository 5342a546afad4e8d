"""The places of a trial: what a registry says of each, and which facilities are organisations of the graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.sources.codes import Codes
from kg.sources.names import slug_of
from kg.sources.spellings import Spellings

_KEY = 60
"""Letters of a place's key at the most."""


def locations(
    facts: Mapping[str, Any], spellings: Spellings, codes: Codes, cited: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The places of a trial by key, and the involvements of the organisations whose facilities they are.

    A facility is an organisation only if its name is exactly one of that organisation's and the countries agree.
    """
    places: dict[str, Any] = {}
    involved: dict[str, Any] = {}
    for place in facts.get("locations", ()):
        facility, city = (" ".join(str(place.get(k) or "").split()) for k in ("facility", "city"))
        country = codes.country(place.get("country"))
        organisation = spellings.facility(facility, country) if facility else None
        said = {
            "facility": facility,
            "city": city,
            "country": country,
            "organisation": organisation,
        }
        key = _free(places, slug_of(f"{city} {facility}") or "place")
        places[key] = {name: value for name, value in said.items() if value} | dict(cited)
        if organisation:
            agent = f"organisation/{organisation}"
            involved[f"trial-site-{organisation}"] = {"agent": agent, "role": "trial-site"} | dict(cited)
    return places, involved


def _free(places: Mapping[str, Any], wanted: str) -> str:
    """The key, or the key with the first number that is free."""
    stem = wanted[:_KEY].strip("-")
    return next(key for n in range(1, len(places) + 2) if (key := stem if n == 1 else f"{stem}-{n}") not in places)
