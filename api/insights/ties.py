"""The ties of an organisation: each the sum of what its records contribute, and nothing that is not on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from api import limits
from api.once import once
from api.reading import Request
from kg.network.network import Network
from kg.network.partners import partners
from kg.network.projection import Contribution, Projection
from kg.network.records import Member, Part


@dataclass(frozen=True)
class Wanted:
    """Which records of a tie count: of these types, with these roles of the other; None wants all."""

    types: Collection[str] | None = None
    roles: Collection[str] | None = None

    @property
    def everything(self) -> bool:
        """Whether every record counts."""
        return self.types is None and self.roles is None

    @property
    def place(self) -> list[list[str] | None]:
        """What tells it from others."""
        return [None if wanted is None else sorted(wanted) for wanted in (self.types, self.roles)]

    def keeps(self, share: Share) -> bool:
        """Whether a record counts."""
        if self.types is not None and share.contribution.record.kind.type not in self.types:
            return False
        return self.roles is None or any(part.role in self.roles for part in share.member(share.other).parts)


@dataclass(frozen=True)
class Share:
    """What one record gives to the tie of ``one`` and ``other``."""

    projection: Projection
    one: int
    other: int
    contribution: Contribution

    @property
    def kind_weight(self) -> float:
        """What its type counts."""
        return self.contribution.record.kind.weight

    @property
    def role_weight(self) -> float:
        """What the roles of the two count together."""
        one, other = (self.projection.rules.roles[part.role] for part in self.contribution.parts)
        return sqrt(one * other)

    @property
    def last(self) -> int | None:
        """The year in which it was last active."""
        return self.projection.last_active(self.contribution.record)

    @property
    def newest(self) -> tuple[int, float, int]:
        """What it is sorted by to have the newest first."""
        return -(self.last or 0), -self.contribution.weight, self.contribution.record.entity

    def member(self, organisation: int) -> Member:
        """An organisation with all its roles in the record."""
        return next(m for m in self.contribution.record.members if m.organisation == organisation)

    @property
    def sides(self) -> list[Side]:
        """The part of each of the two."""
        pair = zip((self.one, self.other), self.contribution.parts, strict=True)
        return [Side(organisation, part, self.member(organisation).parts) for organisation, part in pair]


@dataclass(frozen=True)
class Side:
    """An organisation's part in a record: the one by which it counts, and all."""

    organisation: int
    counts: Part
    parts: tuple[Part, ...]


class Tie:
    """The tie of two organisations, of the records that are wanted."""

    def __init__(
        self, network: Network, projection: Projection, one: int, other: int, wanted: Wanted | None = None
    ) -> None:
        self.one = one
        self.other = other
        self.own_unit = network.house(one) == network.house(other)
        self._network = network
        self.projection = projection
        self._wanted = wanted or Wanted()

    @once
    def shares(self) -> list[Share]:
        """What each record gives, the most first."""
        found = self.projection.contributions(self.one, self.other)
        shares = (Share(self.projection, self.one, self.other, contribution) for contribution in found)
        return [share for share in shares if self._wanted.keeps(share)]

    @once
    def strength(self) -> float:
        """The sum of it."""
        if self._wanted.everything:
            return float(self.projection.ties[self.one][self.other]["weight"])
        return fsum(share.contribution.weight for share in self.shares)

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.shares)

    @property
    def records(self) -> list[int]:
        """The records, newest first."""
        return [share.contribution.record.entity for share in sorted(self.shares, key=lambda share: share.newest)]

    @property
    def last(self) -> int | None:
        """The year in which any was last active."""
        return max((share.last for share in self.shares if share.last is not None), default=None)

    @property
    def undated(self) -> int:
        """How many records state no date of their own."""
        return sum(not share.contribution.record.dated for share in self.shares)

    @property
    def kinds(self) -> list[tuple[str, int, float]]:
        """Each type of record with the number of them and what they give, the most first."""
        weights: dict[str, list[float]] = defaultdict(list)
        for share in self.shares:
            weights[share.contribution.record.kind.type].append(share.contribution.weight)
        found = ((kind, len(gives), fsum(gives)) for kind, gives in weights.items())
        return sorted(found, key=lambda row: (-row[2], row[0]))


def ties_of(
    request: Request, network: Network, projection: Projection, organisation: int, wanted: Wanted, own_units: bool
) -> Sequence[Tie]:
    """The ties of an organisation that have a wanted record, the strongest first, then by id."""
    found = partners(network, projection, organisation, own_units)
    ties = [Tie(network, projection, organisation, partner.organisation, wanted) for partner in found]
    if wanted.everything:
        return ties
    kept = []
    for number, tie in enumerate(ties):
        if number % limits.ROWS == 0:
            request.spend(1)
            request.tick()
        if tie.shares:
            kept.append(tie)
    return sorted(kept, key=lambda tie: (-tie.strength, tie.other))
