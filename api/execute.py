"""One operation answered from one release: what the HTTP face and the command line both call."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import graphql
import orjson
from graphql.execution import Executor

from api import errors, limits
from api.budget import Budget, Stopped
from api.reading import Release, Request
from api.schema import AtmpSchema
from kg.errors import LimitError

log = logging.getLogger("atmp.api")


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


@dataclass(frozen=True)
class Answer:
    """An answer as JSON. ``refused``: before anything was read; ``planned``: by a plan, without the executor."""

    content: bytes
    refused: bool = False
    planned: bool = False


def execute(
    schema: AtmpSchema,
    release: Release,
    query: str,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    budget: Budget | None = None,
) -> dict[str, Any]:
    """The answer as ``answer`` gives it, read."""
    found: dict[str, Any] = orjson.loads(answer(schema, release, query, variables, operation_name, budget).content)
    return found


def answer(
    schema: AtmpSchema,
    release: Release,
    query: str,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    budget: Budget | None = None,
) -> Answer:
    """The answer as GraphQL shapes it; without ``data`` if the request was refused before anything was read.

    An answer past a limit has ``data: null`` and one error. Without a ``budget`` there is no limit of time.
    """
    budget = budget or Budget()
    try:
        budget.begin()
        found = _answer(schema, Request(schema.reader(release), budget), query, variables or {}, operation_name)
    except Stopped as stop:
        found = {"errors": [errors.shown(stop.error)], "data": None}
    extensions = _extensions(release, budget)
    if isinstance(found, bytes):
        return Answer(_enveloped(found, extensions), planned=True)
    return Answer(orjson.dumps({**found, "extensions": extensions}), refused="data" not in found)


def at_once(
    schema: AtmpSchema, release: Release, query: str, variables: Mapping[str, Any] | None, operation_name: str | None
) -> bytes | None:
    """The content of the same answer, if a plan is known to give it at once; None if not, or if it does not."""
    if schema.plans is None:
        return None
    budget = Budget(limits.AT_ONCE)
    try:
        limits.check_variables(variables or {})
        request = Request(schema.reader(release), budget)
        data = schema.plans.write_at_once(query, operation_name, request, variables or {})
    except (Stopped, Exception):  # it is answered anew, which meets it again and says what it is
        log.debug("not at once", exc_info=True)
        return None
    return None if data is None else _enveloped(data, _extensions(release, budget))


def _extensions(release: Release, budget: Budget) -> dict[str, Any]:
    return {"release": release.id, "cost": {"spent": budget.cost, "max": limits.COST}}


def _enveloped(data: bytes, extensions: dict[str, Any]) -> bytes:
    return b'{"data":%b,"extensions":%b}' % (data, orjson.dumps(extensions))


def _answer(
    schema: AtmpSchema, request: Request, query: str, variables: Mapping[str, Any], operation_name: str | None
) -> bytes | dict[str, Any]:
    """The data as JSON where a plan gives it, or all but the extensions."""
    document, faults = schema.documents.prepare(query, request.tick)
    try:
        limits.check_variables(variables)
    except LimitError as error:
        faults = (error,)
    if document is None or faults:
        return {"errors": errors.all_shown(faults)}
    if schema.plans is not None:
        try:
            return schema.plans.write(query, document, operation_name, request, variables)
        except Exception:  # whatever it is: the executor meets it too, and says what it is and where
            log.debug("not by a plan", exc_info=True)
            request.budget.again()
            request = Request(request.reader, request.budget)
    return _executed(schema, request, document, variables, operation_name)


def _executed(
    schema: AtmpSchema,
    request: Request,
    document: graphql.DocumentNode,
    variables: Mapping[str, Any],
    operation_name: str | None,
) -> dict[str, Any]:
    result = graphql.execute_sync(
        schema.core,
        document,
        context_value=request,
        variable_values=dict(variables),
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
