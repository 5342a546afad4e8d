"""What a release covers, in GraphQL: the report that ``atmp-kg coverage`` gives."""

from __future__ import annotations

from api.definitions import Definitions, GraphType, ModelField, listing, optional
from api.plain import bounded, fact, made
from api.scalars import Date
from kg.schema import enum_name


def coverage_type(definitions: Definitions) -> GraphType:
    """The type of the report, and those of its parts."""
    fields = [
        bounded("types", _by_type(definitions), "The types that have entities.", lambda report: report.types),
        bounded("sources", _by_kind(definitions), "Sources by kind, most cited first.", lambda report: report.sources),
        bounded("findings", _finding(definitions), "What is thin, each with its ids.", lambda report: report.findings),
        bounded("totals", _total(definitions), "Entities by the values of some fields.", lambda report: report.totals),
    ]
    return made(definitions, "Coverage", "What a release covers, and where it is thin.", fields)


def _by_type(definitions: Definitions) -> GraphType:
    state = made(
        definitions,
        "ReviewCount",
        "How many entities are in one state of review.",
        [
            fact("value", str, "The state, as the enum `Review` writes it.", lambda pair: enum_name(pair[0])),
            fact("count", int, "How many are in it.", lambda pair: pair[1]),
        ],
    )
    fields = [
        fact("type", str, "The name of the type. For example `Product`."),
        fact("entities", int, "How many entities it has."),
        fact("review", listing(state), "How many are in each state of review.", lambda count: [*count.review.items()]),
    ]
    return made(definitions, "TypeCoverage", "How many entities of a type there are, by state of review.", fields)


def _by_kind(definitions: Definitions) -> GraphType:
    fields = [
        fact("kind", str, "The kind, as the enum `SourceKind` writes it.", lambda count: enum_name(count.kind)),
        fact("sources", int, "How many sources are of it."),
        fact("citations", int, "How many entities and single statements cite them, all together."),
        *_span("The date of the %s of them; null if none has a date."),
    ]
    return made(definitions, "SourceKindCount", "How many sources of a kind there are, and how they are used.", fields)


def _finding(definitions: Definitions) -> GraphType:
    where = "The ids of those that are thin; of what a rule warns of the places, as file and line."
    fields = [
        fact("what", str, "In what they are thin."),
        fact("count", int, "How many are thin.", lambda finding: len(finding.where)),
        fact("of", int, "How many might be."),
        bounded("where", str, where, lambda finding: finding.where),
    ]
    return made(
        definitions, "CoverageFinding", "One way of being thin: a field that many have and some have not.", fields
    )


def _total(definitions: Definitions) -> GraphType:
    fields = [
        fact("of", str, "What is counted. For example `trials`."),
        fact("by", str, "The field by which. For example `phase`."),
        fact("value", str, "The value; `not stated` for those without."),
        fact("count", int, "How many have the value.", lambda total: total.number),
        *_span("The %s day for which a newest value is stated; null for other fields."),
    ]
    return made(definitions, "CoverageTotal", "How many entities of a type have one value of a field.", fields)


def _span(text: str) -> list[ModelField]:
    """The fields ``oldest`` and ``newest``, which are empty texts in the report where there is none."""
    return [
        fact("oldest", optional(Date), text % "oldest", lambda source: source.oldest or None),
        fact("newest", optional(Date), text % "newest", lambda source: source.newest or None),
    ]
