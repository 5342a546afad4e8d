"""The numbers that other registers gave a trial, told by the form that the ontology declares for each register."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.schema import Schema

_TRIAL, _REGISTRY = "Trial", "registry"


class Registers:
    """Tells the numbers of registers apart: a trial's natural keys keep one register each and declare its pattern."""

    def __init__(self, schema: Schema) -> None:
        keys = [f for f in schema.types[_TRIAL].fields.values() if f.natural_key and f.pattern and f.shortcut]
        self._forms = {
            kept: re.compile(field.pattern or "")
            for field in keys
            if field.shortcut and field.shortcut.keep_field == _REGISTRY
            for kept in field.shortcut.keeps
        }

    def numbers(self, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The numbers among a trial's further ones that are of a known form, as (registry, number)."""
        for text in (str(other.get("id", "")).strip() for other in facts.get("secondaryIds", ())):
            yield from ((registry, text) for registry, form in self._forms.items() if form.fullmatch(text))
