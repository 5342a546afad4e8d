"""The ontology's documentation: every class, property, rule and list, as the ontology of the release has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pyoxigraph as ox
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api import lookup
from api.etags import known_again
from api.html import Pages
from api.reading import Reader, Release
from api.web import linked_data
from api.web import ontology_words as words
from api.web.asking import FORMAT, Query
from api.web.files import csv_file
from api.web.site import Make, Site
from kg.alignments import FILE as ALIGNMENTS
from kg.errors import NotFoundError
from kg.export import Format, prefixes
from kg.schema import TERMS, EntityType, Field, Vocabulary
from kg.terminology import FILES, Terminology

_LONGEST = 100
"""Characters of a name that is not known, as far as it is looked at and repeated."""


def routes(site: Site) -> list[Route]:
    """The addresses of this room."""

    def answered(make: Make) -> Callable[..., object]:
        async def answer(request: Request) -> Response:
            return await site.answer(request, make)

        return answer

    return [
        Route("/ontology", answered(partial(_index, site))),
        Route("/ontology.sssom.tsv", answered(_alignments)),
        Route("/ontology.{suffix}", answered(_file)),
        Route("/ontology/{name}", answered(partial(_type, site))),
        Route("/concept/{list}", answered(partial(_list, site))),
    ]


def terminology(release: Release) -> Terminology:
    """The terms of a release's ontology; to be kept with ``Reader.once``."""
    return Terminology.read(release.schema, release.ontology)


# ---------------------------------------------------------------- pages


def _index(site: Site, request: Request, reader: Reader) -> Response:
    """Every term by its fragment, and what the ontology says of itself; or the ontology as RDF."""
    query, known = Query(request, [FORMAT]), reader.once(terminology)
    if query.csv:
        return csv_file(reader, "ontology-terms", _TERM_HEADER, _term_rows(known))
    form = linked_data.wanted(request)
    if form is not None:
        return _whole(request, reader, form)
    told = _sections(known) | {"entries": reader.once(_entries)}
    return site.page(request, reader, "ontology", **told, **_told(known))


def _entries(release: Release) -> Markup:
    """The entries of all terms: some hundreds, and the same as long as the release serves."""
    known = terminology(release)
    return Markup(Pages().text("web/ontology_entries", model=release.model, **_sections(known), **_told(known)))


def _sections(known: Terminology) -> dict[str, object]:
    """The terms by where they stand on the page of all."""
    terms = sorted(known.terms.values(), key=lambda term: term.name.casefold())
    return {
        "properties": [term for term in terms if term.kind == "property"],
        "others": [term for term in terms if term.kind not in ("property", "class")],
        "foreign": sorted(iri for iri in known.uses if iri not in known.terms),
    }


def _type(site: Site, request: Request, reader: Reader) -> Response:
    """One type with its fields; any other term is on the page of all terms."""
    known, name = reader.once(terminology), request.path_params["name"]
    kind = reader.schema.types.get(name)
    if kind is None:
        return _elsewhere(known, name)
    if Query(request, [FORMAT]).csv:
        return csv_file(reader, f"ontology-{kind.slug}", _FIELD_HEADER, _field_rows(known, kind))
    groups = [(reader.schema.types[one], _fields(known, kind, one)) for one in (kind.name, *kind.ancestors)]
    defined = [one for one in reader.schema.defined_classes if one.type == kind.name]
    below = [one for one in reader.schema.types.values() if kind.name in one.ancestors]
    pointing = [(one, field) for one, field in known.fields.values() if field.target in (kind.name, *kind.ancestors)]
    told = {"groups": groups, "defined": defined, "below": below, "pointing": pointing}
    return site.page(request, reader, "ontology_type", kind=kind, **told, **_told(known))


def _list(site: Site, request: Request, reader: Reader) -> Response:
    """A controlled list with its values; or the list as RDF."""
    slug, form = linked_data.split(request.path_params["list"])
    form = form or linked_data.wanted(request)
    vocabulary = reader.schema.vocabularies.get(slug)
    if vocabulary is None:
        near = lookup.near(slug[:_LONGEST], reader.schema.vocabularies)
        raise NotFoundError(f"There is no list '{slug[:_LONGEST]}'.{near} All are at /ontology.")
    if Query(request, [FORMAT]).csv:
        return csv_file(reader, f"list-{slug}", _VALUE_HEADER, _value_rows(vocabulary))
    if form is not None:
        iris = [vocabulary.iri, *(concept.iri for concept in vocabulary.concepts.values())]
        return linked_data.data(request, reader, f"list-{slug}", iris, form)
    known = reader.once(terminology)
    holding = [(kind, field) for kind, field in known.fields.values() if field.scheme == slug]
    told = {"vocabulary": vocabulary, "tree": words.tree(vocabulary.concepts), "holding": holding}
    return site.page(request, reader, "ontology_list", **told, **_told(known))


