"""The page of an entity, at the path of its IRI: what is on record of it, who says so, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api import lookup
from api.reading import Reader
from api.web import linked_data
from api.web.asking import FORMAT, PAGE, Query
from api.web.drawings import Drawing
from api.web.ego_drawing import ego_drawing
from api.web.ego_table import TIES, drawn_ties, ties_file
from api.web.facts import Facts, is_list
from api.web.files import csv_file
from api.web.listings import ROWS, Listings
from api.web.notes import Notes
from api.web.reports import Reports
from api.web.site import Site
from api.web.words import plural
from kg import settings
from kg.errors import UsageError
from kg.model import Model
from kg.network.records import ORGANISATION, canonical
from kg.provenance import CONFLICT_FIELD, EVIDENCE_FIELD
from kg.schema import EntityType

LIST, TYPE, ALONE = "list", "type", "alone"
"""The parameters of a page that shows one list alone: which, records of which type, those that rest on it alone."""
PARTNERS = 8
"""Partners in the drawing of an organisation."""


def routes(site: Site) -> list[Route]:
    """``/{type}/{slug}``, for whatever types the release has: to be tried after all other addresses."""
    tracker = settings.tracker()

    def make(request: Request, reader: Reader) -> Response:
        found = find(site, request, reader)
        if isinstance(found, Response):
            return found
        query = Query(request, (LIST, TYPE, ALONE, PAGE, FORMAT))
        if query.one(LIST) == TIES and query.csv and reader.model.kind(found).name == ORGANISATION:
            return ties_file(reader, found)
        if query.one(LIST):
            return _list(site, request, reader, found, query)
        if not query.empty:
            raise UsageError(f"'{TYPE}', '{ALONE}', '{PAGE}' and '{FORMAT}' are about a list. Say which with '{LIST}'.")
        reports = Reports(tracker, reader.model, found, reader.release.id)
        return site.page(request, reader, "entity", **_told(site, request, reader, found), reports=reports)

    async def page(request: Request) -> Response:
        return await site.answer(request, make)

    return [*linked_data.routes(site), Route("/{type}/{slug}", page)]


def find(site: Site, request: Request, reader: Reader) -> int | Response:
    """The entity of the address; an answer if RDF is asked for, or another has taken its place.

    Raises ``NotFoundError`` with what is spelt nearly like it, HTTPException (404) where no type has this name.
    """
    slug, model = request.path_params["type"], reader.model
    if slug not in reader.schema.by_slug:
        raise HTTPException(404)
    name = f"{slug}/{request.path_params['slug']}"
    form = linked_data.wanted(request)
    entity, ending = model.number(name), ""
    if entity is None:
        name, named = linked_data.split(name)
        form, ending = named or form, f".{named.suffix}" if named else ""
        entity = lookup.any_entity(site.asked(request, reader), name)
    stands = canonical(model, entity) if "replacedBy" in model.kind(entity).fields else entity
    if stands != entity:
        return RedirectResponse(f"/{model.ids[stands]}{ending}", 308)
    return entity if form is None else linked_data.entity_data(request, reader, entity, form)


def _told(site: Site, request: Request, reader: Reader, entity: int) -> dict[str, Any]:
    """Everything on the page; footnotes are numbered in the order in which it is put together."""
    model, kind = reader.model, reader.model.kind(entity)
    notes = Notes(model)
    notes.record(entity)
    facts = Facts(reader, entity, notes)
    told = (facts.standing, facts.rest, facts.conflicts)  # numbered before the tables below them
    listings = Listings(reader, entity, notes, site.asked(request, reader).tick)
    fields = [f for f in kind.fields.values() if is_list(f) and f.name not in (EVIDENCE_FIELD, CONFLICT_FIELD)]
    if not kind.is_entity:
        fields = [f for f in kind.fields.values() if is_list(f)]
    found = ((field, listings.records(field)) for field in fields)
    return {
        "entity": entity,
        "kind": kind,
        "facts": facts,
        "shown": told,
        "lists": [listings.listing(field, records) for field, records in found if records],
        "notes": list(notes),
        "evidence": EVIDENCE_FIELD,
        "statements": len(model.links(entity, EVIDENCE_FIELD)) if kind.is_entity else 0,
        "record_marks": notes.record(entity),
        "drawing": _drawing(reader, entity),
        "ties": drawn_ties(reader, entity, PARTNERS),
        "forms": linked_data.FORMS.values(),
        "names_of_forms": linked_data.NAMES,
        "plural": plural,
        "graphql": f"/graphql?{urlencode({'query': graphql(model, entity)})}",
    }


def _list(site: Site, request: Request, reader: Reader, entity: int, query: Query) -> Response:
    """One list alone, page by page, or all of it as CSV."""
    model, notes = reader.model, Notes(reader.model)
    listings = Listings(reader, entity, notes, site.asked(request, reader).tick)
    field = listings.field(query.one(LIST) or "")
    types = {kind.slug: kind for kind in reader.schema.concrete(field.target or "")}
    kind = types[query.choice(TYPE, types)] if query.one(TYPE) else None
    records = listings.records(field, kind, query.flag(ALONE))
    if query.csv:
        header, rows = listings.table(field, records)
        return csv_file(reader, f"{model.ids[entity].replace('/', '-')}-{field.name}", header, rows)
    pages = max(1, -(-len(records) // ROWS))
    if query.page > pages:
        raise UsageError(f"'{PAGE}' is {query.page}, and the list has {pages}. Ask for one from 1 to {pages}.")
    listing = listings.listing(field, records, (query.page - 1) * ROWS, ROWS)
    told = {"entity": entity, "kind": model.kind(entity), "listing": listing, "notes": list(notes), "query": query}
    told |= {"pages": pages, "only": kind, "plural": plural, "numbered": lambda page: query.address({PAGE: str(page)})}
    return site.page(request, reader, "entity_list", **told)


def _drawing(reader: Reader, entity: int) -> Drawing | None:
    """An organisation among its partners."""
    if reader.model.kind(entity).name != ORGANISATION:
        return None
    network = reader.release.network
    return ego_drawing(network, network.projection(network.options()), entity, PARTNERS)


def graphql(model: Model, entity: int) -> str:
    """A query for the same entity: its values, and the ids of what it links to, owns and cites."""
    kind = model.kind(entity)
    fields = "".join(f"    {line}\n" for line in _selected(model, kind))
    return f'{{\n  {kind.singular}(id: "{model.ids[entity]}") {{\n    id\n    iri\n{fields}  }}\n}}\n'


def _selected(model: Model, kind: EntityType) -> Iterator[str]:
    for field in (field for field in kind.fields.values() if not field.hidden):
        if field.kind != "link":
            yield field.name
        elif not field.many or field.owns or not (field.inverse or model.schema.types[field.target or ""].is_entity):
            yield f"{field.name} {{ id }}"
