"""Where organisations stand on a map: the same graph has the same places, so that a map can be known again.

Each component is a tree by levels from its busiest member, eased by forces (Fruchterman and Reingold, 1991) that reach
no further than the next cells of a grid; the smaller ones stand in rows beside and below the largest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import atan2, cos, hypot, inf, pi, sin, sqrt

import networkx as nx

Place = tuple[float, float]

STEP = 60.0
"""How far tied organisations stand apart, in the unit of the map."""
ROUNDS = 110
_HOME = 0.018
_REACH = 2.0 * STEP
_PULL = 0.06
_LOOSE = STEP * 0.8
WIDE, SQUARE = 2.1, 1.1
"""How many times as wide as tall a map is about, for a screen and for a phone."""


def layouts(graph: nx.Graph, *aspects: float) -> list[dict[int, Place]]:
    """A place for each organisation, in areas of which each is about so many times as wide as it is tall."""
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=_large_first)
    near = {one: sorted(graph[one]) for part in parts for one in part}
    shapes = [_eased(_tree(part, near), near) for part in parts]
    return [_packed(shapes, aspect) for aspect in aspects]


def _large_first(part: Sequence[int]) -> tuple[int, int]:
    return -len(part), part[0]


def _tree(part: Sequence[int], near: Mapping[int, Sequence[int]]) -> dict[int, Place]:
    """Everybody on the ring of their distance from the busiest, in a slice as wide as what hangs on them."""
    root = max(part, key=lambda one: (len(near[one]), -one))
    children: dict[int, list[int]] = defaultdict(list)
    order, seen = [root], {root}
    for one in order:
        for other in near[one]:
            if other not in seen:
                seen.add(other)
                children[one].append(other)
                order.append(other)
    leaves: dict[int, int] = {}
    for one in reversed(order):
        leaves[one] = sum(leaves[child] for child in children[one]) or 1
    slices, places = {root: (0.0, 2 * pi, 0)}, {}
    for one in order:
        start, width, level = slices[one]
        middle, ring = start + width / 2, level * STEP * max(1.0, sqrt(len(part)) / 5)
        places[one] = (ring * cos(middle), ring * sin(middle))
        for child in children[one]:
            share = width * leaves[child] / leaves[one]
            slices[child] = (start, share, level + 1)
            start += share
    return places


def _eased(places: dict[int, Place], near: Mapping[int, Sequence[int]]) -> dict[int, Place]:
    """The places after rounds in which the tied draw near and the close push off, ever less."""
    ones = list(places)
    number = {one: place for place, one in enumerate(ones)}
    xs, ys = [places[one][0] for one in ones], [places[one][1] for one in ones]
    ties = [(number[one], number[other]) for one in ones for other in near[one] if one < other]
    for round_ in range(ROUNDS if len(ones) > 2 else 0):
        dx, dy = [0.0] * len(ones), [0.0] * len(ones)
        _push(xs, ys, dx, dy)
        for one, other in ties:
            x, y = xs[other] - xs[one], ys[other] - ys[one]
            pull = hypot(x, y) / STEP * _PULL
            dx[one] += x * pull
            dy[one] += y * pull
            dx[other] -= x * pull
            dy[other] -= y * pull
        for place in range(len(ones)):
            dx[place] -= xs[place] * _HOME
            dy[place] -= ys[place] * _HOME
        warmth = STEP * 0.9 * (1 - round_ / ROUNDS) + 1
        for place in range(len(ones)):
            far = hypot(dx[place], dy[place])
            if far:
                step = min(far, warmth) / far
                xs[place] += dx[place] * step
                ys[place] += dy[place] * step
    return dict(zip(ones, _lying(xs, ys), strict=True))


def _lying(xs: Sequence[float], ys: Sequence[float]) -> list[Place]:
    """The same points turned so that they are wider than they are tall."""
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    around = [(one - x, other - y) for one, other in zip(xs, ys, strict=True)]
    mixed = sum(one * other for one, other in around)
    apart = sum(one * one - other * other for one, other in around)
    turn = -atan2(2 * mixed, apart) / 2
    return [(one * cos(turn) - other * sin(turn), one * sin(turn) + other * cos(turn)) for one, other in around]


def _push(xs: Sequence[float], ys: Sequence[float], dx: list[float], dy: list[float]) -> None:
    """Everybody away from those in the same and the next cells."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, (x, y) in enumerate(zip(xs, ys, strict=True)):
        cells[int(x // _REACH), int(y // _REACH)].append(place)
    for (column, row), ones in cells.items():
        others = list(ones)
        for beside_ in ((column + 1, row - 1), (column + 1, row), (column + 1, row + 1), (column, row + 1)):
            others += cells.get(beside_, ())
        for rank, one in enumerate(ones):
            for other in others[rank + 1 :]:
                x, y = xs[one] - xs[other], ys[one] - ys[other]
                square = x * x + y * y
                if square > _REACH * _REACH:
                    continue
                if square < 1:
                    x, y, square = 0.5 + (one % 7) / 10, 0.5 - (other % 5) / 10, 1.0
                push = STEP * STEP / square * 0.4
                dx[one] += x * push
                dy[one] += y * push
                dx[other] -= x * push
                dy[other] -= y * push


def _packed(shapes: Sequence[Mapping[int, Place]], aspect: float) -> dict[int, Place]:
    """The first shape above on the left, the others in rows: first in what is free beside it, then below."""
    boxes = [_at_origin(shape) for shape in shapes]
    found: dict[int, Place] = {}
    if boxes:
        (first, width, height), *others = boxes
        area = sum((w + _LOOSE) * (h + _LOOSE) for _, w, h in boxes)
        wide = max(width, sqrt(area * aspect), 4 * STEP)
        _put(found, first, (0.0, 0.0))
        rest = _rows(found, others, (width + 2 * _LOOSE, 0.0), wide, height)
        _rows(found, rest, (0.0, height + 2 * _LOOSE), wide, inf)
    return {one: (round(x, 1), round(y, 1)) for one, (x, y) in found.items()}


_Box = tuple[dict[int, Place], float, float]


def _rows(found: dict[int, Place], boxes: Sequence[_Box], corner: Place, right: float, bottom: float) -> Sequence[_Box]:
    """Put shapes into rows from a corner on; those for which there is no room are given back."""
    (x, y), tall = corner, 0.0
    rest = []
    for shape, width, height in boxes:
        if x > corner[0] and x + width > right:
            x, y, tall = corner[0], y + tall + _LOOSE, 0.0
        if bottom < inf and (y + height > bottom or x + width > right):
            rest.append((shape, width, height))
            continue
        _put(found, shape, (x, y))
        x, tall = x + width + _LOOSE * 1.4, max(tall, height)
    return rest


def _put(found: dict[int, Place], shape: Mapping[int, Place], corner: Place) -> None:
    found.update({one: (x + corner[0], y + corner[1]) for one, (x, y) in shape.items()})


def _at_origin(shape: Mapping[int, Place]) -> _Box:
    """A shape from 0,0 on, with its width and height."""
    xs, ys = [place[0] for place in shape.values()], [place[1] for place in shape.values()]
    left, top = min(xs), min(ys)
    return {one: (x - left, y - top) for one, (x, y) in shape.items()}, max(xs) - left, max(ys) - top
