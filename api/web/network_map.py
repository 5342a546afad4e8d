"""The map: which organisations and ties are drawn, where each stands, how it looks, and what is left out, in words."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping
from functools import cached_property
from math import fsum
from threading import Lock
from typing import Any

import networkx as nx

from api.reading import Reader, Release
from api.web.looks import Group, Looks
from api.web.network_asked import COLOUR, DRAWN, SIZE, SIZES, Asked, colours
from kg.network.layout import SQUARE, WIDE, Place, layouts
from kg.network.projection import Pair

KEPT = 64
"""Maps whose places are kept; a tenth of a second and some 40 kB each."""

Places = Mapping[int, tuple[Place, Place]]
"""By organisation its place on a wide map and on a square one."""


class Maps:
    """What the maps of a release share: their looks, and the places of those that were drawn last."""

    def __init__(self, release: Release) -> None:
        self.looks = Looks(release.network)
        self._kept: OrderedDict[Hashable, Places] = OrderedDict()
        self._lock = Lock()

    def places(self, key: Hashable, graph: nx.Graph) -> Places:
        """Where the organisations of a graph stand, on a wide map and on a square one; the key stands for it."""
        with self._lock:
            if key not in self._kept:
                wide, square = layouts(graph, WIDE, SQUARE)
                self._kept[key] = {one: (wide[one], square[one]) for one in wide}
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]


class Drawn:
    """What is drawn of the ties that are asked for: the organisations whose ties are strongest."""

    def __init__(self, reader: Reader, asked: Asked) -> None:
        self.asked = asked
        self.model = reader.model
        self._maps = reader.once(Maps)
        self.looks = self._maps.looks
        query = asked.query
        rules = asked.network.selecting.rules
        self.colour = query.choice(COLOUR, colours(asked.network))
        self.size = query.choice(SIZE, tuple(SIZES))
        offered = {str(number) for number in (*rules.offered, rules.drawn)}
        self.most = int(query.choice(DRAWN, sorted(offered, key=int)))

    @cached_property
    def strengths(self) -> Mapping[int, float]:
        """By organisation with a tie the sum of the strengths of its ties, the strongest first."""
        ties = self.asked.projection.ties
        found = {one: fsum(tie["weight"] for tie in others.values()) for one, others in ties.items() if others}
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    @cached_property
    def records(self) -> Counter[int]:
        """By organisation the number of its records."""
        return Counter(m.organisation for record in self.asked.projection.records for m in record.members)

    @cached_property
    def organisations(self) -> list[int]:
        """Those that are drawn."""
        return list(self.strengths)[: self.most]

    @property
    def alone(self) -> int:
        """How many organisations have no tie."""
        return len(self.asked.projection.ties) - len(self.strengths)

    @cached_property
    def pairs(self) -> list[Pair]:
        """The ties that are drawn."""
        among = set(self.organisations)
        ties = self.asked.projection.ties
        return [(one, other) for one in self.organisations for other in ties[one] if one < other and other in among]

    def left_out(self) -> list[str]:
        """What is not drawn, in words."""
        told = []
        if len(self.organisations) < len(self.strengths):
            shown, every = len(self.organisations), len(self.strengths)
            told.append(f"Drawn are the top {shown:,} of {every:,} organisations by the strength of their ties.")
        if self.alone:
            one = self.alone == 1
            told.append(
                f"{self.alone:,} organisation{'' if one else 's'} without a tie on record {'is' if one else 'are'} "
                "not drawn."
            )
        return told

    @cached_property
    def groups(self) -> tuple[list[Group], Mapping[int, Group]]:
        """The looks that occur, in the order of the legend, and by organisation its own."""
        return self.looks.by(self.colour, self.organisations)

    def json(self) -> dict[str, Any]:
        """All that a canvas needs."""
        projection, ids = self.asked.projection, self.model.ids
        order, group = self.groups
        number = {one: place for place, one in enumerate(self.organisations)}
        key = self.asked.options, self.asked.selection, self.most
        places = self._maps.places(key, projection.graph.subgraph(self.organisations))
        rank = {one: place for place, one in enumerate(order)}
        return {
            "groups": [
                {"colour": one.colour, "shape": one.shape, "label": one.label, "path": one.path} for one in order
            ],
            "ages": [{"name": age.name, "label": age.label} for age in self.looks.ages.values()],
            "notes": self.left_out(),
            "organisations": [
                self._organisation(one, rank[group[one]], places[one], ids[one]) for one in self.organisations
            ],
            "ties": [
                {
                    "a": number[one],
                    "b": number[other],
                    "strength": round(projection.ties[one][other]["weight"], 4),
                    "records": projection.ties[one][other]["records"],
                    "last": projection.ties[one][other]["last"],
                    "age": self.looks.age(projection, one, other).name,
                }
                for one, other in self.pairs
            ],
        }

    def _organisation(self, one: int, group: int, places: tuple[Place, Place], entity_id: str) -> dict[str, Any]:
        return {
            "id": entity_id.partition("/")[2],
            "label": self.model.label(one),
            "group": group,
            "x": places[0][0],
            "y": places[0][1],
            "square": places[1],
            "ties": len(self.asked.projection.ties[one]),
            "strength": round(self.strengths[one], 4),
            "records": self.records[one],
        }
