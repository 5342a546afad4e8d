"""Partners: who is tied to an organisation, and who of them to each other. Its own units are no partners of it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.network.network import Network
from kg.network.projection import Projection


@dataclass(frozen=True)
class Partner:
    """One tie of an organisation; ``last`` is the year in which it was last active, ``in_house`` marks its own units.

    ``Projection.contributions`` gives the records.
    """

    organisation: int
    weight: float
    records: int
    last: int | None
    in_house: bool


@dataclass(frozen=True)
class Ego:
    """The network around an organisation: its partners and the ties between these, as pairs with their weight."""

    organisation: int
    partners: tuple[Partner, ...]
    between: tuple[tuple[int, int, float], ...]


def partners(network: Network, projection: Projection, organisation: int, in_house: bool = False) -> list[Partner]:
    """The partners, the strongest tie first; ``in_house`` lists the organisation's own units too."""
    house = network.house(organisation)
    found = (
        Partner(other, tie["weight"], tie["records"], tie["last"], network.house(other) == house)
        for other, tie in projection.ties.get(organisation, {}).items()
    )
    kept = (partner for partner in found if in_house or not partner.in_house)
    return sorted(kept, key=lambda partner: (-partner.weight, partner.organisation))


def ego(network: Network, projection: Projection, organisation: int, most: int | None = None) -> Ego:
    """The partners, only the strongest ``most`` if told so, and how they are tied to each other."""
    found = tuple(partners(network, projection, organisation)[:most])
    wanted = {partner.organisation for partner in found}
    between = sorted(
        (one, other, projection.ties[one][other]["weight"])
        for one in wanted
        for other in projection.ties[one].keys() & wanted
        if one < other
    )
    return Ego(organisation, found, tuple(between))
