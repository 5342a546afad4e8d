"""Drawings that a server makes: an organisation with its partners, and chains from one to another, as plain SVG.

Only places and words are worked out here; ``templates/web/drawings.html`` has the marks. A page shows one with
``{% import "web/drawings.html" as drawings %}{{ drawings.figure(drawing) }}`` and the stylesheet
``/static/web/drawings.css``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from api.web.looks import Age, Group, Looks, fold_label
from kg.network.introductions import Chain, Hop
from kg.network.network import Network
from kg.network.partners import Partner, ego
from kg.network.projection import Projection

SIZE, BOLD = 14, 15.5
"""Of letters, in the drawing's own unit; bold ones take more room."""
LINE = 17
"""From one line of a label to the next."""
RADIUS = 8
"""Of a mark."""
ROW = 42
HALF = 240
RING = 84
COLUMN = 164
STEP, TOP = 124, 18.0


@dataclass(frozen=True)
class Mark:
    """An organisation at a place: ``words`` are the lines of its label with their places, ``box`` what can be hit.

    ``anchor`` is the end of the words that is at their place, ``label`` the whole label.
    """

    x: float
    y: float
    group: Group
    href: str
    label: str
    words: tuple[tuple[float, float, str], ...]
    anchor: str
    box: tuple[float, float, float, float]
    main: bool = False


@dataclass(frozen=True)
class Line:
    """A tie: its path, how thick and how old it is, and in ``words`` what it rests on; ``faint`` is between partners.

    ``note`` stands beside it, at its place.
    """

    path: str
    width: float
    age: Age
    words: str
    faint: bool = False
    note: tuple[float, float, str] | None = None


@dataclass(frozen=True)
class Drawing:
    """One drawing. ``name`` is unique on its page; ``caption`` says what is not shown, if anything."""

    name: str
    title: str
    description: str
    size: tuple[float, float]
    marks: Sequence[Mark]
    lines: Sequence[Line]
    groups: Sequence[Group]
    ages: Sequence[Age]
    caption: str = ""

    @property
    def shown(self) -> bool:
        """Whether there is any tie to draw."""
        return bool(self.lines)


