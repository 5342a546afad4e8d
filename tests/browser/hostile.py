"""A release whose every field is an attack: HTML and script in each text, script in each address, circles of links."""

from __future__ import annotations

from typing import Any

from kg.schema import EntityType, Field, Schema
from tests.api.conftest import MemoryRelease, release_of

TEXT = "'\"><img src=x onerror=alert(1)><script>alert(2)</script>{{ 7 * 7 }}<!--"
"""What stands in every text: it would break out of an attribute, of an element and of a template."""
FIRST, SECOND = "hostile", "other"
"""The slugs of the two entities of each type; they are linked with one another."""

_PLAIN = {
    "string": TEXT,
    "uri": "javascript:alert(3)//" + TEXT,
    "iri": "https://evil.example/%22%3E%3Cscript%3E",
    "boolean": "true",
    "integer": "7",
    "decimal": "7.5",
    "date": "2020-07",
    "field-name": "note",
}
_LEFT_OUT = ("deprecated", "replacedBy")
"""With these there would be no page to look at."""


def hostile_release(schema: Schema) -> MemoryRelease:
    """Two entities of every type, each with every field that the graph stores."""
    pairs = ((FIRST, SECOND), (SECOND, FIRST))
    kinds = [*schema.entity_types()]
    return release_of(
        schema, {f"{kind.slug}/{me}": _fields(schema, kind, me, you) for kind in kinds for me, you in pairs}
    )


def _fields(schema: Schema, kind: EntityType, me: str, you: str) -> dict[str, Any]:
    stored = (field for field in kind.fields.values() if field.stored and field.name not in _LEFT_OUT)
    return {field.name: _value(schema, field, me, you) for field in stored}


def _value(schema: Schema, field: Field, me: str, you: str) -> str | list[str]:
    if field.target:
        linked = [f"{kind.slug}/{slug}" for kind in schema.concrete(field.target) for slug in (me, you)]
        return linked if field.many else linked[0]
    value = next(iter(schema.vocabularies[field.scheme].concepts)) if field.scheme else _PLAIN[field.kind]
    return [value] if field.many else value
