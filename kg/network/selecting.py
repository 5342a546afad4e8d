"""What a user may say of a selection, in a query string: the same for the map and for files of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from kg.errors import UsageError
from kg.files import did_you_mean
from kg.network.constants import Section
from kg.network.fit_rules import read_shown
from kg.network.records import ORGANISATION
from kg.network.selection import Paths, Selection, Values
from kg.schema import Field, Schema, Vocabulary

EVERYBODY = 1_000_000
"""More organisations than there are."""
KIND, ROLE, LEAST = "kind", "role", "least"


@dataclass(frozen=True)
class MapRules:
    """What a map may be narrowed by: ``records`` by dimension, ``organisations`` by name of a field.

    ``paths`` says where records show it. No more than ``drawn`` organisations are drawn unless more are asked for, of
    ``offered`` one.
    """

    paths: Paths
    records: Mapping[str, Field]
    organisations: Mapping[str, Field]
    drawn: int
    offered: tuple[int, ...]


def read_map_rules(schema: Schema, whole: Section) -> MapRules:
    """The section ``map``; raises ``DataError`` for what cannot be used.

    A file that was written before there was one narrows by nothing of its own, and draws all.
    """
    section = whole.section("map")
    section.refuse_others(("records", "organisations", "drawn", "offered"))
    paths, slots = read_shown(schema, whole.section("fit").section("shown"))
    listed = {name: slot for name, slot in slots.items() if slot.scheme}
    fields = {field.name: field for field in schema.types[ORGANISATION].fields.values() if field.scheme}
    return MapRules(
        paths=paths,
        records={name: listed[name] for name in section.words("records", listed)},
        organisations={name: fields[name] for name in section.words("organisations", fields)},
        drawn=int(section.number("drawn", least=1)) if "drawn" in section else EVERYBODY,
        offered=tuple(int(number or 0) for number in section.number_list("offered", 1, "all")),
    )


class Selecting:
    """The parameters of a selection, each with the vocabulary of its values."""

    def __init__(self, schema: Schema, rules: MapRules, kinds: Iterable[str]) -> None:
        """``kinds`` are the entity types that are records."""
        self.rules = rules
        self.kinds = {schema.types[name].slug: schema.types[name] for name in kinds}
        fields = {**rules.records, **rules.organisations}
        self.vocabularies: Mapping[str, Vocabulary] = {ROLE: schema.vocabularies["role"]} | {
            name: schema.vocabularies[field.scheme or ""] for name, field in fields.items()
        }
        self.parameters = (KIND, *self.vocabularies, LEAST)
        """Their names, each of which but the last may be said several times."""

    def asked(self, pairs: Iterable[tuple[str, str]]) -> Selection:
        """The selection that the parameters of a query string stand for; raises ``UsageError``; others are passed
        over.
        """
        texts: dict[str, list[str]] = {name: [] for name in self.parameters}
        for name, text in pairs:
            if name in texts:
                texts[name].append(text)
        return Selection(
            kinds=frozenset(self.kinds[_one_of(KIND, text, self.kinds)].name for text in texts[KIND]),
            roles=self._values(ROLE, texts[ROLE]),
            about=self._by_name(self.rules.records, texts),
            among=self._by_name(self.rules.organisations, texts),
            least=_least(texts[LEAST]),
        )

    def _by_name(self, names: Iterable[str], texts: Mapping[str, list[str]]) -> Values:
        return tuple((name, self._values(name, texts[name])) for name in names if texts[name])

    def _values(self, name: str, texts: Iterable[str]) -> frozenset[str]:
        """The slugs and what is narrower."""
        vocabulary = self.vocabularies[name]
        slugs = [_one_of(name, text, vocabulary.concepts) for text in texts]
        return frozenset(below for slug in slugs for below in vocabulary.descendants(slug))


def _one_of(name: str, text: str, known: Mapping[str, object]) -> str:
    if text not in known:
        hint = did_you_mean(text, known) or f"Ask for one of {', '.join(list(known)[:12])}."
        raise UsageError(f"'{name}' has no value '{text[:50]}'. {hint}")
    return text


def _least(texts: list[str]) -> float:
    if len(texts) > 1:
        raise UsageError(f"'{LEAST}' is said twice. Say it once.")
    try:
        value = float(texts[0]) if texts else 0.0
    except ValueError:
        value = -1.0
    if not isfinite(value) or not 0 <= value <= 1000:
        raise UsageError(f"'{LEAST}' is a strength from 0 to 1000, such as 0.5, not '{texts[0][:20]}'.")
    return value
