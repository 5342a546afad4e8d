"""Chains from one organisation to another, as a drawing: from top to bottom, side by side, with notes at the ties."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from api.web.drawings import BOLD, LINE, MAIN, MARGIN, RADIUS, Draughtsman, Drawing, Mark, Note, Place, bent, records
from api.web.looks import width
from kg.network.introductions import Chain, Hop
from kg.network.network import Network
from kg.network.projection import Projection

COLUMN = 150
"""From one chain to the next."""
STEP = 90
"""From one organisation to the next, without the lines of its label."""
LINES = 4
"""Of the label of an organisation on the way."""
NOTE = 12.5
"""The size of the letters of a note."""
_POINTS = 64
_ALONG = (0.5, 0.6, 0.4, 0.7, 0.3)
"""Where on its tie a note may stand, the best place first."""

_Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Way:
    """The line of a hop: from where to where, and the place that it bends towards."""

    hop: Hop
    start: Place
    by: Place
    end: Place

    @property
    def points(self) -> list[Place]:
        return [self.at(number / _POINTS) for number in range(_POINTS + 1)]

    def at(self, share: float) -> Place:
        """The place a share of the way along it."""
        rest = 1 - share
        x, y = (
            rest * rest * a + 2 * rest * share * b + share * share * c
            for a, b, c in zip(self.start, self.by, self.end, strict=True)
        )
        return x, y


def path_drawing(network: Network, projection: Projection, chains: Sequence[Chain], name: str = "path") -> Drawing:
    """Chains that lead from one organisation to another; ``projection`` is the one in which they were found.

    Raises ValueError without a chain.
    """
    if not chains:
        raise ValueError("a drawing of no chain")
    draughtsman = Draughtsman(network, projection)
    start, *_, goal = chains[0].organisations
    wide = float(COLUMN * max(len(chains), 2))
    first = draughtsman.above(start, (wide / 2, 2.0), wide - 2 * MARGIN)
    between = {one for chain in chains for one in chain.organisations[1:-1]}
    lines = max((len(draughtsman.folded(one, COLUMN - 14, LINES)) for one in between), default=0)
    tall = (STEP + LINE * lines) * max(len(chain.hops) for chain in chains)
    last = draughtsman.below(goal, (wide / 2, first.y + tall), wide - 2 * MARGIN, LINES, main=True)
    marks, ways = [first, last], []
    for number, chain in enumerate(chains):
        x, step = wide * (number + 0.5) / len(chains), tall / len(chain.hops)
        stops = [
            draughtsman.below(one, (x, first.y + step * row), COLUMN - 14, LINES)
            for row, one in enumerate(chain.organisations[1:-1], 1)
        ]
        marks += stops
        pairs = pairwise([first, *stops, last])
        ways += [_way(hop, one, other, x) for hop, (one, other) in zip(chain.hops, pairs, strict=True)]
    return draughtsman.drawing(
        name,
        f"From {first.label} to {last.label}",
        " ".join(_told(draughtsman, number, chain) for number, chain in enumerate(chains, 1)),
        (wide, last.words[-1][1] + 2 * MARGIN),
        marks,
        [
            draughtsman.tie(way.hop.one, way.hop.other, bent(way.start, way.by, way.end), 1.6, note=note)
            for way, note in zip(ways, _notes(ways, marks, wide), strict=True)
        ],
    )


def _way(hop: Hop, one: Mark, other: Mark, column: float) -> _Way:
    """From under the one, or under its label, to the mark of the other; by way of the column if both ends are ends."""
    under = one.words[-1][1] + 7
    start = (one.x, under if under > one.y else one.y + RADIUS * MAIN + 4)
    end = (other.x, other.y - RADIUS * (MAIN if other.main else 1) - 4)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    return _Way(hop, start, (2 * column - middle[0], middle[1]) if one.main and other.main else middle, end)


def _notes(ways: Sequence[_Way], marks: Sequence[Mark], wide: float) -> Iterator[Note]:
    """What each tie rests on, beside it, where no other tie nor any words are."""
    taken = [box for mark in marks for box in _covered(mark)]
    runs = [point for way in ways for point in way.points]
    for way in ways:
        options = [_beside(way, share, outwards, wide) for share in _ALONG for outwards in (True, False)]
        note, box = next((option for option in options if _free(option[1], runs, taken, wide)), options[0])
        taken.append(box)
        yield note


def _beside(way: _Way, share: float, outwards: bool, wide: float) -> tuple[Note, _Box]:
    """A note at a place of a line, on the side away from the middle or on the other; and the box of its words."""
    (x, y), (x1, y1), (x2, y2) = way.at(share), way.at(share - 0.05), way.at(share + 0.05)
    side = 1 if (x >= wide / 2) == outwards else -1
    off = x + side * (5 + 8 * abs(x2 - x1) / (y2 - y1))
    text = records(way.hop.records)
    ends = sorted((off, off + side * width(text, NOTE)))
    return Note(off, y + 4, text, "start" if side > 0 else "end"), (ends[0], y - 8, ends[1], y + 8)


def _covered(mark: Mark) -> Iterator[_Box]:
    """What a mark and its words take."""
    reach = RADIUS * MAIN
    yield mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach
    for x, y, text in mark.words:
        half = width(text, BOLD) / 2
        yield x - half, y - 13, x + half, y + 4


def _free(box: _Box, runs: Collection[Place], taken: Collection[_Box], wide: float) -> bool:
    left, top, right, bottom = box
    if left < 0 or right > wide:
        return False
    if any(left <= x <= right and top <= y <= bottom for x, y in runs):
        return False
    return not any(left < box[2] and right > box[0] and top < box[3] and bottom > box[1] for box in taken)


def _told(draughtsman: Draughtsman, number: int, chain: Chain) -> str:
    return f"Chain {number}: {' – '.join(map(draughtsman.label, chain.organisations))}."
