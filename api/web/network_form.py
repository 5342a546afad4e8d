"""The form of the map's filters: for each what may be chosen, what is chosen, and what would bring something back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.insights.options import grade_text
from api.reading import Release
from api.web.network_asked import SIZES, Asked, Clause, colours
from kg.network.records import ORGANISATION
from kg.network.rules import NONE
from kg.network.selecting import KIND
from kg.network.traits import values_at
from kg.schema import Vocabulary

Choices = Sequence[tuple[str, str]]
"""Values with their labels."""


@dataclass(frozen=True)
class Facet:
    """A filter of which several values may be chosen."""

    name: str
    label: str
    choices: Choices
    chosen: frozenset[str]


class Occurring:
    """By parameter of a selection the values that records and organisations have, the most frequent first."""

    def __init__(self, release: Release) -> None:
        network = release.network
        self._model = release.model
        self._network = network
        self.values: Mapping[str, Choices] = {
            name: self._choices(network.selecting.vocabularies[name], counted) for name, counted in self._counted()
        }
        kinds = Counter(record.kind.type for record in network.records)
        types = network.selecting.kinds
        self.kinds: Choices = [
            (slug, kind.label) for slug, kind in sorted(types.items(), key=lambda pair: -kinds[pair[1].name])
        ]

    def _counted(self) -> Iterator[tuple[str, Counter[str]]]:
        rules, records = self._network.selecting.rules, self._network.records
        ones = {member.organisation for record in records for member in record.members}
        for name in self._network.selecting.vocabularies:
            if name in rules.records:
                paths = rules.paths
                yield (
                    name,
                    Counter(
                        str(value)
                        for record in records
                        for path in paths.get(record.kind.type, {}).get(name, ())
                        for value in values_at(self._model, record.entity, path)
                    ),
                )
            elif name in rules.organisations:
                yield name, Counter(str(value) for one in ones for value in self._model.values(one, name))
            else:
                yield name, Counter(part.role for record in records for m in record.members for part in m.parts)

    def _choices(self, vocabulary: Vocabulary, counted: Counter[str]) -> Choices:
        """The values and what is broader, which stands for all of its own."""
        every = {slug: sum(counted[below] for below in vocabulary.descendants(slug)) for slug in vocabulary.concepts}
        order = sorted((slug for slug, count in every.items() if count), key=lambda slug: (-every[slug], slug))
        return [(slug, vocabulary.concepts[slug].label) for slug in order]


class Form:
    """What the form shows of a question."""

    def __init__(self, asked: Asked, occurring: Occurring) -> None:
        self._asked = asked
        self._occurring = occurring
        network = asked.network
        self.grades: Choices = [
            (slug, grade_text(grade)) for slug, grade in network.constants.section("grades").sections()
        ]
        words = network.constants.section("ties").words("half_lives")
        self.half_lives: Choices = [(word, _fading(word)) for word in words]
        fields = network.model.schema.types[ORGANISATION].fields
        self.colours: Choices = [(name, fields[name].label) for name in colours(network)]
        self.sizes: Choices = list(SIZES.items())
        rules = network.selecting.rules
        most = sorted({*rules.offered, rules.drawn})
        self.drawn: Choices = [(str(number), f"{number:,}") for number in most]

    def one(self, name: str) -> str:
        """What stands in an input."""
        return self._asked.query.one(name) or ""

    @property
    def several(self) -> bool:
        """Whether there is any choice of how many are drawn."""
        return len(self.drawn) > 1

    def facets(self) -> Iterator[Facet]:
        """The filters of which several values may be chosen, in the order of the form; what is chosen stands first."""
        query, rules = self._asked.query, self._asked.network.selecting.rules
        yield _facet(KIND, "kind of record", self._occurring.kinds, query.many(KIND))
        labels = {name: field.label for name, field in {**rules.records, **rules.organisations}.items()}
        for name, choices in self._occurring.values.items():
            yield _facet(name, labels.get(name, name), choices, query.many(name))

    def remedies(self) -> Iterator[tuple[Clause, str, int]]:
        """Which filter to take away where nothing meets them all: it, the address without it, and how many ties are
        left; none if no single one helps.
        """
        network, query = self._asked.network, self._asked.query
        for clause in self._asked.clauses():
            changes = dict.fromkeys(clause.parameters)
            left = Asked(network, query.without(changes)).projection.graph.number_of_edges()
            if left:
                yield clause, query.address(changes), left


def _facet(name: str, label: str, choices: Choices, chosen: Sequence[str]) -> Facet:
    ordered = sorted(choices, key=lambda pair: pair[0] not in chosen)
    return Facet(name, label[:1].upper() + label[1:], ordered, frozenset(chosen))


def _fading(word: str) -> str:
    """How records fade, so short that a list shows all of it."""
    return "not at all" if word == NONE else f"to half in {word} years"
