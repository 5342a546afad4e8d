"""The small network that the tests of the insights ask: LUMC with partners of every kind, and some who have none."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from api.execute import execute
from api.schema import AtmpSchema
from kg.schema import Schema
from tests.api.conftest import Ask, MemoryRelease, release_of
from tests.network.conftest import Records, organisation, record

CROWD = [f"site-{number:02}" for number in range(26)]
"""With the lead more members than a record may have to tie each two of them."""

CONDITIONS: Records = {
    "condition/blood": {"name": "Blood disorders", "grouping": "true"},
    "condition/leukaemia": {"name": "Leukaemia", "broader": ["condition/blood"]},
    "condition/eye": {"name": "Eye disorders", "grouping": "true"},
}
SOURCES: Records = {
    "source/paper": {"title": "A paper", "kind": "publication", "date": "2019-03"},
    "source/site": {"title": "A site", "kind": "web-page"},
}
NETWORK: list[Records] = [
    organisation("lumc", country="nl", type="university-medical-centre"),
    organisation("azl", deprecated="true", replacedBy="organisation/lumc"),
    organisation("bio", country="jp", type="company"),
    organisation("umcu", country="nl", type="university-medical-centre"),
    organisation("far", country="be", type="company"),
    organisation("facility", parent="organisation/lumc", country="nl"),
    organisation("nobody"),
    record(
        "agreement/licence", {"lumc": "licensor", "bio": "licensee"}, sources=["source/site"], scope=["product/rag"]
    ),
    record(
        "trial/one",
        {"lumc": "sponsor", "bio": ["collaborator", "funder"]},
        startDate="2018",
        completionDate="2021",
        sources=["source/paper"],
        conditions=["condition/leukaemia"],
        modality=["car-t"],
    ),
    record("trial/two", {"lumc": "sponsor", "umcu": "collaborator"}, startDate="2012", completionDate="2016"),
    record("trial/three", {"umcu": "sponsor", "far": "collaborator"}, startDate="2019", completionDate="2023"),
    record("trial/four", {"far": "sponsor", "farther": "collaborator"}, startDate="2019", completionDate="2023"),
    record("trial/five", {"farther": "sponsor", "farthest": "collaborator"}, startDate="2020", completionDate="2024"),
    record("trial/own", {"lumc": "sponsor", "facility": "collaborator"}, startDate="2020"),
    record("trial/crowd", {"lumc": "sponsor"} | dict.fromkeys(CROWD, "trial-site"), startDate="2022"),
    record("trial/solo", {"alone": "sponsor"}, startDate="2020"),
    record("trial/pair", {"x": "sponsor", "y": "collaborator"}, startDate="2021"),
    record("programme/grant", {"lumc": "coordinator", "zonmw": "funder"}, start="2015", end="2019"),
    {"product/rag": {"name": "RAG", "modality": ["hsc-gene-addition"], "vectorType": "lentiviral"}},
    {"involvement/trial.one.bio-funder": {"sources": ["source/site"]}},
    CONDITIONS,
    SOURCES,
]


def together(*records: Records) -> Records:
    """One graph of records; what is told later of an entity wins."""
    found: Records = {}
    for entity, fields in chain.from_iterable(one.items() for one in records):
        found[entity] = found.get(entity, {}) | fields
    return found


@pytest.fixture(scope="session")
def net(declared: Schema) -> MemoryRelease:
    """The release of the small network."""
    return release_of(declared, together(*NETWORK))


@pytest.fixture(scope="session")
def empty(declared: Schema) -> MemoryRelease:
    """A release with one organisation and nothing else."""
    return release_of(declared, organisation("lumc"))


@pytest.fixture(scope="session")
def insights(schema: AtmpSchema, net: MemoryRelease) -> Ask:
    """Asks the small network what it can answer without an error; the data alone."""
    return answers(schema, net)


@pytest.fixture(scope="session")
def of_nothing(schema: AtmpSchema, empty: MemoryRelease) -> Ask:
    """Asks the release with nothing on record."""
    return answers(schema, empty)


@pytest.fixture(scope="session")
def no_insight(schema: AtmpSchema, net: MemoryRelease) -> Ask:
    """Asks the small network what is refused; the first error."""

    def answer(query: str, **variables: Any) -> dict[str, Any]:
        found = execute(schema, net, query, variables)
        assert found.get("errors"), found
        error: dict[str, Any] = found["errors"][0]
        return error

    return answer


def answers(schema: AtmpSchema, release: MemoryRelease) -> Ask:
    """Asks a release; the data alone."""

    def answer(query: str, **variables: Any) -> dict[str, Any]:
        found = execute(schema, release, query, variables)
        assert "errors" not in found, found["errors"]
        result: dict[str, Any] = found["data"]
        return result

    return answer
