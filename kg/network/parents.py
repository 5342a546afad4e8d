"""Which organisation stands above which, and in which years: for rolling up, and for who is in one house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import Model
from kg.network.records import ORGANISATION, canonical


@dataclass(frozen=True)
class Above:
    """A parent with the first and last year of that, None where it is not known."""

    parent: int
    since: int | None
    until: int | None

    def held(self, year: int | None) -> bool:
        """Whether it was the parent in a year; where no year is known it was."""
        begun = self.since is None or year is None or self.since <= year
        return begun and (self.until is None or year is None or year <= self.until)


Parents = Mapping[int, Above]
"""By organisation what stands above it."""


def read_parents(model: Model) -> Parents:
    """All organisations that have a parent."""
    found = {}
    for organisation in model.rows(ORGANISATION):
        parent = model.get(organisation, "parent")
        if isinstance(parent, int):
            since, until = (_year(model.get(organisation, name)) for name in ("parentSince", "parentUntil"))
            found[organisation] = Above(canonical(model, parent), since, until)
    return found


def uppermost(organisation: int, year: int | None, parents: Parents) -> int:
    """The uppermost parent in a year, the organisation itself if none; a parent of unknown time counts always."""
    seen = {organisation}
    while (above := parents.get(organisation)) and above.held(year) and above.parent not in seen:
        organisation = above.parent
        seen.add(organisation)
    return organisation


def _year(day: object) -> int | None:
    return None if day is None else int(str(day)[:4])
