"""Plans of operations, compiled when they are first asked and kept within a bound of memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    VariableNode,
    get_operation_ast,
)
from graphql.execution import Executor
from graphql.execution.values import VariableValues

from api import limits
from api.nodes import selected
from api.plan.arguments import Parts
from api.plan.compiler import Compiler
from api.plan.run import Run
from api.plan.selection import Selection
from api.plan.uncovered import Uncovered
from api.plan.variables import Variables
from api.reading import Request

Steering = tuple[tuple[str, Any], ...]
"""The variables that stand in directives, with their values."""

_ROOT = object()
"""What the fields of a query are asked of; they need nothing of it."""


class Operation:
    """One operation of a document, with a plan for each choice of its directives that was asked: its root selection.

    ``size`` is how many fields they hold, ``counted`` how many of them its keeper knows of; ``quick_in`` the release
    in which it was last answered, if that was quick.
    """

    def __init__(self, parts: Parts, document: DocumentNode, name: str | None) -> None:
        """Raises Uncovered if there is no such operation."""
        node = get_operation_ast(document, name)
        if node is None:
            raise Uncovered("no operation of that name")
        self.size = self.counted = 0
        self.quick_in: str | None = None
        self._parts = parts
        self._document = document
        self._name = name
        self._variables = Variables(parts.core, node.variable_definitions or ())
        self._steered_by = sorted(set(_steering_variables(document)))
        self._plans: dict[Steering, Selection | None] = {}

    def write(self, request: Request, given: Mapping[str, Any]) -> bytes:
        """The data of the answer as JSON; raises Uncovered, or what the first field with an error raises."""
        variables = self._variables.read(given)
        steering = self._steering(variables)
        if steering not in self._plans:
            self._compile(steering, given)
        plan = self._plans[steering]
        if plan is None:
            raise Uncovered("an operation that is known not to be covered")
        return plan.write(_ROOT, Run(request, variables))

    def _steering(self, variables: VariableValues) -> Steering:
        return tuple((name, variables.coerced.get(name)) for name in self._steered_by)

    def _compile(self, steering: Steering, given: Mapping[str, Any]) -> None:
        if len(self._plans) >= limits.CHOICES:
            self._plans, self.size = {}, 0
        executor = Executor.build(
            self._parts.core, self._document, raw_variable_values=dict(given), operation_name=self._name
        )
        assert isinstance(executor, Executor)  # the operation is there, and its variables were not refused
        executor.variable_values = VariableValues({}, dict(steering))  # a plan is kept longer than what a request gave
        compiler = Compiler(self._parts, self._document, executor, dict(steering), self._grow)
        try:
            plan = compiler.root()
        except Uncovered:
            plan = None
        self._plans = {**self._plans, steering: plan}

    def _grow(self, fields: int) -> None:
        self.size += fields


class Plans:
    """The compiled operations of a schema by the text of their query and their name.

    Those that were not asked for the longest are forgotten when together they hold more than ``limits.PLANS`` fields.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kept: OrderedDict[tuple[str, str | None], Operation] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def write(
        self, query: str, document: DocumentNode, name: str | None, request: Request, given: Mapping[str, Any]
    ) -> bytes:
        """The data of the answer to a checked query as JSON; raises like ``Operation.write``."""
        operation = self._find((query, name)) or Operation(self._parts, document, name)
        began = time.perf_counter()
        try:
            data = operation.write(request, given)
        finally:
            if operation.size != operation.counted:
                self._keep((query, name), operation)
        quick = time.perf_counter() - began < limits.QUICK
        operation.quick_in = request.reader.release.id if quick else None
        return data

    def write_at_once(self, query: str, name: str | None, request: Request, given: Mapping[str, Any]) -> bytes | None:
        """The same of a query that was quickly answered before, None of others; raises Stopped when it takes longer."""
        operation = self._find((query, name))
        if operation is None or operation.quick_in != request.reader.release.id:
            return None
        operation.quick_in = None  # until it is done, should it be stopped
        data = operation.write(request, given)
        operation.quick_in = request.reader.release.id
        return data

    def _find(self, key: tuple[str, str | None]) -> Operation | None:
        with self._lock:
            operation = self._kept.get(key)
            if operation is not None:
                self._kept.move_to_end(key)
            return operation

    def _keep(self, key: tuple[str, str | None], operation: Operation) -> None:
        """Count what an operation has grown by, and forget others until there is room for it."""
        with self._lock:
            self._kept[key] = operation
            self._size += operation.size - operation.counted
            operation.counted = operation.size
            while self._size > limits.PLANS or len(self._kept) > limits.DOCUMENTS:
                _, forgotten = self._kept.popitem(last=False)
                self._size -= forgotten.counted
                forgotten.counted = 0


def _steering_variables(document: DocumentNode) -> Iterator[str]:
    """The variables that stand in directives anywhere in a document."""
    kinds = OperationDefinitionNode | FragmentDefinitionNode
    for node in selected(one.selection_set for one in document.definitions if isinstance(one, kinds)):
        for directive in node.directives or ():
            values = (argument.value for argument in directive.arguments or ())
            yield from (value.name.value for value in values if isinstance(value, VariableNode))
