"""Cursors: where a page begins, as the values that its entity is ordered by, bound to one list, filter and order."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2s
from typing import Any, Protocol, TypeVar

import orjson

from api.ordering import Raw
from kg.errors import CursorError

Key = TypeVar("Key", covariant=True)


class Keyed(Protocol[Key]):
    """An order that knows what its entities are compared by."""

    def key(self, raw: Sequence[Raw], entity_id: str) -> Key:
        """The key of an entity; raises TypeError or ValueError for values that are none of the order's."""


_REMEDY = "Use a cursor that the same list gave with the same arguments, or leave it out."


def fingerprint(*parts: Any) -> str:
    """A short mark of a list, its filter and its order."""
    return urlsafe_b64encode(digest(parts, 6)).decode()


def digest(part: Any, size: int = 16) -> bytes:
    """What stands for a part of a request in so many bytes, whatever its own size."""
    return blake2s(orjson.dumps(part, option=orjson.OPT_SORT_KEYS), digest_size=size).digest()


def write(mark: str, raw: Sequence[Raw], entity_id: str) -> str:
    """The cursor of an entity in a list."""
    return urlsafe_b64encode(orjson.dumps([mark, raw, entity_id])).decode().rstrip("=")


def read(cursor: str, mark: str, order: Keyed[Key]) -> Key:
    """The key that a cursor stands for; raises CursorError if it is not one of this list."""
    try:
        found, raw, entity_id = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError) as error:
        raise CursorError(f"'{cursor[:80]}' is no cursor. {_REMEDY}") from error
    if found != mark:
        raise CursorError(f"The cursor '{cursor[:80]}' is of another list, filter or order. {_REMEDY}")
    try:
        if not isinstance(entity_id, str) or not isinstance(raw, list):
            raise TypeError("a cursor holds a list and an id")
        return order.key(raw, entity_id)
    except (TypeError, ValueError) as error:
        raise CursorError(f"'{cursor[:80]}' is no cursor. {_REMEDY}") from error
