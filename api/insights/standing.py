"""Who stands between others, and who belongs together, in GraphQL: the fields ``brokers`` and ``communities``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api.connections import page_arguments
from api.definitions import GraphType, ModelField, argument, optional
from api.insights import networks, options
from api.insights.evidence import Evidence
from api.insights.naming import Named, counts
from api.insights.options import ProjectionOptions
from api.plain import bounded, fact, made
from api.ranked import Node, Ranked, connection
from api.reading import Request
from kg.network.communities import Community, CommunityRules, read_community_rules
from kg.network.constants import Section
from kg.network.records import ORGANISATION
from kg.network.standing import Figures, Standing
from kg.schema import Schema

Given = Mapping[str, Any]


class Brokers(Ranked[Figures]):
    """A window on those who stand between others."""

    def __init__(self, request: Request, given: Given) -> None:
        self.standing = _standing(request, given)
        ids, where = request.model.ids, given.get("where")
        found = networks.fitting(request, self.standing.brokers(), where, lambda one: one.organisation)
        place = ["brokers", *_chosen(self.standing), where]
        super().__init__(request, place, found, lambda one: (one.betweenness or 0.0, ids[one.organisation]), given)


@dataclass(frozen=True)
class Group:
    """A community, and what it is named by."""

    schema: Schema
    rules: CommunityRules
    found: Community

    @property
    def by_record(self) -> list[Named]:
        """What its records are about, most first."""
        return counts(self.schema, self.rules.records, self.found.by_record)

    @property
    def by_member(self) -> list[Named]:
        """What its members state, most first."""
        return counts(self.schema, self.rules.members, self.found.by_member)

    @property
    def name(self) -> str | None:
        """What most of either is."""
        return ", ".join(row.label for rows in (self.by_record, self.by_member) for row in rows[:1]) or None


class Communities(Ranked[Group]):
    """A window on those who belong together."""

    def __init__(self, request: Request, given: Given) -> None:
        self.standing = _standing(request, given)
        network, ids = networks.rooms(request).network, request.model.ids
        rules = read_community_rules(request.schema, network.constants)
        asked = given.get("organisation")
        member = None if asked is None else networks.organisation(request, asked)
        found = [one for one in self.standing.communities if member is None or member in one.members]
        place = ["communities", *_chosen(self.standing), None if member is None else ids[member]]
        groups = [Group(request.schema, rules, one) for one in found]
        super().__init__(request, place, groups, lambda one: (_size(one), ids[min(one.found.members)]), given)


def fields(evidence: Evidence, projections: ProjectionOptions, constants: Section) -> Iterator[StrawberryField]:
    """Both fields of the query type."""
    schema = evidence.types.schema
    member = f"Only that of this organisation, by slug or full id. For example `{schema.types[ORGANISATION].example}`."
    yield ModelField(
        "brokers",
        _brokers(evidence),
        "Organisations by how many shortest chains between others run through them, the most first. Who is not in the "
        "largest component, or between nobody, is not listed; ranks are those among all, whatever `where` says.",
        lambda _root, request, given: Brokers(request, given),
        [
            argument("where", optional(evidence.where), "Only these; all if not given."),
            *projections.choice(),
            *page_arguments(),
        ],
    )
    yield ModelField(
        "communities",
        _communities(evidence, read_community_rules(schema, constants)),
        "Organisations that belong together, the largest community first. Only those are listed whose members stay "
        "together whatever the order in which they are looked at.",
        lambda _root, request, given: Communities(request, given),
        [argument("organisation", optional(strawberry.ID), member), *projections.choice(), *page_arguments()],
    )


def _standing(request: Request, given: Given) -> Standing:
    network = networks.rooms(request).network
    standing = network.standing(options.chosen(network, given))
    request.tick()
    return standing


def _chosen(standing: Standing) -> tuple[str, bool]:
    return standing.options.grade, standing.options.roll_up


# ---------------------------------------------------------------- types


def _brokers(evidence: Evidence) -> GraphType:
    def of(name: str, kind: GraphType, text: str, take: Any) -> ModelField:
        return fact(name, kind, text, lambda edge: take(edge.row))

    more = [
        of("rank", int, "Its rank among all; equal ones have the same.", lambda one: one.rank),
        of("betweenness", float, _BETWEENNESS, lambda one: one.betweenness),
        of("partners", int, "How many it is tied to, its own units apart.", lambda one: one.position.partners),
        of("apart", int, "How many of these are tied to no other of them.", lambda one: one.position.apart),
        of("effectiveSize", optional(float), _EFFECTIVE, lambda one: one.position.effective_size),
        of("constraint", optional(float), _CONSTRAINT, lambda one: one.position.constraint),
        of("summary", str, "The same in a sentence.", summary),
    ]
    exact = "Whether betweenness is exact; otherwise it was reckoned from a sample of organisations."
    about = [
        fact("component", int, "How many organisations the largest component has.", lambda page: page.standing.size),
        fact("exact", bool, exact, lambda page: page.standing.exact),
    ]
    node: Node[Figures] = Node(evidence.organisation, "The organisation.", lambda one: one.organisation)
    what = "the organisations that stand between others"
    return connection(evidence.types.parts.definitions, "Broker", what, node, more, about)


_BETWEENNESS = "The share, 0 to 1, of the shortest chains between others of the largest component that run through it."
_EFFECTIVE = (
    "Its partners less the mean number of others of them that each is tied to: near `partners` if they are not tied "
    "to each other. Null without partners."
)
_CONSTRAINT = (
    "Burt's constraint: low for who has partners that are not tied to each other, high for who hangs on few that are. "
    "Null with too few partners to say."
)


_LEAST = 0.1
"""The least mean number of ties between partners that is told as a figure."""


def summary(one: Figures) -> str:
    """How an organisation stands among its partners, in a sentence."""
    partners, apart = one.position.partners, one.position.apart
    tied = partners - (one.position.effective_size or 0.0)
    if partners < 2:
        return f"{partners} partner{'s'[: partners != 1]}."
    if apart == partners:
        return f"{partners} partners, none of them tied to another."
    if tied == partners - 1:
        return f"{partners} partners, all tied to each other."
    mean = f"{tied:.1f}" if tied >= _LEAST else f"fewer than {_LEAST}"
    told = f"{apart} {'is' if apart == 1 else 'are'} tied to none of the others" if apart else "each is tied to another"
    return f"Of {partners} partners, {told}; on average one is tied to {mean} of the other {partners - 1}."


def _communities(evidence: Evidence, rules: CommunityRules) -> GraphType:
    definitions = evidence.types.parts.definitions
    fields = [
        fact("name", optional(str), "What most of its records and members have; null if they state nothing."),
        fact("size", int, "How many members it has.", _size),
        fact(
            "together", float, "The least share of runs in which two of them were together.", lambda o: o.found.together
        ),
        fact("records", int, "How many records tie two of them or more.", lambda one: one.found.records),
        bounded("members", evidence.organisation, _MEMBERS, lambda one: one.found.members),
        bounded(
            "byRecord", evidence.named_count, f"Its records by {rules.records}, most first.", lambda one: one.by_record
        ),
        bounded(
            "byMember", evidence.named_count, f"Its members by {rules.members}, most first.", lambda one: one.by_member
        ),
    ]
    text = "Organisations that are tied to each other more than to others."
    kind = made(definitions, "Community", text, fields)
    node = Node(kind, "The community.", lambda one: one)
    return connection(definitions, "Community", "communities", node)


_MEMBERS = "Its members, the one with the strongest ties to the others first."


def _size(one: Group) -> int:
    return len(one.found.members)
