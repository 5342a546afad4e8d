"""A query answered as a table: its pages asked for one by one, each with its rows and whether there is more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api import limits
from api.flatten import Cell, Layout, items, lay_out
from api.schema import AtmpSchema
from api.selections import Operation, Selected, read
from api.vocabularies import enum_labels
from api.walking import END, MORE, PAGE, asking, given
from kg.errors import UsageError

Ask = Callable[[str], dict[str, Any]]
"""Answers a query's text, with the variables and the operation name of the request at hand."""


@dataclass(frozen=True)
class Page:
    """One answer and what it says beside its rows."""

    answer: Mapping[str, Any]
    layout: Layout
    next: str | None
    """The cursor after which the list goes on; None if it does not."""
    cut: tuple[str, ...]
    """The connections within rows that are cut in some of them, by their response keys."""

    @property
    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The rows; none if the answer has errors."""
        return self.layout.rows(self.answer.get("data") or {})


class Table:
    """An operation whose answer is read as rows."""

    def __init__(self, operation: Operation, layout: Layout) -> None:
        self.operation = operation
        self.layout = layout
        self._connection: Selected | None = layout.connection[-1] if layout.connection else None
        self._asked = [*(chain[-1] for chain in layout.inside), *([self._connection] if self._connection else [])]

    @property
    def name(self) -> str:
        """What the rows are of, for the name of a file: the response key of the root."""
        return (self.layout.base or (self.operation.root.inner[0].key,))[0]

    def page(self, ask: Ask) -> Page:
        """The answer to the operation as it stands."""
        return self._page(ask(asking(self.operation, self._asked)))

    def pages(self, ask: Ask) -> Iterator[Page]:
        """All pages of the list, each as long as ``first`` asks, else as long as a page may be; stops at errors.

        Raises ``UsageError`` if the rows are not those of a connection, or it is asked for a part of it.
        """
        connection = self._connection
        if connection is None:
            raise UsageError("--all walks the pages of a connection, and these rows are not of one. Leave it out.")
        parts = [name for name in ("after", "before", "last") if given(self.operation, connection, name) is not None]
        if parts:
            raise UsageError(f"--all gives every page. Leave out {' and '.join(parts)} of {connection.key}, or --all.")
        first, after = given(self.operation, connection, "first") or limits.MOST, None
        while True:
            page = self._page(ask(asking(self.operation, self._asked, self.layout.connection, after, first)))
            yield page
            after = page.next
            if after is None:
                return

    def following(self, page: Page) -> str | None:
        """The text of the operation for the page after one; None if that is the last."""
        return asking(self.operation, [], self.layout.connection, page.next) if page.next else None

    def _page(self, answer: Mapping[str, Any]) -> Page:
        data = None if answer.get("errors") else answer.get("data")
        keys = tuple(one.key for one in self.layout.connection)
        forwards = self._connection and not any(
            given(self.operation, self._connection, name) is not None for name in ("last", "before")
        )
        info: Mapping[str, Any] = next(items(data, (*keys, PAGE)), {}) if forwards else {}
        return Page(_without_places(answer), self.layout, info[END] if info.get(MORE) else None, tuple(self._cut(data)))

    def _cut(self, data: Mapping[str, Any] | None) -> Iterator[str]:
        for chain in self.layout.inside:
            keys = tuple(one.key for one in chain)
            if any(items(data, (*self.layout.base, *keys, PAGE, MORE))):
                yield ".".join(keys)


def _without_places(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer with errors that name no line: lines are of our text, not of the one that was sent."""
    if not answer.get("errors"):
        return answer
    errors = [{name: value for name, value in error.items() if name != "locations"} for error in answer["errors"]]
    return {**answer, "errors": errors}


def make_table(
    schema: AtmpSchema,
    query: str,
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    rows: str | None = None,
) -> Table | None:
    """The table of a query; None if it cannot be executed, so that its answer tells the errors.

    Raises ``UsageError`` if it is not clear what the rows are.
    """
    document, faults = schema.documents.prepare(query)
    operation = None if document is None or faults else read(schema.core, document, variables or {}, operation_name)
    if operation is None:
        return None
    return Table(operation, lay_out(operation.root, rows, enum_labels(schema.declared)))
