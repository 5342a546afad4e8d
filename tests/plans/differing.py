"""A release asked with plans and without: what differs between the answers, if anything does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from api.execute import Answer, answer, execute
from api.plan.kept import KeptJson, Key, Part
from api.reading import Release
from api.schema import make_schema
from tests.plans.known import Known
from tests.plans.operations import Asking, Drawn

_REFERENCE = re.compile(rb"\b[0-9a-f]{8}\b(?=[.\"])")
"""What an internal error is found by in the log, which is another each time."""

_AROUND = 100
"""Bytes of an answer that are shown before the first that differs."""


@dataclass(frozen=True)
class Difference:
    """An operation that is answered otherwise with plans than without."""

    drawn: Drawn
    asking: Asking
    time: int
    """How often it had been asked before."""
    planned: bytes
    executed: bytes

    def __str__(self) -> str:
        pairs = enumerate(zip(self.planned, self.executed, strict=False))
        place = max(0, next((place for place, (one, other) in pairs if one != other), 0) - _AROUND)
        planned, executed = (
            text[place : place + 3 * _AROUND].decode(errors="replace") for text in (self.planned, self.executed)
        )
        return (
            f"\n{self.drawn.query}\n{self.asking}, asked before {self.time} times; from byte {place} on\n"
            f"with plans:    {planned}\nwithout plans: {executed}"
        )


class Watched(KeptJson):
    """Kept JSON that counts how often something was found in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found = 0

    def find(self, key: Key) -> Part | None:
        """What was kept."""
        found = super().find(key)
        self.found += found is not None
        return found


@dataclass
class Seen:
    """What was met in a run."""

    documents: set[str] = field(default_factory=set)
    features: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    """How many answers there were, from plans, with errors, with kept JSON, and of each code of an error."""

    def share(self, what: str) -> float:
        """The part of the documents with a feature, or of the answers that were so."""
        if what in self.answers:
            return self.answers[what] / self.answers["all"]
        return self.features[what] / len(self.documents)


class Pair:
    """A release with two schemas that differ in nothing but plans; documents are read and checked once for both."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.planning, self.executing = (make_schema(release.schema, plans=plans) for plans in (True, False))
        self.executing.documents = self.planning.documents
        self.known = Known(release, lambda query: execute(self.executing, release, query))
        self.seen = Seen()
        self.forget()

    @property
    def core(self) -> Any:
        """The schema as graphql-core has it."""
        return self.executing.core

    def forget(self) -> None:
        """Begin without any kept JSON."""
        self.planning.reader(self.release).kept = Watched()

    def begin_anew(self) -> None:
        """Begin without any plan or kept JSON."""
        plans = self.planning.plans
        assert plans is not None
        self.planning.plans = type(plans)(plans._parts)
        self.forget()

    def turn(self, release: Release) -> None:
        """Ask another release from now on."""
        self.release = release

    def _found(self) -> int:
        kept = self.planning.reader(self.release).kept
        return kept.found if isinstance(kept, Watched) else 0

    def difference(self, drawn: Drawn, costs: bool = False) -> Difference | None:
        """Ask in each way, and in the first way again and last, and compare: what is answered, and the errors.

        With ``costs`` also what it costs, if nothing was kept before; what is kept must not be cheaper to ask again.
        """
        return next(self._differences(drawn, costs), None)

    def _differences(self, drawn: Drawn, costs: bool) -> Iterator[Difference]:
        self.seen.documents.add(drawn.query)
        self.seen.features.update(drawn.features)
        executed: dict[int, Answer] = {}
        for time, place in enumerate([0, *range(len(drawn.askings)), 0]):
            asking = drawn.askings[place]
            if place not in executed or (costs and time == 1):
                executed[place] = self._answer(self.executing, drawn, asking)
            found = self._found()
            planned = self._answer(self.planning, drawn, asking)
            self._count(executed[place], planned, kept=self._found() > found)
            exact = time == 0 and "where" not in drawn.features
            wrong = costs and time < 2 and not _costs_as_much(planned, executed[place], exact)
            if wrong or _data_and_errors(planned) != _data_and_errors(executed[place]):
                yield Difference(drawn, asking, time, planned.content, executed[place].content)

    def _answer(self, schema: Any, drawn: Drawn, asking: Asking) -> Answer:
        return answer(schema, self.release, drawn.query, asking.variables, asking.name)

    def _count(self, executed: Answer, planned: Answer, kept: bool) -> None:
        counts = self.seen.answers
        counts["all"] += 1
        counts["by a plan"] += planned.planned
        counts["with kept JSON"] += kept and planned.planned
        if not planned.planned:
            errors = orjson.loads(executed.content).get("errors", ())  # an answer of a plan has none
            counts["with errors"] += bool(errors)
            counts.update({error["extensions"]["code"] for error in errors})


def _data_and_errors(found: Answer) -> bytes:
    """What has to be equal of an answer."""
    return _REFERENCE.sub(b"", found.content.rpartition(b',"extensions":')[0])


def _costs_as_much(planned: Answer, executed: Answer, exact: bool) -> bool:
    """Whether a plan counts what the executor does: no less of what was kept, which costs what it did to write it.

    That may be more: a filter is compiled once a request, and counted with all JSON that is kept of it. Where the plan
    had to leave the answer to the executor, what it had sorted and compiled is not counted again.
    """
    cost, expected = (orjson.loads(one.content)["extensions"]["cost"]["spent"] for one in (planned, executed))
    if not planned.planned:
        return bool(cost <= expected)
    return bool(cost == expected if exact else cost >= expected)
