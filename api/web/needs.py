"""What may be needed of a partner, as inputs of a form: a list to choose from, a name to search for, or a yes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from api.reading import Release
from api.web.asking import Query
from api.web.chosen import Names
from kg.errors import NotFoundError
from kg.files import did_you_mean
from kg.model import Model
from kg.network.capability import Need
from kg.network.fit_question import read_need
from kg.network.fit_rules import FitRules
from kg.schema import EntityType, Field, Schema, Vocabulary

_INDENT = "\N{NO-BREAK SPACE}" * 3
"""Before what is narrower."""
Options = Sequence[tuple[str, str]]
"""Values with their labels."""


@dataclass(frozen=True)
class Dimension:
    """One input: with ``options`` a list, with ``kind`` an entity by name, else a yes; ``values`` are asked now."""

    name: str
    label: str
    description: str
    options: Options | None
    kind: EntityType | None
    values: Sequence[str]


class Lists:
    """The vocabularies of a release as lists to choose from; each is made once."""

    def __init__(self, release: Release) -> None:
        self._vocabularies = release.schema.vocabularies
        self._made: dict[str, Options] = {}

    def of(self, scheme: str) -> Options:
        """The concepts of a vocabulary in the order of its tree, narrower ones indented."""
        if scheme not in self._made:
            self._made[scheme] = list(_tree(self._vocabularies[scheme]))
        return self._made[scheme]


def read(model: Model, rules: FitRules, query: Query, names: Names) -> Need:
    """The need that a page is asked for; raises ``UsageError`` or ``NotFoundError`` for what there is not."""
    linked = {name: names.many(name, slot.target) for name, slot in rules.slots.items() if slot.target}
    stated = {name: query.many(name) for name in rules.slots if name not in linked}
    found = {**read_need(model, rules, stated), **linked}
    return {name: tuple(found[name]) for name in rules.slots if found.get(name)}


def inputs(model: Model, rules: FitRules, lists: Lists, need: Need, typed: Callable[[int], str]) -> Iterator[Dimension]:
    """The inputs of all dimensions with what is asked in each; ``typed`` is what stands for an entity."""
    for name, slot in rules.slots.items():
        kind = model.schema.types[slot.target] if slot.target else None
        values = [typed(v) if kind and isinstance(v, int) else str(v).lower() for v in need.get(name, ())]
        options = lists.of(slot.scheme) if slot.scheme else None
        yield Dimension(name, kind.label if kind else slot.label, slot.description, options, kind, values)


def known(schema: Schema, field: Field, slug: str) -> str:
    """A concept that a field may have; raises ``NotFoundError`` for one that there is not."""
    concepts = schema.vocabularies[field.scheme or ""].concepts
    if slug not in concepts:
        hint = did_you_mean(slug, concepts) or "Choose one from the list."
        raise NotFoundError(f"There is no {field.label} '{slug[:50]}'. {hint}")
    return slug


def _tree(vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    concepts = vocabulary.concepts
    ranked = any(concept.rank is not None for concept in concepts.values())

    def place(slug: str) -> tuple[int, str]:
        return (concepts[slug].rank or 0) if ranked else 0, concepts[slug].label.lower()

    seen: set[str] = set()
    todo = [(slug, 0) for slug in sorted((s for s, c in concepts.items() if not c.broader), key=place, reverse=True)]
    while todo:
        slug, depth = todo.pop()
        if slug not in seen:
            seen.add(slug)
            yield slug, f"{_INDENT * depth}{concepts[slug].label}"
            todo += [(one, depth + 1) for one in sorted(vocabulary.narrower[slug], key=place, reverse=True)]
