"""Search in GraphQL: entities of every type by what they are called, the best first, a page at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api import cursors, limits
from api.connections import PageInfo
from api.definitions import GraphType, ModelField, answered, argument, extend, listing, optional
from api.once import once
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


class _Ranked:
    """The order of what was found, as cursors carry it."""

    @staticmethod
    def key(raw: Sequence[Any], entity_id: str) -> tuple[float, str]:
        """The rank of a score and an id; raises TypeError or ValueError if there is no such score."""
        (score,) = raw
        return -float(score), entity_id


@dataclass(frozen=True)
class Found:
    """One of a page of what was found."""

    hit: Hit
    cursor: str


class Results:
    """What was found, and a window on it."""

    def __init__(self, request: Request, given: Given) -> None:
        self._request = request
        self._types: list[str] | None = given.get("types")
        self._size = limits.page_size("first", given.get("first"))
        self._mark = cursors.fingerprint(
            "search", given["text"], None if self._types is None else sorted(set(self._types))
        )
        after = given.get("after")
        self._after = None if after is None else cursors.read(after, self._mark, _Ranked)
        self._every = request.reader.finder.find(given["text"], request.tick)
        request.spend(len(self._every) // limits.ROWS)

    @once
    def _hits(self) -> Sequence[Hit]:
        """What matches, of the types asked for."""
        if self._types is None:
            return self._every
        kind = self._request.model.kind
        return [hit for hit in self._every if kind(hit.entity).name in self._types]

    @once
    def _low(self) -> int:
        return 0 if self._after is None else bisect_right(self._hits, self._after, key=lambda hit: hit.rank)

    @once
    def page(self) -> list[Found]:
        """What the page shows."""
        hits = self._hits[self._low : self._low + self._size]
        self._request.spend(len(hits))
        return [Found(hit, cursors.write(self._mark, [hit.score], hit.id)) for hit in hits]

    @property
    def total(self) -> int:
        """How many match, of the types asked for."""
        return len(self._hits)

    @property
    def by_type(self) -> list[tuple[str, int]]:
        """How many match of each type that any is of, whatever types were asked for; the most first."""
        found = Counter(self._request.model.kind(hit.entity).name for hit in self._every)
        return sorted(found.items(), key=lambda one: (-one[1], one[0]))

    @property
    def has_next(self) -> bool:
        """Whether more follows the page."""
        return self._low + self._size < len(self._hits)

    @property
    def has_previous(self) -> bool:
        """Whether anything stands before the page."""
        return self._low > 0

    @property
    def start(self) -> str | None:
        """The cursor of the first of the page."""
        return self.page[0].cursor if self.page else None

    @property
    def end(self) -> str | None:
        """The cursor of the last of the page."""
        return self.page[-1].cursor if self.page else None


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
        argument("first", optional(int), f"How many, 0 to {limits.MOST}; {limits.FIRST} if not given."),
        argument("after", optional(str), "The cursor after which to begin."),
    ]
    return ModelField(
        "search", _connection(types, kind), _ABOUT, lambda _root, request, given: Results(request, given), arguments
    )


def _connection(types: Types, kind: GraphType) -> GraphType:
    made = types.parts.definitions.object("SearchConnection", "A page of what was found.")
    edge = types.parts.definitions.object("SearchEdge", "An entity that was found, and by what.")
    count = types.parts.definitions.object("SearchTypeCount", "How many entities of a type were found.")
    extend(
        edge,
        [
            ModelField("cursor", str, "Its place in the list; `after` takes it.", lambda one, *_: one.cursor),
            ModelField("node", types.node, "The entity.", lambda one, *_: one.hit.entity),
            ModelField("score", float, _SCORE, lambda one, *_: one.hit.score),
            ModelField("matched", SearchMatch, "The name it was found by.", lambda one, *_: SearchMatch(hit=one.hit)),
        ],
    )
    extend(
        count,
        [
            ModelField("type", kind, "The type.", lambda one, *_: one[0]),
            ModelField("count", int, "How many, all pages together; exact.", lambda one, *_: one[1]),
        ],
    )
    extend(
        made,
        [
            ModelField("edges", listing(edge), "What the page shows, with its score.", lambda page, *_: page.page),
            ModelField("nodes", listing(types.node), "The entities of the page.", lambda page, *_: _nodes(page)),
            ModelField("pageInfo", PageInfo, "Where the page stands.", lambda page, *_: PageInfo(page=page)),
            ModelField("totalCount", int, "How many match, all pages together; exact.", lambda page, *_: page.total),
            ModelField("byType", listing(count), _BY_TYPE, lambda page, *_: page.by_type),
        ],
    )
    return made


_SCORE = (
    "How near the name comes, above 0 and up to 1: from 0.97 it is what was asked, from 0.8 it begins with it, from "
    "0.6 it has every word of it, below it is near; half of that for what is given up. The same in every release."
)
_BY_TYPE = "How many match of each type, the most first; `types` left out of account, so that one can be chosen."


def _nodes(page: Results) -> list[int]:
    return [one.hit.entity for one in page.page]
