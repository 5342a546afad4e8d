"""What was known of all organisations up to a year: records, what they show, kinds, countries, houses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kg.model import Model
from kg.network.fit_rules import FitRules, read_fit_rules
from kg.network.network import Network
from kg.network.projection import Options, Projection
from kg.network.records import ORGANISATION, Record, canonical
from kg.network.rules import Rules
from kg.network.traits import Near, Showing, read_near, read_showings


@dataclass(frozen=True)
class Placed:
    """A country of an organisation, and the record that says so; None if it holds whatever the year."""

    organisation: int
    entity: int | None
    country: str


@dataclass(frozen=True)
class Scene:
    """The state of knowledge in ``year``, of the release's graph or of a registry file.

    ``known`` has the year in which an entity became known, where that is told. ``houses`` gives the uppermost parent
    of an organisation that has one: those of one house are no partners of each other.
    """

    rules: Rules
    fit: FitRules
    year: int
    records: tuple[Record, ...]
    showings: tuple[Showing, ...]
    known: Mapping[int, int]
    kinds: Mapping[int, str]
    places: tuple[Placed, ...]
    houses: Mapping[int, int]
    near: Mapping[str, Near]

    def until(self, year: int) -> Scene:
        """What was known in an earlier year: nothing that became known later, or at a time that nothing tells."""
        seen = {entity for entity, known in self.known.items() if known <= year}
        return replace(
            self,
            year=year,
            records=tuple(record for record in self.records if record.entity in seen),
            showings=tuple(showing for showing in self.showings if showing.entity in seen),
            places=tuple(place for place in self.places if place.entity is None or place.entity in seen),
        )

    def between(self, first: int, last: int) -> tuple[Record, ...]:
        """The records that became known in these years."""
        return tuple(r for r in self.records if r.entity in self.known and first <= self.known[r.entity] <= last)

    def house(self, organisation: int) -> int:
        """The uppermost parent, or the organisation itself."""
        return self.houses.get(organisation, organisation)

    def options(self, year: int | None = None) -> Options:
        """All ties as of a year, by default the scene's."""
        return Options(half_life=self.rules.half_life, until=year or self.year)

    @cached_property
    def projection(self) -> Projection:
        """All ties, as of the year."""
        return Projection(self.rules, self.records, self.options(), self.year)

    @cached_property
    def countries(self) -> Mapping[int, str]:
        """The country of each organisation: the one that is stated, or most often."""
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for place in self.places:
            found[place.organisation][place.country] += 1
        return {
            organisation: min(counts.items(), key=lambda pair: (-pair[1], pair[0]))[0]
            for organisation, counts in found.items()
        }


def scene_of(network: Network) -> Scene:
    """The scene of a release; raises ``DataError`` if the section ``fit`` of ``network.yaml`` is at fault."""
    model = network.model
    fit = read_fit_rules(model.schema, network.constants)
    organisations = [o for o in model.rows(ORGANISATION) if canonical(model, o) == o]
    places = ((o, model.get(o, "country")) for o in organisations)
    kinds = ((o, model.get(o, "type")) for o in organisations)
    return Scene(
        rules=network.rules,
        fit=fit,
        year=network.year,
        records=network.records,
        showings=read_showings(model, fit, network.records),
        known=_known(model, fit),
        kinds={o: str(kind) for o, kind in kinds if kind is not None},
        places=tuple(Placed(o, None, str(country)) for o, country in places if country is not None),
        houses={o: house for o in organisations if (house := network.house(o)) != o},
        near=read_near(model, fit),
    )


def _known(model: Model, fit: FitRules) -> dict[int, int]:
    """The year in which each entity became known, as far as its fields tell."""
    found = {}
    for type_name, fields in fit.known.items():
        for entity in model.rows(type_name):
            value = next((value for field in fields if (value := model.get(entity, field)) is not None), None)
            if value is not None:
                found[entity] = int(str(value)[:4])
    return found
