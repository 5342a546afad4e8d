"""What the tests of plans share: a small graph with something of everything, asked with plans and without."""

from __future__ import annotations

import pytest

from kg.release import Release
from kg.schema import Schema
from tests.api.conftest import MemoryRelease, release_of
from tests.plans.differing import Pair
from tests.plans.graph import varied


@pytest.fixture(autouse=True)
def _with_plans(only_with_plans: None) -> None:
    """All of them."""


@pytest.fixture(scope="session")
def various(schema: Schema) -> MemoryRelease:
    """The release of the small graph."""
    return release_of(schema, varied(schema))


@pytest.fixture(scope="module")
def small(various: MemoryRelease) -> Pair:
    """The small graph, asked both ways."""
    return Pair(various)


@pytest.fixture(scope="module")
def large(shipped: Release) -> Pair:
    """The shipped graph, asked both ways."""
    return Pair(shipped)
