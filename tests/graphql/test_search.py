"""Search over the shipped graph: what an analyst types first, and what has to come first."""

from __future__ import annotations

import pytest

from kg.release import Release
from kg.search.finder import Finder


@pytest.fixture(scope="module")
def finder(shipped: Release) -> Finder:
    """A search over the shipped graph."""
    return Finder(shipped.model)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("NCT04797260", "trial/rag1-scid-leiden"),
        ("nct 04797260", "trial/rag1-scid-leiden"),
        ("2021-003272-13", "trial/19cp02-nhl"),
        ("MONDO:0012084", "condition/aadc-deficiency"),
        ("EMEA/H/C/004662", "product/abecma"),
        ("tisagenlecleucel", "product/kymriah"),
        ("tisagenlecleucl", "product/kymriah"),
        ("Kymriah", "product/kymriah"),
        ("CTL019", "product/kymriah"),
        ("ctl-019", "product/kymriah"),
        ("LUMC", "organisation/lumc"),
        ("leids universitair medisch centrum", "organisation/lumc"),
        ("Leiden Universty Medical Centre", "organisation/lumc"),
        ("prinses maxima centrum", "organisation/princess-maxima"),
        ("SCID", "condition/severe-combined-immunodeficiency"),
    ],
)
def test_what_is_meant_comes_first(finder: Finder, text: str, first: str) -> None:
    assert finder.find(text)[0].id == first


@pytest.mark.parametrize("text", ["leid", "leiden univ", "lieden university"])
def test_a_beginning_offers_what_is_meant(finder: Finder, text: str) -> None:
    assert "organisation/lumc" in [hit.id for hit in finder.find(text)[:10]]


def test_a_code_is_the_same_with_its_hyphen(finder: Finder) -> None:
    plain, hyphened = ([(hit.id, hit.score) for hit in finder.find(text)[:5]] for text in ("RAG1", "RAG-1"))
    assert plain == hyphened
    assert plain[0] == ("target/rag1", 1.0)
