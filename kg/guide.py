"""The guide for curators: how records are kept, an annotated one, and every field, as the ontology has them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from kg.records import spoken_of
from kg.scaffold import form
from kg.schema import ENTITY, EntityType, Field, Schema

GUIDE = "guide.md"
"""The part of the guide that is written by hand, with the places where the rest goes."""

_SAMPLES = {
    "string": "a short phrase",
    "boolean": "true",
    "integer": "12",
    "decimal": "1.5",
    "date": "2020-07",
    "uri": "https://example.org/",
}


def guide(schema: Schema) -> str:
    """The whole guide in Markdown."""
    text = files("kg").joinpath(GUIDE).read_text(encoding="utf-8")
    first = next(kind for kind in schema.entity_types() if kind.owner is None)
    top = [kind for kind in schema.entity_types() if kind.owner is None]
    nested = [kind for kind in schema.entity_types() if kind.owner is not None]
    return (
        text.replace("{{file}}", f"data/{first.example}.yaml")
        .replace("{{record}}", "\n".join(annotated(schema, first)))
        .replace("{{types}}", "\n".join(_overview(top)))
        .replace("{{fields}}", "\n\n".join(_fields(schema, kind) for kind in [*top, *nested]))
    )


def annotated(schema: Schema, kind: EntityType) -> Iterator[str]:
    """A record of a type with every field that may be written, each with a value of the right form and a remark."""
    for field in _written(kind):
        if not field.owns:
            yield f"{_line(schema, kind, kind, field)}  # {field.description}"
            continue
        nested = schema.types[field.target or ""]
        yield f"{field.name}:  # {field.description}"
        yield f"  short-key:  # completes the owner's id to that of the {nested.label}"
        for below in _written(nested):
            if not below.owns:
                yield f"    {_line(schema, nested, kind, below)}"


def _written(kind: EntityType) -> list[Field]:
    return [field for field in kind.fields.values() if field.written]


def _line(schema: Schema, kind: EntityType, owner: EntityType, field: Field) -> str:
    """A field of a type as it stands in a record nested in another, with a value."""
    value = _sample(schema, spoken_of(schema, kind, owner, field), field)
    return f"{field.name}: {f'[{value}]' if field.many else value}"


def _sample(schema: Schema, spoken: EntityType, field: Field) -> str:
    if field.example:
        return field.example
    match field.kind:
        case "enum":
            return next(iter(schema.vocabularies[field.scheme or ""].concepts))
        case "link":
            allowed = schema.concrete(field.target or "")
            example = allowed[0].example
            return example.partition("/")[2] if len(allowed) == 1 else example
        case "field-name":
            return next(f.name for f in _written(spoken) if f.kind == "string" and not f.required)
        case "iri":
            return f"{next(iter(schema.prefixes))}:0000001"
    return _SAMPLES[field.kind]


def _overview(kinds: list[EntityType]) -> Iterator[str]:
    yield "| folder | what a file in it describes |"
    yield "|---|---|"
    for kind in kinds:
        yield f"| `{kind.slug}/` | {kind.definition} |"


def _fields(schema: Schema, kind: EntityType) -> str:
    owner = schema.types[kind.owner] if kind.owner else None
    heading = f"### {kind.label[0].upper()}{kind.label[1:]}"
    where = f"`data/{kind.slug}/{{id}}.yaml`"
    if owner is not None:
        name = next(f.name for f in owner.fields.values() if f.owns and f.target == kind.name)
        where = f"Nested under `{name}` of " + ("any record" if owner.name == ENTITY else f"a {owner.label}")
    rows = [
        f"| `{field.name}`{' *' * field.required} | {_cell(field.description)} | {_cell(form(schema, field))} |"
        for field in _written(kind)
    ]
    return "\n".join(
        [heading, "", f"{kind.definition} {where}.", "", "| field | meaning | form |", "|---|---|---|", *rows]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
