"""What a network is drawn from, as an input of GraphQL: which records tie, of which years, and how they fade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strawberry.types.arguments import StrawberryArgument

from api.definitions import Definitions, argument, extend, input_field, optional
from kg.network.asked import FIRST, LAST, asked, check_year, check_years
from kg.network.constants import Section
from kg.network.network import Network
from kg.network.projection import Options
from kg.network.rules import NONE
from kg.schema import enum_name

Given = Mapping[str, Any]

NAME = "options"
"""The argument."""
GRADE = "all"
"""The grade of ties where none is asked for."""
YEAR = f"a year from {FIRST} to {LAST}"


class ProjectionOptions:
    """Makes the input and its enums, whose values are the grades and half-lives that ``network.yaml`` has."""

    def __init__(self, definitions: Definitions, constants: Section) -> None:
        grades = [(enum_name(slug), slug, grade_text(grade)) for slug, grade in constants.section("grades").sections()]
        self.grade = definitions.enum("NetworkGrade", "Which records tie organisations.", grades)
        ties = constants.section("ties")
        lives = [(_half_life(word), word, half_life_text(word)) for word in ties.words("half_lives")]
        text = "After how long a record counts half."
        self.half_life = definitions.enum("HalfLife", text, lives)
        self.usual = _half_life(ties.text("half_life"))
        self.input = definitions.input("ProjectionOptions", "Which records tie organisations, and how much they count.")
        extend(self.input, self._fields())

    def _fields(self) -> list[Any]:
        year = f"{YEAR}; no bound if not given"
        return [
            input_field("grade", self.grade, "Which records tie; as the question says if not given."),
            input_field("sites", bool, "True: two that are only sites of a record are tied too. False if not given."),
            input_field("rollUp", bool, "True: units stand as their parent of the record's year. False if not given."),
            input_field("halfLife", self.half_life, f"How records fade; {self.usual} if not given."),
            input_field("since", int, f"Only records that were active in or after it: {year}."),
            input_field(
                "until",
                int,
                f"Only records that had begun by it, and their fading as of then: {year}. With `since` or `until` "
                "a record of no known year is left out.",
            ),
        ]

    def argument(self, unless_told: str) -> StrawberryArgument:
        """The argument of a field; ``unless_told`` is its grade."""
        text = f"Which records tie, and how they fade; grade {enum_name(unless_told)} if not given."
        return argument(NAME, optional(self.input), text)

    def choice(self) -> list[StrawberryArgument]:
        """The arguments of a field that asks for no more than grade and rolling up."""
        grade = f"Which records tie; {enum_name(GRADE)} if not given."
        rolled = "True: units stand as their parent of the record's year. False if not given."
        return [argument("grade", optional(self.grade), grade), argument("rollUp", optional(bool), rolled)]


def chosen(network: Network, given: Given) -> Options:
    """The options of a field with the arguments of ``choice``; raises UsageError for what is not offered."""
    return asked(network, given.get("grade") or GRADE, roll_up=bool(given.get("rollUp")))


def read(network: Network, given: Given, grade: str) -> Options:
    """The options that were given, for the rest the usual ones; raises UsageError for what is not offered."""
    stated = given.get(NAME) or {}
    return asked(
        network,
        grade=stated.get("grade") or grade,
        sites=bool(stated.get("sites")),
        roll_up=bool(stated.get("rollUp")),
        half_life=stated.get("halfLife"),
        since=stated.get("since"),
        until=stated.get("until"),
    )


def years(given: Given) -> tuple[int | None, int | None]:
    """The first and last year that were given; raises UsageError for what are none, or the wrong way round."""
    since, until = given.get("since"), given.get("until")
    check_years(since, until)
    return since, until


def year(name: str, given: Given) -> int | None:
    """A year that was given, if any; raises UsageError if it is none."""
    found: int | None = given.get(name)
    check_year(name, found)
    return found


def _half_life(word: str) -> str:
    return enum_name(NONE) if word == NONE else f"YEARS_{word.replace('.', '_')}"


def half_life_text(word: str) -> str:
    """How records fade, in words."""
    if word == NONE:
        return "Nothing fades: an old record counts like a new one."
    return f"A record counts half {word} years after it was last active, a quarter after twice as many."


def grade_choices(constants: Section) -> list[tuple[str, str]]:
    """The grades with what ties in each."""
    return [(slug, grade_text(grade)) for slug, grade in constants.section("grades").sections()]


def grade_text(grade: Section) -> str:
    """The types of record with the roles that count in them."""
    kinds = [(kind, ", ".join(grade.words(kind))) for kind in list(grade.keys())]
    return f"Ties by these: {', '.join(f'{kind} ({roles})' if roles else kind for kind, roles in kinds)}."
