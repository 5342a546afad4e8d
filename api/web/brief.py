"""A brief of an organisation for two sheets of paper: what it is, does, and with whom, with numbered sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api import lookup
from api.reading import Reader, Release
from api.web.asking import Query
from api.web.facts import Facts
from api.web.notes import Mark, Notes
from api.web.site import Site
from api.web.values import of_entity
from api.web.words import plural
from kg.network.network import Network
from kg.network.partners import Partner, partners
from kg.network.records import ORGANISATION, Member, Record, canonical
from kg.network.rules import INVOLVEMENTS
from kg.schema import EntityType

RECORDS = 7
"""Records of each type on the brief, the newest first."""
TIES = 8
PEOPLE = 10
CITED = 2
"""Sources that a line cites at most; the pages of the site have all of them."""
_LENGTH = 110
"""Characters of a name."""


@dataclass(frozen=True)
class Line:
    """One line of the brief: what it is about, in which part, what else is told, and who says so."""

    name: str
    part: str
    told: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Part:
    """The lines about one type of record; ``total`` counts those too for which there is no room."""

    heading: str
    total: int
    lines: Sequence[Line]


def routes(site: Site) -> list[Route]:
    """``/organisation/{slug}/brief``."""

    def make(request: Request, reader: Reader) -> Response:
        slug, model = request.path_params["slug"], reader.model
        kind = reader.schema.types[ORGANISATION]
        if request.path_params["type"] != kind.slug:
            raise HTTPException(404)
        Query(request, ())
        found = lookup.entity(site.asked(request, reader), f"{kind.slug}/{slug}", kind)
        stands = canonical(model, found)
        if stands != found:
            return RedirectResponse(f"/{model.ids[stands]}/brief", 308)
        return site.page(request, reader, "brief", **_Brief(reader, stands).told())

    async def brief(request: Request) -> Response:
        return await site.answer(request, make)

    return [Route("/{type}/{slug}/brief", brief)]


def _records_of(release: Release) -> Mapping[int, Sequence[Record]]:
    """By organisation the records that it is in."""
    found: dict[int, list[Record]] = defaultdict(list)
    for record in release.network.records:
        for member in record.members:
            found[member.organisation].append(record)
    return found


class _Brief:
    """Puts one brief together; sources are numbered in the order in which they are cited."""

    def __init__(self, reader: Reader, organisation: int) -> None:
        self.reader = reader
        self.model = reader.model
        self.organisation = organisation
        self.network: Network = reader.release.network
        self.notes = Notes(reader.model, condensed=True)

    def told(self) -> dict[str, object]:
        facts = Facts(self.reader, self.organisation, self.notes)
        identity = facts.of(lambda field: field.kind != "link" or not field.many)
        parts = [part for kind in self._kinds() if (part := self._records(kind)).total]
        return {
            "entity": self.organisation,
            "facts": facts,
            "identity": identity,
            "parts": parts,
            "ties": self._ties(),
            "people": self._people(),
            "notes": list(self.notes),
        }

    def _kinds(self) -> list[EntityType]:
        return [self.reader.schema.types[name] for name in self.network.rules.kinds]

    def _records(self, kind: EntityType) -> Part:
        """What the organisation is in of one type."""
        found = [
            (record, member)
            for record in self.reader.once(_records_of).get(self.organisation, ())
            if record.kind.type == kind.name
            for member in record.members
            if member.organisation == self.organisation
        ]
        found.sort(key=lambda pair: (not pair[0].ongoing, -(pair[0].year or 0), pair[0].entity))
        return Part(plural(kind), len(found), [self._record(*pair) for pair in found[:RECORDS]])

    def _record(self, record: Record, member: Member) -> Line:
        roles = dict.fromkeys(part.role for part in member.parts)
        told = [one.text for one in Facts(self.reader, record.entity, self.notes).summary]
        stated = (one for part in member.parts for one in self.notes.stating.record(part.stated_by))
        return Line(self._name(record.entity), self._roles(roles), "; ".join(told), self._cited(stated))

    def _ties(self) -> Part:
        """The strongest ties, with the newest records behind each."""
        projection = self.network.projection(self.network.options())
        found = partners(self.network, projection, self.organisation)
        return Part("strongest ties", len(found), [self._tie(partner) for partner in found[:TIES]])

    def _tie(self, partner: Partner) -> Line:
        projection = self.network.projection(self.network.options())
        shared = projection.contributions(self.organisation, partner.organisation)
        stated = (one for c in shared for part in c.parts for one in self.notes.stating.record(part.stated_by))
        count = f"{partner.records} shared {'record' if partner.records == 1 else 'records'}"
        last = f"last active {partner.last}" if partner.last else "no date on record"
        strongest = self._name(shared[0].record.entity) if shared else ""
        return Line(self._name(partner.organisation), f"{count}, {last}", strongest, self._cited(stated))

    def _people(self) -> Part:
        """Who holds a position in it or acts on its behalf, as the sources say."""
        found: dict[int, list[int]] = {}
        for involvement in self._positions():
            agent = self.model.get(involvement, "agent")
            if isinstance(agent, int) and self.model.kind(agent).name != ORGANISATION:
                found.setdefault(agent, []).append(involvement)
        lines = [self._person(person, several) for person, several in list(found.items())[:PEOPLE]]
        return Part("people in their public role", len(found), lines)

    def _positions(self) -> Iterator[int]:
        kind = self.reader.schema.types[ORGANISATION].fields[INVOLVEMENTS].target or ""
        yield from self.model.links(self.organisation, INVOLVEMENTS)
        yield from self.model.inverted(kind, "onBehalfOf").get(self.organisation, ())

    def _person(self, person: int, involvements: Sequence[int]) -> Line:
        roles = dict.fromkeys(str(self.model.get(one, "title") or self._role(one)) for one in involvements)
        places = [place for one in involvements if isinstance(place := self.model.get(one, "in"), int)]
        others = dict.fromkeys(self._name(place) for place in places if place != self.organisation)
        stated = (one for involvement in involvements for one in self.notes.stating.record(involvement))
        return Line(self._name(person), ", ".join(roles), "; ".join(list(others)[:2]), self._cited(stated))

    def _role(self, involvement: int) -> str:
        return self._roles([str(self.model.get(involvement, "role"))])

    def _roles(self, roles: Iterable[str]) -> str:
        known = self.reader.schema.vocabularies["role"].concepts
        return ", ".join(known[role].label for role in roles)

    def _cited(self, stated: Iterable[int]) -> tuple[Mark, ...]:
        return self.notes.marks(list(dict.fromkeys(stated))[:CITED])

    def _name(self, entity: int) -> str:
        text = of_entity(self.model, entity).text
        return text if len(text) <= _LENGTH else f"{text[:_LENGTH].rstrip()}…"
