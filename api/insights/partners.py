"""Who would suit an organisation, in GraphQL: the field ``partners``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api import limits
from api.connections import page_arguments
from api.definitions import GraphType, ModelField, argument, listing, optional
from api.insights.candidates import COUNTRY, TYPE, Candidate, Candidates
from api.insights.dimensions import Slots
from api.insights.evidence import Evidence
from api.insights.naming import Named
from api.plain import bounded, fact, made
from api.ranked import Edge, Node, connection
from kg.network.fit_question import REGIONS
from kg.network.fit_rules import COMPONENTS, LIKELY, ORDERS
from kg.network.records import ORGANISATION
from kg.network.traits import Trait
from kg.schema import enum_name


def field(evidence: Evidence, need: GraphType, slots: Slots, chain: GraphType) -> StrawberryField:
    """The field of the query type; ``need`` is the input of the dimensions in ``slots``, ``chain`` that of chains."""
    kinds = _Types(evidence, slots, chain)
    return ModelField(
        "partners",
        kinds.connection(),
        "Who would suit an organisation as a partner, the best first: a sum of five components that each show their "
        "evidence. Left out are its partners of today, its own units, and whom the arguments exclude. Suggested from "
        "what is on record, and no forecast.",
        lambda _root, request, given: Candidates(request, given),
        list(kinds.arguments(need)),
    )


class _Types:
    """Makes the types."""

    def __init__(self, evidence: Evidence, slots: Slots, chain: GraphType) -> None:
        self._evidence = evidence
        self._definitions = evidence.types.parts.definitions
        self._chain = chain
        enum = self._definitions.enum
        components = [(enum_name(name), name, _COMPONENTS[name]) for name in COMPONENTS]
        self._component = enum("PartnerComponent", "What a fit is made of.", components)
        orders = [(enum_name(name), name, _order_text(counted)) for name, counted in ORDERS.items()]
        self._order = enum("PartnerOrder", "In what order partners are suggested.", orders)
        dimensions = [(enum_name(name), name, slot.description) for name, slot in slots.items()]
        self._dimension = enum("PartnerDimension", "In what organisations and needs are compared.", dimensions)

    def arguments(self, need: GraphType) -> Iterator[StrawberryArgument]:
        """What may be asked."""
        evidence, at_most = self._evidence, f"by slug or full id, {limits.NODES} at most"
        example = evidence.types.schema.types[ORGANISATION].example
        regions = listing(evidence.types.parts.enums[REGIONS])
        without = "What the partner should have on record; without it, how alike the two are counts instead."
        wish = (
            "Where the partner should be: countries or regions. It counts instead of past ties between countries; to "
        )
        wish += "leave all others out, use `where`."
        since = "Leave out who has no record that was active in or after this year."
        yield argument("for", strawberry.ID, f"Who looks for a partner, by slug or full id. For example `{example}`.")
        yield argument("need", optional(need), without)
        yield argument("order", optional(self._order), f"What counts; {enum_name(LIKELY)} if not given.")
        yield argument("regions", optional(regions), wish)
        yield argument("where", optional(evidence.where), "Only these; percentiles stay those among all.")
        yield argument("exclude", optional(listing(strawberry.ID)), f"Leave these out, {at_most}.")
        yield argument("activeSince", optional(int), since)
        yield argument("competitors", optional(listing(strawberry.ID)), f"Say who is tied to these, {at_most}.")
        yield from page_arguments()

    def connection(self) -> GraphType:
        """The type of a ranking."""
        evidence = self._evidence
        asked = "The organisation that looks for a partner, or the one that took its place."
        about = [
            fact("for", evidence.organisation, asked, lambda page: page.ranking.question.organisation),
            fact("message", str, "What the ranking rests on.", lambda page: page.ranking.message),
        ]
        node: Node[Candidate] = Node(evidence.organisation, "The organisation.", lambda one: one.organisation)
        what = "the organisations that would suit one as a partner"
        return connection(self._definitions, "Partner", what, node, list(self._of_row()), about)

    def _of_row(self) -> Iterator[ModelField]:
        """The fields of an edge."""
        evidence, named = self._evidence, self._evidence.named_value
        pair, trait = self._pair(named), self._trait(named)
        yield _of("fit", float, "The sum of what the bars add; it compares within one ranking.", lambda c: c.row.fit)
        yield _of("percentile", float, _PERCENTILE, lambda c: c.row.percentile)
        yield _of("bars", listing(self._bar()), "What the fit is made of.", lambda c: [(c, bar) for bar in c.row.bars])
        yield _many(
            "sharedPartners", self._shared(), "Who is a partner of both, what adds most first.", lambda c: c.row.shared
        )
        yield _of("types", optional(pair), _PAIR.format("type of organisation"), lambda c: c.pair(TYPE))
        yield _of("countries", optional(pair), _PAIR.format("country"), lambda c: c.pair(COUNTRY))
        yield _of("wished", optional(bool), _WISHED, lambda c: c.row.wished)
        yield _of("matches", listing(self._match(named)), _MATCHES, lambda c: [(c, match) for match in c.row.matches])
        yield _of("alike", listing(trait), _ALIKE, lambda c: _traits(c, c.row.alike))
        yield _of("new", listing(trait), _NEW, lambda c: _traits(c, c.row.new))
        yield _of("partners", int, "How many partners it has.", lambda c: c.row.partners)
        yield _of("last", optional(int), _LAST, lambda c: c.row.last)
        yield _of("records", listing(evidence.types.node), _RECORDS, lambda c: c.row.records)
        yield _of("missing", listing(self._component), _MISSING, lambda c: c.row.missing)
        yield _of("tiedTo", listing(evidence.organisation), _TIED, lambda c: c.row.tied_to)
        yield _of("chain", optional(self._chain), _CHAIN, lambda c: c.chain)

    def _bar(self) -> GraphType:
        text = "One component of a fit."
        fields = [
            fact("component", self._component, "Which.", lambda pair: pair[1].component),
            fact("value", float, "Its value, in its own unit.", lambda pair: pair[1].value),
            fact("weight", float, "How much it counts; 0 if it does not in this order.", lambda pair: pair[1].beta),
            fact("adds", float, "What it adds to the fit: value x weight.", lambda pair: pair[1].adds),
            fact("length", float, "0 to 1: from the least to the most of all candidates.", lambda pair: pair[1].length),
            fact("known", bool, "Whether there are data; the value is 0 otherwise.", lambda pair: pair[1].known),
            fact("evidence", str, "What it rests on, in a sentence.", lambda pair: pair[0].words(pair[1])),
        ]
        return made(self._definitions, "PartnerBar", text, fields)

    def _shared(self) -> GraphType:
        fields = [
            fact("organisation", self._evidence.organisation, "The partner of both."),
            fact("adds", float, "What it adds to proximity before the logarithm: much if it has few ties."),
        ]
        return made(self._definitions, "SharedPartner", "A partner of both.", fields)

    def _pair(self, named: GraphType) -> GraphType:
        fields = [
            fact("one", named, "The group of the one who asks."),
            fact("other", named, "The group of the candidate."),
            fact("seen", int, "How many past ties there are between the two groups."),
            fact("expected", float, "How many their numbers of ties let expect."),
        ]
        return made(self._definitions, "PartnerGroups", "Two groups of organisations and their past ties.", fields)

    def _trait(self, named: GraphType) -> GraphType:
        fields = [
            fact("dimension", self._dimension, "In what.", lambda pair: pair[0]),
            fact("value", named, "The value.", lambda pair: pair[1]),
        ]
        return made(self._definitions, "PartnerTrait", "Something that an organisation has on record.", fields)

    def _match(self, named: GraphType) -> GraphType:
        closeness = "1 for what was asked or something narrower, less for each step up or beside in the tree."
        fields = [
            fact("dimension", self._dimension, "In what.", lambda pair: pair[1].dimension),
            fact(
                "wanted", named, "What was asked for.", lambda pair: pair[0].named((pair[1].dimension, pair[1].wanted))
            ),
            fact("found", named, "What is on record.", lambda pair: pair[0].named((pair[1].dimension, pair[1].found))),
            fact("closeness", float, closeness, lambda pair: pair[1].closeness),
            fact("entity", self._evidence.types.node, "What shows it: a record or a site.", lambda p: p[1].entity),
        ]
        return made(self._definitions, "PartnerMatch", "What answers one dimension of a need.", fields)


def _of(name: str, kind: GraphType, text: str, take: Callable[[Candidate], Any]) -> ModelField:
    """A field of an edge, read from its candidate."""

    def read(edge: Edge[Candidate]) -> Any:
        return take(edge.row)

    return fact(name, kind, text, read)


def _many(name: str, kind: GraphType, text: str, take: Callable[[Candidate], Any]) -> ModelField:
    """The same of a list with ``first``."""

    def read(edge: Edge[Candidate]) -> Any:
        return take(edge.row)

    return bounded(name, kind, text, read)


def _traits(candidate: Candidate, found: Iterable[Trait]) -> list[tuple[str, Named]]:
    return [(trait[0], candidate.named(trait)) for trait in found]


def _order_text(counted: Iterable[str]) -> str:
    return f"By {', '.join(counted)}."


_COMPONENTS = {
    "proximity": "Shared partners, those with few ties counting most: log(1 + Adamic-Adar).",
    "role": "How much more often their types of organisation are tied than expected, as a logarithm.",
    "geography": "The same of their countries; or whether it is where the user wishes.",
    "capability": "The share of the need that it has on record, or how alike both are, and a part for what is new.",
    "activity": "How many partners it has, as a logarithm, and how lately it was active.",
}
_PERCENTILE = "The share of the other candidates with a lower fit, 0 to 100."
_PAIR = "Past ties between the two by {}; null if that of either is not known."
_WISHED = "Whether it is where the user wishes; null without such a wish, or if its country is not known."
_MATCHES = "What it has of the need on record; none without a need."
_ALIKE = "What both work on, what few do first."
_NEW = "What it works on and the one who asks does not, what few do first."
_LAST = "The year in which it was last active; null if nothing tells."
_RECORDS = "Records and sites to open: what answers the need first, then the newest."
_MISSING = "The components that had no data."
_TIED = "Its partners among `competitors`."
_CHAIN = "The shortest chain to it, as `introductions` finds it; null if there is none."
