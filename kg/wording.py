"""What a broken shape means to a curator: two sentences, what is wrong and what to do, without the terms of SHACL.

The second sentence holds no full stop but its last, so that the two can be told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.schema import CONCEPTS, DATA, EntityType, Field, Kind, Schema

_EXPECTED: Mapping[Kind, tuple[str, str]] = {
    "string": ("no text", "Write it as a text"),
    "boolean": ("neither true nor false", "Write true or false"),
    "integer": ("no whole number", "Write digits only, like 10"),
    "decimal": ("no number", "Write digits with a point, like 125000000"),
    "date": ("no date", "Write a year, a year and month or a day, like 2020-07"),
    "uri": ("no web address", "Write it whole, with https"),
    "iri": ("no IRI", "Write a full IRI or a short one with a declared prefix"),
    "enum": ("no value of the list", "Write a value of the list"),
    "link": ("no record", "Link to a record that exists"),
    "field-name": ("no name of a field", "Write the name of a field"),
}


def core_message(
    constraint: str, field: Field, kind: EntityType | None, value: str | None, values: Sequence[str], schema: Schema
) -> str:
    """The message for a field of a type that is missing, repeated, or holds what it should not."""
    match constraint:
        case "MinCount":
            what, remedy = _missing(field, schema)
        case "MaxCount":
            what, remedy = _repeated(field, values, schema)
        case "Pattern":
            what, remedy = _malformed(field, value)
        case "Class":
            what, remedy = _mislinked(field, value, schema)
        case _:
            expected, remedy = _EXPECTED[field.kind]
            what = f"{_shown(value)} is {expected}"
    if field.derived or field.shortcut:
        remedy = _origin(field, kind)
    return f"{what}. {remedy}."


def _article(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"


def _shown(value: str | None) -> str:
    text = (value or "").removeprefix(DATA)
    return repr(text.rsplit("/", 1)[1] if text.startswith(CONCEPTS) else text)


def _target(field: Field, schema: Schema) -> str:
    return schema.types[field.target].label if field.target else field.name


def _missing(field: Field, schema: Schema) -> tuple[str, str]:
    if field.inverse:
        label = _target(field, schema)
        return f"belongs to no {label}", f"Nest it in the file of its {label}"
    example = f", like {field.example}" if field.example else ""
    return f"needs {field.name if field.many else _article(field.name)}", f"Add {field.name}{example}"


def _repeated(field: Field, values: Sequence[str], schema: Schema) -> tuple[str, str]:
    shown = ", ".join(_shown(value) for value in values)
    if field.inverse:
        return f"belongs to {len(values)} records ({shown})", f"Nest it under one {_target(field, schema)} only"
    return (
        f"has {len(values)} values ({shown}), one at most",
        "Keep one and record the others under evidence if sources disagree",
    )


def _malformed(field: Field, value: str | None) -> tuple[str, str]:
    if field.example:
        return f"{_shown(value)} is not written like {field.example}", "Write it in that form"
    return f"{_shown(value)} is not written as a {field.label} is", f"Write it in the form {field.pattern}"


def _mislinked(field: Field, value: str | None, schema: Schema) -> tuple[str, str]:
    *others, last = (_article(kind.label) for kind in schema.concrete(field.target or ""))
    allowed = f"{', '.join(others)} or {last}" if others else last
    if field.inverse:
        return f"{_shown(value)} links here and is not {allowed}", f"Take the link out of {_shown(value)}"
    return f"{_shown(value)} is not {allowed}", "Link to a record of that type, or add it"


def _origin(field: Field, kind: EntityType | None) -> str:
    """Where the value of a derived field comes from."""
    if field.shortcut and kind and field.shortcut.link in kind.fields:
        return f"Mend {field.shortcut.takes} under {field.shortcut.link}"
    return "Mend the fields that the build makes it from"
