"""What a client accepts, chosen from what is on offer."""

from __future__ import annotations

from collections.abc import Sequence


def chosen(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that an Accept header likes best, the first if it does not mind, None if it likes none."""
    if accept is None or not accept.strip():
        return offers[0]
    ranges = sorted((_range(part) for part in accept.split(",")), key=lambda pair: -pair[1])
    for pattern, quality in ranges:
        for offer in offers:
            if quality > 0 and _fits(pattern, offer):
                return offer
    return None


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media, float(value)
            except ValueError:
                return media, 0.0
    return media, 1.0


def _fits(pattern: str, offer: str) -> bool:
    return pattern in ("*/*", offer) or (pattern.endswith("/*") and offer.startswith(pattern[:-1]))
