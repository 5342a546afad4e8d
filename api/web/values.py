"""One value of a field as people read it: its label, where it leads to, and what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from api.html import figure
from kg.model import Model
from kg.provenance import CONFLICT, EVIDENCE
from kg.schema import EntityType, Field, kebab
from kg.terms import Value

_WEB = re.compile(r"https?://[^\s<>\"]+")
_CURIE = re.compile(r"([A-Z]+):([A-Za-z0-9._-]+)")
_STATED = ("value", "shown")
"""The fields of evidence and conflicts that hold a value of another record."""


@dataclass(frozen=True)
class Shown:
    """A value in words; ``href`` is the page or web address that it leads to, ``means`` what is said of it."""

    text: str
    href: str | None = None
    means: str = ""

    @property
    def outside(self) -> bool:
        """Whether it leads to another site."""
        return self.href is not None and not self.href.startswith("/")


def heading(field: Field) -> str:
    """What a field is called beside its values: as its predicate, unless that is more general or about one of many."""
    words = kebab(field.name).replace("-", " ")
    local = re.split("[/#]", field.predicate)[-1].lower()
    says = field.name.lower() in local or set(words.split()) <= set(field.label.split())
    text = words if field.many or field.inverse or field.label == field.name or not says else field.label
    return text[:1].upper() + text[1:]


def shown(model: Model, kind: EntityType, field: Field, value: Value) -> Shown:
    """A value of a field of a type."""
    if field.kind == "link" and isinstance(value, int):
        return of_entity(model, value)
    if field.kind == "enum":
        concept = model.schema.vocabularies[field.scheme or ""].concepts[str(value)]
        return Shown(concept.label, f"/concept/{concept.scheme}/{concept.slug}", concept.definition)
    if field.kind == "boolean":
        return Shown("yes" if value else "no")
    if field.kind == "field-name":
        named = kind.fields.get(str(value))
        return Shown(heading(named), means=named.description) if named else Shown(str(value))
    return Shown(figure(value)) if isinstance(value, int | float) else of_text(model, str(value))


def shown_of(model: Model, entity: int, field: Field, value: Value) -> Shown:
    """A value of an entity's field; what evidence and conflicts say of another record is shown as there."""
    kind = model.kind(entity)
    if kind.name not in (EVIDENCE, CONFLICT):
        return shown(model, kind, field, value)
    owner, name = model.get(entity, "of"), str(model.get(entity, "field"))
    there = model.kind(owner) if isinstance(owner, int) else kind
    if field.name in _STATED:
        return restated(model, there, there.fields.get(name), str(value))
    return shown(model, there if field.kind == "field-name" else kind, field, value)


def of_entity(model: Model, entity: int) -> Shown:
    """An entity by its label."""
    return Shown(model.label(entity), f"/{model.ids[entity]}", model.kind(entity).label)


def of_text(model: Model, text: str) -> Shown:
    """A text; one that is an address, or a short form of one, leads there."""
    if _WEB.fullmatch(text):
        return Shown(text, text)
    short = _CURIE.fullmatch(text)
    known: Mapping[str, str] = model.schema.prefixes
    return Shown(text, known[short[1]] + short[2]) if short and short[1] in known else Shown(text)


def restated(model: Model, kind: EntityType, field: Field | None, text: str) -> Shown:
    """The value that evidence writes as a text, as the field that it is about would show it."""
    if field is None:
        return Shown(text)
    if field.kind == "link":
        entity = model.number(text)
        return Shown(text) if entity is None else of_entity(model, entity)
    if field.kind == "enum" and text not in model.schema.vocabularies[field.scheme or ""].concepts:
        return Shown(text)
    if field.kind in ("integer", "decimal", "boolean"):
        return Shown({"true": "yes", "false": "no"}.get(text, text))
    return shown(model, kind, field, text)
