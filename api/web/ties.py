"""A tie as a page tells of it: its records, who had which part in each, when, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.insights.ties import Share, Side, Tie
from kg.model import Model
from kg.network.network import Network
from kg.network.projection import Projection
from kg.network.records import Record
from kg.provenance import SOURCE
from kg.schema import EntityType

PERSON = "Person"
ROLE = "role"
"""The vocabulary of roles."""
MOST = 50
"""Records of a tie that a page shows."""


@dataclass(frozen=True)
class Part:
    """An organisation's part in a record, in words; ``people`` are those whom a source names in it on its behalf."""

    organisation: int
    roles: tuple[str, ...]
    people: tuple[int, ...]


@dataclass(frozen=True)
class Shown:
    """A record of a tie; ``when`` says in words when it was last active, ``sources`` are entities."""

    entity: int
    kind: EntityType
    when: str
    parts: tuple[Part, ...]
    sources: tuple[int, ...]


def records(network: Network, projection: Projection, one: int, other: int) -> Sequence[Shown]:
    """The records of a tie, newest first, ``MOST`` at most."""
    shares = sorted(Tie(network, projection, one, other).shares, key=lambda share: share.newest)
    return [_shown(network.model, share) for share in shares[:MOST]]


def _shown(model: Model, share: Share) -> Shown:
    record = share.contribution.record
    return Shown(
        entity=record.entity,
        kind=model.kind(record.entity),
        when=when(record, share.last),
        parts=tuple(Part(side.organisation, _roles(model, side), _people(model, side)) for side in share.sides),
        sources=_sources(model, share),
    )


def _roles(model: Model, side: Side) -> tuple[str, ...]:
    concepts = model.schema.vocabularies[ROLE].concepts
    return tuple(dict.fromkeys(concepts[part.role].label for part in side.parts))


def _people(model: Model, side: Side) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for part in side.parts for one in _linked(model, part.stated_by, PERSON)))


def _sources(model: Model, share: Share) -> tuple[int, ...]:
    """The sources of the record and of the parts of the two, each once."""
    stating = [share.contribution.record.entity, *(part.stated_by for side in share.sides for part in side.parts)]
    return tuple(sorted({source for one in stating for source in _linked(model, one, SOURCE)}))


def _linked(model: Model, entity: int, type_name: str) -> Iterator[int]:
    """The entities of a type that one links to."""
    for field in model.kind(entity).fields.values():
        if field.kind == "link" and not field.inverse:
            yield from (one for one in model.links(entity, field.name) if model.kind(one).name == type_name)


def when(record: Record, last: int | None) -> str:
    """When a record was active, in words; ``last`` is the year in which it was last so, as far as one looks."""
    if last is None:
        return "no date on record"
    if not record.dated:
        return f"undated; its newest source is of {last}"
    begun = f"since {record.begun}, " if record.begun is not None and record.begun != last else ""
    return f"{begun}{'ongoing' if record.ongoing else f'last active in {last}'}"
