"""An answer as rows and columns: which list gives the rows, which selected values the columns, what is in a cell.

A row is an item of the operation's one list: of ``nodes``, ``edges`` or any list of objects that is reached from the
root through connections and the like. What has an id of its own is a row: a single entity is one row, and lists in it
are joined in its cells. A list of things without an id, such as facets, is opened further: a row for each bucket, with
the values of its facet before it.

A column is a selected value, named by its response keys from the row inwards (``condition.name``), in the order of the
selection. Values of lists are joined with ``; ``, those of lists within lists with `` | ``; what is not there is empty,
so that the columns of one list keep in step. Enums stand by their English labels, all else as in JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import graphql

from api.selections import Path, Selected
from kg.errors import UsageError

Cell = str | int | float | bool | None
"""What a row has in a column; None where nothing is stated."""

Labels = Mapping[str, Mapping[str, str]]
"""The English label of each value, by the name of its enum."""

SEPARATOR, INNER_SEPARATOR = "; ", " | "

Chain = tuple[Selected, ...]
"""Selections within each other, from the outside in."""


@dataclass(frozen=True)
class Column:
    """A heading, and where its value is: which of the things on the way to the row has it, and where in it."""

    heading: str
    scope: int
    path: Path
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Layout:
    """How answers to one operation become rows."""

    base: Path
    """From the root to what is a row, or has the lists that are opened into rows."""
    opened: tuple[Path, ...]
    """From there to the lists that are opened, each from an item of the one before."""
    columns: tuple[Column, ...]
    connection: Chain
    """From the root to the connection whose page gives the rows; empty if they are not of a page."""
    inside: tuple[Chain, ...]
    """From the base to the connections within it, whose own pages may be cut."""

    @property
    def header(self) -> tuple[str, ...]:
        """The headings of the columns; they are there without any rows too."""
        return tuple(column.heading for column in self.columns)

    def rows(self, data: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
        """The rows of an answer's data."""
        for item in items(data, self.base):
            yield from self._rows(item, 0, [None] * len(self.columns))

    def _rows(self, item: Any, scope: int, cells: list[Cell]) -> Iterator[tuple[Cell, ...]]:
        """The rows that an item of one of the lists on the way becomes; its own cells are read once for all of them."""
        for place, column in enumerate(self.columns):
            if column.scope == scope:
                cells[place] = _cell(item, column.path, column.labels, SEPARATOR)
        if scope == len(self.opened):
            yield tuple(cells)
            return
        for inner in items(item, self.opened[scope]):
            yield from self._rows(inner, scope + 1, cells)


def lay_out(root: Selected, rows: str | None, labels: Labels) -> Layout:
    """The layout of an operation's answers; ``rows`` names the list by its response keys, such as ``products.nodes``.

    Raises ``UsageError`` if the operation has several lists and none is named, or the named one is not there.
    """
    chain = _named(root, rows) if rows else _descend(root, ())
    lists = [place for place, one in enumerate(chain) if one.many]
    start = next((place for place, one in enumerate(chain) if one.many or one.identified), 0) if lists else -1
    base = chain[start] if lists or chain else root
    way = chain[: start + 1] if lists else chain
    opened = _split(chain[len(way) :])
    columns = tuple(_columns(base, opened, labels))
    if not columns:
        raise UsageError("The operation selects no values for a table. Select fields of what it lists.")
    walked = chain[: lists[0]] if lists and _is_page(chain[: lists[0] + 1]) else ()
    inside = tuple(one for one in _pages(base, ()) if (*way, *one) != walked)
    return Layout(tuple(one.key for one in way), opened, columns, walked, inside)


