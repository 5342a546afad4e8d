"""A release keeps the columns of its model: what is read back is what was written, cell by cell."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.columns import Cell, Column, from_bytes, to_bytes
from kg.errors import ReleaseError
from kg.model import Model
from kg.schema import Field
from kg.terms import Value
from tests.kg.library import LIBRARY

VALUES: dict[str, st.SearchStrategy[Value]] = {
    "link": st.integers(0, 300),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "decimal": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
}
"""What fields of a kind hold; all others hold text."""
TEXT = st.text(st.characters(codec="utf-8"), max_size=3)


def column(field: Field, size: int) -> st.SearchStrategy[list[Cell]]:
    """A column of so many cells, with nothing in some of them."""
    values = VALUES.get(field.kind, TEXT)
    cell: st.SearchStrategy[Cell] = st.lists(values, max_size=3).map(tuple) if field.many else st.none() | values
    return st.lists(cell, min_size=size, max_size=size)


@st.composite
def stored(draw: st.DrawFn) -> tuple[list[str], dict[str, dict[str, Column]]]:
    """The ids and columns of some entities."""
    ids: list[str] = []
    columns: dict[str, dict[str, Column]] = {}
    for kind in LIBRARY.entity_types():
        size = draw(st.integers(0, 5))
        ids += [f"{kind.slug}/{number}" for number in range(size)]
        columns[kind.name] = {field.name: draw(column(field, size)) for field in kind.fields.values()}
    return ids, columns


@given(stored())
def test_what_was_written_is_read_back(drawn: tuple[list[str], dict[str, dict[str, Column]]]) -> None:
    assert from_bytes(LIBRARY, to_bytes(*drawn)) == drawn


@given(stored())
def test_each_entity_has_its_own_cells(drawn: tuple[list[str], dict[str, dict[str, Column]]]) -> None:
    ids, columns = drawn
    model = Model(LIBRARY, ids, columns)
    assert [model.number(one) for one in ids] == list(range(len(ids)))
    for kind in LIBRARY.entity_types():
        rows = model.rows(kind.name)
        assert [model.ids[entity] for entity in rows] == [one for one in ids if one.startswith(f"{kind.slug}/")]
        assert all(model.kind(entity) is kind for entity in rows)
        for name in kind.fields:
            assert [model.get(entity, name) for entity in rows] == columns[kind.name][name]


def test_what_another_version_wrote_is_refused_with_the_remedy() -> None:
    with pytest.raises(ReleaseError, match="atmp-kg build --force"):
        from_bytes(LIBRARY, orjson.dumps({"ids": [], "columns": {}}))
