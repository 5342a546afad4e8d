"""Ranked lists: a page of rows by score, the highest first, with the connection type that shows it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from api import cursors
from api.connections import PageInfo
from api.definitions import Definitions, GraphType, ModelField, extend, listing
from api.once import once
from api.pages import window
from api.reading import Request

Given = Mapping[str, Any]
Row = TypeVar("Row")
Score = tuple[float, str]
"""The score of a row and the id that stands for it, by which the list is ordered."""


class _ByScore:
    """The order of a ranked list, as cursors carry it."""

    @staticmethod
    def key(raw: Sequence[Any], entity_id: str) -> Score:
        """The rank of a score and an id; raises TypeError or ValueError if there is no such score."""
        (score,) = raw
        return -float(score), entity_id


@dataclass(frozen=True)
class Edge(Generic[Row]):
    """A row in a page."""

    row: Row
    cursor: str


class Ranked(Generic[Row]):
    """A window on rows, forwards from ``after``, or with ``last`` backwards from ``before``."""

    def __init__(
        self,
        request: Request,
        place: Sequence[Any],
        rows: Sequence[Row],
        score: Callable[[Row], Score],
        given: Given,
    ) -> None:
        """``rows`` are in order: by ``score``, the highest first, then by id; ``place`` tells the list from others."""
        self._request = request
        self._mark = cursors.fingerprint(*place)
        self._score = score
        self.rows = rows
        backwards, size = window(given)
        low, high = self._bounds(given)
        self.low: int
        self.high: int
        self.low, self.high = (max(low, high - size), high) if backwards else (low, min(high, low + size))

    def _bounds(self, given: Given) -> tuple[int, int]:
        low, high = 0, len(self.rows)
        if given.get("after") is not None:
            low = bisect_right(self.rows, cursors.read(given["after"], self._mark, _ByScore), key=self._rank)
        if given.get("before") is not None:
            high = bisect_left(self.rows, cursors.read(given["before"], self._mark, _ByScore), key=self._rank)
        return low, max(low, high)

    def _rank(self, row: Row) -> Score:
        score, entity_id = self._score(row)
        return -score, entity_id

    @once
    def edges(self) -> list[Edge[Row]]:
        """The rows of the page, each with its cursor."""
        shown = self.rows[self.low : self.high]
        self._request.spend(len(shown))
        return [Edge(row, self._cursor(row)) for row in shown]

    def _cursor(self, row: Row) -> str:
        score, entity_id = self._score(row)
        return cursors.write(self._mark, [score], entity_id)

    @property
    def has_next(self) -> bool:
        """Whether the list goes on after the page."""
        return self.high < len(self.rows)

    @property
    def has_previous(self) -> bool:
        """Whether the list has something before the page."""
        return self.low > 0

    @property
    def start(self) -> str | None:
        """The cursor of the first of the page."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end(self) -> str | None:
        """The cursor of the last of the page."""
        return self.edges[-1].cursor if self.edges else None


def row(edge: Edge[Row]) -> Row:
    """What an edge shows."""
    return edge.row


@dataclass(frozen=True)
class Node(Generic[Row]):
    """What a row stands for: its type, what is said of it, and how it is told from the row."""

    kind: GraphType
    text: str
    of: Callable[[Row], Any]


def connection(
    definitions: Definitions,
    name: str,
    what: str,
    node: Node[Any],
    more: Iterable[ModelField] = (),
    about: Iterable[ModelField] = (),
) -> GraphType:
    """A connection type whose edges have the node and ``more``, and which itself has the fields ``about`` it."""
    edge = definitions.object(f"{name}Edge", f"One of a page of {what}.")
    place = ModelField(
        "cursor", str, "Its place in the list; `after` and `before` take it.", lambda edge, *_: edge.cursor
    )
    extend(edge, [place, ModelField("node", node.kind, node.text, lambda edge, *_: node.of(edge.row)), *more])
    made = definitions.object(f"{name}Connection", f"A page of {what}.")
    total = "How many the list has, all pages together; exact."

    def nodes(page: Ranked[Any], _request: Request, _given: Given) -> list[Any]:
        return [node.of(edge.row) for edge in page.edges]

    fields = [
        ModelField("edges", listing(edge), "What the page shows, each with its cursor.", lambda page, *_: page.edges),
        ModelField("nodes", listing(node.kind), "What the page shows, without more.", nodes),
        ModelField("pageInfo", PageInfo, "Where the page stands in the list.", lambda page, *_: PageInfo(page=page)),
        ModelField("totalCount", int, total, lambda page, *_: len(page.rows)),
    ]
    extend(made, [*fields, *about])
    return made
