"""JSON Schema (2020-12) of each type's records, for editors: names, descriptions, lists of values, forms of ids."""

from __future__ import annotations

from typing import Any

from kg.files import SLUG
from kg.schema import EntityType, Field, Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SLUG = f"^{SLUG.pattern}$"
_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
_PLAIN: dict[str, Any] = {"type": ["string", "number", "boolean"]}  # everything that YAML may take a name for


def json_schemas(schema: Schema) -> dict[str, dict[str, Any]]:
    """The schema of each kind of record that has a file of its own, by the type's slug."""
    return {kind.slug: _document(schema, kind) for kind in schema.entity_types() if kind.owner is None}


def _document(schema: Schema, kind: EntityType) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    todo = [kind]
    body: dict[str, Any] = {}
    while todo:
        current = todo.pop()
        shape = _record(schema, current)
        if current is kind:
            body = shape
        else:
            definitions[current.name] = shape
        owned = (schema.types[f.target or ""] for f in current.fields.values() if f.owns and f.written)
        todo += [other for other in owned if other.name not in definitions]
    lists = _lists(schema, [kind, *(schema.types[name] for name in definitions)])
    return {"$schema": DIALECT, "title": kind.label, **body, "$defs": dict(sorted(definitions.items())) | lists}


def _lists(schema: Schema, kinds: list[EntityType]) -> dict[str, Any]:
    """The controlled lists that the fields of some types take their values from."""
    used = {f.scheme for kind in kinds for f in kind.fields.values() if f.written and f.scheme}
    return {
        slug: {
            "anyOf": [
                {"const": concept.slug, "title": concept.label, "description": concept.definition}
                for concept in schema.vocabularies[slug].concepts.values()
            ]
        }
        for slug in sorted(used)
    }


def _record(schema: Schema, kind: EntityType) -> dict[str, Any]:
    written = [field for field in kind.fields.values() if field.written]
    return {
        "description": kind.definition,
        "type": "object",
        "properties": {field.name: _property(schema, field) for field in written},
        "required": [field.name for field in written if field.required],
        "additionalProperties": False,
    }


def _property(schema: Schema, field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"description": field.description}
    if field.owns:
        return described | {
            "type": "object",
            "propertyNames": {"pattern": _SLUG},
            "additionalProperties": {"$ref": f"#/$defs/{field.target}"},
            "minProperties": 1,
        }
    value = _value(schema, field)
    if field.example:
        value["examples"] = [field.example]
    if not field.many:
        return described | value
    return described | {"type": "array", "items": value, "uniqueItems": True, "minItems": 1}


def _value(schema: Schema, field: Field) -> dict[str, Any]:
    match field.kind:
        case "enum":
            return {"$ref": f"#/$defs/{field.scheme}"}
        case "link":
            return _link(schema, field)
        case "date":
            year = {"type": "integer", "minimum": 1000, "maximum": 9999}
            return {"anyOf": [{"type": "string", "pattern": _DATE}, year]}
        case "boolean":
            return {"type": "boolean"}
        case "integer":
            return {"type": "integer"}
        case "decimal":
            return {"type": "number"}
        case "uri":
            return {"type": "string", "pattern": "^https?://"}
        case "iri":
            return {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:"}
        case "field-name":
            return {"type": "string"}
    return {"type": "string", "pattern": field.pattern} if field.pattern else dict(_PLAIN)


def _link(schema: Schema, field: Field) -> dict[str, Any]:
    allowed = schema.concrete(field.target or "")
    if len(allowed) == 1:
        return {"type": "string", "pattern": _SLUG}
    slugs = "|".join(sorted(kind.slug for kind in allowed))
    return {"type": "string", "pattern": f"^({slugs})/{SLUG.pattern}$"}
