"""Relay connections: the types that a page of a list is given as, and the arguments that ask for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import strawberry
from strawberry.types.arguments import StrawberryArgument

from api import limits
from api.definitions import Definitions, GraphType, ModelField, answered, argument, extend, listing, optional
from api.facetable import Facets
from api.facets import fields as counting_fields
from api.filters import Filters
from api.ordering import Orders
from api.pages import Edge, Page
from api.reading import Request
from kg.schema import EntityType

Given = Mapping[str, Any]


class Window(Protocol):
    """A page of a list, whatever is listed."""

    @property
    def has_next(self) -> bool:
        """Whether the list goes on after the page."""

    @property
    def has_previous(self) -> bool:
        """Whether the list has something before the page."""

    @property
    def start(self) -> str | None:
        """The cursor of the first of the page."""

    @property
    def end(self) -> str | None:
        """The cursor of the last of the page."""


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """The edges of a page."""

    page: strawberry.Private[Window]

    @answered("Whether the list goes on after the page.")
    def has_next_page(self) -> bool:
        return self.page.has_next

    @answered("Whether the list has something before the page.")
    def has_previous_page(self) -> bool:
        return self.page.has_previous

    @answered("The cursor of the first in the page; null if the page is empty.")
    def start_cursor(self) -> str | None:
        return self.page.start

    @answered("The cursor of the last in the page; null if the page is empty.")
    def end_cursor(self) -> str | None:
        return self.page.end


class Connections:
    """Makes the connection of a type when it is first asked for."""

    def __init__(
        self,
        definitions: Definitions,
        filters: Filters,
        orders: Orders,
        facets: Facets,
        objects: Mapping[str, GraphType],
    ) -> None:
        self.definitions = definitions
        self.filters = filters
        self.orders = orders
        self.facets = facets
        self.objects = objects
        self.made: dict[str, GraphType] = {}

    def connection(self, kind: EntityType) -> GraphType:
        """The connection type of an entity type."""
        if kind.name not in self.made:
            made = self.definitions.object(f"{kind.name}Connection", f"A page of a list of {kind.plural}.")
            self.made[kind.name] = made
            extend(made, self._fields(kind))
        return self.made[kind.name]

    def _fields(self, kind: EntityType) -> list[ModelField]:
        node = self.objects[kind.name]
        edge = self.definitions.object(f"{kind.name}Edge", f"One of a page of a list of {kind.plural}.")
        extend(
            edge,
            [
                ModelField("cursor", str, "Its place in the list; `after` and `before` take it.", _cursor),
                ModelField("node", node, f"The {kind.label}.", _node),
            ],
        )
        return [
            ModelField("edges", listing(edge), f"The {kind.plural} of the page, each with its cursor.", _edges),
            ModelField("nodes", listing(node), f"The {kind.plural} of the page.", _nodes),
            ModelField("pageInfo", PageInfo, "Where the page stands in the list.", _page_info),
            ModelField("totalCount", int, "How many the list has, all pages together; exact.", _total),
            *counting_fields(kind, self.facets),
        ]

    def arguments(self, kind: EntityType) -> list[StrawberryArgument]:
        """The arguments of a list: which, in what order, and which page."""
        where, order = self.filters.types[kind.name], self.orders.types[kind.name]
        return [
            argument("where", optional(where), "Which to list; all if not given."),
            argument("orderBy", optional(listing(order)), "In what order, the first term first; by id if not given."),
            *page_arguments(),
        ]


def page_arguments() -> list[StrawberryArgument]:
    """Which page of a list."""
    bounds = f"0 to {limits.MOST}"
    return [
        argument("first", optional(int), f"How many from the front, {bounds}; {limits.FIRST} if not given."),
        argument("after", optional(str), "The cursor after which to begin."),
        argument("last", optional(int), f"How many from the back, {bounds}; not together with `first`."),
        argument("before", optional(str), "The cursor before which to end."),
    ]


def _cursor(edge: Edge, _request: Request, _given: Given) -> str:
    return edge.cursor


def _node(edge: Edge, _request: Request, _given: Given) -> int:
    return edge.node


def _edges(page: Page, _request: Request, _given: Given) -> list[Edge]:
    return list(page.edges)


def _nodes(page: Page, _request: Request, _given: Given) -> list[int]:
    return page.entities


def _page_info(page: Page, _request: Request, _given: Given) -> PageInfo:
    return PageInfo(page=page)


def _total(page: Page, _request: Request, _given: Given) -> int:
    return page.total
