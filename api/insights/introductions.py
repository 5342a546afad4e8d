"""How one organisation is led to another, in GraphQL: the field ``introductions``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api import limits
from api.definitions import Definitions, GraphType, ModelField, argument, listing, optional
from api.insights import networks, options
from api.insights.evidence import Evidence
from api.insights.options import ProjectionOptions
from api.insights.ties import Share
from api.plain import fact, made
from api.reading import Request
from kg.errors import UsageError
from kg.network.constants import Section
from kg.network.introductions import Asked, Chain, Hop, Introductions, Outcome, introductions, read_introduction_rules
from kg.network.projection import Projection
from kg.network.records import ORGANISATION
from kg.schema import enum_name

Given = Mapping[str, Any]

WORDING = "co-participation on record"
"""What a hop is: nobody is said to know anybody."""


@dataclass(frozen=True)
class Led:
    """What was found, and where it was sought."""

    projection: Projection
    found: Introductions

    @property
    def chains(self) -> list[Linked]:
        """The chains."""
        return [Linked(self.projection, chain) for chain in self.found.chains]


@dataclass(frozen=True)
class Linked:
    """A chain, and where it was found."""

    projection: Projection
    chain: Chain

    @property
    def hops(self) -> list[Step]:
        """The ties from the start to the goal."""
        return [Step(self.projection, hop) for hop in self.chain.hops]


@dataclass(frozen=True)
class Step:
    """A hop, and where it was found."""

    projection: Projection
    hop: Hop

    @property
    def contributions(self) -> list[Share]:
        """What its newest records contribute."""
        return [Share(self.projection, self.hop.one, self.hop.other, one) for one in self.hop.contributions]


def field(evidence: Evidence, projections: ProjectionOptions, constants: Section, chain: GraphType) -> StrawberryField:
    """The field of the query type; ``chain`` is the type of a chain."""
    rules = read_introduction_rules(evidence.types.schema, constants)
    example = evidence.types.schema.types[ORGANISATION].example
    year = "Only ties that were active in or after this year; all if not given."
    hops = f"How many ties a chain may have, 1 to {rules.most_hops}; {rules.hops} if not given."
    return ModelField(
        "introductions",
        _type(evidence, chain),
        f"How one organisation is led to another: up to {rules.chains} chains of ties, each by another first contact. "
        "Fewest ties first, then the strongest. Where there is none, `outcome` and `message` say why.",
        _introductions,
        [
            argument("from", strawberry.ID, f"Who wants to be led, by slug or full id. For example `{example}`."),
            argument("to", strawberry.ID, "Where to, by slug or full id."),
            argument("maxHops", optional(int), hops),
            argument("exclude", optional(listing(strawberry.ID)), f"Not by way of these, {limits.NODES} at most."),
            argument("activeSince", optional(int), year),
            projections.argument(rules.grade),
        ],
    )


def chain_type(evidence: Evidence) -> GraphType:
    """The type of a chain, over ``Linked``."""
    definitions = evidence.types.parts.definitions
    fields = [
        fact("hops", listing(_hop_type(evidence)), "The ties, from the start to the goal."),
        fact(
            "organisations",
            listing(evidence.organisation),
            "Everybody in it, the start and the goal too.",
            lambda linked: linked.chain.organisations,
        ),
        fact("cost", float, "The sum of 1 / strength of its ties: the less, the better.", lambda one: one.chain.cost),
    ]
    text = "A chain of ties from one organisation to another."
    return made(definitions, "IntroductionChain", text, fields)


def _hop_type(evidence: Evidence) -> GraphType:
    last = "The year in which it was last active; null if nothing tells."
    shown = "What its newest records contribute; `tie` has all of them."
    fields = [
        fact("from", evidence.organisation, "The nearer end.", lambda step: step.hop.one),
        fact("to", evidence.organisation, "The farther end.", lambda step: step.hop.other),
        fact("wording", str, f"What is on record: {WORDING}, and no more.", lambda _step: WORDING),
        fact("strength", float, "The strength of the tie.", lambda step: step.hop.weight),
        fact("count", int, "How many records it rests on.", lambda step: step.hop.records),
        fact("last", optional(int), last, lambda step: step.hop.last),
        fact("ownUnit", bool, "Whether both are units of one organisation.", lambda step: step.hop.in_house),
        fact("records", listing(evidence.record), "Its newest records, newest first.", _records),
        fact("contributions", listing(evidence.contribution), shown),
    ]
    return made(evidence.types.parts.definitions, "IntroductionHop", "One tie of a chain.", fields)


def _records(step: Step) -> list[int]:
    return [contribution.record.entity for contribution in step.hop.contributions]


def _type(evidence: Evidence, chain: GraphType) -> GraphType:
    definitions = evidence.types.parts.definitions
    shortest = "How many ties the shortest chain has, be it more than allowed; null if there is none."
    fields = [
        fact("from", evidence.organisation, "Who wants to be led, or who took its place.", lambda led: led.found.start),
        fact("to", evidence.organisation, "Where to, or who took its place.", lambda led: led.found.goal),
        fact("outcome", _outcome(definitions), "What the search came to.", lambda led: led.found.outcome),
        fact("message", str, "The same in a sentence.", lambda led: led.found.message),
        fact("shortest", optional(int), shortest, lambda led: led.found.shortest),
        fact("chains", listing(chain), "The chains, the best first; none where none was found."),
    ]
    return made(definitions, "Introductions", "How one organisation is led to another, or why it is not.", fields)


def _outcome(definitions: Definitions) -> GraphType:
    values = [(enum_name(outcome), outcome.value, _OUTCOMES[outcome]) for outcome in Outcome]
    return definitions.enum("IntroductionOutcome", "What a search for chains came to.", values)


_OUTCOMES = {
    Outcome.FOUND: "There is a chain.",
    Outcome.ISOLATED: "One of the two has no tie to anybody on record.",
    Outcome.NO_PATH: "No chain of ties that may be used leads from the one to the other.",
    Outcome.TOO_FAR: "The shortest chain has more ties than are allowed.",
}


def _introductions(_root: Any, request: Request, given: Given) -> Led:
    network = networks.rooms(request).network
    rules = read_introduction_rules(request.schema, network.constants)
    chosen = options.read(network, given, rules.grade)
    projection = networks.drawn(request, chosen)
    start, goal = (
        networks.stand_in(network, projection, networks.organisation(request, given[name])) for name in ("from", "to")
    )
    asked = Asked(
        given.get("maxHops"),
        frozenset(_excluded(request, given.get("exclude") or ())),
        options.year("activeSince", given),
    )
    found = introductions(network, start, goal, asked, chosen)
    request.spend(len(projection.ties) // limits.ROWS)
    return Led(projection, found)


def _excluded(request: Request, named: Iterable[str]) -> Iterable[int]:
    names = list(named)
    if len(names) > limits.NODES:
        raise UsageError(f"exclude: {len(names)} were given. Give {limits.NODES} at most.", max=limits.NODES)
    return (networks.organisation(request, name) for name in names)
