"""Which fields of a type tell most in few words: those by which the ontology counts, lists and dates it."""

from __future__ import annotations

from collections.abc import Mapping

from api.reading import Release
from api.web.columns import counted_by
from kg.schema import ENTITY, TERMS, EntityType, Field
from kg.turtle import RDFS

Telling = Mapping[str, tuple[Field, ...]]
"""By the name of a concrete type its most telling fields, in their order."""


def telling_fields(release: Release) -> Telling:
    """Single values alone: what lists are counted by, what has a day for which it is stated, and required enums."""
    named = counted_by(release.schema)
    return {
        kind.name: tuple(f for f in kind.fields.values() if is_own(f) and not f.many and _tells(f, named[kind.name]))
        for kind in release.schema.entity_types()
    }


def is_own(field: Field) -> bool:
    """Whether a field says something of the thing: not what it is called, nor what every record has."""
    of_record = field.iri.startswith(f"{TERMS}{ENTITY}.")
    return not field.hidden and not of_record and field.predicate != RDFS + "label"


def days(kind: EntityType) -> frozenset[str]:
    """The names of the fields that say for which day another is stated: they stand beside that one."""
    return frozenset(field.as_of for field in kind.fields.values() if field.as_of)


def _tells(field: Field, named: frozenset[str]) -> bool:
    if field.kind in ("link", "date"):  # a date by itself does not say of what
        return False
    return field.name in named or field.counted or field.as_of is not None or (field.kind == "enum" and field.required)
