"""How descriptions of the schema are worded: what a thing is, one example, what null means."""

from __future__ import annotations

from kg.schema import EntityType, Field, Schema, enum_name, kebab

ABSENT = "Null if no source states it."


def type_text(kind: EntityType) -> str:
    """A type's description: its definition, an example id and what null means in it."""
    example = f" For example `{kind.example}`." if kind.example else ""
    unknown = " A field listed in `unknown` was looked for and not found." if "unknown" in kind.fields else ""
    return f"{kind.definition}{example} A field is null if no source states it.{unknown}"


def field_text(field: Field) -> str:
    """A field's description: its definition, an example and what null or an empty list means."""
    text = field.description
    if field.example:
        text += f" For example `{field.example}`."
    return text if field.many or "ull" in text else f"{text} {ABSENT}"


def order_value(field: Field) -> str:
    """A field as a value of its type's order enum: ``startDate`` is ``START_DATE``."""
    return enum_name(kebab(field.name))


def article(word: str) -> str:
    """The word with ``a`` or ``an``."""
    return f"{'an' if word[:1].lower() in 'aeio' else 'a'} {word}"


def names(schema: Schema, types: frozenset[str]) -> str:
    """The labels of types in their order, as a list in words."""
    return ", ".join(schema.types[name].label for name in schema.types if name in types)
