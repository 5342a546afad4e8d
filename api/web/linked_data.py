"""Entities and concepts as RDF: the same triples as in the dumps, in the format that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.etags import known_again
from api.negotiation import chosen
from api.reading import Reader, Release
from api.web.site import Site
from kg.export import FORMATS, Format, in_order, prefixes
from kg.model import Model
from kg.subjects import Subjects

HTML = "text/html"
FORMS: dict[str, Format] = {form.suffix: form for form in FORMATS.values() if not form.archive}
"""The formats of one entity, by the ending of an address."""
NAMES = {"ttl": "as Turtle", "nt": "as N-Triples", "jsonld": "as JSON-LD", "rdf": "as RDF/XML"}
"""What people call them."""
_TYPES = {form.media_type: form for form in FORMS.values()}
_OTHERS = {"application/json": "jsonld", "application/xml": "rdf", "text/xml": "rdf", "text/plain": "nt"}
"""What is said less exactly, and the format that fits."""


def routes(site: Site) -> list[Route]:
    """The addresses that stand in the graph's IRIs, without their host: they lead on to the pages."""

    async def lead_on(request: Request) -> Response:
        name, form = "/".join(request.path_params.values()), wanted(request)
        ending = "" if form is None or split(name)[1] else f".{form.suffix}"
        return RedirectResponse(f"/{name}{ending}", 303, {"Vary": "Accept"})

    return [Route("/id/{type}/{slug}", lead_on)]


def wanted(request: Request) -> Format | None:
    """The RDF format that the client prefers to a page, None for the page; raises HTTPException (406) for neither."""
    offers = [HTML, "application/xhtml+xml", *_TYPES, *_OTHERS]
    found = chosen(request.headers.get("accept"), offers)
    if found is None:
        raise HTTPException(406, f"Nothing here is of the type that you accept. Ask for {', '.join([HTML, *_TYPES])}.")
    return _TYPES.get(found) or FORMS.get(_OTHERS.get(found, ""))


def split(text: str) -> tuple[str, Format | None]:
    """An id and the format that its ending names, if it ends so."""
    head, dot, ending = text.rpartition(".")
    return (head, FORMS[ending]) if dot and ending in FORMS else (text, None)


def entity_data(request: Request, reader: Reader, entity: int, form: Format) -> Response:
    """An entity with all records that it owns."""
    owned = [reader.model.iri(one) for one in _with_owned(reader.model, entity)]
    return data(request, reader, reader.model.ids[entity], owned, form)


def data(request: Request, reader: Reader, name: str, iris: Sequence[str], form: Format) -> Response:
    """The triples of some subjects; ``name`` is that of the file."""
    triples = reader.once(_subjects).triples(iris)
    ordered = in_order(ox.Quad(*triple) for triple in triples)
    used = {text for quad in ordered for text in _namespaces(quad)}
    names = {name: iri for name, iri in prefixes(reader.schema).items() if iri in used}
    content = ox.serialize((quad.triple for quad in ordered), format=form.syntax, prefixes=names) or b""
    release = reader.release.id
    headers = {
        "Content-Disposition": f'inline; filename="{name.replace("/", "-")}-{release}.{form.suffix}"',
        "X-ATMP-Release": release,
        "Vary": "Accept",
        "Access-Control-Allow-Origin": "*",
    }
    return known_again(request, Response(content, 200, headers, form.media_type))


def _subjects(release: Release) -> Subjects:
    return Subjects(release.dump("ntriples"))


def _with_owned(model: Model, entity: int) -> Iterable[int]:
    """The entity, and the records nested in it at any depth."""
    found, todo = {entity: None}, [entity]
    while todo:
        one = todo.pop()
        nested = (n for f in model.kind(one).fields.values() if f.owns for n in model.links(one, f.name))
        new = [owned for owned in nested if owned not in found]
        found |= dict.fromkeys(new)
        todo += new
    return found


def _namespaces(quad: ox.Quad) -> Iterator[str]:
    """The beginnings of all IRIs of a quad that a prefix may stand for."""
    terms = (quad.subject, quad.predicate, quad.object)
    nodes = [term.datatype if isinstance(term, ox.Literal) else term for term in terms]
    for node in nodes:
        if isinstance(node, ox.NamedNode):
            yield from (node.value[: place + 1] for place, sign in enumerate(node.value) if sign in "/#_")
