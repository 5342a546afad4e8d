"""How pages name types and the fields in which search found something."""

from __future__ import annotations

from kg.schema import EntityType, Schema, kebab


def plural(kind: EntityType) -> str:
    """Several of a type, in words: ``registry records``."""
    return kebab(kind.plural).replace("-", " ")


def field_label(schema: Schema, kind: EntityType, path: str) -> str:
    """What a field is called, or one beyond a link: ``registryRecords.identifier``, ``registry record identifier``."""
    labels = []
    for name in path.split("."):
        field = kind.fields[name]
        labels.append(field.label)
        kind = schema.types[field.target] if field.target else kind
    return " ".join(labels)
