"""Drawings that a server makes, as plain SVG: what all of them consist of, and the words that go with it.

Only places and words are worked out; ``templates/web/drawings.html`` has the marks. A page shows a drawing with
``{% import "web/drawings.html" as drawings %}{{ drawings.figure(drawing) }}`` and the stylesheet
``/static/web/drawings.css``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.looks import Age, Group, Looks, fold_label
from kg.network.network import Network
from kg.network.projection import Projection

SIZE, BOLD = 14, 16.2
"""Of letters, in the drawing's own unit; bold ones take more room."""
LINE = 17
"""From one line of a label to the next."""
RADIUS = 8
"""Of a mark."""
MAIN = 1.3
"""How many times as large a main mark is."""
MARGIN = 8.0

Place = tuple[float, float]
Words = tuple[tuple[float, float, str], ...]
"""Lines of a label with their places."""


@dataclass(frozen=True)
class Mark:
    """An organisation at a place: ``words`` are the lines of its label, ``box`` what can be hit.

    ``anchor`` is the end of the words that is at their place, ``label`` the whole label.
    """

    x: float
    y: float
    group: Group
    href: str
    label: str
    words: Words
    anchor: str
    box: tuple[float, float, float, float]
    main: bool = False


@dataclass(frozen=True)
class Note:
    """What stands beside a tie; ``anchor`` is the end of the text that is at its place."""

    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True)
class Line:
    """A tie: its path, how thick and how old it is, in ``words`` what it rests on; ``faint`` is between partners."""

    path: str
    width: float
    age: Age
    words: str
    faint: bool = False
    note: Note | None = None


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


class Draughtsman:
    """Puts organisations of a network and their ties on paper, and makes a drawing of them."""

    def __init__(self, network: Network, projection: Projection) -> None:
        self.looks = Looks(network)
        self._model = network.model
        self._projection = projection

    def label(self, one: int) -> str:
        """What an organisation is called."""
        return self._model.label(one)

    def folded(self, one: int, room: float, lines: int, main: bool = False) -> list[str]:
        """Its label in lines that fit into a width, as a rule whole."""
        return fold_label(self.label(one), room, lines, BOLD if main else SIZE)

    def above(self, one: int, top: Place, room: float) -> Mark:
        """A main mark with its label over it; ``top`` is the middle of the upper edge of both."""
        x, y = top
        folded = self.folded(one, room, 3, main=True)
        words = tuple((x, y + SIZE + row * LINE, text) for row, text in enumerate(folded))
        middle = y + SIZE + len(folded) * LINE + 1
        box = (x - room / 2, y, room, middle + RADIUS * MAIN + 2 - y)
        return self._mark(one, (x, middle), words, "middle", box, main=True)

    def below(self, one: int, place: Place, room: float, lines: int, main: bool = False) -> Mark:
        """A mark with its label under it."""
        x, y = place
        folded = self.folded(one, room, lines, main)
        words = tuple((x, y + 27 + row * LINE, text) for row, text in enumerate(folded))
        box = (x - room / 2, y - 14, room, 34 + len(folded) * LINE)
        return self._mark(one, place, words, "middle", box, main)

    def beside(self, one: int, place: Place, folded: Sequence[str], edge: float, height: float) -> Mark:
        """A mark with its label beside it; ``edge`` is where the room for that ends, on the right or on the left."""
        x, y = place
        right = edge > x
        at = x + (RADIUS + 6) * (1 if right else -1)
        top = y - (len(folded) - 1) * LINE / 2 + SIZE * 0.36
        words = tuple((at, top + row * LINE, text) for row, text in enumerate(folded))
        back = x - RADIUS - 2 if right else x + RADIUS + 2
        box = (min(back, edge), y - height / 2 + 1, abs(edge - back), height - 2)
        return self._mark(one, place, words, "start" if right else "end", box)

    def tie(self, one: int, other: int, path: str, width: float, faint: bool = False, note: Note | None = None) -> Line:
        """The line between two that are tied."""
        tie = self._projection.ties[one][other]
        last = f", last active in {tie['last']}" if tie["last"] is not None else ""
        words = f"{self.label(one)} – {self.label(other)}: {records(tie['records'])}{last}"
        return Line(path, width, self.looks.age(self._projection, one, other), words, faint, note)

    def drawing(
        self,
        name: str,
        title: str,
        description: str,
        size: tuple[float, float],
        marks: Sequence[Mark],
        lines: Sequence[Line],
        caption: str = "",
    ) -> Drawing:
        """A drawing with the legend of what occurs in it."""
        found = {line.age for line in lines}
        ages = [age for age in self.looks.ages.values() if age in found]
        groups = self.looks.legend(mark.group for mark in marks)
        return Drawing(name, title, description, size, marks, lines, groups, ages, caption)

    def _mark(
        self,
        one: int,
        place: Place,
        words: Words,
        anchor: str,
        box: tuple[float, float, float, float],
        main: bool = False,
    ) -> Mark:
        href = f"/{self._model.ids[one]}"
        return Mark(*place, self.looks.group(one), href, self.label(one), words, anchor, box, main)


def straight(one: Place, other: Place) -> str:
    """The path from a place to another."""
    return f"M{one[0]:.1f},{one[1]:.1f}L{other[0]:.1f},{other[1]:.1f}"


def bent(one: Place, by: Place, other: Place) -> str:
    """A path that bends towards a place on its way."""
    return f"M{one[0]:.1f},{one[1]:.1f}Q{by[0]:.1f},{by[1]:.1f} {other[0]:.1f},{other[1]:.1f}"


def records(count: int) -> str:
    """A number of records, in words."""
    return f"{count:,} record{'s'[: count != 1]}"
