"""One page of a list: what the fields of a connection are answered from, each no sooner than asked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from api import conditions, cursors, limits
from api.candidates import candidates
from api.once import once
from api.ordering import Order
from api.reading import Filter, Request, Test
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
        self._asked = given.get("orderBy") or []
        self._order = Order(request, kind, self._asked)
        self._place = place
        self._request = request
        self._model = request.model
        self._given = rows
        self._found: dict[bytes, Sequence[int]] = {}
        self._backwards, self._size = window(given)
        self._rows, self._test = self._among(self.where)
        self._low, self._high = self._bounds(given)

    @once
    def _mark(self) -> str:
        """What tells the cursors of this list from others."""
        return cursors.fingerprint(self._place, self.where or None, self._asked)

    @property
    def _by_number(self) -> bool:
        """Whether the order is that of the numbers: entities of one type are numbered in the order of id."""
        return self._order.plain and not self.kind.abstract

    @once
    def _every(self) -> Sequence[int]:
        """The whole list in order."""
        if self._given is None:
            sort = (lambda found: found) if self._by_number else self._sorted
            return self._request.reader.sorted_rows(self.kind, cursors.digest(self._asked), sort)
        return self._given if self._by_number else self._sorted(self._given)

    def _sorted(self, rows: Sequence[int]) -> Sequence[int]:
        self._request.spend(len(rows) * (1 + len(self._order.terms)) // limits.ROWS)
        self._request.tick()
        return self._order.sorted(rows)

    @property
    def _is_whole(self) -> bool:
        """Whether the list is of all entities of the type, and none of one entity."""
        return self._given is None

    def _among(self, where: Mapping[str, Any]) -> tuple[Sequence[int], Test | None]:
        """In order the rows among which all are that meet a ``where``, and the test for it; None if all of them do."""
        if not where:
            return self._every, None
        known = self._request.reader.fitting.find(self._filter(where)) if self._is_whole else None
        if known is not None:
            return self._in_order(known, None)
        test = conditions.compiled(self._request, self.kind, where)
        found = candidates(self._request, self.kind, where) if self._is_whole else None
        return (self._every, test) if found is None else self._in_order(found.rows, None if found.exact else test)

    def _in_order(self, rows: Sequence[int], test: Test | None) -> tuple[Sequence[int], Test | None]:
        """Rows by number as those of the list in its order; of many it is left to a test which of all they are."""
        if self._by_number or len(rows) <= limits.MOST:
            return rows if self._by_number else self._sorted(rows), test
        return self._every, test or frozenset(rows).__contains__

    def _filter(self, where: Mapping[str, Any]) -> Filter:
        return self.kind.name, cursors.digest(where)

    def _bounds(self, given: Mapping[str, Any]) -> tuple[int, int]:
        low, high = 0, len(self._rows)
        if given.get("after") is None and given.get("before") is None:
            return low, high
        key = self._order.entity_key
        if given.get("after") is not None:
            low = bisect_right(self._rows, cursors.read(given["after"], self._mark, self._order), key=key)
        if given.get("before") is not None:
            high = bisect_left(self._rows, cursors.read(given["before"], self._mark, self._order), key=key)
        return low, max(low, high)

    @once
    def _places(self) -> Sequence[int]:
        """The places in the list of what the page shows."""
        within = range(self._low, self._high)
        if self._test is None:
            places: Sequence[int] = (
                within[max(0, len(within) - self._size) :] if self._backwards else within[: self._size]
            )
            self._request.spend(len(places))
            return places
        fitting = (
            place for place in (reversed(within) if self._backwards else within) if self._test(self._rows[place])
        )
        found = list(islice(fitting, self._size))
        self._request.spend(len(found))
        places = found[::-1] if self._backwards else found
        if len(within) == len(self._rows) and len(found) < self._size:  # the page shows all that there is
            self._keep(self.where, [self._rows[place] for place in places])
        return places

    def _keep(self, where: Mapping[str, Any], found: Sequence[int]) -> None:
        if self._is_whole and where:
            self._request.reader.fitting.keep(self._filter(where), sorted(found))

    @once
    def entities(self) -> list[int]:
        """The entities of the page."""
        return [self._rows[place] for place in self._places]

    def _any(self, places: range) -> bool:
        if self._test is None:
            return len(places) > 0
        return any(self._test(self._rows[place]) for place in places)

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
        key = cursors.digest(where)
        if key not in self._found:
            rows, test = (self._rows, self._test) if where is self.where else self._among(where)
            self._request.spend(len(rows) // limits.ROWS)
            self._found[key] = rows if test is None else list(filter(test, rows))
            self._keep(where, self._found[key])
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
