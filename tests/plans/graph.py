"""A small graph with something of everything: each type and field of the ontology, filled at random from a seed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from kg.schema import EntityType, Field, Schema
from tests.api.conftest import MINI, Records
from tests.api.insights.conftest import NETWORK, together

EACH = 5
"""Entities of each type beside those that are written by hand."""
_RATE = 0.6
"""How often a field is stated that may be left out."""
_WORDS = ("cell", "gene", "thérapie", "Leiden", "alpha", "β", "RAG-1", "of", "$v1", "...F1", '"quoted"', "\\u", "𝔘")


def varied(schema: Schema, seed: int = 8) -> Records:
    """The small graphs of the API's tests, joined, and some entities of every type."""
    mini = {entity: dict(fields) for entity, fields in MINI.items()}
    return together(_Filling(schema, seed).records(), mini, *NETWORK)


class _Filling:
    """Makes entities up."""

    def __init__(self, schema: Schema, seed: int) -> None:
        self._schema = schema
        self._random = Random(seed)

    def records(self) -> dict[str, dict[str, Any]]:
        """The entities by id."""
        return {entity: dict(self._fields(kind)) for kind in self._schema.entity_types() for entity in self._ids(kind)}

    def _ids(self, kind: EntityType) -> list[str]:
        return [f"{kind.slug}/made-{number}" for number in range(EACH)]

    def _fields(self, kind: EntityType) -> Iterator[tuple[str, Any]]:
        for field in kind.fields.values():
            if field.stored and (field.required or self._random.random() < _RATE):
                values = [self._value(kind, field) for _ in range(self._random.randint(1, 3) if field.many else 1)]
                yield field.name, values if field.many else values[0]

    def _value(self, kind: EntityType, field: Field) -> str:
        choose = self._random.choice
        match field.kind:
            case "link":
                targets = self._schema.concrete(field.target or "")
                return choose(self._ids(kind if kind in targets else choose(targets)))
            case "enum":
                return choose(list(self._schema.vocabularies[field.scheme or ""].concepts))
            case "boolean":
                return choose(["true", "false"])
            case "integer":
                return str(choose([0, 1, 2, 7, 30]))
            case "decimal":
                return str(choose([0.5, 1.25, 52.165, -3.0]))
            case "date":
                return choose(["2018", "2019-05", "2020-07-15", "2021"])
            case "uri" | "iri":
                return f"https://example.org/{self._random.randrange(20)}"
            case "field-name":
                return choose(list(choose(list(self._schema.entity_types())).fields))
        return self._text(field)

    def _text(self, field: Field) -> str:
        if field.pattern and field.example:
            found = re.sub(r"\d", lambda _: str(self._random.randrange(10)), field.example)
            return found if re.search(field.pattern, found) else field.example
        if self._random.random() < 0.12:
            return " ".join(self._random.choices(_WORDS, k=60))  # long enough to cost more than one value
        return " ".join(self._random.choices(_WORDS, k=self._random.randint(1, 3)))
