"""One operation answered from one release: what the HTTP face and the command line both call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphql
from graphql.execution import Executor

from api import errors, limits
from api.budget import Budget, Stopped
from api.reading import Release, Request
from api.schema import AtmpSchema
from kg.errors import LimitError


class CountingExecutor(Executor[None]):
    """Counts each field of each object of the answer before it is read, those of introspection as well.

    Long texts and errors count for more, as an answer of nothing but them would otherwise have no bound.
    """

    def execute_fields(
        self,
        parent_type: graphql.GraphQLObjectType,
        source_value: Any,
        path: Any,
        grouped_field_set: Mapping[str, Any],
        position_context: None,
    ) -> Any:
        """The fields of one object."""
        self.context_value.spend(len(grouped_field_set))
        return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)  # type: ignore[arg-type]

    def complete_leaf_value(self, return_type: graphql.GraphQLLeafType, result: Any) -> Any:  # type: ignore[override]
        """A value as it stands in the answer."""
        if isinstance(result, str) and len(result) > limits.CHARACTERS:
            self.context_value.spend(len(result) // limits.CHARACTERS)
        return super().complete_leaf_value(return_type, result)

    def handle_field_error(self, raw_error: Exception, *field: Any) -> None:
        """Note an error of the answer."""
        super().handle_field_error(raw_error, *field)  # raises one that belongs to the field above
        self.context_value.spend(limits.FAULT)


def execute(
    schema: AtmpSchema,
    release: Release,
    query: str,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    budget: Budget | None = None,
) -> dict[str, Any]:
    """The answer as GraphQL shapes it; without ``data`` if the request was refused before anything was read.

    An answer past a limit has ``data: null`` and one error. Without a ``budget`` there is no limit of time.
    """
    budget = budget or Budget()
    try:
        budget.begin()
        answer = _answer(schema, Request(schema.reader(release), budget), query, dict(variables or {}), operation_name)
    except Stopped as stop:
        answer = {"errors": [errors.shown(stop.error)], "data": None}
    return {**answer, "extensions": {"release": release.id, "cost": {"spent": budget.cost, "max": limits.COST}}}


def _answer(
    schema: AtmpSchema, request: Request, query: str, variables: dict[str, Any], operation_name: str | None
) -> dict[str, Any]:
    document, faults = schema.documents.prepare(query, request.tick)
    try:
        limits.check_variables(variables)
    except LimitError as error:
        faults = (error,)
    if document is None or faults:
        return {"errors": errors.all_shown(faults)}
    result = graphql.execute_sync(
        schema.core,
        document,
        context_value=request,
        variable_values=variables,
        operation_name=operation_name,
        executor_class=CountingExecutor,
    )
    if not result.errors:
        return {"data": result.data}
    refused = result.data is None and all(error.path is None for error in result.errors)
    return {"errors": errors.all_shown(result.errors)} | ({} if refused else {"data": result.data})


def writes(schema: AtmpSchema, query: str) -> bool:
    """Whether a query's text asks to change something, which a GET must not."""
    try:
        document = schema.documents.parsed(query)
    except (graphql.GraphQLError, LimitError):
        return False
    kinds = [d.operation for d in document.definitions if isinstance(d, graphql.OperationDefinitionNode)]
    return any(kind is not graphql.OperationType.QUERY for kind in kinds)
