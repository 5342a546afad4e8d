"""Where nobody is known to work, in GraphQL: the field ``whiteSpace``."""

from __future__ import annotations

from collections.abc import Iterator

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api import limits
from api.definitions import GraphType, ModelField, argument, listing, optional
from api.insights import options
from api.insights.evidence import Evidence
from api.insights.matrices import USUAL, Space
from api.plain import bounded, fact, made
from kg.network.constants import Section
from kg.network.whitespace import State
from kg.network.whitespace_rules import CONDITION, Choice, SpaceRules, read_space_rules
from kg.provenance import SOURCE
from kg.schema import Schema, enum_name


def field(evidence: Evidence, constants: Section) -> StrawberryField:
    """The field of the query type."""
    kinds = _Types(evidence, read_space_rules(evidence.types.schema, constants))
    return ModelField(
        "whiteSpace",
        kinds.matrix(),
        "Where nobody is known to work: conditions by modality or by something else, with what is on record in each "
        "cell, and what would be expected if rows and columns had nothing to do with each other. What the sources do "
        "not cover is never taken for empty.",
        lambda _root, request, given: Space(request, given),
        list(kinds.arguments()),
    )


class _Types:
    """Makes the types."""

    def __init__(self, evidence: Evidence, rules: SpaceRules) -> None:
        self._evidence = evidence
        self._definitions = evidence.types.parts.definitions
        condition = rules.slots[CONDITION].target or ""
        self._example = evidence.types.schema.types[condition].example
        self._condition = evidence.types.made[condition]
        self._source = evidence.types.made[SOURCE]
        enum = self._definitions.enum
        schema = evidence.types.schema
        measures = [(enum_name(name), name, measure_text(schema, rules, name)) for name in rules.measures]
        self._measure = enum("WhiteSpaceMeasure", "What a matrix of white space counts.", measures)
        others = ((name, slot) for name, slot in rules.slots.items() if name != CONDITION)
        dimensions = [(enum_name(name), name, slot.description) for name, slot in others]
        self._by = enum("WhiteSpaceDimension", "What the columns of a matrix of white space are.", dimensions)
        states = [(enum_name(state), state.value, STATES[state]) for state in State]
        self._state = enum("WhiteSpaceState", "What may be said of a cell of white space.", states)

    def arguments(self) -> Iterator[StrawberryArgument]:
        """What may be asked."""
        at_most, enough = f"{limits.NODES} at most", "with enough on record if not given"
        year = f"{options.YEAR}; no bound if not given"
        rows = f"These conditions, by slug or full id, {at_most}; the uppermost groups {enough}."
        columns = f"These values, {at_most}: of the enum of `by`, such as `CAR_T`, or ids of entities; those {enough}."
        yield argument("measure", optional(self._measure), f"What counts; {enum_name(USUAL.measure)} if not given.")
        yield argument("by", optional(self._by), f"What the columns are; {enum_name(USUAL.by)} if not given.")
        yield argument("rows", optional(listing(strawberry.ID)), f"{rows} For example `{self._example}`.")
        yield argument("columns", optional(listing(str)), columns)
        yield argument("under", optional(strawberry.ID), "Instead of `rows`: the conditions right below this one.")
        yield argument("since", optional(int), f"Only records that were active in or after it: {year}.")
        yield argument("until", optional(int), f"Only records that had begun by it, covered as of then: {year}.")

    def matrix(self) -> GraphType:
        """The type of a matrix."""
        states = [
            fact("state", self._state, "The state.", lambda p: p[0]),
            fact("count", int, "How many.", lambda p: p[1]),
        ]
        count = made(self._definitions, "WhiteSpaceStateCount", "How many cells are in a state.", states)
        cells = ModelField(
            "cells",
            listing(self._cell()),
            "The cells, row by row, in the order of `rows` and `columns`.",
            lambda space, _request, given: space.cells(given.get("states")),
            [argument("states", optional(listing(self._state)), "Only those in these states; all if not given.")],
        )
        row = self._line("WhiteSpaceRow", "A row of a matrix of white space.", "condition", self._condition)
        column = self._line("WhiteSpaceColumn", "A column of one.", "value", self._evidence.named_value)
        text = "A matrix that shows where nobody is known to work."
        fields = [
            fact("measure", self._measure, "What is counted.", lambda space: space.matrix.options.measure),
            fact("by", self._by, "What the columns are.", lambda space: space.matrix.options.by),
            fact("year", int, "As of which year it is judged what the sources cover.", lambda s: s.matrix.year),
            fact("rows", listing(row), "The conditions down the side.", lambda s: list(s.matrix.rows.items())),
            fact("columns", listing(column), "The values along the top."),
            cells,
            fact(
                "states", listing(count), "How many cells are in each state.", lambda s: list(s.matrix.states.items())
            ),
            fact("surveyed", int, "How many records the expectation rests on.", lambda s: s.matrix.whole.surveyed),
            fact("placed", int, "How many records stand in any cell; each once.", lambda s: s.matrix.whole.records),
            fact("withoutCondition", int, "How many records state no condition.", lambda s: s.matrix.without_condition),
            fact("withoutColumn", int, "How many state no value for a column.", lambda s: s.matrix.without_column),
            fact("surveys", listing(self._survey()), "What there is on record of what is counted."),
        ]
        return made(self._definitions, "WhiteSpace", text, fields)

    def _line(self, name: str, text: str, of: str, kind: GraphType) -> GraphType:
        """The type of a row or column, over pairs of what it is of and its total."""
        fields = [
            fact(of, kind, "What it is of.", lambda pair: pair[0]),
            fact("count", int, "How many records it has; each once.", lambda pair: pair[1].records),
            fact("organisations", int, "How many organisations are in them.", lambda pair: pair[1].organisations),
            fact("surveyed", int, "How many surveyed records its cells have.", lambda pair: pair[1].surveyed),
        ]
        return made(self._definitions, name, text, fields)

    def _cell(self) -> GraphType:
        evidence = self._evidence
        level = [
            fact("type", evidence.kind, "The type of record.", lambda pair: pair[0]),
            fact("level", evidence.named_value, "The level.", lambda pair: pair[1]),
        ]
        reached = made(self._definitions, "WhiteSpaceLevel", "How far records of a type got.", level)
        names = "The names of the surveys that cover it; without any, that it is empty would say nothing."
        fields = [
            fact("row", self._condition, "Its row.", lambda square: square.cell.place[0]),
            fact("column", evidence.named_value, "Its column."),
            fact("state", self._state, "What may be said of it.", lambda square: square.cell.state),
            fact("count", int, "How many trials and products it has.", lambda square: len(square.cell.records)),
            bounded("records", evidence.record, "These, by id.", lambda square: square.cell.records),
            bounded("organisations", evidence.organisation, "Who is in them, by id.", lambda s: s.cell.organisations),
            fact("levels", listing(reached), "By type of record the highest level reached."),
            fact("last", optional(int), _LAST, lambda square: square.cell.last),
            fact("surveys", listing(str), names, lambda square: list(square.cell.surveys)),
            fact("coveredTo", optional(int), _COVERED, lambda square: square.cell.covered_to),
            fact("surveyed", int, "How many of its records are those of these surveys.", lambda s: s.cell.surveyed),
            fact("expected", optional(float), _EXPECTED, lambda square: square.cell.expected),
            fact("ratio", optional(float), _RATIO, lambda square: square.cell.ratio),
        ]
        return made(self._definitions, "WhiteSpaceCell", "One condition by one value of the columns.", fields)

    def _survey(self) -> GraphType:
        fresh = "Whether it is new enough to speak for the year of the matrix; otherwise it covers no cell."
        fields = [
            fact("name", str, "Its name.", lambda looked: looked.standing.survey.name),
            fact("why", str, "What it covers, and why that may be said.", lambda looked: looked.standing.survey.why),
            fact("to", int, "The year up to which it knows.", lambda looked: looked.standing.to),
            fact("fresh", bool, fresh),
            fact("sources", listing(self._source), "Its sources.", lambda looked: sorted(looked.standing.sources)),
        ]
        text = "What some sources cover, so that what they lack may be called empty."
        return made(self._definitions, "WhiteSpaceSurvey", text, fields)


def measure_text(schema: Schema, rules: SpaceRules, name: str) -> str:
    """What a measure counts, by type."""
    counted = (f"{schema.types[kind].plural}{_values_text(choice)}" for kind, choice in rules.measures[name].items())
    return f"Counted are: {', '.join(counted)}."


def _values_text(choice: Choice) -> str:
    return f" with {choice.field} {' or '.join(sorted(choice.values))}" if choice.field else ""


STATES = {
    State.ACTIVE: "Somebody works there, or worked to the end.",
    State.DISCONTINUED: "All that is on record there has stopped without having been finished.",
    State.CANDIDATE: "Empty where the sources cover it and something would be expected: candidate white space.",
    State.NO_DATA: "Empty, and nothing may be said: not covered, or too little would be expected.",
}
"""What the states mean."""
_LAST = "The year in which any of its records was last active; null if it has none or nothing tells."
_COVERED = "The year up to which the surveys know; null if none covers it."
_EXPECTED = "How many of the surveyed records would be expected; null if no survey covers it."
_RATIO = "log2((surveyed + 1) / (expected + 1)): below 0 for less than expected; null if no survey covers it."
