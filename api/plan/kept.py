"""The JSON that was written of entities, kept within a bound of memory."""

from __future__ import annotations

from api import limits
from api.kept import Kept

Key = tuple[bytes, int]
"""What a selection and its variables shape, and the number of the entity."""
Part = tuple[bytes, int]
"""The JSON of an entity, and what it cost to write it."""

_ENTRY = 300
"""Bytes that an entry takes besides its JSON: the key, the part, their places in a dictionary."""


class KeptJson(Kept[Key, Part]):
    """JSON by selection and entity."""

    def __init__(self) -> None:
        super().__init__(lambda: limits.KEPT_JSON, lambda part: len(part[0]) + _ENTRY)
