"""What a page of the ontology says of a field, an address and a term, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.export import prefixes
from kg.schema import CONCEPTS, TERMS, Concept, Field, Schema, kebab
from kg.terminology import Terminology

HOLDS = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "decimal": "a number",
    "date": "a date, as precise as its source",
    "uri": "a web address",
    "iri": "a term of another vocabulary",
    "field-name": "the name of a field",
}
"""What a field of a kind holds; links and values of lists say it by themselves."""

SEARCHED = {"name": "a name", "code": "a code", "identifier": "an identifier", "synonym": "another name"}


def how_many(field: Field) -> str:
    """How many values an entity has of the field."""
    if field.many:
        return "one or more" if field.required else "any number"
    return "exactly one" if field.required else "at most one"


def match_words(predicate: str) -> str:
    """A SKOS mapping relation in words: ``skos:closeMatch`` is a close match."""
    return kebab(predicate.rpartition("#")[2]).replace("-", " ")


class Addresses:
    """Where the terms of an ontology are told, and how their IRIs are shortened."""

    def __init__(self, known: Terminology) -> None:
        self._schema = known.schema
        self._names = {term.iri for term in known.terms.values()} | {rule.iri for rule in known.rules}
        self._curie = _shortener(known.schema)

    def page(self, iri: str) -> str | None:
        """The address at which a term, a list or a concept is told; None for a term of another vocabulary."""
        if iri in self._schema.by_iri:
            return f"/ontology/{iri.removeprefix(TERMS)}"
        if iri in self._names:
            return f"/ontology#{iri.removeprefix(TERMS)}"
        return f"/concept/{iri.removeprefix(CONCEPTS)}" if iri.startswith(CONCEPTS) else None

    def field(self, field: Field, kind_name: str) -> str:
        """The address at which a field of a type is told."""
        return f"/ontology/{kind_name}#{field.iri.removeprefix(TERMS)}"

    def curie(self, iri: str) -> str:
        """An IRI with the prefix of its vocabulary, or whole if there is none for it."""
        return self._curie(iri)


def _shortener(schema: Schema) -> Callable[[str], str]:
    known = sorted(prefixes(schema).items(), key=lambda pair: -len(pair[1]))

    def curie(iri: str) -> str:
        fits = ((prefix, namespace) for prefix, namespace in known if iri.startswith(namespace) and iri != namespace)
        prefix, namespace = next(fits, ("", ""))
        return f"{prefix}:{iri.removeprefix(namespace)}" if prefix else iri

    return curie


def tree(concepts: Mapping[str, Concept]) -> list[tuple[int, Concept]]:
    """The concepts of a list below each other with their depth, in order of rank and name; each stands once."""
    below: dict[str, list[Concept]] = {}
    for concept in concepts.values():
        for parent in concept.broader or ("",):
            below.setdefault(parent, []).append(concept)
    found: dict[str, tuple[int, Concept]] = {}
    todo = [(0, one) for one in _in_order(below.get("", []))]
    while todo:
        depth, concept = todo.pop(0)
        if concept.slug not in found:
            found[concept.slug] = (depth, concept)
            todo[:0] = [(depth + 1, one) for one in _in_order(below.get(concept.slug, []))]
    rest = [(0, one) for slug, one in concepts.items() if slug not in found]
    return [*found.values(), *rest]


def _in_order(concepts: list[Concept]) -> list[Concept]:
    return sorted(concepts, key=lambda one: (one.rank is None, one.rank or 0, one.label.casefold()))