def _told(known: Terminology) -> dict[str, object]:
    """What the templates of this room need beside what they tell of."""
    forms = [(suffix, form.media_type, linked_data.NAMES[suffix]) for suffix, form in linked_data.FORMS.items()]
    return {"known": known, "addresses": words.Addresses(known), "words": words, "forms": forms}


def _elsewhere(known: Terminology, name: str) -> Response:
    """The way to a term that has no page of its own; raises ``NotFoundError`` if there is no such term."""
    iris = [*known.fields, *(rule.iri for rule in known.rules), *known.terms, *known.schema.by_iri]
    names = [iri.removeprefix(TERMS) for iri in iris]
    if name == known.about.version:
        return RedirectResponse("/ontology", 303)
    if name in names:
        return RedirectResponse(f"/ontology#{name}", 303)
    near = lookup.near(name[:_LONGEST], names)
    raise NotFoundError(f"The ontology has no term '{name[:_LONGEST]}'.{near} All are at /ontology.")


def _fields(known: Terminology, kind: EntityType, declaring: str) -> list[Field]:
    """The fields of a type that are declared by it or by one above it."""
    return [field for field in kind.fields.values() if known.fields[field.iri][0].name == declaring]


# ---------------------------------------------------------------- files


def _file(request: Request, reader: Reader) -> Response:
    """The ontology in the format of a suffix."""
    form = linked_data.FORMS.get(request.path_params["suffix"])
    if form is None:
        known = ", ".join(f"/ontology.{suffix}" for suffix in linked_data.FORMS)
        raise NotFoundError(f"The ontology is not to be had at {request.url.path[:_LONGEST]}. Ask for {known}.")
    return _whole(request, reader, form)


def _whole(request: Request, reader: Reader, form: Format) -> Response:
    """The whole ontology; in Turtle as its files have it, with their comments."""
    if form.syntax == ox.RdfFormat.TURTLE:
        content = b"\n".join((reader.release.ontology / name).read_bytes() for name in FILES)
    else:
        triples = reader.once(terminology).table.triples
        content = ox.serialize(triples, format=form.syntax, prefixes=prefixes(reader.schema)) or b""
    return _sent(request, reader, content, form.media_type)


def _alignments(request: Request, reader: Reader) -> Response:
    """The alignments with other vocabularies, as SSSOM."""
    return _sent(request, reader, (reader.release.ontology / ALIGNMENTS).read_bytes(), "text/tab-separated-values")


def _sent(request: Request, reader: Reader, content: bytes, media_type: str) -> Response:
    headers = {"X-ATMP-Release": reader.release.id, "Vary": "Accept", "Access-Control-Allow-Origin": "*"}
    return known_again(request, Response(content, 200, headers, media_type))


# ---------------------------------------------------------------- tables

_TERM_HEADER = ("Term", "Kind", "Label", "Label in Dutch", "Definition", "Matches", "IRI")
_FIELD_HEADER = (
    "Field",
    "Label",
    "Meaning",
    "Holds",
    "How many",
    "Links to",
    "List",
    "Declared by",
    "Predicate",
    "IRI",
)
_VALUE_HEADER = ("Value", "Label", "Label in Dutch", "Definition", "Broader", "Other names", "Codes", "IRI")


def _term_rows(known: Terminology) -> Iterator[tuple[str, ...]]:
    for term in known.terms.values():
        matches = "; ".join(f"{words.match_words(a.predicate)} {a.curie}" for a in known.aligned.get(term.iri, ()))
        yield term.name, term.kind, term.label, term.label_nl, term.definition, matches, term.iri
    for rule in known.rules:
        yield rule.name, "rule", rule.label, "", rule.definition, "", rule.iri


def _field_rows(known: Terminology, kind: EntityType) -> Iterator[tuple[str, ...]]:
    types = known.schema.types
    for field in kind.fields.values():
        holds = words.HOLDS.get(field.kind, "a link" if field.target else "a value of a list")
        target = types[field.target].label if field.target else ""
        scheme = known.schema.vocabularies[field.scheme].label if field.scheme else ""
        declared = known.fields[field.iri][0].label
        form = holds, words.how_many(field), target, scheme, declared
        path = f"^{field.predicate}" if field.inverse else field.predicate
        yield field.name, field.label, field.description, *form, path, field.iri


def _value_rows(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    for concept in vocabulary.concepts.values():
        broader = "; ".join(vocabulary.concepts[one].label for one in concept.broader)
        codes = "; ".join(f"{register} {code}" for register, code in concept.notations)
        names = "; ".join(concept.alt_labels)
        yield concept.slug, concept.label, concept.label_nl, concept.definition, broader, names, codes, concept.iri
