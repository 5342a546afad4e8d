"""The columns of the read model, and how a release keeps them: as JSON of what is stated, repeated cells once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from kg.errors import ReleaseError
from kg.schema import Schema
from kg.terms import Value

Cell = Value | tuple[Value, ...] | None
Column = Sequence[Cell]
Columns = Mapping[str, Mapping[str, Column]]
"""The columns of every concrete type by their fields, all in the order of the type's ids."""

_LAYOUT = 2
_OTHER = "the model was written by another version of atmp-kg. Run `atmp-kg build --force`."


def empty_column(many: bool, size: int) -> list[Cell]:
    """The column of a field that is stated of none of so many entities."""
    return [() if many else None] * size


def height(fields: Mapping[str, Column]) -> int:
    """How many cells each of the columns of a type has."""
    return len(next(iter(fields.values()), ()))


def to_bytes(ids: Sequence[str], columns: Columns) -> bytes:
    """The ids and columns as JSON; the same columns give the same bytes."""
    packed = {name: {field: _packed(column) for field, column in fields.items()} for name, fields in columns.items()}
    sizes = {name: height(fields) for name, fields in columns.items()}
    return orjson.dumps({"layout": _LAYOUT, "ids": ids, "sizes": sizes, "columns": packed})


def from_bytes(schema: Schema, content: bytes) -> tuple[list[str], Columns]:
    """The ids and columns that ``to_bytes`` wrote; raises ``ReleaseError`` if another version wrote them."""
    stored = orjson.loads(content)
    if stored.get("layout") != _LAYOUT:
        raise ReleaseError(_OTHER)
    columns = {}
    for kind in schema.entity_types():
        size, packed = stored["sizes"][kind.name], stored["columns"].pop(kind.name)
        columns[kind.name] = {
            field.name: _unpacked(packed.pop(field.name), field.many, size) for field in kind.fields.values()
        }
    return stored["ids"], columns


def _packed(column: Column) -> dict[str, Any]:
    """The cells that hold something; ``rows`` says where unless all do, ``which`` which one unless all differ."""
    rows = [row for row, cell in enumerate(column) if cell not in (None, ())]
    cells = [_bare(column[row]) for row in rows]
    packed: dict[str, Any] = {} if len(rows) == len(column) else {"rows": rows}
    different = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}
    if len(different) * 2 > len(cells):
        return packed | {"cells": cells}
    return packed | {"cells": list(different), "which": [different[cell] for cell in cells]}


def _bare(cell: Cell) -> Cell:
    return cell[0] if isinstance(cell, tuple) and len(cell) == 1 else cell


def _unpacked(packed: dict[str, Any], many: bool, size: int) -> Column:
    stored = packed["cells"]
    cells: list[Cell] = [tuple(c) if isinstance(c, list) else (c,) for c in stored] if many else stored
    if "which" in packed:
        cells = [cells[place] for place in packed["which"]]
    if "rows" not in packed:
        return cells
    column = empty_column(many, size)
    for row, cell in zip(packed["rows"], cells, strict=True):
        column[row] = cell
    return column
