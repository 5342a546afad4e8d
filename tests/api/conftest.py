"""What the API's tests share: a small graph made of records, a release of it, and a way to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from api.execute import execute
from api.reading import Release
from api.schema import AtmpSchema, make_schema
from kg.errors import Fault, NotFoundError
from kg.model import Model
from kg.network.constants import Section, network_file
from kg.network.standing import ReleaseNetwork
from kg.ontology import read_schema
from kg.schema import DATA, Schema
from kg.settings import packaged
from kg.terms import node, to_term
from kg.turtle import RDF

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"

Records = Mapping[str, Mapping[str, Any]]
"""Entities by id, each with its fields; a list for a field of many, links and enums as their ids and slugs."""

Ask = Callable[..., dict[str, Any]]

MINI: Records = {
    "condition/blood": {"name": "Blood cancer"},
    "condition/leukaemia": {"name": "Leukaemia", "broader": ["condition/blood"], "mondo": "MONDO:0005059"},
    "condition/acute-leukaemia": {"name": "Acute leukaemia", "broader": ["condition/leukaemia"]},
    "condition/scid": {"name": "SCID", "synonyms": ["Severe combined immunodeficiency", "Bubble disease"]},
    "organisation/lumc": {
        "name": "LUMC",
        "country": "nl",
        "type": "university-medical-centre",
        "ror": "https://ror.org/05xvt9f17",
        "latitude": "52.165",
        "possiblySameAs": ["organisation/azl"],
    },
    "organisation/azl": {"name": "AZL", "deprecated": "true", "replacedBy": "organisation/lumc"},
    "organisation/novartis": {"name": "Novartis", "country": "ch"},
    "person/staal": {"name": "Frank Staal", "orcid": "0000-0002-1825-0097"},
    "product/kymriah": {
        "name": "Kymriah",
        "stage": "authorised",
        "combined": "false",
        "indications": ["indication/kymriah.all"],
        "sources": ["source/paper"],
        "involvements": ["involvement/product.kymriah.developer"],
        "developers": ["organisation/novartis"],
    },
    "product/rag1": {"name": "Ménière RAG1", "codes": ["RAG1", "RAG-1"], "sources": ["source/paper", "source/site"]},
    "product/alpha": {"name": "alpha"},
    "indication/kymriah.all": {"condition": "condition/acute-leukaemia", "label": "Kymriah: acute leukaemia"},
    "involvement/product.kymriah.developer": {"agent": "organisation/novartis", "role": "developer"},
    "trial/a": {
        "title": "Trial A",
        "nctId": "NCT04797260",
        "eudract": "2019-002343-14",
        "startDate": "2020",
        "phase": "phase-1",
        "enrolmentActual": "2",
        "countries": ["nl", "de"],
        "products": ["product/rag1"],
        "conditions": ["condition/scid"],
        "sponsors": ["organisation/lumc"],
        "sources": ["source/paper"],
        "evidence": ["evidence/trial.a.one", "evidence/trial.a.two"],
        "conflicts": ["conflict/trial.a.enrolmentactual"],
        "note": "Small.",
    },
    "trial/b": {"title": "Trial B", "startDate": "2020-07", "enrolmentActual": "30", "products": ["product/kymriah"]},
    "trial/c": {"title": "trial c", "startDate": "2020-07-15", "sponsors": ["person/staal"], "countries": ["us"]},
    "trial/d": {"title": "Trial D", "enrolmentActual": "7", "conditions": ["condition/leukaemia"]},
    "source/paper": {"title": "A paper", "kind": "publication", "date": "2019-03"},
    "source/site": {"title": "A site", "kind": "web-page"},
    "evidence/trial.a.one": {"field": "enrolmentActual", "value": "2", "source": "source/paper", "date": "2020"},
    "evidence/trial.a.two": {"field": "phase", "value": "phase-1", "source": "source/site"},
    "conflict/trial.a.enrolmentactual": {
        "field": "enrolmentActual",
        "shown": "2",
        "reason": "The paper is newer.",
        "values": ["evidence/trial.a.one"],
    },
}


def triples(declared: Schema, records: Records) -> Iterator[ox.Triple]:
    """The records as the default graph of a release has them."""
    for entity_id, values in records.items():
        kind = declared.by_slug[entity_id.partition("/")[0]]
        subject = node(DATA + entity_id)
        yield ox.Triple(subject, node(RDF + "type"), node(kind.iri))
        for name, value in values.items():
            found = kind.fields[name]
            for one in value if isinstance(value, list) else [value]:
                yield ox.Triple(subject, node(found.predicate), to_term(found, one))


@dataclass(frozen=True, eq=False)
class MemoryRelease:
    """A release that is nowhere but in memory."""

    schema: Schema
    model: Model
    id: str = "test-1"
    date: str = "2026-11-24"
    info: Mapping[str, Any] = field(default_factory=lambda: {"triples": 123})
    folder: Path = Path()
    ontology: Path = ONTOLOGY
    warned: tuple[Fault, ...] = ()
    tested: Mapping[str, Any] = field(default_factory=dict)

    def faults(self) -> tuple[Fault, ...]:
        """What validation is said to have warned of."""
        return self.warned

    def backtest(self) -> Mapping[str, Any]:
        """What the backtest of partner fit is said to have found."""
        return self.tested

    @cached_property
    def network(self) -> ReleaseNetwork:
        """Its network, by the constants that are shipped."""
        return ReleaseNetwork(self.model, Section.read(network_file(packaged("data"))), int(self.date[:4]))

    def dump(self, format: str) -> Path:
        """A file with a line in it, or none."""
        found = self.folder / format
        if not found.is_file():
            raise NotFoundError(f"There is no dump '{format}'.")
        return found


@dataclass
class MemoryReleases:
    """Serves whatever release it was last given."""

    release: Release

    def current(self) -> Release:
        """The release."""
        return self.release

    def stands(self, release: object) -> bool:
        """Whether it is this one."""
        return self.release is release


def release_of(declared: Schema, records: Records, **more: Any) -> MemoryRelease:
    """A release of records."""
    return MemoryRelease(declared, Model.from_triples(declared, triples(declared, records)), **more)


@pytest.fixture(scope="session")
def declared() -> Schema:
    """The real ontology."""
    return read_schema(ONTOLOGY)


@pytest.fixture(scope="session")
def schema(declared: Schema) -> AtmpSchema:
    """Its GraphQL schema."""
    return make_schema(declared)


@pytest.fixture(scope="session")
def mini(declared: Schema) -> MemoryRelease:
    """The small release."""
    return release_of(declared, MINI)


@pytest.fixture(scope="session", params=[True, False], ids=["plans", "no-plans"])
def ask(request: pytest.FixtureRequest, declared: Schema, schema: AtmpSchema, mini: MemoryRelease) -> Ask:
    """Asks the small release, by plans and without them; the whole answer."""
    asked = schema if request.param else make_schema(declared, plans=False)

    def answer(query: str, **variables: Any) -> dict[str, Any]:
        return execute(asked, mini, query, variables)

    return answer


@pytest.fixture(scope="session")
def data(ask: Ask) -> Ask:
    """Asks the small release what it can answer without an error; the data alone."""

    def answer(query: str, **variables: Any) -> dict[str, Any]:
        found = ask(query, **variables)
        assert "errors" not in found, found["errors"]
        result: dict[str, Any] = found["data"]
        return result

    return answer


@pytest.fixture(scope="session")
def refused(ask: Ask) -> Ask:
    """Asks what is refused; the first error."""

    def answer(query: str, **variables: Any) -> dict[str, Any]:
        found = ask(query, **variables)
        assert found.get("errors"), found
        result: dict[str, Any] = found["errors"][0]
        return result

    return answer


def ids(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """The slugs of a list of nodes."""
    return [one["id"].partition("/")[2] for one in nodes]
