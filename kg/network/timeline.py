"""Records by the year they became known, with their kinds and the new ties; what has no year is counted apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.errors import UsageError
from kg.network.fit_rules import read_fit_rules
from kg.network.network import Network
from kg.network.projection import Options, Pair, Projection
from kg.network.records import Record, year_of
from kg.network.space_tree import Tree
from kg.network.traits import Trait, traits_of
from kg.terms import Value


@dataclass(frozen=True)
class TimelineOptions:
    """Whose records: those of an organisation, of it with another, of what shows one of the values in every dimension
    named (``{"condition": (number,), "modality": ("car-t",)}``; what is narrower counts), or all.

    ``projection`` says of which grade and whether rolled up; its years are not used. ``since`` and ``until`` bound the
    years that are listed.
    """

    organisation: int | None = None
    other: int | None = None
    where: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    projection: Options = field(default_factory=Options)
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Bar:
    """What became known in a year (None: nobody says when): records, their number by kind, and the pairs first tied."""

    year: int | None
    records: tuple[int, ...]
    kinds: Mapping[str, int]
    new_ties: tuple[Pair, ...]


@dataclass(frozen=True)
class Timeline:
    """A bar for every year from the first to the last, empty ones too, and what is undated."""

    years: tuple[Bar, ...]
    undated: Bar


class Timelines:
    """The room: ``timeline(options)``."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._rules = read_fit_rules(network.model.schema, network.constants)
        self._tree = Tree(network.model, self._rules.slots)

    def timeline(self, options: TimelineOptions) -> Timeline:
        """The records by the year in which they became known; raises ``UsageError`` for an organisation with itself or
        a dimension that there is not.

        A product is never dated: the graph knows the day of its last stage alone. The ties of an organisation are
        those with partners: its own units are none.
        """
        self._check(options)
        projection = self._network.projection(replace(options.projection, since=None, until=None))
        records = {record.entity: record for record in self._records(projection, options)}
        years = {entity: self._known(record) for entity, record in records.items()}
        ties = {pair: self._first(years, found) for pair, found in self._ties(projection, options, records)}
        return _bars(records, years, ties, options)

    def _check(self, options: TimelineOptions) -> None:
        if options.organisation is None and options.other is not None:
            raise UsageError("A timeline of two organisations needs both. Name the first too.")
        if options.other is not None and options.other == options.organisation:
            raise UsageError("An organisation has no ties with itself. Name two.")
        for dimension in options.where:
            if dimension not in self._rules.slots:
                raise UsageError(f"Records show no '{dimension}'. Ask for one of {', '.join(self._rules.slots)}.")

    def _records(self, projection: Projection, options: TimelineOptions) -> Iterable[Record]:
        """The records asked for."""
        if options.organisation is None:
            found: Iterable[Record] = projection.records
        elif options.other is None:
            own = options.organisation
            found = (r for r in projection.records if any(member.organisation == own for member in r.members))
        else:
            found = (shared.record for shared in projection.contributions(options.organisation, options.other))
        return (record for record in found if self._shows(record, options.where))

    def _shows(self, record: Record, where: Mapping[str, tuple[Value, ...]]) -> bool:
        if not where:
            return True
        shown = set(self._traits(record))
        return all(any((name, value) in shown for value in values) for name, values in where.items())

    def _traits(self, record: Record) -> Iterator[Trait]:
        """What a record and the products it is about show, and all that is broader."""
        for entity in (record.entity, *record.about):
            for dimension, value in traits_of(self._network.model, self._rules, entity):
                for broader in self._tree.upwards(dimension, value):
                    yield dimension, broader

    def _known(self, record: Record) -> int | None:
        """The year in which a record became known: not that of a product's last stage, which the other years have."""
        fields = self._rules.known.get(record.kind.type, ())
        return year_of(self._network.model, record.entity, fields, self._network.year)

    def _ties(
        self, projection: Projection, options: TimelineOptions, records: Mapping[int, Record]
    ) -> Iterator[tuple[Pair, list[int]]]:
        """The pairs that the records tie, each with those records."""
        for one, other in self._pairs(projection, options):
            found = projection.shared.get((min(one, other), max(one, other)), ())
            shared = [record.entity for record in found if record.entity in records]
            if shared:
                yield (one, other), shared

    def _pairs(self, projection: Projection, options: TimelineOptions) -> Iterator[Pair]:
        own, house = options.organisation, self._network.house
        if own is None:
            yield from ((min(pair), max(pair)) for pair in projection.graph.edges if house(pair[0]) != house(pair[1]))
        elif options.other is not None:
            yield own, options.other
        else:
            yield from ((own, other) for other in projection.ties.get(own, ()) if house(other) != house(own))

    @staticmethod
    def _first(years: Mapping[int, int | None], shared: Iterable[int]) -> int | None:
        """The year of the first of some records, None if no year of them is known."""
        return min((year for entity in shared if (year := years[entity]) is not None), default=None)


def _bars(
    records: Mapping[int, Record],
    years: Mapping[int, int | None],
    ties: Mapping[Pair, int | None],
    options: TimelineOptions,
) -> Timeline:
    by_year: dict[int | None, list[Record]] = defaultdict(list)
    for entity, record in sorted(records.items()):
        by_year[years[entity]].append(record)
    new: dict[int | None, list[Pair]] = defaultdict(list)
    for pair, year in sorted(ties.items()):
        new[year].append(pair)
    known = [year for year in by_year if year is not None]
    first = max(min(known, default=0), options.since or 0)
    last = min(max(known, default=-1), options.until if options.until is not None else max(known, default=-1))
    listed = range(first, last + 1)
    return Timeline(
        tuple(_bar(year, by_year[year], new[year]) for year in listed), _bar(None, by_year[None], new[None])
    )


def _bar(year: int | None, records: Sequence[Record], ties: Iterable[Pair]) -> Bar:
    kinds = Counter(record.kind.type for record in records)
    return Bar(year, tuple(record.entity for record in records), dict(sorted(kinds.items())), tuple(ties))
