"""The bipartite graph: each record with the organisations in it, their roles, and the year it was last active."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.model import Model
from kg.network.rules import INVOLVEMENTS, RecordKind, Rules

ORGANISATION = "Organisation"


@dataclass(frozen=True)
class Part:
    """One role of a member, and the entity that states it: an involvement, an authorisation."""

    role: str
    stated_by: int


@dataclass(frozen=True)
class Member:
    """An organisation in a record with all its roles there."""

    organisation: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Record:
    """A trial, product, agreement or programme and who is in it, by number of the organisation.

    ``begun`` and ``year`` (last active) are years; a record of unknown date has the year of its newest source and is
    not ``dated``, and None where no source has a date either. One that goes on is active in whatever year is asked.
    """

    entity: int
    kind: RecordKind
    members: tuple[Member, ...]
    begun: int | None
    year: int | None
    ongoing: bool
    dated: bool
    about: frozenset[int]


def read_records(model: Model, rules: Rules, year: int) -> tuple[Record, ...]:
    """All records with at least one organisation, up to the year of the release, in the order of entity."""
    entities = ((kind, entity) for kind in rules.kinds.values() for entity in model.rows(kind.type))
    found = (read_record(model, kind, entity, year) for kind, entity in entities)
    return tuple(sorted((record for record in found if record.members), key=lambda record: record.entity))


def canonical(model: Model, organisation: int) -> int:
    """The organisation that took the place of a merged one, else itself."""
    seen = {organisation}
    while isinstance(after := model.get(organisation, "replacedBy"), int) and after not in seen:
        seen.add(after)
        organisation = after
    return organisation


def read_record(model: Model, kind: RecordKind, entity: int, year: int) -> Record:
    """One record, with whatever organisations are in it."""
    ended, begun = year_of(model, entity, kind.ended, year), year_of(model, entity, kind.begun, year)
    status = str(model.get(entity, kind.ongoing_field)) if kind.ongoing_field else ""
    ongoing = status in kind.ongoing_values or (kind.ongoing_unless_ended and ended is None)
    last = year if ongoing else ended if ended is not None else begun
    return Record(
        entity=entity,
        kind=kind,
        members=tuple(_members(model, kind, entity)),
        begun=begun,
        year=last if last is not None else _newest_source(model, entity, year),
        ongoing=ongoing,
        dated=last is not None,
        about=frozenset(model.links(entity, kind.about)) if kind.about else frozenset(),
    )


def _members(model: Model, kind: RecordKind, entity: int) -> Iterator[Member]:
    parts: dict[int, list[Part]] = defaultdict(list)
    for organisation, part in _stated(model, kind, entity):
        parts[canonical(model, organisation)].append(part)
    return (Member(organisation, tuple(found)) for organisation, found in sorted(parts.items()))


def _stated(model: Model, kind: RecordKind, entity: int) -> Iterator[tuple[int, Part]]:
    for involvement in model.links(entity, INVOLVEMENTS):
        organisation = _organisation(model, (model.get(involvement, name) for name in ("agent", "onBehalfOf")))
        if organisation is not None:
            yield organisation, Part(str(model.get(involvement, "role")), involvement)
    for via in kind.vias:
        for owned in model.links(entity, via.link):
            member = model.get(owned, via.member)
            if isinstance(member, int):
                yield member, Part(via.role, owned)


def _organisation(model: Model, agents: Iterable[object]) -> int | None:
    """The first of the agents that is an organisation: a person stands for the one on whose behalf they act."""
    return next((a for a in agents if isinstance(a, int) and model.kind(a).name == ORGANISATION), None)


def year_of(model: Model, entity: int, fields: Iterable[str], latest: int) -> int | None:
    """The year of the first field that is there, no later than the release."""
    value = next((value for field in fields if (value := model.get(entity, field)) is not None), None)
    return None if value is None else min(int(str(value)[:4]), latest)


def _newest_source(model: Model, entity: int, latest: int) -> int | None:
    days = [model.get(s, name) for s in model.links(entity, "sources") for name in ("date", "accessed")]
    years = [min(int(str(day)[:4]), latest) for day in days if day is not None]
    return max(years, default=None)
