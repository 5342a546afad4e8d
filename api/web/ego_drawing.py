"""An organisation with its strongest partners, as a drawing: itself above, they spread below it to both sides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import sqrt

from api.web.drawings import LINE, MARGIN, RADIUS, Draughtsman, Drawing, Mark, Place, bent, records, straight
from kg.network.network import Network
from kg.network.partners import Partner, ego
from kg.network.projection import Projection

HALF = 230
"""From the middle to the edge."""
RING = 72
"""From the middle to the outermost marks."""
ROW = 40
"""The least from one row to the next."""
LINES = 5
"""Of a partner's label."""


def ego_drawing(
    network: Network, projection: Projection, organisation: int, most: int = 12, name: str = "ego"
) -> Drawing:
    """An organisation, its ``most`` strongest partners below it, and the ties between these.

    No tie runs above the organisation, where its label is, nor beyond the marks of the partners, where theirs are.
    """
    draughtsman = Draughtsman(network, projection)
    around = ego(network, projection, organisation)
    shown = around.partners[:most]
    centre = draughtsman.above(organisation, (HALF, 2.0), 2 * (HALF - MARGIN))
    marks = _fan(draughtsman, [partner.organisation for partner in shown], centre)
    places = {partner.organisation: (mark.x, mark.y) for partner, mark in zip(shown, marks, strict=True)}
    bottom = max(mark.box[1] + mark.box[3] for mark in [centre, *marks]) + MARGIN
    middle = (HALF, (centre.y + bottom) / 2)
    lines = [
        draughtsman.tie(one, other, _within(places[one], places[other], middle), 1, faint=True)
        for one, other, _ in around.between
        if one in places and other in places
    ]
    strongest = max((partner.weight for partner in shown), default=1.0)
    for partner in shown:
        path = straight((centre.x, centre.y), places[partner.organisation])
        lines.append(draughtsman.tie(organisation, partner.organisation, path, _thick(partner.weight, strongest)))
    return draughtsman.drawing(
        name,
        f"Who works with {centre.label}",
        _told(draughtsman, centre.label, around.partners, shown),
        (2.0 * HALF, bottom),
        [*marks, centre],
        lines,
        _strongest(shown, around.partners),
    )


def _fan(draughtsman: Draughtsman, organisations: Sequence[int], centre: Mark) -> list[Mark]:
    """Marks in rows, two in each, on the lower half of an oval: seen from the centre none stands behind another."""
    rows = (len(organisations) + 1) // 2
    ring = min(RING, 44 + 7 * rows) if len(organisations) > 1 else 0
    spread = [ring * sqrt(1 - ((row + 0.4) / (rows + 0.4)) ** 2) for row in range(rows)]
    labels = [
        draughtsman.folded(one, HALF - spread[number // 2] - RADIUS - 6 - MARGIN, LINES)
        for number, one in enumerate(organisations)
    ]
    heights = [max(ROW, *(len(label) * LINE + 8 for label in labels[2 * row : 2 * row + 2])) for row in range(rows)]
    gap = 4 if ring else ROW / 2
    tops = list(accumulate(heights, initial=centre.y + RADIUS + gap))
    found = []
    for number, (one, label) in enumerate(zip(organisations, labels, strict=True)):
        row, left = number // 2, number % 2 == 0 and len(organisations) > 1
        place = (HALF + spread[row] * (-1 if left else 1), tops[row] + heights[row] / 2)
        found.append(draughtsman.beside(one, place, label, 0.0 if left else 2.0 * HALF, heights[row]))
    return found


def _within(one: Place, other: Place, middle: Place) -> str:
    """A line between two that bends inwards, so that it is not taken for one along the oval."""
    x, y = ((a + b) / 2 * 0.6 + c * 0.4 for a, b, c in zip(one, other, middle, strict=True))
    return bent(one, (x, y), other)


def _thick(weight: float, most: float) -> float:
    return round(1 + 3.5 * sqrt(weight / most), 1) if most else 1


def _told(draughtsman: Draughtsman, label: str, partners: Sequence[Partner], shown: Sequence[Partner]) -> str:
    if not partners:
        return f"No tie of {label} to anybody is on record."
    told = "; ".join(
        f"{draughtsman.label(p.organisation)} ({records(p.records)}{f', last active in {p.last}' if p.last else ''})"
        for p in shown
    )
    return f"{len(partners):,} partner{'s'[: len(partners) != 1]} on record. The strongest first: {told}."


def _strongest(shown: Sequence[Partner], partners: Sequence[Partner]) -> str:
    return f"The {len(shown)} strongest of {len(partners):,} partners." if len(shown) < len(partners) else ""
