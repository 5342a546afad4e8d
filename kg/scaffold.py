"""A new record: a file with every field that may be written, described by the ontology, the required ones open."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import orjson

from kg.errors import NotFoundError, UsageError
from kg.files import SLUG, did_you_mean
from kg.jsonschema import json_schemas
from kg.schema import EntityType, Field, Schema, kebab

EDITOR = ".schema"
"""The folder beside the records in which an editor finds what it checks them with; git leaves it alone."""

_WIDTH = 100
_SHORT_LIST = 14


def new_record(schema: Schema, data: Path, type_name: str, slug: str) -> Path:
    """Write a new record and give its path; also what an editor needs to check it while it is filled in.

    Raises ``UsageError`` if the type or the slug will not do or the record exists, and ``NotFoundError`` if there is
    no such data folder.
    """
    kind = record_type(schema, type_name)
    if not SLUG.fullmatch(slug):
        proposal = slugified(slug)
        hint = f" Perhaps {proposal}?" if proposal else ""
        raise UsageError(f"{slug!r} is no id: use lower-case letters and digits, joined by single hyphens.{hint}")
    if not data.is_dir():
        raise NotFoundError(f"{data}: no such data folder. Make it, or point --data to another.")
    path = data / kind.slug / f"{slug}.yaml"
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as handle:
            handle.write(record_text(schema, kind))
    except FileExistsError as error:
        raise UsageError(f"{path}: is there already. Edit it, or choose another id.") from error
    write_editor_schemas(schema, data / EDITOR)
    return path


def write_editor_schemas(schema: Schema, folder: Path) -> None:
    """Write the JSON Schema of each type of record into a folder that git ignores by its own word."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="ascii")
    for slug, shape in json_schemas(schema).items():
        (folder / f"{slug}.json").write_bytes(orjson.dumps(shape, option=orjson.OPT_INDENT_2))


def record_type(schema: Schema, name: str) -> EntityType:
    """The type of records that a name means; raises ``UsageError`` if its entities have no files of their own."""
    kind = schema.by_slug.get(kebab(name.strip()))
    top = [k.slug for k in schema.entity_types() if k.owner is None]
    if kind is None:
        hint = did_you_mean(name.lower(), top) or f"Types are {', '.join(top)}."
        raise UsageError(f"there is no type {name!r}. {hint}")
    if kind.owner is not None:
        owner = schema.types[kind.owner]
        field = next(f.name for f in owner.fields.values() if f.owns and f.target == kind.name)
        where = "its owner" if owner.abstract else f"its {owner.label}"
        raise UsageError(f"{kind.slug} records have no files of their own. Write one in {where}'s, under `{field}:`.")
    return kind


def slugified(text: str) -> str:
    """The nearest id to a text, or nothing."""
    plain = unicodedata.normalize("NFKD", kebab(text)).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def record_text(schema: Schema, kind: EntityType) -> str:
    """The text of a record that is still to be filled in."""
    lines = [
        f"# yaml-language-server: $schema=../{EDITOR}/{kind.slug}.json",
        *_comment(f"A new {kind.label}: {_lower(kind.definition)} Fill in what a source states and remove the rest."),
    ]
    for field in _written(kind):
        lines += ["", *_comment(f"{field.description} {form(schema, field)}".rstrip())]
        lines += _open(field) if field.required else [f"# {line}" for line in _sample(schema, field)]
    return "\n".join(lines) + "\n"


def form(schema: Schema, field: Field) -> str:
    """What the value of a field looks like, in a sentence."""
    text = _form(schema, field)
    if field.many and not field.owns:
        text = f"A list; each item: {_lower(text)}" if text else "A list."
    return f"{text} For example `{field.example}`.".lstrip() if field.example else text


def _form(schema: Schema, field: Field) -> str:
    match field.kind:
        case "link" if field.owns:
            label = schema.types[field.target or ""].label
            return f"A short key for each {label}, and its fields below the key."
        case "link":
            allowed = schema.concrete(field.target or "")
            if len(allowed) == 1:
                return f"The id of a {allowed[0].label} (the name of its file without .yaml)."
            return f"Type and id, like `{allowed[0].example}`."
        case "enum":
            vocabulary = schema.vocabularies[field.scheme or ""]
            if len(vocabulary.concepts) > _SHORT_LIST:
                return f"A value of the list `{vocabulary.slug}` ({len(vocabulary.concepts)} values)."
            return f"One of {', '.join(f'`{slug}`' for slug in vocabulary.concepts)}."
    return _PLAIN_FORMS[field.kind]


_PLAIN_FORMS = {
    "string": "",
    "boolean": "Either `true` or `false`.",
    "integer": "A whole number.",
    "decimal": "A number, with a point before decimals.",
    "date": "A date as precise as the source: `2020`, `2020-07` or `2020-07-01`.",
    "uri": "A web address.",
    "iri": "A full IRI, or a CURIE with a prefix of the ontology.",
    "field-name": "The name of a field.",
}


def _written(kind: EntityType) -> list[Field]:
    return [field for field in kind.fields.values() if field.written]


def _open(field: Field) -> list[str]:
    return [f"{field.name}: []"] if field.many else [f"{field.name}:"]


def _sample(schema: Schema, field: Field) -> Iterator[str]:
    if not field.owns:
        yield f"{field.name}: []" if field.many else f"{field.name}:"
        return
    yield f"{field.name}:"
    yield "  short-key:"
    for nested in _written(schema.types[field.target or ""]):
        if nested.required:
            yield f"    {_open(nested)[0]}"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)]


def _lower(text: str) -> str:
    """The text as it goes on within a sentence; an acronym at its beginning stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
