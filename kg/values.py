"""One written value checked against its field: the lexical form that enters the graph, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kg.dates import is_partial_date
from kg.files import SLUG, did_you_mean
from kg.schema import EntityType, Field, Schema

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,9})?")
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_IRI = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_CURIE = re.compile(r"([A-Za-z][A-Za-z0-9]*):([A-Za-z0-9._-]+)")


@dataclass(frozen=True)
class Wrong:
    """Why a value cannot be used, and what to write instead."""

    what: str
    remedy: str


def check_value(schema: Schema, kind: EntityType, field: Field, text: str) -> str | Wrong:
    """The lexical form of a value of ``field``; ``kind`` is the type that field names refer to."""
    if text.strip() == "":
        return Wrong("has no value", f"Leave {field.name} out, or name it under `unknown:` if it was looked for.")
    return _CHECKS[field.kind](schema, kind, field, text)


def _string(_schema: Schema, _kind: EntityType, _field: Field, text: str) -> str | Wrong:
    if text != text.strip() or "\n" in text:
        return Wrong(f"{text!r} has spaces or line breaks around or in it", "Write it on one line without them.")
    return text


def _boolean(_schema: Schema, _kind: EntityType, _field: Field, text: str) -> str | Wrong:
    return text if text in ("true", "false") else Wrong(f"{text!r} is neither true nor false", "Write true or false.")


def _integer(_schema: Schema, _kind: EntityType, _field: Field, text: str) -> str | Wrong:
    return text if _INTEGER.fullmatch(text) else Wrong(f"{text!r} is no whole number", "Write digits only, like 10.")


def _decimal(_schema: Schema, _kind: EntityType, _field: Field, text: str) -> str | Wrong:
    if not _DECIMAL.fullmatch(text):
        return Wrong(f"{text!r} is no number", "Write digits with a point, like 52.16 or 125000000.")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(_schema: Schema, _kind: EntityType, _field: Field, text: str) -> str | Wrong:
    if is_partial_date(text):
        return text
    return Wrong(f"{text!r} is no date", "Write 2020, 2020-07 or 2020-07-01, as precise as the source.")


def _uri(_schema: Schema, _kind: EntityType, _field: Field, text: str) -> str | Wrong:
    return text if _URL.fullmatch(text) else Wrong(f"{text!r} is no web address", "Write it whole, with https://.")


def _iri(schema: Schema, _kind: EntityType, field: Field, text: str) -> str | Wrong:
    if _IRI.fullmatch(text):
        return text
    curie = _CURIE.fullmatch(text)
    if curie and curie[1] in schema.prefixes:
        return schema.prefixes[curie[1]] + curie[2]
    example = f" like {field.example}" if field.example else ""
    known = ", ".join(sorted(schema.prefixes))
    return Wrong(f"{text!r} is no IRI", f"Write a full IRI or a CURIE{example} (prefixes: {known}).")


def _enum(schema: Schema, _kind: EntityType, field: Field, text: str) -> str | Wrong:
    vocabulary = schema.vocabularies[field.scheme or ""]
    if text in vocabulary.concepts:
        return text
    hint = did_you_mean(text.lower(), vocabulary.concepts)
    if not hint and len(vocabulary.concepts) <= 25:
        hint = f"Use one of {', '.join(vocabulary.concepts)}."
    hint = hint or f"The list {vocabulary.slug} in ontology/vocabularies.ttl has {len(vocabulary.concepts)} values."
    return Wrong(f"{text!r} is no value of the list {vocabulary.slug}", hint)


def _link(schema: Schema, _kind: EntityType, field: Field, text: str) -> str | Wrong:
    allowed = schema.concrete(field.target or "")
    if len(allowed) == 1:
        if SLUG.fullmatch(text):
            return f"{allowed[0].slug}/{text}"
        remedy = f"Write the id alone, the file name in data/{allowed[0].slug}/ without .yaml."
        return Wrong(f"{text!r} is no id of a {allowed[0].label}", remedy)
    type_slug, _, slug = text.partition("/")
    kinds = {kind.slug for kind in allowed}
    if type_slug in kinds and SLUG.fullmatch(slug):
        return text
    example = f"{allowed[0].slug}/{slug or text}"
    hint = did_you_mean(type_slug, kinds) if slug else ""
    remedy = hint or f"Write type and id, like {example}; types here: {', '.join(sorted(kinds))}."
    return Wrong(f"{text!r} does not say what it links to", remedy)


def _field_name(_schema: Schema, kind: EntityType, _field: Field, text: str) -> str | Wrong:
    if text in kind.fields:
        return text
    hint = did_you_mean(text, kind.fields) or f"Fields are {', '.join(kind.fields)}."
    return Wrong(f"{text!r} is no field of a {kind.label}", hint)


_CHECKS: Mapping[str, Callable[[Schema, EntityType, Field, str], str | Wrong]] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "uri": _uri,
    "iri": _iri,
    "enum": _enum,
    "link": _link,
    "field-name": _field_name,
}
