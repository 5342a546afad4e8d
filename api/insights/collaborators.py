"""Who works with an organisation, and what ties two, in GraphQL: the fields ``collaborators`` and ``tie``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api.connections import page_arguments
from api.definitions import GraphType, ModelField, argument, listing, optional
from api.insights import networks, options
from api.insights.evidence import Evidence
from api.insights.options import GRADE, ProjectionOptions
from api.insights.ties import Tie, Wanted, ties_of
from api.plain import fact, made
from api.ranked import Node, Ranked, connection, row
from api.reading import Request
from kg.errors import UsageError
from kg.network.records import ORGANISATION
from kg.schema import enum_name, kebab

Given = Mapping[str, Any]


class Collaborators(Ranked[Tie]):
    """A window on the ties of an organisation."""

    def __init__(self, request: Request, given: Given) -> None:
        network = networks.rooms(request).network
        chosen = options.read(network, given, GRADE)
        wanted = _wanted(network.rules.kinds, given)
        projection = networks.drawn(request, chosen)
        self.organisation = networks.stand_in(
            network, projection, networks.organisation(request, given["organisation"])
        )
        own_units, where = bool(given.get("ownUnits")), given.get("where")
        ties = ties_of(request, network, projection, self.organisation, wanted, own_units)
        ties = networks.fitting(request, ties, where, lambda tie: tie.other)
        ids = request.model.ids
        place = ["collaborators", ids[self.organisation], astuple(chosen), wanted.place, own_units, where]
        super().__init__(request, place, ties, lambda tie: (tie.strength, ids[tie.other]), given)


def fields(evidence: Evidence, projections: ProjectionOptions, more: Sequence[ModelField]) -> Iterator[StrawberryField]:
    """Both fields of the query type; ``more`` are fields of the type of a tie."""
    example = evidence.types.schema.types[ORGANISATION].example
    yield ModelField(
        "collaborators",
        _connection(evidence),
        "The organisations that are in a product, trial, agreement or programme with one, the strongest tie first. "
        "None is a clear answer: nothing on record ties it to anybody under these options.",
        lambda _root, request, given: Collaborators(request, given),
        [
            argument("organisation", strawberry.ID, f"The slug or the full id. For example `{example}`."),
            projections.argument(GRADE),
            argument("where", optional(evidence.where), "Only collaborators like this; all if not given."),
            argument("kinds", optional(listing(evidence.kind)), "Count only records of these types; all if not given."),
            argument(
                "roles",
                optional(listing(evidence.role)),
                "Count only records in which the collaborator has one of these roles; all if not given.",
            ),
            argument("ownUnits", optional(bool), "True: the organisation's own units too. False if not given."),
            *page_arguments(),
        ],
    )
    yield ModelField(
        "tie",
        optional(_tie_type(evidence, more)),
        "What ties two organisations; null if no record ties them under these options.",
        _tie,
        [
            argument("a", strawberry.ID, f"The one, by slug or full id. For example `{example}`."),
            argument("b", strawberry.ID, "The other, by slug or full id."),
            projections.argument(GRADE),
        ],
    )


def _connection(evidence: Evidence) -> GraphType:
    node: Node[Tie] = Node(evidence.organisation, "The collaborator.", lambda tie: tie.other)
    asked = "The organisation that was asked about, or the one that took its place."
    return connection(
        evidence.types.parts.definitions,
        "Collaborator",
        "the organisations that work with one, each with its tie",
        node,
        evidence.tie_fields(row),
        [fact("organisation", evidence.organisation, asked)],
    )


def _tie_type(evidence: Evidence, more: Sequence[ModelField]) -> GraphType:
    fields = [
        fact("a", evidence.organisation, "The one, or who took its place.", lambda tie: tie.one),
        fact("b", evidence.organisation, "The other, or who took its place.", lambda tie: tie.other),
    ]
    text = "What ties two organisations: records that both are in, which is no proof that they know each other."
    tie = evidence.tie_fields(lambda tie: tie)
    return made(evidence.types.parts.definitions, "Tie", text, [*fields, *tie, *more])


def _tie(_root: Any, request: Request, given: Given) -> Tie | None:
    network = networks.rooms(request).network
    projection = networks.drawn(request, options.read(network, given, GRADE))
    found = (networks.organisation(request, given[name]) for name in ("a", "b"))
    one, other = (networks.stand_in(network, projection, organisation) for organisation in found)
    if one == other:
        label = request.model.label(one)
        raise UsageError(f"a and b are both {label}, which has no tie to itself. Name two organisations.")
    return Tie(network, projection, one, other) if other in projection.ties.get(one, {}) else None


def _wanted(known: Mapping[str, Any], given: Given) -> Wanted:
    kinds = given.get("kinds")
    for kind in kinds or ():
        if kind not in known:
            told = ", ".join(enum_name(kebab(name)) for name in known)
            raise UsageError(f"kinds: {enum_name(kebab(kind))} is no record that ties. Give any of {told}.")
    return Wanted(kinds, given.get("roles"))
