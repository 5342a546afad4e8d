"""What every test may ask for: the real ontology, and a data folder of a few records of our own writing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import hypothesis
import pytest
import rdflib

from api.schema import AtmpSchema
from kg import settings
from kg.build import build
from kg.graph import Compiled, compile_graph
from kg.ontology import read_schema
from kg.release import Release
from kg.schema import Schema

ROOT = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile("anywhere", deadline=None)  # a busy machine is no fault of what is tested
hypothesis.settings.load_profile("anywhere")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--plans=off`` asks GraphQL without plans, in every test but those of the plans themselves."""
    parser.addoption("--plans", choices=("on", "off"), default="on", help="answer GraphQL by plans, or without any")


def pytest_configure(config: pytest.Config) -> None:
    """Make every schema without plans where that is asked for."""
    if config.getoption("plans") == "off":
        made: Any = AtmpSchema.__init__
        AtmpSchema.__init__ = lambda self, *given: made(self, *given[:-1], False)  # type: ignore[method-assign]


@pytest.fixture
def only_with_plans(request: pytest.FixtureRequest) -> None:
    """Plans are not tested where the tests are run without any."""
    if request.config.getoption("plans") == "off":
        pytest.skip("--plans=off")


VERIFIED = "sources: [registry-page]\nreview: verified\n"
BASE = {
    "source/registry-page": dedent(
        """\
        title: A registry page
        url: https://registry.example/1
        kind: registry-entry
        accessed: 2026-11-01
        """
    ),
    "source/press-page": "title: A press page\nurl: https://press.example/1\nkind: news\ndate: 2024-02\n",
    "organisation/hospital": "name: The Hospital\ntype: hospital\ncountry: nl\n" + VERIFIED,
    "organisation/company": "name: The Company\ntype: company\ncountry: us\n" + VERIFIED,
    "condition/disease": "name: The Disease\nmondo: MONDO:0000001\n" + VERIFIED,
    "person/scientist": "name: A. Scientist\n" + VERIFIED,
    "product/cells": dedent(
        """\
        name: Cells
        legalCategory: somatic-cell-therapy
        legalCategoryBasis: curator
        modality: msc
        indications:
          disease: {condition: disease, stage: phase-1, sources: [registry-page]}
        involvements:
          developer: {agent: organisation/hospital, role: developer, sources: [registry-page, press-page]}
        sources: [registry-page]
        review: verified
        """
    ),
    "trial/first": dedent(
        """\
        title: First trial
        products: [cells]
        conditions: [disease]
        registryRecords:
          nct:
            registry: clinicaltrials-gov
            identifier: NCT00000001
            status: recruiting
            statusDate: 2024
            sources: [registry-page]
        involvements:
          sponsor: {agent: organisation/hospital, role: sponsor, sources: [registry-page]}
        sources: [registry-page]
        review: verified
        """
    ),
}
"""A complete, faultless data folder by ``type/slug``."""

Curate = Callable[[Mapping[str, str | None]], Compiled]


@pytest.fixture(scope="session")
def ontology_folder() -> Path:
    """The ontology that is shipped."""
    return ROOT / "ontology"


@pytest.fixture(scope="session")
def schema(ontology_folder: Path) -> Schema:
    """The schema that the shipped ontology declares."""
    return read_schema(ontology_folder)


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """A data folder that holds the base records."""
    write_records(tmp_path / "data", BASE)
    return tmp_path / "data"


@pytest.fixture
def curate(data_folder: Path, ontology_folder: Path) -> Curate:
    """Add records to the base (None takes one away) and compile the whole."""

    def compiled(records: Mapping[str, str | None]) -> Compiled:
        write_records(data_folder, records)
        return compile_graph(ontology_folder, data_folder)

    return compiled


def write_records(folder: Path, records: Mapping[str, str | None]) -> None:
    """Write records by ``type/slug`` (``.yaml`` is added where no ending is given)."""
    for name, text in records.items():
        path = folder / (name if "." in name else f"{name}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(dedent(text), encoding="utf-8")


@pytest.fixture(scope="session")
def compiled_data(ontology_folder: Path) -> Compiled:
    """The data that is shipped, read and checked."""
    return compile_graph(ontology_folder, ROOT / "data")


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the data that is shipped; the workers of a run share the first one's build."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with (folder / "shipped.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return build(settings.load(home=folder / "shipped")).release


@pytest.fixture(scope="session")
def shipped_dump(shipped: Release) -> rdflib.Graph:
    """The Turtle dump of the shipped release as rdflib reads it."""
    return rdflib.Graph().parse(shipped.dump("turtle"), format="turtle")
