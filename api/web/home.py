"""The first page: search, the tasks, what the release covers and what is newest in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.reading import Reader, Release
from api.web.site import Site
from api.web.values import Shown, heading, shown
from api.web.words import plural
from kg.coverage import Gap, read_gaps
from kg.dates import last_day
from kg.model import Model
from kg.provenance import SOURCE
from kg.schema import EntityType, Field
from kg.settings import packaged

NEWEST = 4
"""How many of a type are shown as its newest."""
TYPES = 4
"""Types whose newest are shown."""
EXAMPLES = 3
"""How many searches are offered as examples."""


@dataclass(frozen=True)
class Dated:
    """Something that the release dates: the day, the entity, and what is said for that day, if it is more than it."""

    day: str
    entity: int
    what: str
    value: Shown | None


def routes(site: Site) -> list[Route]:
    """The first page."""

    async def home(request: Request) -> Response:
        return await site.answer(request, partial(_home, site))

    return [Route("/", home)]


def _home(site: Site, request: Request, reader: Reader) -> Response:
    told = {
        "kinds": [(kind, plural(kind), len(reader.model.rows(kind.name))) for kind in listed(reader)],
        "examples": reader.once(_examples),
        "newest": reader.once(newest),
        "gaps": len(reader.once(gaps)),
    }
    return site.page(request, reader, "home", **told)


def listed(reader: Reader) -> list[EntityType]:
    """The types that stand for themselves and have entities, the sources among them."""
    own = (kind for kind in reader.schema.entity_types() if kind.owner is None)
    return [kind for kind in own if (kind.is_entity or kind.name == SOURCE) and reader.model.rows(kind.name)]


def gaps(_release: Release) -> tuple[Gap, ...]:
    """What the data that are shipped do not cover."""
    return read_gaps(packaged("data"))


def newest(release: Release) -> list[tuple[str, list[Dated]]]:
    """By type, in words, what has the latest days up to the release's, each entity once; the latest types alone."""
    model = release.model
    kinds = [kind for kind in release.schema.entity_types() if kind.is_entity and kind.owner is None]
    found = [(plural(kind), _newest(model, kind, release.date)) for kind in kinds]
    return sorted((one for one in found if one[1]), key=lambda one: one[1][0].day, reverse=True)[:TYPES]


def _newest(model: Model, kind: EntityType, until: str) -> list[Dated]:
    """What is stated of a type for the latest days: values that have a day, or else dates that stand for themselves."""
    stated = {field.as_of: field for field in kind.fields.values() if field.as_of}
    dates = [field for field in kind.fields.values() if field.kind == "date" and not field.many and not field.hidden]
    latest: dict[int, tuple[str, Field]] = {}
    for date in dates:
        for row in model.rows(kind.name) if date.name in stated or not stated else ():
            day = model.get(row, date.name)
            if isinstance(day, str) and last_day(day) <= until and day > latest.get(row, ("",))[0]:
                latest[row] = day, date
    rows = sorted(latest, key=lambda row: latest[row][0], reverse=True)[:NEWEST]
    return [_dated(model, kind, row, *latest[row], stated) for row in rows]


def _dated(model: Model, kind: EntityType, row: int, day: str, date: Field, stated: Mapping[str, Field]) -> Dated:
    field = stated.get(date.name)
    value = model.get(row, field.name) if field else None
    if field is None or value is None or isinstance(value, tuple):
        said = heading(date)
        return Dated(day, row, "" if said.lower() == date.kind else said, None)
    return Dated(day, row, heading(field), shown(model, kind, field, value))


def _examples(release: Release) -> list[str]:
    """What one may search for: the shortest names of the types' examples, as far as the release has them."""
    model = release.model
    kinds = [kind for kind in release.schema.entity_types() if kind.is_entity and kind.owner is None]
    pairs = [(kind, model.number(kind.example)) for kind in kinds]
    names = [list(_names(model, kind, number)) for kind, number in pairs if number is not None]
    return list(dict.fromkeys(min(found, key=len) for found in names if found))[:EXAMPLES]


def _names(model: Model, kind: EntityType, entity: int) -> Iterator[str]:
    for field in kind.fields.values():
        if field.searched:
            yield from (str(value) for value in model.values(entity, field.name))
