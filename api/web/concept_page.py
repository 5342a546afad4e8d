"""The page of a value of a controlled list: what it means, where it stands in its tree, and what has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import lookup
from api.reading import Reader
from api.web import linked_data
from api.web.asking import FORMAT, PAGE, Query
from api.web.columns import columns
from api.web.files import csv_file
from api.web.site import Site
from api.web.values import heading
from api.web.words import plural
from kg.errors import NotFoundError, UsageError
from kg.schema import Concept, EntityType, Field, Vocabulary

FIRST, ROWS = 10, 100
"""Entities named on the page of a concept, and on a page of those alone that have it in one field."""
LIST = "list"
"""The parameter that names a type and a field: only what has the value there."""


@dataclass(frozen=True)
class Use:
    """A field of a type with the entities that have the value there; ``below`` have it or a narrower one.

    ``filtered`` is the address of the list of the type with a filter for it, if it can be filtered so.
    """

    kind: EntityType
    field: Field
    heading: str
    entities: Sequence[int]
    below: int
    filtered: str | None

    @property
    def name(self) -> str:
        """How it stands in an address."""
        return f"{self.kind.slug}.{self.field.name}"


def routes(site: Site) -> list[Route]:
    """``/concept/{list}/{value}``, with the endings of RDF too."""

    def make(request: Request, reader: Reader) -> Response:
        slug, form = linked_data.split(request.path_params["value"])
        form = form or linked_data.wanted(request)
        vocabulary, concept = _find(reader, request.path_params["list"], slug)
        if form is not None:
            return linked_data.data(request, reader, f"{vocabulary.slug}-{slug}", [concept.iri], form)
        query = Query(request, (LIST, PAGE, FORMAT))
        uses = list(_uses(reader, vocabulary, concept))
        if query.one(LIST):
            return _list(site, request, reader, query, concept, uses)
        told = {
            "vocabulary": vocabulary,
            "concept": concept,
            "above": list(_above(vocabulary, concept)),
            "narrower": [vocabulary.concepts[one] for one in vocabulary.narrower[concept.slug]],
            "uses": uses,
            "first": FIRST,
            "forms": linked_data.FORMS.values(),
            "names_of_forms": linked_data.NAMES,
            "plural": plural,
        }
        return site.page(request, reader, "concept", **told)

    async def page(request: Request) -> Response:
        return await site.answer(request, make)

    return [Route("/concept/{list}/{value}", page)]


def _find(reader: Reader, name: str, slug: str) -> tuple[Vocabulary, Concept]:
    """The list and the concept; raises ``NotFoundError`` with what is spelt nearly like them."""
    vocabulary = reader.schema.vocabularies.get(name)
    if vocabulary is None:
        known = reader.schema.vocabularies
        raise NotFoundError(f"No controlled list has the name '{name[:80]}'.{lookup.near(name, known)}")
    if slug not in vocabulary.concepts:
        near = lookup.near(slug, vocabulary.concepts)
        raise NotFoundError(f"The list '{vocabulary.label}' has no value '{slug[:80]}'.{near}")
    return vocabulary, vocabulary.concepts[slug]


def _above(vocabulary: Vocabulary, concept: Concept) -> Iterator[list[Concept]]:
    """Every way from a top concept down to the one right above."""
    for parent in concept.broader:
        ways = list(_above(vocabulary, vocabulary.concepts[parent])) or [[]]
        yield from ([*way, vocabulary.concepts[parent]] for way in ways)


def _uses(reader: Reader, vocabulary: Vocabulary, concept: Concept) -> Iterator[Use]:
    """All fields in which an entity has the value or a narrower one."""
    model, wanted = reader.model, vocabulary.descendants(concept.slug)
    for kind in reader.schema.entity_types():
        for field in kind.fields.values():
            if field.scheme != vocabulary.slug or field.hidden:
                continue
            by_value = model.inverted(kind.name, field.name)
            below = {one for value in wanted for one in by_value.get(value, ())}
            if below:
                entities = by_value.get(concept.slug, ())
                offered = {name for column in columns(reader, kind) for name in column.facets}
                filtered = f"/{kind.slug}?{field.name}={concept.slug}" if field.name in offered else None
                yield Use(kind, field, heading(field), entities, len(below), filtered)


def _list(
    site: Site, request: Request, reader: Reader, query: Query, concept: Concept, uses: Sequence[Use]
) -> Response:
    """What has the value in one field, page by page or as CSV."""
    use = next(use for use in uses if use.name == query.choice(LIST, [use.name for use in uses]))
    if query.csv:
        rows = ([reader.model.ids[one], reader.model.label(one)] for one in use.entities)
        return csv_file(reader, f"{concept.scheme}-{concept.slug}-{use.name}", ["Id", "Label"], rows)
    pages = max(1, -(-len(use.entities) // ROWS))
    if query.page > pages:
        raise UsageError(f"'{PAGE}' is {query.page}, and the list has {pages}. Ask for one from 1 to {pages}.")
    told = {
        "concept": concept,
        "use": use,
        "shown": use.entities[(query.page - 1) * ROWS : query.page * ROWS],
        "query": query,
        "pages": pages,
        "plural": plural,
        "numbered": lambda page: query.address({PAGE: str(page)}),
    }
    return site.page(request, reader, "concept_list", **told)
