"""Search in GraphQL: entities of every type by what they are called, the best first, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api import limits
from api.connections import page_arguments
from api.definitions import GraphType, ModelField, answered, argument, listing, optional
from api.plain import fact, made
from api.ranked import Node, Ranked, connection
from api.reading import Request
from api.types import Types
from kg.search.finder import LONGEST, Hit

Given = Mapping[str, Any]

_ABOUT = (
    "Entities of every type by what they are called: names, former names, synonyms, codes, identifiers. Case, accents, "
    "hyphens and the order of words do not matter, and the last word may be the beginning of one. A word of four "
    "letters or more may have a typo; where that finds nothing a long word may have two, or up to two thirds of the "
    "words may be lacking. The best come first: exact names, those that begin with the text, those with every word of "
    "it, those with typos; ties by id. What is given up has half its score. A text without letter or digit finds "
    "nothing."
)


@strawberry.type(description="The name by which search found an entity.")
class SearchMatch:
    """The name that is nearest to what was asked."""

    hit: strawberry.Private[Hit]

    @answered(
        "The field it stands in; where something that the entity owns is called so, the link and the field. For "
        "example `aliases`, `registryRecords.identifier`."
    )
    def field(self) -> str:
        return self.hit.name.field

    @answered("The name as it is written there.")
    def text(self) -> str:
        return self.hit.name.text


class Results(Ranked[Hit]):
    """What was found, and a window on it."""

    def __init__(self, request: Request, given: Given) -> None:
        types: Sequence[str] | None = given.get("types")
        self._request = request
        self._every = request.reader.finder.find(given["text"], request.tick)
        request.spend(len(self._every) // limits.ROWS)
        kind = request.model.kind
        found = self._every if types is None else [hit for hit in self._every if kind(hit.entity).name in types]
        place = ["search", given["text"], None if types is None else sorted(set(types))]
        super().__init__(request, place, found, lambda hit: (hit.score, hit.id), given)

    @property
    def by_type(self) -> list[tuple[str, int]]:
        """How many match of each type that any is of, whatever types were asked for; the most first."""
        found = Counter(self._request.model.kind(hit.entity).name for hit in self._every)
        return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def search_field(types: Types) -> StrawberryField:
    """The field of the query type that searches."""
    kind = types.connections.filters.entity_type
    arguments = [
        argument(
            "text",
            str,
            f"What to look for, as people type it, {LONGEST} characters at most. For example `kymriah`, `RAG-1`, "
            "`NCT04797260`, `leiden univ`.",
        ),
        argument("types", optional(listing(kind)), "Entities of these types alone; of all types if not given."),
        *page_arguments(),
    ]
    return ModelField(
        "search", _connection(types, kind), _ABOUT, lambda _root, request, given: Results(request, given), arguments
    )


def _connection(types: Types, kind: GraphType) -> GraphType:
    definitions = types.parts.definitions
    counts = [
        fact("type", kind, "The type.", lambda one: one[0]),
        fact("count", int, "How many, all pages together; exact.", lambda one: one[1]),
    ]
    count = made(definitions, "SearchTypeCount", "How many entities of a type were found.", counts)
    node: Node[Hit] = Node(types.node, "The entity.", lambda hit: hit.entity)
    more = [
        fact("score", float, _SCORE, lambda edge: edge.row.score),
        fact("matched", SearchMatch, "The name it was found by.", lambda edge: SearchMatch(hit=edge.row)),
    ]
    about = [fact("byType", listing(count), _BY_TYPE, lambda page: page.by_type)]
    return connection(definitions, "Search", "what was found", node, more, about)


_SCORE = (
    "How near the name comes, above 0 and up to 1: from 0.97 it is what was asked, from 0.8 it begins with it, from "
    "0.6 it has every word of it, below it is near; half of that for what is given up. The same in every release."
)
_BY_TYPE = "How many match of each type, the most first; `types` left out of account, so that one can be chosen."
