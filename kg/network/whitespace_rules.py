"""What is counted as white space, and what each survey of the sources covers: ``white_space`` of ``network.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.network.constants import Section
from kg.network.fit_rules import Path, read_shown
from kg.schema import EntityType, Field, Schema

CONDITION = "condition"
"""The dimension of the rows."""
ANY = "any"
_ALL, _CITED = "all", "cited"


@dataclass(frozen=True)
class Choice:
    """Values of one field; None as the field chooses everything."""

    field: str | None
    values: frozenset[str]


@dataclass(frozen=True)
class Counted:
    """How entities of one type count: as themselves or as the one that they are ``of``; ``begun`` is a date field."""

    type: str
    of: str | None
    begun: str
    level: str
    ended: Choice


@dataclass(frozen=True)
class Survey:
    """What some sources cover, and why that may be said.

    ``covers`` has values by dimension, ``any`` for all of them; ``conditions`` bounds it, none for all. ``to`` is a
    year, None for that of the sources. ``cited``: only what cites a source is its own, otherwise all that is on record.
    """

    name: str
    measure: str
    sources: tuple[str, ...]
    covers: Mapping[str, frozenset[str]]
    conditions: tuple[str, ...]
    to: int | None
    cited: bool
    why: str


@dataclass(frozen=True)
class SpaceRules:
    """All of it; ``measures`` has by name and entity type what counts, ``least`` by name; ``fresh`` is in years."""

    expected_from: float
    fresh: int
    least: Mapping[str, float]
    shown: Mapping[str, Mapping[str, tuple[Path, ...]]]
    slots: Mapping[str, Field]
    counted: Mapping[str, Counted]
    measures: Mapping[str, Mapping[str, Choice]]
    surveys: tuple[Survey, ...]


def read_space_rules(schema: Schema, whole: Section) -> SpaceRules:
    """The section ``white_space``; raises ``DataError`` for what the ontology does not have."""
    section = whole.section("white_space")
    section.refuse_others(("expected_from", "fresh", "least", "shown", "counted", "measures", "surveys"))
    shown, slots = read_shown(schema, section.section("shown"))
    types = {schema.types[name].slug: schema.types[name] for name in shown}
    counted, measures = section.section("counted"), section.section("measures")
    counted.refuse_others(types)
    return SpaceRules(
        expected_from=section.number("expected_from"),
        fresh=int(section.number("fresh")),
        least=section.section("least").numbers(measures.keys()),
        shown=shown,
        slots=slots,
        counted={kind.name: _counted(schema, kind, counted.section(slug)) for slug, kind in types.items()},
        measures={name: _measure(schema, types, measure) for name, measure in measures.sections()},
        surveys=tuple(
            _survey(schema, slots, measures.keys(), name, survey)
            for name, survey in section.section("surveys").sections()
        ),
    )


def _counted(schema: Schema, kind: EntityType, section: Section) -> Counted:
    section.refuse_others(("of", "begun", "level", "ended"))
    links = (field.name for field in kind.fields.values() if field.target)
    ranked = (field.name for field in kind.fields.values() if field.scheme)
    return Counted(
        type=kind.name,
        of=section.text("of", links) if "of" in section else None,
        begun=section.text("begun", (field.name for field in kind.fields.values() if field.kind == "date")),
        level=section.text("level", ranked),
        ended=_choice(schema, kind, section.section("ended")),
    )


def _measure(schema: Schema, types: Mapping[str, EntityType], section: Section) -> dict[str, Choice]:
    section.refuse_others(types)
    return {types[slug].name: _choice(schema, types[slug], choice) for slug, choice in section.sections()}


def _choice(schema: Schema, kind: EntityType, section: Section) -> Choice:
    section.refuse_others(("field", "values"))
    if "field" not in section:
        return Choice(None, frozenset())
    field = section.text("field", (field.name for field in kind.fields.values() if field.scheme))
    return Choice(field, frozenset(section.words("values", _concepts(schema, kind.fields[field]))))


def _survey(schema: Schema, slots: Mapping[str, Field], measures: Iterable[str], name: str, section: Section) -> Survey:
    section.refuse_others(("measure", "sources", "covers", "conditions", "to", "counts", "why"))
    covers = section.section("covers")
    covers.refuse_others(slot for slot in slots if slot != CONDITION)
    return Survey(
        name=name,
        measure=section.text("measure", measures),
        sources=section.words("sources"),
        covers={
            key: frozenset(covers.words(key, (ANY, *_concepts(schema, slots[key])))) for key in slots if key in covers
        },
        conditions=section.words("conditions"),
        to=int(section.number("to")) if "to" in section else None,
        cited=section.text("counts", (_ALL, _CITED)) == _CITED if "counts" in section else True,
        why=section.text("why"),
    )


def _concepts(schema: Schema, field: Field) -> tuple[str, ...]:
    """The values that a field may have, none if it is a link."""
    return tuple(schema.vocabularies[field.scheme].concepts) if field.scheme else ()
