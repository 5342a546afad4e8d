"""The filters of a list page: conditions from an address, and how many each value would leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api import lookup
from api.counting import Counted, Key
from api.facetable import Facetable, facetable
from api.pages import Page
from api.reading import Request
from kg.errors import UsageError
from kg.files import did_you_mean
from kg.schema import EntityType, Field

VALUES = 10
"""Values of a filter that are offered."""

Chosen = Mapping[str, Sequence[str]]
"""By the name of a facet the values that are asked for."""


@dataclass(frozen=True)
class Choice:
    """A value of a filter: how it stands in the address, what it is called, how many it leaves, if it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """A field that a list can be filtered by, with its values, those that most state first; ``more`` are not shown."""

    name: str
    label: str
    choices: Sequence[Choice]
    more: int

    @property
    def chosen(self) -> list[Choice]:
        """The values that are asked for."""
        return [choice for choice in self.choices if choice.chosen]


class Narrowing:
    """What an address asks of a list: of each facet one of its values, of several facets all."""

    def __init__(self, asked: Request, kind: EntityType, chosen: Chosen) -> None:
        """Raises UsageError or NotFoundError for a value that there is not."""
        self._asked = asked
        self._kind = kind
        self._list = Page(asked, kind, kind.plural, None, {})
        self._chosen = chosen
        known = facetable(asked.schema, kind)
        self._facets = [known[name] for name in chosen]
        self._wheres = {f.name: _where(asked, f, chosen[f.name]) for f in self._facets if chosen[f.name]}

    def where(self, but: str = "") -> Mapping[str, Any]:
        """The conditions, as lists take them, without those of one facet."""
        parts = [where for name, where in self._wheres.items() if name != but]
        return {"and": parts} if parts else {}

    def filters(self) -> list[Filter]:
        """The filters with the numbers that each value would leave if the others stay as they are."""
        found = [self._filter(facet) for facet in self._facets]
        return [one for one in found if len(one.choices) > 1 or one.chosen]

    def _filter(self, facet: Facetable) -> Filter:
        counted = Counted(self._asked, self._kind, self._list.fitting(self.where(facet.name)), facet, False)
        counts, asked = counted.counts().by_key, {_key(self._asked, facet, text) for text in self._chosen[facet.name]}
        keys = sorted({*counts, *asked}, key=lambda key: (key not in asked, -counts.get(key, 0), str(key)))
        shown = keys[: max(VALUES, len(asked))]
        choices = [
            Choice(_text(self._asked, facet, key), counted.values.label(key), counts.get(key, 0), key in asked)
            for key in shown
        ]
        return Filter(facet.name, _label(facet), choices, len(keys) - len(shown))


def _label(facet: Facetable) -> str:
    """What is chosen: the field, and of what, unless that is a mere record of the entity."""
    *links, field = facet.path
    return " of ".join([field.label, *(link.label for link in reversed(links) if not link.owns)])


def _key(asked: Request, facet: Facetable, text: str) -> Key:
    """The value that a text of an address means; raises UsageError or NotFoundError if there is none."""
    field = facet.path[-1]
    if field.target:
        return lookup.entity(asked, text, asked.schema.types[field.target])
    known = _words(asked, field)
    if known is not None and text not in known:
        hint = did_you_mean(text, known) or f"Ask for one of {', '.join(list(known)[:VALUES])}."
        raise UsageError(f"'{facet.name}' has no value '{text[:50]}'. {hint}")
    if field.kind == "date" and not (len(text) == 4 and text.isascii() and text.isdigit() and text > "0000"):
        raise UsageError(f"'{facet.name}' is a year such as 2020, not '{text[:50]}'.")
    return known[text] if known is not None else text


def _words(asked: Request, field: Field) -> Mapping[str, Key] | None:
    """The values that a field may have by how they stand in an address; None if they are no list."""
    if field.scheme:
        return {slug: slug for slug in asked.schema.vocabularies[field.scheme].concepts}
    return {"true": True, "false": False} if field.kind == "boolean" else None


def _text(asked: Request, facet: Facetable, key: Key) -> str:
    """A value as it stands in an address."""
    if facet.path[-1].target and isinstance(key, int):
        return asked.model.ids[key]
    return str(key).lower() if isinstance(key, bool) else str(key)


def _where(asked: Request, facet: Facetable, texts: Sequence[str]) -> Mapping[str, Any]:
    """The condition that one of the values is stated."""
    keys = [_key(asked, facet, text) for text in texts]
    field = facet.path[-1]
    if field.target:
        inner: Sequence[Any] = [{"id": {"in": [asked.model.ids[key] for key in keys if isinstance(key, int)]}}]
    elif field.kind == "date":
        inner = [{"gte": year, "lte": year} for year in keys]
    else:
        inner = [{"in": keys}]
    found = [_led(facet.path, one) for one in inner]
    return found[0] if len(found) == 1 else {"or": found}


def _led(path: Sequence[Field], condition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The condition on the last field of a path as one on the entity."""
    for field in reversed(path):
        condition = {field.name: {"some": condition} if field.many else condition}
    return condition
