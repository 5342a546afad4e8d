"""The scalars: partial dates, IRIs, and one per natural key, checked against the pattern that the ontology gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NewType

from strawberry.types.scalar import ScalarDefinition, scalar

from kg import dates
from kg.errors import UsageError
from kg.schema import Field, Schema

Date = NewType("Date", str)
IRI = NewType("IRI", str)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UsageError(f"A text was expected, not {value!r}.")
    return value


def _date(value: Any) -> str:
    if not dates.is_partial_date(_text(value)):
        raise UsageError(
            f"Date cannot be '{value}'. Write a year, a year and month or a day: 2020, 2020-07 or 2020-07-01."
        )
    return str(value)


def _iri(value: Any) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", _text(value)):
        raise UsageError(f"IRI cannot be '{value}'. Write a full address, such as https://w3id.org/atmp/id/...")
    return str(value)


BASE: dict[object, ScalarDefinition] = {
    Date: scalar(
        name="Date",
        description=(
            "A date that is as precise as its source: a year (`2020`), a year and month (`2020-07`) or a day "
            "(`2020-07-01`). What is not known is not invented."
        ),
        serialize=str,
        parse_value=_date,
    ),
    IRI: scalar(
        name="IRI",
        description="An internationalised resource identifier. An entity's is `https://w3id.org/atmp/id/` and its id.",
        serialize=str,
        parse_value=_iri,
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3987",
    ),
}


def key_fields(schema: Schema) -> Iterator[Field]:
    """The fields that identify an entity and have a pattern, one of each name."""
    seen: set[str] = set()
    for kind in schema.types.values():
        for field in kind.fields.values():
            if field.natural_key and field.pattern and field.name not in seen:
                seen.add(field.name)
                yield field


def scalar_name(field: Field) -> str:
    """The scalar of a natural key: ``nctId`` is ``NctId``."""
    return field.name[0].upper() + field.name[1:]


def key_scalar(field: Field) -> ScalarDefinition:
    """A scalar for the values of a natural key, which refuses what does not fit the pattern."""
    name, pattern = scalar_name(field), re.compile(field.pattern or "")
    example = f" For example `{field.example}`." if field.example else ""

    def parse(value: Any) -> str:
        if not pattern.search(_text(value)):
            hint = f" Write it like {field.example}." if field.example else f" It has to fit {field.pattern}."
            raise UsageError(f"{name} cannot be '{value}'.{hint}")
        return str(value)

    return scalar(name=name, description=field.description + example, serialize=str, parse_value=parse)
