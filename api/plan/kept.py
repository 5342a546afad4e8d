"""The JSON that was written of entities and of the query's fields, kept within a bound of memory."""

from __future__ import annotations

from api import limits
from api.kept import Kept

Key = tuple[bytes, int]
"""The mark of a selection with its variables, and the number of the entity that it was written of, or QUERY."""
QUERY = -1
"""In place of an entity: the query itself."""
Part = tuple[bytes, int]
"""JSON, and what it cost to write it."""

_ENTRY = 300
"""Bytes that an entry takes besides its JSON: the key, the part, their places in a dictionary."""


class KeptJson(Kept[Key, Part]):
    """JSON by what shapes it."""

    def __init__(self) -> None:
        super().__init__(lambda: limits.KEPT_JSON, lambda part: len(part[0]) + _ENTRY)
