"""The network that a request reads: of its release, drawn as asked, with organisations by id or slug."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from api import conditions, limits, lookup
from api.once import once
from api.reading import Release, Request
from kg.network.fit import PartnerFit
from kg.network.network import Network
from kg.network.projection import Options, Projection
from kg.network.records import ORGANISATION, canonical
from kg.network.standing import ReleaseNetwork
from kg.network.timeline import Timelines
from kg.network.whitespace import WhiteSpace

Row = TypeVar("Row")


class Rooms:
    """The network of a release and what is worked out over it, each made when it is first asked for."""

    def __init__(self, release: Release) -> None:
        self._release = release

    @once
    def network(self) -> ReleaseNetwork:
        """Who is tied to whom."""
        return self._release.network

    @once
    def fit(self) -> PartnerFit:
        """Who would suit whom."""
        return PartnerFit(self.network)

    @once
    def white_space(self) -> WhiteSpace:
        """Where nobody works."""
        return WhiteSpace(self.network)

    @once
    def timelines(self) -> Timelines:
        """What began when."""
        return Timelines(self.network)


def rooms(request: Request) -> Rooms:
    """Those of the release."""
    return request.reader.once(Rooms)


def drawn(request: Request, options: Options) -> Projection:
    """The projection under some options, its cost counted."""
    network = rooms(request).network
    request.spend(len(network.records) // limits.ROWS)
    request.tick()
    return network.projection(options)


def organisation(request: Request, text: str) -> int:
    """The organisation of an id or slug, or the one that took its place; raises NotFoundError or UsageError."""
    found = lookup.entity(request, text, request.schema.types[ORGANISATION])
    return canonical(request.model, found)


def fitting(
    request: Request, rows: Sequence[Row], where: Mapping[str, Any] | None, organisation: Callable[[Row], int]
) -> Sequence[Row]:
    """The rows whose organisation meets a condition, in their order."""
    if not where:
        return rows
    test = conditions.compiled(request, request.schema.types[ORGANISATION], where)
    request.spend(len(rows) // limits.ROWS)
    return [row for row in rows if test(organisation(row))]


def stand_in(network: Network, projection: Projection, organisation: int) -> int:
    """Who answers for an organisation: where units are rolled up and it has no record of its own, its parent."""
    if projection.options.roll_up and organisation not in projection.ties:
        return network.house(organisation)
    return organisation
