"""One page of a list: what the fields of a connection are answered from, each no sooner than asked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from api import conditions, cursors, limits
from api.once import once
from api.ordering import Order
from api.reading import Request, Test
from kg.errors import UsageError
from kg.schema import EntityType


@dataclass(frozen=True)
class Edge:
    """An entity in a page."""

    page: Page
    node: int

    @property
    def cursor(self) -> str:
        """The place of the entity in the list."""
        return self.page.cursor(self.node)


class Page:
    """A window on a list: forwards from ``after``, or with ``last`` backwards from ``before``."""

    def __init__(
        self, request: Request, kind: EntityType, place: str, rows: Sequence[int] | None, given: Mapping[str, Any]
    ) -> None:
        """``rows`` are the list in any order, None for all entities; ``place`` tells the list from others."""
        self.kind = kind
        self.where: Mapping[str, Any] = given.get("where") or {}
        asked = given.get("orderBy") or []
        self._order = Order(request, kind, asked)
        self._mark = cursors.fingerprint(place, self.where or None, asked)
        self._request = request
        self._model = request.model
        self._test = self._test_of(self.where)
        self._found: dict[bytes, Sequence[int]] = {}
        self._rows = self._in_order(request, kind, rows, asked)
        self._backwards, self._size = window(given)
        self._low, self._high = self._bounds(given)

    def _test_of(self, where: Mapping[str, Any]) -> Test | None:
        return conditions.compiled(self._request, self.kind, where) if where else None

    def _in_order(self, request: Request, kind: EntityType, rows: Sequence[int] | None, asked: Any) -> Sequence[int]:
        """The list in order; entities of one type are numbered in the order of id and need no sorting by it."""
        by_number = self._order.plain and not kind.abstract
        if rows is None:
            sort = (lambda found: found) if by_number else self._sorted
            return request.reader.sorted_rows(kind, cursors.digest(asked), sort)
        return rows if by_number else self._sorted(rows)

    def _sorted(self, rows: Sequence[int]) -> Sequence[int]:
        self._request.spend(len(rows) * (1 + len(self._order.terms)) // limits.ROWS)
        self._request.tick()
        return self._order.sorted(rows)

    def _bounds(self, given: Mapping[str, Any]) -> tuple[int, int]:
        low, high, key = 0, len(self._rows), self._order.entity_key
        if given.get("after") is not None:
            low = bisect_right(self._rows, cursors.read(given["after"], self._mark, self._order), key=key)
        if given.get("before") is not None:
            high = bisect_left(self._rows, cursors.read(given["before"], self._mark, self._order), key=key)
        return low, max(low, high)

    @once
    def _places(self) -> list[int]:
        """The places in the list of what the page shows."""
        within = range(self._low, self._high)
        fitting = (
            place for place in (reversed(within) if self._backwards else within) if self._fits(self._rows[place])
        )
        found = list(islice(fitting, self._size))
        self._request.spend(len(found))
        return found[::-1] if self._backwards else found

    @once
    def entities(self) -> list[int]:
        """The entities of the page."""
        return [self._rows[place] for place in self._places]

    def _fits(self, entity: int) -> bool:
        return self._test is None or self._test(entity)

    def _any(self, places: Iterable[int]) -> bool:
        return any(self._fits(self._rows[place]) for place in places)

    @property
    def edges(self) -> Iterator[Edge]:
        """The entities of the page with their cursors."""
        return (Edge(self, entity) for entity in self.entities)

    def cursor(self, entity: int) -> str:
        """The place of an entity in the list."""
        return cursors.write(self._mark, self._order.raw(entity), self._model.ids[entity])

    @once
    def total(self) -> int:
        """How many entities the list has, all pages together."""
        return len(self.fitting(self.where))

    def fitting(self, where: Mapping[str, Any]) -> Sequence[int]:
        """All entities of the list, in order, that meet a ``where``, be it not the list's own; sought once."""
        test = self._test_of(where)
        if test is None:
            return self._rows
        key = cursors.digest(where)
        if key not in self._found:
            self._request.spend(len(self._rows) // limits.ROWS)
            self._found[key] = list(filter(test, self._rows))
        return self._found[key]

    @property
    def has_next(self) -> bool:
        """Whether the list goes on after the page."""
        empty = self._high if self._backwards else self._low
        return self._any(range(self._places[-1] + 1 if self._places else empty, len(self._rows)))

    @property
    def has_previous(self) -> bool:
        """Whether the list has something before the page."""
        empty = self._high if self._backwards else self._low
        return self._any(range((self._places[0] if self._places else empty) - 1, -1, -1))

    @property
    def start(self) -> str | None:
        """The cursor of the first entity of the page."""
        return self.cursor(self.entities[0]) if self.entities else None

    @property
    def end(self) -> str | None:
        """The cursor of the last entity of the page."""
        return self.cursor(self.entities[-1]) if self.entities else None


def window(given: Mapping[str, Any]) -> tuple[bool, int]:
    """Whether to read backwards, and how many."""
    first, last = given.get("first"), given.get("last")
    if first is not None and last is not None:
        raise UsageError("first and last were both given. Give first to read forwards or last to read backwards.")
    backwards = last is not None or (first is None and given.get("before") is not None and given.get("after") is None)
    if last is not None:
        return True, limits.page_size("last", last)
    return backwards, limits.page_size("first", first)
