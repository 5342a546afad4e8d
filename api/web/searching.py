"""Search for people: entities by what they are called, with what they were found by; and the same as suggestions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.etags import known_again
from api.graphql_http import JSON
from api.reading import Reader, Release
from api.web.asking import CSV, FORMAT, PAGE, Query
from api.web.columns import columns
from api.web.files import csv_file
from api.web.site import Site
from api.web.words import field_label, plural
from kg.errors import UsageError
from kg.files import did_you_mean
from kg.folding import fold
from kg.schema import EntityType
from kg.search.finder import Hit
from kg.search.names import given_up

SIZE = 20
"""Results on a page."""
SUGGESTED = 8
"""Results as suggestions."""
FACTS = 3
"""Facts told of a result."""
NEAR = 0.6
"""The score below which a name is near to what was asked, and no more."""
_TEXT, _TYPE, _JSON = "q", "type", "json"
_HEADER = ("id", "name", "type", "found in", "as", "score")


@dataclass(frozen=True)
class Result:
    """One of what was found: its place, what it is called and is, by which other name it was found, some facts."""

    id: str
    label: str
    kind: EntityType
    field: str
    text: str
    facts: str
    deprecated: bool


class Results:
    """What a text finds, all of it and of the types asked for."""

    def __init__(self, site: Site, request: Request, reader: Reader, query: Query) -> None:
        self.model = reader.model
        self.reader = reader
        self.text = query.one(_TEXT) or ""
        self.types = [_kind(reader, slug) for slug in query.many(_TYPE)]
        self.every = reader.finder.find(self.text, site.asked(request, reader).tick)
        self.hits = [hit for hit in self.every if not self.types or self.model.kind(hit.entity) in self.types]

    @property
    def by_type(self) -> list[tuple[EntityType, int]]:
        """How many match of each type that any is of, the most first."""
        found = Counter(self.model.kind(hit.entity).name for hit in self.every)
        return [(self.model.schema.types[name], count) for name, count in found.most_common()]

    @property
    def near(self) -> list[str]:
        """Names that may have been meant, if nothing is called what was asked or begins so; three at most."""
        if not self.every:
            return list(self.reader.finder.nearest(self.text))
        best = self.every[0].score
        names = [hit.name.text for hit in self.every[:SIZE] if hit.score == best] if best < NEAR else []
        return list(dict.fromkeys(names))[:3]

    def shown(self, hits: Sequence[Hit]) -> list[Result]:
        """Hits as a list shows them."""
        return [self._result(hit) for hit in hits]

    def _result(self, hit: Hit) -> Result:
        model, kind = self.model, self.model.kind(hit.entity)
        label = model.label(hit.entity)
        other = fold(hit.name.text) != fold(label)
        return Result(
            id=hit.id,
            label=label,
            kind=kind,
            field=field_label(model.schema, kind, hit.name.field) if other else "",
            text=hit.name.text if other else "",
            facts=", ".join(_facts(self.reader, hit.entity)),
            deprecated=hit.entity in self.reader.once(_given_up),
        )


def routes(site: Site) -> list[Route]:
    """The search page."""

    async def search(request: Request) -> Response:
        return await site.answer(request, partial(_answer, site))

    return [Route("/search", search)]


def _answer(site: Site, request: Request, reader: Reader) -> Response:
    query = Query(request, (_TEXT, _TYPE, PAGE, FORMAT), formats=(CSV, _JSON))
    tidied = query.tidied()
    if tidied is not None:
        return tidied
    found = Results(site, request, reader, query)
    if query.format is not None:
        return _file(reader, found) if query.csv else _suggestions(request, found)
    pages = max(1, -(-len(found.hits) // SIZE))
    if query.page > pages:
        raise UsageError(f"There is no page {query.page} of these results. The last is {pages}.")
    told: dict[str, Any] = {
        "found": found,
        "among": " and ".join(map(plural, found.types)),
        "near": found.near,
        "first": (query.page - 1) * SIZE + 1,
        "results": found.shown(found.hits[(query.page - 1) * SIZE : query.page * SIZE]),
        "page": query.page,
        "pages": pages,
        "to": lambda page: query.address({PAGE: str(page)}),
        "table": query.address({FORMAT: CSV}),
        "tabs": [
            (plural(kind), kind in found.types, n, query.address({_TYPE: kind.slug})) for kind, n in found.by_type
        ],
        "all": query.address({_TYPE: None}),
        "as_search": lambda text: query.address({_TEXT: text}),
    }
    return site.page(request, reader, "search", **told)


def _suggestions(request: Request, found: Results) -> Response:
    """The first results for a program, such as the script of the search box."""
    results = [
        {
            "id": one.id,
            "href": f"/{one.id}",
            "label": one.label,
            "type": one.kind.slug,
            "typeLabel": one.kind.label,
            "matched": {"field": one.field, "text": one.text} if one.text else None,
            "facts": one.facts,
        }
        for one in found.shown(found.hits[:SUGGESTED])
    ]
    content = {"query": found.text, "total": len(found.hits), "results": results}
    headers = {"X-ATMP-Release": found.reader.release.id}
    return known_again(request, Response(orjson.dumps(content), headers=headers, media_type=JSON))


def _file(reader: Reader, found: Results) -> Response:
    """All results as a table."""
    model = reader.model
    rows = (
        (hit.id, model.label(hit.entity), model.kind(hit.entity).label, hit.name.field, hit.name.text, hit.score)
        for hit in found.hits
    )
    return csv_file(reader, "search", _HEADER, rows)


def _facts(reader: Reader, entity: int) -> Sequence[str]:
    """The most telling facts of an entity in words; of one with no more than links how many there are of each."""
    model, facts, counts = reader.model, [], []
    for column in columns(reader, model.kind(entity)):
        cell = column.cell(model, entity)
        text = ", ".join(one.text for one in cell.shown)
        if column.field.kind != "link" and text:
            facts.append(f"{text} (as of {cell.day})" if cell.day else text)
        elif text:
            counts.append(f"{column.heading.lower()}: {text if cell.total == 1 else cell.total}")
    return (facts or counts)[:FACTS]


def _given_up(release: Release) -> frozenset[int]:
    return given_up(release.model)


def _kind(reader: Reader, slug: str) -> EntityType:
    kind = reader.schema.by_slug.get(slug)
    if kind is None:
        raise UsageError(f"There is no type '{slug[:50]}'. {did_you_mean(slug, reader.schema.by_slug)}".rstrip())
    return kind
