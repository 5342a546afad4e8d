"""Text without case and accents, as filters, orders and search compare it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LONGEST = 500
"""Characters of the longest text whose folded form is kept, so that what is kept has a bound."""


def fold(text: str) -> str:
    """The text in one case and without accents: ``Ménière`` and ``MENIERE`` fold to the same."""
    return _kept(text) if len(text) <= _LONGEST else _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


_kept = lru_cache(maxsize=100_000)(_folded)
