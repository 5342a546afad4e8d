"""Which surveys of the sources cover a cell of white space, as of a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.model import Model
from kg.network.space_entries import Entry
from kg.network.space_tree import Tree
from kg.network.whitespace_rules import ANY, CONDITION, SpaceRules, Survey
from kg.terms import Value


@dataclass(frozen=True)
class Standing:
    """A survey whose sources are all in the graph, with the year up to which it knows."""

    survey: Survey
    sources: frozenset[int]
    conditions: frozenset[int]
    to: int

    def has(self, entry: Entry) -> bool:
        """Whether an entry is what the survey found."""
        return not self.survey.cited or bool(self.sources & entry.sources)


def read_surveys(model: Model, rules: SpaceRules) -> Iterator[Standing]:
    """The surveys of a release: without one of its sources, or its year, a survey says nothing."""
    for survey in rules.surveys:
        sources = [model.number(f"source/{slug}") for slug in survey.sources]
        conditions = [model.number(f"condition/{slug}") for slug in survey.conditions]
        there = [source for source in sources if source is not None]
        dates = [str(day) for source in there if (day := model.get(source, "date")) is not None]
        to = survey.to or max((int(day[:4]) for day in dates), default=0)
        known = frozenset(condition for condition in conditions if condition is not None)
        if there and to and None not in sources and (known or not survey.conditions):
            yield Standing(survey, frozenset(there), known, to)


class Surveys:
    """Surveys of which those count that know of a year or later, for columns of one dimension."""

    def __init__(self, standing: Iterable[Standing], tree: Tree, by: str, fresh_from: int) -> None:
        self._standing = [one for one in standing if one.to >= fresh_from]
        self._tree = tree
        self._by = by

    def covering(self, row: int, column: Value) -> list[Standing]:
        """The surveys that cover a cell."""
        above = set(self._tree.upwards(CONDITION, row))
        values = {ANY, *self._tree.upwards(self._by, column)}
        return [
            one
            for one in self._standing
            if values & one.survey.covers.get(self._by, frozenset())
            and (not one.survey.conditions or above & one.conditions)
        ]
