"""The constants of partner fit: weights of its components, what shows a capability, how far likeness is softened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.network.constants import Section
from kg.schema import EntityType, Field, Schema

COMPONENTS = ("proximity", "role", "geography", "capability", "activity")
"""The five components, in the order in which they are shown."""
LIKELY, NON_OBVIOUS = "likely", "non-obvious"
ORDERS: Mapping[str, tuple[str, ...]] = {LIKELY: COMPONENTS, NON_OBVIOUS: COMPONENTS[:-1]}
"""The components that count in each order."""

Betas = Mapping[str, float]
Path = tuple[str, ...]
"""Fields to follow from an entity; the last one holds what is shown."""


@dataclass(frozen=True)
class FitRules:
    """All of it. ``betas`` by order and component; ``shown`` by entity type and dimension the paths to its values.

    ``slots`` has by dimension the field that its values stand in; ``by_role`` what a role shows by itself. ``alike``
    are the dimensions in which two organisations are compared; ``owner`` is the field of a type that is no record and
    shows something of its organisation; ``known`` has by type the fields that say when a record became known.
    """

    betas: Mapping[str, Betas]
    shrink: float
    soften: float
    apart: float
    novelty: float
    wish: float
    need: float
    alike: tuple[str, ...]
    shown: Mapping[str, Mapping[str, tuple[Path, ...]]]
    slots: Mapping[str, Field]
    by_role: Mapping[str, Mapping[str, tuple[str, ...]]]
    owner: Mapping[str, str]
    known: Mapping[str, tuple[str, ...]]


_KEYS = ("betas", "shrink", "soften", "apart", "novelty", "wish", "need", "alike", "shown", "by_role", "owner", "known")


def read_fit_rules(schema: Schema, whole: Section) -> FitRules:
    """The section ``fit``; raises ``DataError`` for what the ontology does not have, or a beta below 0."""
    fit = whole.section("fit")
    fit.refuse_others(_KEYS)
    shown, slots = read_shown(schema, fit.section("shown"))
    return FitRules(
        betas={order: _betas(fit.section("betas"), order, names) for order, names in ORDERS.items()},
        shrink=fit.number("shrink", least=0.1),
        soften=fit.number("soften", most=1),
        apart=fit.number("apart", most=1),
        novelty=fit.number("novelty", most=1),
        wish=fit.number("wish"),
        need=fit.number("need"),
        alike=fit.words("alike", slots),
        shown=shown,
        slots=slots,
        by_role=_by_role(schema, fit.section("by_role"), slots),
        owner={kind.name: kinds.text(slug, kind.fields) for slug, kind, kinds in _types(schema, fit, "owner")},
        known={kind.name: kinds.words(slug, kind.fields) for slug, kind, kinds in _types(schema, fit, "known")},
    )


def _betas(section: Section, order: str, names: tuple[str, ...]) -> Betas:
    return section.section(order).numbers(names)


def _types(schema: Schema, section: Section, key: str) -> Iterator[tuple[str, EntityType, Section]]:
    """The entity types under a key, each with its slug and the section that it stands in."""
    kinds = section.section(key)
    kinds.refuse_others(schema.by_slug)
    for slug in list(kinds.keys()):
        yield slug, schema.by_slug[slug], kinds


def read_shown(schema: Schema, section: Section) -> tuple[dict[str, dict[str, tuple[Path, ...]]], dict[str, Field]]:
    """The paths, and for each dimension the field at the end of its first one; all its paths lead to such values."""
    section.refuse_others(schema.by_slug)
    shown: dict[str, dict[str, tuple[Path, ...]]] = {}
    slots: dict[str, Field] = {}
    for slug, dimensions in section.sections():
        kind = schema.by_slug[slug]
        paths = dict(_paths(schema, kind))
        shown[kind.name] = {}
        for name in list(dimensions.keys()):
            for word in dimensions.words(name, paths)[:1]:
                slots.setdefault(name, paths[word])
            fitting = [word for word, field in paths.items() if name in slots and _same_values(field, slots[name])]
            shown[kind.name][name] = tuple(tuple(word.split(".")) for word in dimensions.words(name, fitting))
    return shown, slots


def _same_values(one: Field, other: Field) -> bool:
    return (one.kind, one.scheme, one.target) == (other.kind, other.scheme, other.target)


def _paths(schema: Schema, kind: EntityType) -> Iterator[tuple[str, Field]]:
    """Each field of a type, and each of the types that it links to, by path."""
    for field in kind.fields.values():
        yield field.name, field
        if field.target and not schema.types[field.target].abstract:
            for further in schema.types[field.target].fields.values():
                yield f"{field.name}.{further.name}", further


def _by_role(schema: Schema, section: Section, slots: Mapping[str, Field]) -> dict[str, dict[str, tuple[str, ...]]]:
    section.refuse_others(schema.vocabularies["role"].concepts)
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for role, dimensions in section.sections():
        dimensions.refuse_others(name for name, slot in slots.items() if slot.scheme)
        found[role] = {
            name: dimensions.words(name, schema.vocabularies[slots[name].scheme or ""].concepts)
            for name in list(dimensions.keys())
        }
    return found
