"""What the network's tests share: small networks made of a few words each, and strategies that draw them at random."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import strategies as st

from kg.model import Model
from kg.network.constants import Section
from kg.network.projection import Options, Projection
from kg.network.records import Member, Part, Record
from kg.network.rules import RecordKind, Rules, read_rules
from kg.network.standing import ReleaseNetwork
from kg.schema import Schema
from tests.api.conftest import triples

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "network.yaml"
YEAR = 2026

Records = dict[str, dict[str, Any]]
Net = Callable[..., ReleaseNetwork]
"""Makes a network of records: ``net(record(...), ..., constants={"ties.star_above": 3})``."""


def record(entity: str, members: Mapping[str, str | Sequence[str]], **fields: Any) -> Records:
    """A record with its organisations, each with one role or several, and what is told of it.

    ``record("trial/a", {"lumc": "sponsor", "azl": ["host", "funder"]}, startDate="2020")``
    """
    kind, slug = entity.split("/")
    found: Records = {f"organisation/{name}": {"name": name} for name in members}
    stated = [
        (name, role) for name, roles in members.items() for role in ([roles] if isinstance(roles, str) else roles)
    ]
    for name, role in stated:
        found[involvement(entity, name, role)] = {"agent": f"organisation/{name}", "role": role}
    own = {"title" if kind == "trial" else "name": slug, "involvements": [involvement(entity, *one) for one in stated]}
    return found | {entity: own | fields}


def involvement(entity: str, organisation: str, role: str) -> str:
    """The id of an organisation's involvement in a record."""
    return f"involvement/{entity.replace('/', '.')}.{organisation}-{role}"


def organisation(name: str, **fields: Any) -> Records:
    """An organisation of which more is told than its name."""
    return {f"organisation/{name}": {"name": name} | fields}


@pytest.fixture(scope="session")
def rules(schema: Schema) -> Rules:
    """The shipped rules."""
    return read_rules(schema, Section.read(SHIPPED))


@pytest.fixture(scope="session")
def net(schema: Schema) -> Net:
    """Makes networks; what is told later of an entity wins."""

    def made(*records: Records, constants: Mapping[str, Any] | None = None, year: int = YEAR) -> ReleaseNetwork:
        together: Records = {}
        for entity, fields in chain.from_iterable(one.items() for one in records):
            together[entity] = together.get(entity, {}) | fields
        model = Model.from_triples(schema, triples(schema, together))
        return ReleaseNetwork(model, changed(constants or {}), year)

    return made


def changed(constants: Mapping[str, Any]) -> Section:
    """The shipped constants with some of them changed, by their place."""
    whole = yaml.load(SHIPPED.read_text(encoding="utf-8"), yaml.BaseLoader)
    for place, value in constants.items():
        *above, last = place.split(".")
        section = whole
        for key in above:
            section = section[key]
        section[last] = value
    return Section.parse(yaml.safe_dump(whole, sort_keys=False).encode(), "data/network.yaml")


def number(network: ReleaseNetwork, name: str) -> int:
    """The number of an organisation."""
    found = network.model.number(f"organisation/{name}")
    assert found is not None
    return found


def named(network: ReleaseNetwork, entities: Sequence[int]) -> list[str]:
    """The names of entities."""
    return [network.model.label(entity) for entity in entities]


def tie(network: ReleaseNetwork, one: str, other: str, **options: Any) -> float:
    """The weight of the tie of two organisations, 0 if there is none."""
    graph = network.projection(Options(**options)).graph
    pair = (number(network, one), number(network, other))
    return float(graph.edges[pair]["weight"]) if graph.has_edge(*pair) else 0.0


# ---------------------------------------------------------------- at random

ROLES = ("sponsor", "collaborator", "funder", "trial-site", "treatment-centre", "partner", "holder")


def kind(type_name: str, weight: float) -> RecordKind:
    """A kind of record that says nothing of years."""
    return RecordKind(type_name, weight, None, frozenset(), False, (), (), None, ())


KINDS = (kind("Trial", 1), kind("Product", 3), kind("Agreement", 3), kind("Programme", 0.5))


@st.composite
def drawn_records(draw: st.DrawFn, most_members: int = 6) -> list[Record]:
    """Records among a dozen organisations, none of which is about another."""
    organisations = st.integers(0, 11)
    parts = st.lists(st.sampled_from(ROLES), min_size=1, max_size=3)
    found = []
    for entity in range(100, 100 + draw(st.integers(0, 8))):
        members = draw(st.lists(organisations, min_size=1, max_size=most_members, unique=True))
        year, ongoing = draw(st.integers(1990, YEAR)), draw(st.booleans())
        found.append(
            Record(
                entity=entity,
                kind=draw(st.sampled_from(KINDS)),
                members=tuple(
                    Member(one, tuple(Part(role, 1000 * entity + 10 * one + n) for n, role in enumerate(draw(parts))))
                    for one in sorted(members)
                ),
                begun=year,
                year=YEAR if ongoing else year,
                ongoing=ongoing,
                dated=True,
                about=frozenset(),
            )
        )
    return found


def projected(rules: Rules, records: Sequence[Record], **options: Any) -> Projection:
    """The projection of records as they are."""
    return Projection(rules, records, Options(**options), YEAR)


drawn_options = st.fixed_dictionaries({"sites": st.booleans(), "half_life": st.sampled_from([3.0, 5.0, 10.0, None])})
