"""Registry codes and country names as the slugs of the ontology's lists; what no list knows is counted, not guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from kg.schema import Schema

REGISTER = "ctgov"
_NONE: Mapping[str, Collection[str]] = {}
_SEVERAL = "|"
"""Joins codes that mean one concept together: ``PHASE1|PHASE2``."""


class Codes:
    """Looks codes up in the notations of one register; ``unknown`` counts (scheme, code) that are in no list.

    ``meaningless`` are by scheme the codes that the register knows and no concept is needed for.
    """

    def __init__(
        self, schema: Schema, meaningless: Mapping[str, Collection[str]] = _NONE, register: str = REGISTER
    ) -> None:
        self.schema = schema
        self.meaningless = meaningless
        self.unknown: Counter[tuple[str, str]] = Counter()
        self._slugs = {
            (scheme, code): concept.slug
            for scheme, vocabulary in schema.vocabularies.items()
            for concept in vocabulary.concepts.values()
            for name, code in concept.notations
            if name == register
        }

    def slug(self, scheme: str, code: object) -> str | None:
        """The slug of a code, or of codes that mean one thing together; None without a code or if no list has it."""
        text = _SEVERAL.join(map(str, code)) if isinstance(code, list) else str(code or "")
        found = self._slugs.get((scheme, text))
        if text and found is None and text not in self.meaningless.get(scheme, ()):
            self.unknown[scheme, text] += 1
        return found

    def slugs(self, scheme: str, codes: Iterable[object]) -> list[str]:
        """The slugs of codes that each mean a thing."""
        return [slug for code in codes if (slug := self.slug(scheme, code))]

    @cached_property
    def _countries(self) -> dict[str, str]:
        concepts = self.schema.vocabularies["region"].concepts.values()
        named = {name.casefold(): c.slug for c in concepts for name in c.alt_labels}
        return named | {c.label.casefold(): c.slug for c in concepts}

    def country(self, name: str | None) -> str | None:
        """The slug of a country by its English name."""
        if not name:
            return None
        found = self._countries.get(name.casefold())
        if found is None:
            self.unknown["region", name] += 1
        return found
