"""By which rules records become ties: weights of kinds and roles, years, stars, and the grades of a projection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.network.constants import Section
from kg.schema import EntityType, Schema

INVOLVEMENTS = "involvements"
NONE = "none"


@dataclass(frozen=True)
class Via:
    """Members that a record has beside its involvements: a list of owned records, its field and the role it means."""

    link: str
    member: str
    role: str


@dataclass(frozen=True)
class RecordKind:
    """How the records of one entity type count; ``weight`` is kappa of the definition."""

    type: str
    weight: float
    ongoing_field: str | None
    ongoing_values: frozenset[str]
    ongoing_unless_ended: bool
    ended: tuple[str, ...]
    begun: tuple[str, ...]
    about: str | None
    vias: tuple[Via, ...]


@dataclass(frozen=True)
class Rules:
    """All of it. ``roles`` is rho by role; ``grades`` gives by grade and entity type the roles that count, all if none.

    ``half_lives`` are in years, None lets nothing fade.
    """

    half_life: float | None
    half_lives: tuple[float | None, ...]
    star_above: int
    leads: tuple[str, ...]
    sites: frozenset[str]
    roles: Mapping[str, float]
    kinds: Mapping[str, RecordKind]
    grades: Mapping[str, Mapping[str, frozenset[str]]]


def read_rules(schema: Schema, whole: Section) -> Rules:
    """The rules of ``network.yaml``; raises ``DataError`` for a role, type or field that the ontology does not have."""
    known = schema.vocabularies["role"].concepts
    ties, kinds = whole.section("ties"), whole.section("records")
    types = {kind.slug: kind for kind in schema.concrete("Context")}
    ties.refuse_others(("half_life", "half_lives", "star_above", "leads", "sites"))
    half_lives = dict(zip(ties.words("half_lives"), ties.number_list("half_lives", least=0.1, none=NONE), strict=True))
    return Rules(
        half_life=half_lives[ties.text("half_life", half_lives)],
        half_lives=tuple(half_lives.values()),
        star_above=int(ties.number("star_above", least=2)),
        leads=ties.words("leads", known),
        sites=frozenset(ties.words("sites", known)),
        roles=whole.section("roles").numbers(known),
        kinds={types[slug].name: _kind(schema, types[slug], kinds.section(slug)) for slug in _of(kinds, types)},
        grades={
            grade: {types[slug].name: frozenset(section.words(slug, known)) for slug in _of(section, types)}
            for grade, section in whole.section("grades").sections()
        },
    )


def _of(section: Section, types: Mapping[str, EntityType]) -> list[str]:
    section.refuse_others(types)
    return list(section.keys())


def _kind(schema: Schema, kind: EntityType, section: Section) -> RecordKind:
    section.refuse_others(("weight", "ongoing", "ended", "begun", "about", "members"))
    ongoing = section.section("ongoing")
    field = ongoing.text("field", kind.fields) if "field" in ongoing else None
    scheme = kind.fields[field].scheme if field else None
    values = ongoing.words("values", schema.vocabularies[scheme].concepts) if scheme else ()
    return RecordKind(
        type=kind.name,
        weight=section.number("weight"),
        ongoing_field=field,
        ongoing_values=frozenset(values),
        ongoing_unless_ended=ongoing.flag("otherwise"),
        ended=section.words("ended", kind.fields),
        begun=section.words("begun", kind.fields),
        about=section.text("about", kind.fields) if "about" in section else None,
        vias=tuple(_via(schema, kind, link, via) for link, via in _vias(kind, section.section("members"))),
    )


def _vias(kind: EntityType, section: Section) -> Iterator[tuple[str, Section]]:
    section.refuse_others(field.name for field in kind.fields.values() if field.owns)
    return section.sections()


def _via(schema: Schema, kind: EntityType, link: str, via: Section) -> Via:
    fields = schema.types[kind.fields[link].target or ""].fields
    role = via.text("role", schema.vocabularies["role"].concepts)
    return Via(link, via.text("member", fields), role)
