"""One execution of a plan: the request, the values of the variables, and what follows from them once a run."""

from __future__ import annotations

from graphql.execution.values import VariableValues

from api.plan.arguments import Arguments, Given
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

    @property
    def cost(self) -> int:
        """What the answer has cost so far."""
        return self.context.budget.cost

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
