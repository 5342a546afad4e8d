"""The differential check sees mistakes: each one that is put into the plans makes an answer differ, soon."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from api.reading import Release
from kg.schema import Schema
from tests.api.conftest import MemoryRelease, release_of
from tests.plans.differing import Difference, Pair
from tests.plans.graph import varied
from tests.plans.mutations import MUTATIONS, Mutation
from tests.plans.operations import seeded

SEED = 80_000
MOST = 1_600
"""Documents within which a mistake must be seen."""
UNCHANGED = 60
"""Documents that differ in nothing where no mistake was made."""


@pytest.fixture(scope="module")
def pair(various: MemoryRelease) -> Pair:
    """The small graph, asked both ways."""
    return Pair(various)


@pytest.fixture(scope="module")
def other(schema: Schema) -> MemoryRelease:
    """Another one with the same ids and other values."""
    return release_of(schema, varied(schema, seed=9))


def first_difference(pair: Pair, releases: Sequence[Release], documents: int) -> Difference | None:
    """The first of so many documents that is answered otherwise with plans.

    Each is asked of one release after the other, where nothing is kept of those before, and after it its twin.
    """
    pair.begin_anew()
    for seed in range(SEED, SEED + documents // 2):
        drawn = seeded(pair.core, pair.known, seed)
        for release in releases:
            pair.turn(release)
            found = pair.difference(drawn, costs=True) or pair.difference(drawn.twin)
            if found:
                return found
    return None


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mistake_is_seen(
    pair: Pair, various: MemoryRelease, other: MemoryRelease, mutation: Mutation, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutation.make(monkeypatch)
    found = first_difference(pair, (various, other), MOST)
    assert found is not None, f"no mistake was seen in {MOST} documents from seed {SEED} on"
    assert mutation.sign in str(found)


def test_nothing_is_seen_where_there_is_no_mistake(pair: Pair, various: MemoryRelease, other: MemoryRelease) -> None:
    found = first_difference(pair, (various, other), UNCHANGED)
    assert found is None, f"{found}"