def ego_drawing(
    network: Network, projection: Projection, organisation: int, most: int = 12, name: str = "ego"
) -> Drawing:
    """An organisation, its ``most`` strongest partners around it, and the ties between these."""
    looks = Looks(network)
    around = ego(network, projection, organisation)
    shown = around.partners[:most]
    rows = max(2, (len(shown) + 1) // 2)
    size = (2.0 * HALF, float(ROW * (rows + 1)))
    middle = (size[0] / 2, size[1] / 2)
    places = _around(middle, [partner.organisation for partner in shown])

    def line(one: int, other: int, path: str, thick: float, faint: bool = False) -> Line:
        words = _tie_words(network, projection, one, other)
        return Line(path, thick, looks.age(projection, one, other), words, faint)

    lines = [
        line(one, other, _bent(places[one], places[other], middle), 1, faint=True)
        for one, other, _ in around.between
        if one in places and other in places
    ]
    strongest = max((partner.weight for partner in shown), default=1.0)
    for partner in shown:
        path = _straight(middle, places[partner.organisation])
        lines.append(line(organisation, partner.organisation, path, _thick(partner.weight, strongest)))
    marks = [_beside(network, looks, one, place, middle) for one, place in places.items()]
    marks.append(_middle(network, looks, organisation, middle, 2 * RING - 30))
    label = network.model.label(organisation)
    title, told = f"Who works with {label}", _ego_words(network, label, around.partners, shown)
    return _drawing(name, title, told, size, marks, lines, looks, _strongest(shown, around.partners))


def path_drawing(network: Network, projection: Projection, chains: Sequence[Chain], name: str = "path") -> Drawing:
    """Chains that lead from one organisation to another, from top to bottom, side by side.

    ``projection`` is the one in which they were found. Raises ValueError without a chain.
    """
    if not chains:
        raise ValueError("a drawing of no chain")
    looks = Looks(network)
    hops = max(len(chain.hops) for chain in chains)
    size = (float(COLUMN * max(len(chains), 2)), float(STEP * hops + 72))
    start, *_, goal = chains[0].organisations
    ends = [
        _below(network, looks, one, (size[0] / 2, y), size[0] - 16, main=True)
        for one, y in ((start, TOP), (goal, TOP + STEP * hops))
    ]
    marks, lines = list(ends), []
    for number, chain in enumerate(chains):
        x, step = size[0] * (number + 0.5) / len(chains), STEP * hops / len(chain.hops)
        between = [
            _below(network, looks, one, (x, TOP + step * row), COLUMN - 14)
            for row, one in enumerate(chain.organisations[1:-1], 1)
        ]
        marks += between
        stops = pairwise([ends[0], *between, ends[1]])
        lines += [_hop(network, looks, projection, hop, *pair) for hop, pair in zip(chain.hops, stops, strict=True)]
    title = f"From {ends[0].label} to {ends[1].label}"
    return _drawing(name, title, _path_words(network, chains), size, marks, lines, looks)


def _drawing(
    name: str,
    title: str,
    description: str,
    size: tuple[float, float],
    marks: Sequence[Mark],
    lines: Sequence[Line],
    looks: Looks,
    caption: str = "",
) -> Drawing:
    """A drawing with the legend of what occurs in it."""
    found = {line.age for line in lines}
    ages = [age for age in looks.ages.values() if age in found]
    groups = looks.legend(mark.group for mark in marks)
    return Drawing(name, title, description, size, marks, lines, groups, ages, caption)


# ---------------------------------------------------------------- places


def _around(middle: tuple[float, float], organisations: Sequence[int]) -> Mapping[int, tuple[float, float]]:
    """Places clockwise from the top, half of them right and half left, no two on one side in the same row."""
    right = (len(organisations) + 1) // 2
    found = {}
    for side, ones in ((1, organisations[:right]), (-1, list(reversed(organisations[right:])))):
        bound = (len(ones) / 2 + 0.4) * ROW
        for row, one in enumerate(ones):
            y = (row - (len(ones) - 1) / 2) * ROW
            found[one] = (middle[0] + side * RING * sqrt(1 - (y / bound) ** 2), middle[1] + y)
    return found


def _beside(network: Network, looks: Looks, one: int, place: tuple[float, float], middle: tuple[float, float]) -> Mark:
    """A mark with its label on the side away from the middle."""
    x, y = place
    side = 1 if x >= middle[0] else -1
    at = x + side * (RADIUS + 6)
    room = HALF - abs(at - middle[0]) - 8
    label = network.model.label(one)
    folded = fold_label(label, room)
    top = y - (len(folded) - 1) * LINE / 2 + SIZE * 0.36
    words = tuple((at, top + row * LINE, text) for row, text in enumerate(folded))
    edge = x - RADIUS - 2 if side > 0 else 0.0
    box = (edge, y - ROW / 2 + 1, (2 * HALF - edge) if side > 0 else x + RADIUS + 2, ROW - 2)
    return Mark(x, y, looks.group(one), _page(network, one), label, words, "start" if side > 0 else "end", box)


def _below(
    network: Network, looks: Looks, one: int, place: tuple[float, float], room: float, main: bool = False
) -> Mark:
    """A mark with its label under it."""
    x, y = place
    label = network.model.label(one)
    words = tuple(
        (x, y + 27 + row * LINE, text) for row, text in enumerate(fold_label(label, room, size=BOLD if main else SIZE))
    )
    box = (x - room / 2, y - 14, room, 34 + len(words) * LINE)
    return Mark(x, y, looks.group(one), _page(network, one), label, words, "middle", box, main)


def _middle(network: Network, looks: Looks, one: int, place: tuple[float, float], room: float) -> Mark:
    """The main mark, with its label over it."""
    x, y = place
    label = network.model.label(one)
    folded = fold_label(label, room, size=BOLD)
    words = tuple((x, y - 17 - (len(folded) - 1 - row) * LINE, text) for row, text in enumerate(folded))
    height = 34 + len(words) * LINE
    box = (x - room / 2, y + 14 - height, room, height)
    return Mark(x, y, looks.group(one), _page(network, one), label, words, "middle", box, main=True)


def _page(network: Network, one: int) -> str:
    return f"/{network.model.ids[one]}"


def _straight(one: tuple[float, float], other: tuple[float, float]) -> str:
    return f"M{one[0]:.1f},{one[1]:.1f}L{other[0]:.1f},{other[1]:.1f}"


def _bent(one: tuple[float, float], other: tuple[float, float], middle: tuple[float, float]) -> str:
    """A line that bends towards the middle, so that it is not taken for one along the ring."""
    x, y = ((a + b) / 2 * 0.6 + c * 0.4 for a, b, c in zip(one, other, middle, strict=True))
    return f"M{one[0]:.1f},{one[1]:.1f}Q{x:.1f},{y:.1f} {other[0]:.1f},{other[1]:.1f}"


def _thick(weight: float, most: float) -> float:
    return round(1 + 3.5 * sqrt(weight / most), 1) if most else 1


def _hop(network: Network, looks: Looks, projection: Projection, hop: Hop, one: Mark, other: Mark) -> Line:
    """From under the label of the one to the mark of the other."""
    start, end = (one.x, one.words[-1][1] + 7), (other.x, other.y - RADIUS - 4)
    x, y = ((a + b) / 2 for a, b in zip(start, end, strict=True))
    return Line(
        _straight(start, end),
        1.6,
        looks.age(projection, hop.one, hop.other),
        _tie_words(network, projection, hop.one, hop.other),
        note=(x, y + 4, _records(hop.records)),
    )


# ---------------------------------------------------------------- words


def _tie_words(network: Network, projection: Projection, one: int, other: int) -> str:
    tie = projection.ties[one][other]
    last = f", last active in {tie['last']}" if tie["last"] is not None else ""
    return f"{network.model.label(one)} – {network.model.label(other)}: {_records(tie['records'])}{last}"


def _records(count: int) -> str:
    return f"{count:,} record{'s'[: count != 1]}"


def _ego_words(network: Network, label: str, partners: Sequence[Partner], shown: Sequence[Partner]) -> str:
    if not partners:
        return f"No tie of {label} to anybody is on record under these options."
    told = "; ".join(
        f"{network.model.label(p.organisation)} ({_records(p.records)}{f', last active in {p.last}' if p.last else ''})"
        for p in shown
    )
    return f"{len(partners):,} partner{'s'[: len(partners) != 1]} on record. The strongest first: {told}."


def _path_words(network: Network, chains: Sequence[Chain]) -> str:
    label = network.model.label
    told = (f"Chain {n}: {' – '.join(map(label, chain.organisations))}." for n, chain in enumerate(chains, 1))
    return " ".join(told)


def _strongest(shown: Sequence[Partner], partners: Sequence[Partner]) -> str:
    return f"The {len(shown)} strongest of {len(partners):,} partners." if len(shown) < len(partners) else ""
