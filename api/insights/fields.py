"""The insights among the fields of a query."""

from __future__ import annotations

from collections.abc import Iterator

from strawberry.types.field import StrawberryField

from api.insights import collaborators, introductions, partners, standing, timelines, white_space
from api.insights.dimensions import traits_input
from api.insights.evidence import Evidence
from api.insights.options import ProjectionOptions
from api.types import Types
from kg.network.constants import Section
from kg.network.fit_rules import read_fit_rules


def insight_fields(types: Types, constants: Section) -> Iterator[StrawberryField]:
    """All of them; ``constants`` are those of ``network.yaml``, which names what may be asked for."""
    evidence = Evidence(types)
    projections = ProjectionOptions(types.parts.definitions, constants)
    slots = read_fit_rules(types.schema, constants).slots
    about, timeline = traits_input(types, slots), timelines.timeline_type(evidence)
    chain = introductions.chain_type(evidence)
    yield from collaborators.fields(evidence, projections, [timelines.tie_field(timeline)])
    yield introductions.field(evidence, projections, constants, chain)
    yield partners.field(evidence, about, slots, chain)
    yield from standing.fields(evidence, projections, constants)
    yield white_space.field(evidence, constants)
    yield timelines.field(evidence, projections, timeline, about, slots)
