"""Cursors: where a page begins, as the values that its entity is ordered by, bound to one list, filter and order."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2s
from typing import Any

import orjson

from api.ordering import Key, Order, Raw
from kg.errors import CursorError

_REMEDY = "Use a cursor that the same list gave with the same `where` and `orderBy`, or leave it out."


def fingerprint(*parts: Any) -> str:
    """A short mark of a list, its filter and its order."""
    digest = blake2s(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS), digest_size=6).digest()
    return urlsafe_b64encode(digest).decode()


def write(mark: str, raw: Sequence[Raw], entity_id: str) -> str:
    """The cursor of an entity in a list."""
    return urlsafe_b64encode(orjson.dumps([mark, raw, entity_id])).decode().rstrip("=")


def read(cursor: str, mark: str, order: Order) -> Key:
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
