"""How organisations and ties look in every drawing: colour and shape by kind, dash by age, and labels that fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin
from unicodedata import east_asian_width

from kg.network.export_graph import colour_of, read_export_rules
from kg.network.network import Network
from kg.network.projection import Projection
from kg.network.records import ORGANISATION

SHAPES = ("ellipse", "rectangle", "diamond", "triangle", "hexagon", "pentagon", "star", "octagon")
"""By their names in cytoscape.js: one for each colour of ``network.yaml`` in its order, the last for all others."""
RECENT = 5
"""Years for which a tie counts as recent."""

_CORNERS = {"rectangle": 4, "diamond": 4, "triangle": 3, "hexagon": 6, "pentagon": 5, "octagon": 8}
_TURNED = {"rectangle": pi / 4, "octagon": pi / 8, "hexagon": pi / 6}
_NARROW, _WIDE = set("iljtfrI.,:;'|!()[]- "), set("mwMWOQHN@%&")
_ELLIPSIS = "…"


@dataclass(frozen=True)
class Group:
    """Organisations that look the same: ``label`` says of what kind they are."""

    colour: str
    shape: str
    label: str

    @property
    def path(self) -> str:
        """The shape as an SVG path around 0,0 with a radius of 8."""
        return _path(self.shape)


@dataclass(frozen=True)
class Age:
    """How old a tie is: ``name`` is its class in the stylesheet, ``label`` what the legend says."""

    name: str
    label: str


class Looks:
    """The groups of a network and the ages of its ties."""

    def __init__(self, network: Network) -> None:
        self._model = network.model
        self._fields = network.model.schema.types[ORGANISATION].fields
        self._rules = read_export_rules(network.model.schema, network.constants)
        field = self._fields[self._rules.colour]
        concepts = network.model.schema.vocabularies[field.scheme or ""].concepts
        labels: dict[str, list[str]] = {}
        for value, colour in self._rules.colours.items():
            labels.setdefault(colour, []).append(concepts[value].label)
        named = {colour: ", ".join(found) for colour, found in labels.items()}
        named[self._rules.otherwise] = f"other or unknown {field.label}"
        shapes = dict(zip(labels, SHAPES, strict=False))
        self.groups: Mapping[str, Group] = {
            colour: Group(colour, shapes.get(colour, SHAPES[-1]), label) for colour, label in named.items()
        }
        """By colour, in the order of the legend."""
        year = network.year - RECENT
        self.ages: Mapping[str, Age] = {
            name: Age(name, label)
            for name, label in (
                ("recent", f"active in {year} or later"),
                ("older", f"not since {year - 1}"),
                ("undated", "no record states a date"),
            )
        }
        """By name, in the order of the legend."""
        self._year = year

    def group(self, organisation: int) -> Group:
        """How an organisation looks."""
        return self.groups[colour_of(self._model, self._rules, organisation)]

    def by(self, name: str, organisations: Sequence[int]) -> tuple[list[Group], Mapping[int, Group]]:
        """How organisations look by the values of a field: the groups that occur, as a legend has them, and by
        organisation its own. Of any field but the usual one the values that most have stand apart.
        """
        if name == self._rules.colour:
            found = {one: self.group(one) for one in organisations}
            return self.legend(found.values()), found
        field = self._fields[name]
        concepts = self._model.schema.vocabularies[field.scheme or ""].concepts
        values = {one: str(value) for one in organisations if (value := self._model.get(one, name)) is not None}
        *marked, rest = self.groups.values()
        most = [value for value, _ in Counter(values.values()).most_common(len(marked))]
        groups = {value: replace(mark, label=concepts[value].label) for value, mark in zip(most, marked, strict=False)}
        other = replace(rest, label=f"other or unknown {field.label}")
        by_one = {one: groups.get(values.get(one, ""), other) for one in organisations}
        return [*groups.values(), *([other] if other in by_one.values() else [])], by_one

    def age(self, projection: Projection, one: int, other: int) -> Age:
        """How the line of a tie looks."""
        last = projection.ties[one][other]["last"]
        if not any(c.record.dated for c in projection.contributions(one, other)):
            return self.ages["undated"]
        return self.ages["older" if last is None or last < self._year else "recent"]

    def legend(self, groups: Iterable[Group]) -> list[Group]:
        """The groups that occur, in the order of the legend."""
        found = set(groups)
        return [group for group in self.groups.values() if group in found]


def width(text: str, size: float = 14) -> float:
    """About how wide a text is in a sans-serif of a size, in the same unit; rather too wide than too narrow."""
    return size * sum(_width(letter) for letter in text)


def fold_label(text: str, room: float, lines: int = 2, size: float = 14) -> list[str]:
    """A label in lines that fit into a width; what does not fit is cut, with an ellipsis."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < lines:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size) <= room:
            line = f"{line} {words.pop(0)}"
        found.append(line)
    if words:
        found[-1] = f"{found[-1]} {_ELLIPSIS}"
    return [_cut(line, room, size) for line in found]


def _cut(text: str, room: float, size: float) -> str:
    if width(text, size) <= room:
        return text
    kept = text.rstrip(_ELLIPSIS + " ")
    while kept and width(kept + _ELLIPSIS, size) > room:
        kept = kept[:-1]
    return kept.rstrip() + _ELLIPSIS


def _width(letter: str) -> float:
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 0.95
    if east_asian_width(letter) in "WF":
        return 1.05
    return 0.74 if letter.isupper() else 0.63


def _path(shape: str, radius: float = 8) -> str:
    if shape == "ellipse":
        half = f"a{radius:g},{radius:g} 0 1,0"
        return f"M{-radius:g},0{half} {2 * radius:g},0{half} {-2 * radius:g},0z"
    return f"M{' L'.join(f'{x:.1f},{y:.1f}' for x, y in _corners(shape, radius * 1.15))}z"


def _corners(shape: str, radius: float) -> Iterator[tuple[float, float]]:
    """The corners, the first above unless the shape is turned; those of a star lie near and far in turns."""
    star = shape not in _CORNERS
    count = 10 if star else _CORNERS[shape]
    for number in range(count):
        angle = 2 * pi * number / count - pi / 2 + _TURNED.get(shape, 0.0)
        reach = radius * (0.5 if star and number % 2 else 1.0)
        yield reach * cos(angle), reach * sin(angle)