def text(cell: Cell) -> str:
    """A cell as it is written: numbers as in JSON, ``true`` and ``false``, nothing for what is not there."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def items(value: Any, path: Path) -> Iterator[Any]:
    """What is at the end of a path, one by one where lists are on it; what is null is left out."""
    if isinstance(value, list):
        for one in value:
            yield from items(one, path)
    elif value is not None and path:
        yield from items(value.get(path[0]), path[1:])
    elif value is not None:
        yield value


# ---------------------------------------------------------------- which list gives the rows


def _named(root: Selected, rows: str) -> Chain:
    """The selections that lead to the list of that name."""
    chain: Chain = ()
    here: Selected | None = root
    for key in rows.split("."):
        here = here.child(key) if here else None
        if here is None or not here.inner:
            known = ", ".join(_dotted(one) for one in _every_list(root, ()))
            raise UsageError(f"rows: the operation has no list '{rows}'. It has: {known or 'none'}.")
        chain = (*chain, here)
    if here is None or here.many:
        return chain
    if any(one.many for one in chain):
        raise UsageError(f"rows: '{rows}' is one thing in each item of a list, and no list. Name the list.")
    return _descend(here, chain)


def _descend(here: Selected, chain: Chain) -> Chain:
    """Go on to the one list inside, until a thing that is a row of its own."""
    while not (chain and here.identified):
        found = list(_outer_lists(here, ()))
        single = [one for one in here.inner if one.inner]
        if len(found) == 1:
            chain = (*chain, *found[0])
        elif any(one.many for one in chain):
            break
        elif found:
            names = [_dotted((*chain, *one)) for one in found]
            raise UsageError(
                f"The operation has more than one list to make rows of: {', '.join(names)}. Choose one by its name: "
                f"--rows {names[0]} of the command, &rows={names[0]} of an address.",
                rows=names,
            )
        elif len(single) == len(here.inner) == 1:
            chain = (*chain, single[0])
        else:
            break
        here = chain[-1]
    return chain


def _outer_lists(here: Selected, chain: Chain) -> Iterator[Chain]:
    """The lists of objects inside that no other list or thing with an id is around."""
    for one in here.inner:
        if one.inner and one.many:
            yield (*chain, one)
        elif one.inner and not one.identified:
            yield from _outer_lists(one, (*chain, one))


def _every_list(here: Selected, chain: Chain) -> Iterator[Chain]:
    for one in here.inner:
        if one.many and one.inner:
            yield (*chain, one)
        yield from _every_list(one, (*chain, one))


def _is_page(chain: Chain) -> bool:
    """Whether the last is the list of a connection's page."""
    return len(chain) > 1 and chain[-2].paged and chain[-1].fields[0].name.value in ("nodes", "edges")


def _pages(here: Selected, chain: Chain) -> Iterator[Chain]:
    """The connections inside whose page is selected."""
    for one in here.inner:
        way = (*chain, one)
        if one.paged and any(_is_page((one, inner)) for inner in one.inner):
            yield way
        yield from _pages(one, way)


def _dotted(chain: Chain) -> str:
    return ".".join(one.key for one in chain)


# ---------------------------------------------------------------- columns and cells


def _split(chain: Chain) -> tuple[Path, ...]:
    """The keys of a chain, a path for each list that it opens."""
    paths: list[Path] = []
    path: Path = ()
    for one in chain:
        path = (*path, one.key)
        if one.many:
            paths.append(path)
            path = ()
    return tuple(paths)


def _columns(base: Selected, opened: tuple[Path, ...], labels: Labels) -> Iterator[Column]:
    ends = [sum(opened[: place + 1], ()) for place in range(len(opened))]
    for path, leaf in _leaves(base, ()):
        inside = [end for end in ends if path[: len(end)] == end]
        rest = path[len(inside[-1]) :] if inside else path
        yield Column(".".join(path), len(inside), rest, labels.get(leaf.kinds[0].name, {}))


def _leaves(here: Selected, path: Path) -> Iterator[tuple[Path, Selected]]:
    for one in here.inner:
        if graphql.is_leaf_type(one.kinds[0]):
            yield (*path, one.key), one
        else:
            yield from _leaves(one, (*path, one.key))


def _cell(value: Any, path: Path, labels: Mapping[str, str], separator: str) -> Cell:
    if isinstance(value, list):
        parts = [text(_cell(one, path, labels, INNER_SEPARATOR)) for one in value]
        return separator.join(parts) if any(parts) else None
    if value is not None and path:
        return _cell(value.get(path[0]), path[1:], labels, separator)
    found: Cell = labels.get(value, value) if labels else value
    return found
