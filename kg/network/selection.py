"""Which ties of a projection are wanted: by kind of record, role, what a record shows, who is in it, and strength.

Within one of these any of the values will do, what is narrower counts; all of them have to be met. What is kept keeps
its weight: a selection leaves out, it does not reckon anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kg.model import Model
from kg.network.projection import Pair, Projection
from kg.network.records import Member, Record
from kg.network.traits import values_at

Path = tuple[str, ...]
Values = tuple[tuple[str, frozenset[str]], ...]
"""By name the slugs that are wanted, of which any will do."""
Paths = Mapping[str, Mapping[str, tuple[Path, ...]]]
"""By entity type and dimension where a record shows its values."""


@dataclass(frozen=True)
class Selection:
    """What is wanted; nothing said wants everything.

    ``kinds`` are entity types of records, ``about`` is by dimension of records, ``among`` by field of organisations.
    ``roles`` are met by a tie if one of its two ends has one in the record. No tie is weaker than ``least``.
    """

    kinds: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    about: Values = ()
    among: Values = ()
    least: float = 0.0


EVERYTHING = Selection()


def narrowed(model: Model, paths: Paths, projection: Projection, selection: Selection) -> Projection:
    """The projection with the wanted ties alone; organisations that could have one and have none stay as isolates."""
    if selection == EVERYTHING:
        return projection
    return _Narrowing(model, paths, projection, selection).made()


class _Narrowing:
    """Looks at each record and each organisation once."""

    def __init__(self, model: Model, paths: Paths, projection: Projection, selection: Selection) -> None:
        self._model = model
        self._paths = paths
        self._projection = projection
        self._selection = selection
        self._wanted = {record.entity for record in projection.records if self._record(record)}
        ones = {member.organisation for record in projection.records for member in record.members}
        self._stand = {one for one in ones if self._organisation(one)}

    def made(self) -> Projection:
        kept = self._projection.narrowed(self._keeps, self._selection.least)
        tied: dict[int, set[int]] = defaultdict(set)
        for pair, records in kept.shared.items():
            for record in records:
                tied[record.entity] |= set(pair)
        kept.records = tuple(
            replace(record, members=members)
            for record in self._projection.records
            if record.entity in self._wanted and (members := self._members(record, tied[record.entity]))
        )
        return kept

    def _members(self, record: Record, tied: set[int]) -> tuple[Member, ...]:
        """Who is tied by a record, and who meets what is asked of organisations."""
        return tuple(m for m in record.members if m.organisation in tied or self._stands(m))

    def _keeps(self, record: Record, pair: Pair) -> bool:
        if record.entity not in self._wanted or not self._stand.issuperset(pair):
            return False
        roles = self._selection.roles
        return not roles or any(_plays(m, roles) for m in record.members if m.organisation in pair)

    def _stands(self, member: Member) -> bool:
        roles = self._selection.roles
        return member.organisation in self._stand and (not roles or _plays(member, roles))

    def _record(self, record: Record) -> bool:
        if self._selection.kinds and record.kind.type not in self._selection.kinds:
            return False
        shown = self._paths.get(record.kind.type, {})
        return all(
            any(
                value in wanted for path in shown.get(name, ()) for value in values_at(self._model, record.entity, path)
            )
            for name, wanted in self._selection.about
        )

    def _organisation(self, one: int) -> bool:
        return all(
            any(value in wanted for value in self._model.values(one, field)) for field, wanted in self._selection.among
        )


def _plays(member: Member, roles: frozenset[str]) -> bool:
    return any(part.role in roles for part in member.parts)
