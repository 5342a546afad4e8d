"""The fields of a query: one entity by its id, address or natural key, lists of a type, vocabularies, the release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api import limits, lookup
from api.definitions import ModelField, Resolver, argument, listing, optional
from api.pages import Page
from api.reading import Request
from api.release import release_type
from api.scalars import IRI
from api.search import search_field
from api.types import Types
from api.vocabularies import Concept, Vocabulary, find_concept, find_vocabulary
from kg.errors import UsageError
from kg.schema import EntityType, Field

Given = Mapping[str, Any]


def fields(types: Types) -> Iterator[StrawberryField]:
    """All fields of the query type."""
    yield from _general(types)
    yield search_field(types)
    for kind in types.schema.entity_types():
        yield _singular(types, kind)
        yield _plural(types, kind)
    yield from _lists_and_release(types)


def _general(types: Types) -> Iterator[StrawberryField]:
    by_id = argument("id", strawberry.ID, f"The full id: type and slug. For example `{types.example}`.")
    yield ModelField("node", optional(types.node), "Anything by its id; null if there is none of it.", _node, [by_id])
    ids = argument("ids", listing(strawberry.ID), f"Full ids, {limits.NODES} at most.")
    text = "Several by their ids, in that order; null with an error for each id that there is none of."
    yield ModelField("nodes", listing(optional(types.node)), text, _nodes, [ids])
    iri = argument("iri", IRI, f"The address. For example `{types.schema.iri(types.example)}`.")
    yield ModelField(
        "entity", optional(types.node), "Anything by its address; null if there is none of it.", _entity, [iri]
    )


def _singular(types: Types, kind: EntityType) -> StrawberryField:
    keys = [field for field in kind.fields.values() if field.natural_key and not field.many]
    arguments = [argument("id", optional(strawberry.ID), f"The slug or the full id. For example `{kind.example}`.")]
    arguments += [_key(types, field) for field in keys]
    names = [one.python_name for one in arguments]
    one = f"One {kind.label} by exactly one of {', '.join(names)}" if keys else f"One {kind.label} by its id"
    text = f"{one}; null if there is none of it."
    return ModelField(kind.singular, optional(types.made[kind.name]), text, _by_key(kind, names), arguments)


def _key(types: Types, field: Field) -> Any:
    example = f" For example `{field.example}`." if field.example else ""
    return argument(field.name, optional(types.parts.keys.get(field.name, str)), field.description + example)


def _plural(types: Types, kind: EntityType) -> StrawberryField:
    def resolve(_root: Any, request: Request, given: Given) -> Page:
        return Page(request, kind, kind.plural, None, given)

    text = f"All {kind.plural}, filtered and ordered, a page at a time. {kind.definition}"
    connection = types.connections.connection(kind)
    return ModelField(kind.plural, connection, text, resolve, types.connections.arguments(kind))


def _lists_and_release(types: Types) -> Iterator[StrawberryField]:
    text = "The state of the graph that answers: everything in one answer is of one release."
    yield ModelField("release", release_type(types), text, lambda _root, request, _given: request.reader.release)
    yield ModelField("vocabularies", listing(Vocabulary), "All controlled lists, by id.", _vocabularies)
    by_slug = argument("id", strawberry.ID, "The id or the address of the list. For example `role`.")
    text = "One controlled list; null if there is none of it."
    yield ModelField("vocabulary", optional(Vocabulary), text, _vocabulary, [by_slug])
    by_id = argument("id", strawberry.ID, "The id or the address of the concept. For example `role/sponsor`.")
    text = "One concept of a controlled list; null if there is none of it."
    yield ModelField("concept", optional(Concept), text, _concept, [by_id])


# ---------------------------------------------------------------- resolvers


def _node(_root: Any, request: Request, given: Given) -> int:
    return lookup.any_entity(request, given["id"])


def _nodes(_root: Any, request: Request, given: Given) -> list[int | Exception]:
    asked = given["ids"]
    if len(asked) > limits.NODES:
        raise UsageError(f"ids: {len(asked)} ids were given. Give {limits.NODES} at most.", max=limits.NODES)
    request.spend(len(asked))
    return [_found(request, text) for text in asked]


def _found(request: Request, text: str) -> int | Exception:
    """The entity, or the error that stands for it in the list."""
    try:
        return lookup.any_entity(request, text)
    except UsageError as error:
        return error


def _entity(_root: Any, request: Request, given: Given) -> int:
    return lookup.by_iri(request, given["iri"])


def _by_key(kind: EntityType, names: list[str]) -> Resolver:
    return lambda _root, request, given: lookup.by_one_key(request, kind, given, names)


def _vocabularies(_root: Any, request: Request, _given: Given) -> list[Vocabulary]:
    return [find_vocabulary(request, slug) for slug in sorted(request.schema.vocabularies)]


def _vocabulary(_root: Any, request: Request, given: Given) -> Vocabulary:
    return find_vocabulary(request, given["id"])


def _concept(_root: Any, request: Request, given: Given) -> Concept:
    return find_concept(request, given["id"])
