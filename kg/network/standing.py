"""What a build works out once for a release: brokers and communities of the projections that are asked for most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import orjson

from kg.errors import UsageError
from kg.model import Model
from kg.network.brokers import Position, betweenness, positions, ranks, read_broker_rules
from kg.network.communities import Community, communities, read_community_rules
from kg.network.constants import Section
from kg.network.network import Network
from kg.network.projection import Options
from kg.schema import Schema

_COLUMNS = ("betweenness", "rank", "partners", "apart", "effective_size", "constraint")
"""The figures of an organisation in the order in which the file has them."""


@dataclass(frozen=True)
class Figures:
    """One organisation: its betweenness, the rank of that among all, and its position among its partners.

    Outside the largest component ``betweenness`` and ``rank`` are None.
    """

    organisation: int
    betweenness: float | None
    rank: int | None
    position: Position


@dataclass(frozen=True)
class Standing:
    """What was worked out of one projection.

    ``size`` is the number of organisations in the largest component; ``exact`` says whether betweenness is, or was
    reckoned from pivots. ``figures`` are those of all organisations of the projection.
    """

    options: Options
    size: int
    exact: bool
    figures: Mapping[int, Figures]
    communities: tuple[Community, ...]

    def brokers(self, wanted: Callable[[int], bool] = lambda organisation: True) -> list[Figures]:
        """Who stands between others, the first by rank first; ``wanted`` chooses organisations, ranks stay."""
        ranked = ((one.rank, one.organisation, one) for one in self.figures.values() if one.rank and one.betweenness)
        return [one for _, organisation, one in sorted(ranked, key=lambda row: row[:2]) if wanted(organisation)]

    def community(self, organisation: int) -> Community | None:
        """The community of an organisation, if it has one."""
        return self._communities.get(organisation)

    @cached_property
    def _communities(self) -> Mapping[int, Community]:
        return {member: found for found in self.communities for member in found.members}


def read_standing_rules(_schema: Schema, whole: Section) -> tuple[tuple[str, bool], ...]:
    """The section ``standing``: each grade, as it is or rolled up; raises ``DataError`` for what cannot be used."""
    section = whole.section("standing")
    section.refuse_others(("grades", "roll_up"))
    grades = section.words("grades", whole.section("grades").keys())
    rolled = section.words("roll_up", ("true", "false"))
    return tuple((grade, word == "true") for grade in grades for word in rolled)


def work_out(network: Network) -> tuple[Standing, ...]:
    """The standing of every projection that ``network.yaml`` names. Figures are rounded as the release has them."""
    wanted = read_standing_rules(network.model.schema, network.constants)
    return tuple(_worked_out(network, network.options(grade=grade, roll_up=rolled)) for grade, rolled in wanted)


class ReleaseNetwork(Network):
    """The network of a release, with what its build worked out; without that it is worked out when first asked for."""

    def __init__(
        self, model: Model, constants: Section, year: int, standings: Iterable[Standing] | None = None
    ) -> None:
        super().__init__(model, constants, year)
        self._given = standings

    @cached_property
    def standings(self) -> Mapping[Options, Standing]:
        """All that was worked out, by the options of the projection."""
        found = work_out(self) if self._given is None else self._given
        return {standing.options: standing for standing in found}

    def standing(self, options: Options) -> Standing:
        """The standing of a projection; raises ``UsageError`` for options for which none was worked out."""
        if options not in self.standings:
            kept = "; ".join(
                f"grade {one.grade}{', subsidiaries rolled up' if one.roll_up else ''}" for one in self.standings
            )
            raise UsageError(
                "Brokers and communities are worked out once a release, without sites, of all years and with the usual "
                f"half-life. Ask for one of: {kept}."
            )
        return self.standings[options]


def to_bytes(model: Model, standings: Iterable[Standing]) -> bytes:
    """The standings as JSON, organisations by id; the same standings give the same bytes."""
    stated = [_stated(model, standing) for standing in standings]
    return orjson.dumps({"columns": _COLUMNS, "projections": stated}, option=orjson.OPT_APPEND_NEWLINE)


def from_bytes(model: Model, content: bytes) -> list[Standing]:
    """The standings that ``to_bytes`` wrote of the same model."""
    return [_read(model, stated) for stated in orjson.loads(content)["projections"]]


def _worked_out(network: Network, options: Options) -> Standing:
    schema, constants = network.model.schema, network.constants
    projection = network.projection(options)
    between = betweenness(projection.graph, read_broker_rules(schema, constants))
    values = {organisation: rounded(value) for organisation, value in between.values.items()}
    ranked = ranks(values)
    figures = {
        organisation: Figures(
            organisation,
            values.get(organisation),
            ranked.get(organisation),
            Position(
                position.partners,
                position.apart,
                None if position.effective_size is None else rounded(position.effective_size),
                None if position.constraint is None else rounded(position.constraint),
            ),
        )
        for organisation, position in positions(network, projection, projection.graph).items()
    }
    found = communities(network, projection, read_community_rules(schema, constants))
    return Standing(options, between.size, between.exact, figures, tuple(found))


def rounded(value: float) -> float:
    """Six significant digits: what is left is the same whatever the machine's last digit was."""
    return float(f"{value:.6g}")


def _stated(model: Model, standing: Standing) -> dict[str, Any]:
    rows = {
        model.ids[organisation]: [one.betweenness, one.rank, *asdict(one.position).values()]
        for organisation, one in standing.figures.items()
    }
    found = [asdict(one) | {"members": [model.ids[member] for member in one.members]} for one in standing.communities]
    about = {"options": asdict(standing.options), "size": standing.size, "exact": standing.exact}
    return about | {"organisations": rows, "communities": found}


def _read(model: Model, stated: Mapping[str, Any]) -> Standing:
    number = {entity_id: entity for entity, entity_id in enumerate(model.ids)}
    figures = {
        number[one]: Figures(number[one], between, rank, Position(*position))
        for one, (between, rank, *position) in stated["organisations"].items()
    }
    return Standing(
        options=Options(**stated["options"]),
        size=stated["size"],
        exact=stated["exact"],
        figures=figures,
        communities=tuple(_community(number, one) for one in stated["communities"]),
    )


def _community(number: Mapping[str, int], stated: Mapping[str, Any]) -> Community:
    counts = {name: tuple((value, count) for value, count in stated[name]) for name in ("by_record", "by_member")}
    return Community(**dict(stated) | {"members": tuple(number[one] for one in stated["members"])} | counts)
