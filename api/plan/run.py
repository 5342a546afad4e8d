"""One execution of a plan: the request, the values of the variables, and what follows from them once a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql.execution.values import VariableValues

from api.plan.arguments import Arguments, Given
from api.plan.kept import Key
from api.plan.marks import Mark
from api.reading import Request


class Run:
    """What writers need besides the value they write. ``context`` is the request, where type resolvers look for it."""

    __slots__ = ("_given", "_marks", "context", "kept", "spend", "variables")

    def __init__(self, request: Request, variables: VariableValues) -> None:
        self.context = request
        self.kept = request.reader.kept
        self.spend = request.spend
        self.variables = variables
        self._given: dict[Arguments, Given] = {}
        self._marks: dict[Mark, bytes] = {}

    def given(self, arguments: Arguments) -> Given:
        """The values of arguments in which variables stand; worked out once."""
        found = self._given.get(arguments)
        if found is None:
            found = self._given[arguments] = arguments.values(self.variables)
        return found

    def mark(self, mark: Mark) -> bytes:
        """What kept JSON of a selection is found by in this run."""
        if not mark.names:
            return mark.digest
        found = self._marks.get(mark)
        if found is None:
            found = self._marks[mark] = mark.with_values(self.variables.coerced)
        return found

    def keep(self, key: Key, write: Callable[[Any, Run], bytes], source: Any) -> bytes:
        """What is written of a source, kept with what it cost to write it."""
        budget = self.context.budget
        before = budget.cost
        content = write(source, self)
        self.kept.keep(key, (content, budget.cost - before))
        return content
