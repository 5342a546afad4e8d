"""What the map is asked: options and selection, how it is coloured, sized and listed, all from its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from api.insights.options import GRADE, half_life_text
from api.web.asking import FORMAT, PAGE, Query
from kg.network.asked import PARAMETERS as OPTIONS
from kg.network.asked import asked_in_query
from kg.network.network import Network
from kg.network.projection import Options, Projection
from kg.network.rules import NONE
from kg.network.selecting import KIND, LEAST
from kg.network.selection import Selection

COLOUR, SIZE, DRAWN, SHOW, SORT = "colour", "size", "drawn", "show", "sort"
FOCUS, WITH, RELEASE = "focus", "with", "release"
VIEW = (COLOUR, SIZE, DRAWN, SHOW, SORT, FOCUS, WITH, RELEASE, PAGE, FORMAT)
"""What says how to look, not at what."""
STRENGTH, TIES, RECORDS = "strength", "ties", "records"
SIZES: Mapping[str, str] = {STRENGTH: "strength of ties", TIES: "number of ties", RECORDS: "number of records"}
TABLES: Mapping[str, tuple[str, ...]] = {
    "ties": (STRENGTH, RECORDS, "last", "name"),
    "organisations": (STRENGTH, TIES, RECORDS, "last", "name"),
}
"""The tables, and by what each may be sorted."""


@dataclass(frozen=True)
class Clause:
    """One filter in words; ``parameters`` are those that say it."""

    words: str
    parameters: tuple[str, ...]


class Asked:
    """The question of a request to the map or to one of its parts."""

    def __init__(self, network: Network, query: Query) -> None:
        """Raises ``UsageError`` for what cannot be asked."""
        self.network = network
        self.query = query
        pairs = [(name, text) for name in (*OPTIONS, *network.selecting.parameters) for text in query.many(name)]
        chosen = set(network.selecting.parameters)
        self.options: Options = asked_in_query(network, [pair for pair in pairs if pair[0] not in chosen])
        self.selection: Selection = network.selecting.asked(pairs)

    @cached_property
    def projection(self) -> Projection:
        """The ties that are asked for."""
        return self.network.projection(self.options, self.selection)

    @property
    def filters(self) -> tuple[str, ...]:
        """The parameters that say at what to look."""
        return (*OPTIONS, *self.network.selecting.parameters)

    def unfiltered(self) -> str | None:
        """The address without any filter, if there is one."""
        address = self.query.address(dict.fromkeys(self.filters))
        return None if address == self.query.address() else address

    def files(self, name: str) -> str:
        """The address of what is asked as a file of the network."""
        return self.query.address(dict.fromkeys(VIEW), f"/dumps/{name}")

    def tie(self, one: str, other: str) -> str:
        """The address of what ties two, by their slugs."""
        return self.query.address({**dict.fromkeys(VIEW), "a": one, "b": other}, "/network/tie")

    def clauses(self) -> Iterator[Clause]:
        """The filters that leave something out, in words: within one any will do, all have to be met."""
        options, query = self.options, self.query
        if options.grade != GRADE:
            yield Clause(f"they are of grade “{options.grade}”", ("grade",))
        if query.many(KIND):
            kinds = self.network.selecting.kinds
            yield Clause(f"the record is a {_any([kinds[slug].label for slug in query.many(KIND)])}", (KIND,))
        for name, vocabulary in self.network.selecting.vocabularies.items():
            if labels := [vocabulary.concepts[slug].label for slug in query.many(name)]:
                yield Clause(f"{self._subject(name)} {_any(labels)}", (name,))
        if options.since is not None:
            yield Clause(f"the record was active in or after {options.since}", ("since",))
        if options.until is not None:
            yield Clause(f"it had begun by {options.until}", ("until",))
        if self.selection.least:
            yield Clause(f"the tie has a strength of {self.selection.least:g} or more", (LEAST,))

    def manners(self) -> Iterator[str]:
        """How ties are reckoned, as far as that is not the usual way."""
        if self.options.roll_up:
            yield "Subsidiaries stand as their parent of the record's year."
        if self.options.sites:
            yield "Two that are only sites of a record are tied too."
        if self.options.half_life != self.network.rules.half_life:
            yield half_life_text(NONE if self.options.half_life is None else f"{self.options.half_life:g}")

    def _subject(self, name: str) -> str:
        rules = self.network.selecting.rules
        if name in rules.records:
            return f"the record's {rules.records[name].label} is"
        if name in rules.organisations:
            return f"the {rules.organisations[name].label} of both is"
        return "one of the two is there as"


def usual(network: Network) -> dict[str, str]:
    """What holds where the address says nothing."""
    rules = network.rules
    return {
        "grade": GRADE,
        "sites": "false",
        "rollUp": "false",
        "halfLife": NONE if rules.half_life is None else f"{rules.half_life:g}",
        LEAST: "0",
        COLOUR: colours(network)[0],
        SIZE: STRENGTH,
        DRAWN: str(network.selecting.rules.drawn),
        SHOW: next(iter(TABLES)),
        SORT: STRENGTH,
    }


def colours(network: Network) -> list[str]:
    """By which fields of organisations a map may be coloured, the usual one first."""
    first = network.constants.section("exports").text("colour")
    return [first, *(name for name in network.selecting.rules.organisations if name != first)]


def _any(labels: list[str]) -> str:
    """Labels of which any will do, in words."""
    return labels[0] if len(labels) == 1 else f"({' OR '.join(labels)})"
