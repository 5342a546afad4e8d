"""The GraphQL types of ties: what each record gives to one, who had which part in it, and who says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from api.definitions import GraphType, ModelField, listing, optional
from api.insights import naming
from api.insights.ties import Share, Side, Tie
from api.lists import CUT, cut, first_argument
from api.plain import bounded, fact, made
from api.reading import Request
from api.types import Types
from kg.network.records import ORGANISATION
from kg.provenance import SOURCE

CONTEXT = "Context"
"""The interface of all records."""
ROLE = "role"
"""The vocabulary of roles."""
SOURCES = "sources"
"""The field of whatever is stated by a source."""

STRENGTH = (
    "The sum of what its records contribute; 0 or more, without a unit. It compares ties under the same options, and "
    "says nothing by itself."
)


class Evidence:
    """Makes the types when they are first asked for."""

    def __init__(self, types: Types) -> None:
        self.types = types
        self.organisation = types.made[ORGANISATION]
        self.where = types.connections.filters.types[ORGANISATION]
        self.record = types.made[CONTEXT]
        self.kind = types.connections.filters.entity_type
        self.role = types.parts.enums[ROLE]

    def tie_fields(self, of: Callable[[Any], Tie]) -> list[ModelField]:
        """The fields of whatever has a tie, which ``of`` takes out of it."""
        text = "The year in which the newest of its records was last active; null if nothing tells of any."
        newest = "Its records, newest first, each a product, trial, agreement or programme."
        undated = "How many of its records state no date; the one of their newest source stands in for it."
        return [
            fact("strength", float, STRENGTH, lambda source: of(source).strength),
            fact("count", int, "How many records it rests on.", lambda source: of(source).count),
            fact("last", optional(int), text, lambda source: of(source).last),
            fact("undated", int, undated, lambda source: of(source).undated),
            fact("ownUnit", bool, _OWN, lambda source: of(source).own_unit),
            fact("kinds", listing(self._kinds), "Its records by type, the strongest first.", lambda s: of(s).kinds),
            bounded("records", self.record, newest, lambda source: of(source).records),
            bounded("contributions", self.contribution, _CONTRIBUTIONS, lambda source: of(source).shares),
        ]

    @cached_property
    def _kinds(self) -> GraphType:
        fields = [
            fact("type", self.kind, "The type.", lambda row: row[0]),
            fact("count", int, "How many records of it.", lambda row: row[1]),
            fact("strength", float, "What they contribute together.", lambda row: row[2]),
        ]
        return made(self.types.parts.definitions, "TieKind", "The records of a tie that are of one type.", fields)

    @cached_property
    def named_value(self) -> GraphType:
        """A value of an enum or an entity's id."""
        return naming.value_type(self.types.parts.definitions)

    @cached_property
    def named_count(self) -> GraphType:
        """The same with a count."""
        return naming.count_type(self.types.parts.definitions)

    @cached_property
    def contribution(self) -> GraphType:
        """What one record gives to a tie."""
        year = "The year in which it was last active, as far as the options see; null if nothing tells."
        fields = [
            fact("record", self.record, "The record.", lambda share: share.contribution.record.entity),
            fact("weight", float, _WEIGHT, lambda share: share.contribution.weight),
            fact("kindWeight", float, "What a record of its type counts.", lambda share: share.kind_weight),
            fact("roleWeight", float, _ROLES, lambda share: share.role_weight),
            fact("fading", float, "What the years since it was last active have left, above 0 and up to 1.", _fading),
            fact("members", int, "How many organisations are in it.", lambda share: share.contribution.members),
            fact("star", bool, _STAR, lambda share: share.contribution.star),
            fact("last", optional(int), year),
            fact("ongoing", bool, "Whether it goes on.", lambda share: share.contribution.record.ongoing),
            fact("dated", bool, _DATED, lambda share: share.contribution.record.dated),
            fact("parts", listing(self._part), "The parts of the two, in the order of the tie.", lambda s: s.sides),
            ModelField("sources", listing(self.types.made[SOURCE]), _SOURCES, _sources, [first_argument()]),
        ]
        return made(self.types.parts.definitions, "TieContribution", "What one record gives to a tie.", fields)

    @cached_property
    def _part(self) -> GraphType:
        counts = "The role by which it counts: the weightiest of its roles."
        stated = "What states each of its roles: an involvement or, for a holder, an authorisation."
        fields = [
            fact("organisation", self.organisation, "The organisation."),
            fact("role", self.role, counts, lambda side: side.counts.role),
            fact("roles", listing(self.role), "All its roles in the record.", _roles),
            bounded("statedBy", self.types.node, stated, lambda side: [part.stated_by for part in side.parts]),
        ]
        text = "The part of an organisation in a record."
        return made(self.types.parts.definitions, "TiePart", text, fields)


def _fading(share: Share) -> float:
    return share.contribution.fading


def _roles(side: Side) -> list[str]:
    """Each role once, in the order in which they are stated."""
    return list(dict.fromkeys(part.role for part in side.parts))


def _sources(share: Share, request: Request, given: Mapping[str, Any]) -> list[int]:
    stating = [share.contribution.record.entity]
    stating += [part.stated_by for side in share.sides for part in side.parts]
    model = request.model
    found = {s for one in stating if SOURCES in model.kind(one).fields for s in model.links(one, SOURCES)}
    return cut(sorted(found), request, given)


_OWN = "Whether both are units of one organisation, as a hospital and its own facility are: no partners then."
_CONTRIBUTIONS = "What each record contributes, the most first; together they are the strength."
_WEIGHT = "What it gives: kindWeight x roleWeight x fading / (members - 1)."
_ROLES = "What the roles of the two count: the square root of the weight of the one times that of the other."
_STAR = "Whether it has so many members that it ties each of them to its lead alone."
_DATED = "Whether it states a date; otherwise that of its newest source stands in."
_SOURCES = f"What says so: the sources of the record and of the parts of the two. {CUT}, by id."
