"""The records that a projection is made of: those of a grade and a time, with subsidiaries rolled up if asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.errors import UsageError
from kg.model import Model
from kg.network.parents import Parents, read_parents, uppermost
from kg.network.projection import Options
from kg.network.records import Member, Part, Record
from kg.network.rules import Rules


def chosen(model: Model, rules: Rules, records: Sequence[Record], options: Options) -> tuple[Record, ...]:
    """The records with the members that count; raises ``UsageError`` for a grade or half-life that is not offered."""
    check_options(rules, options)
    found = (_in_grade(rules, record, options.grade) for record in records if _in_time(record, options))
    parents = read_parents(model) if options.roll_up else {}
    return tuple(_rolled(record, parents) if parents else record for record in found if record.members)


def check_options(rules: Rules, options: Options) -> None:
    """Raise ``UsageError`` for a grade or half-life that is not offered."""
    if options.grade not in rules.grades:
        raise UsageError(f"There is no grade '{options.grade}'. Ask for one of {', '.join(rules.grades)}.")
    if options.half_life not in rules.half_lives:
        offered = ", ".join("none" if h is None else f"{h:g}" for h in rules.half_lives)
        raise UsageError(f"There is no half-life of {options.half_life} years. Ask for one of {offered}.")


def _in_time(record: Record, options: Options) -> bool:
    """A record without any year is in no time slice."""
    first, last = record.begun if record.begun is not None else record.year, record.year
    if options.since is not None and (last is None or last < options.since):
        return False
    return options.until is None or (first is not None and first <= options.until)


def _in_grade(rules: Rules, record: Record, grade: str) -> Record:
    roles = rules.grades[grade].get(record.kind.type)
    if roles is None:
        return replace(record, members=())
    return replace(record, members=tuple(_with_roles(record, roles))) if roles else record


def _with_roles(record: Record, roles: frozenset[str]) -> Iterator[Member]:
    for member in record.members:
        parts = tuple(part for part in member.parts if part.role in roles)
        if parts:
            yield Member(member.organisation, parts)


def _rolled(record: Record, parents: Parents) -> Record:
    """The record with each member in the place of its parent at the record's time; who meets there is one member."""
    parts: dict[int, list[Part]] = defaultdict(list)
    for member in record.members:
        parts[uppermost(member.organisation, record.year, parents)].extend(member.parts)
    return replace(record, members=tuple(Member(top, tuple(found)) for top, found in sorted(parts.items())))
