"""JSON that was written of entities, kept for as long as their release serves, within a bound of memory."""

from __future__ import annotations

from threading import Lock

from api import limits

Key = tuple[bytes, int]
"""What a selection and its variables shape, and the number of the entity."""
Part = tuple[bytes, int]
"""The JSON of an entity, and what it cost to write it."""

_ENTRY = 300
"""Bytes that an entry takes besides its JSON: the key, the part, their places in a dictionary."""


class KeptJson:
    """Two generations: what is found in the old one moves to the young; when that is full, the old one is forgotten.

    So what is asked for often stays, as with least recently used first out, and to find something writes nothing.
    """

    def __init__(self) -> None:
        self._young: dict[Key, Part] = {}
        self._old: dict[Key, Part] = {}
        self._size = 0
        self._lock = Lock()

    def find(self, key: Key) -> Part | None:
        """What was kept; None if it has not been written or is forgotten."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: Key, part: Part) -> None:
        """Keep what was written."""
        with self._lock:
            if key not in self._young:
                self._size += len(part[0]) + _ENTRY
            self._young[key] = part
            if self._size > limits.KEPT_JSON // 2:
                self._old, self._young, self._size = self._young, {}, 0
