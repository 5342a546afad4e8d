"""One operation answered from one release: what the HTTP face and the command line both call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphql

from api import errors, limits
from api.reading import Release, Request
from api.schema import AtmpSchema
from kg.errors import LimitError


def execute(
    schema: AtmpSchema,
    release: Release,
    query: str,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
) -> dict[str, Any]:
    """The answer as GraphQL shapes it; without ``data`` if the request was refused before anything was read."""
    extensions = {"release": release.id}
    document, faults = schema.prepare(query)
    try:
        limits.check_variables(variables or {})
    except LimitError as error:
        faults = (error,)
    if document is None or faults:
        return {"errors": errors.all_shown(faults), "extensions": extensions}
    result = graphql.execute_sync(
        schema.core,
        document,
        context_value=Request(schema.reader(release)),
        variable_values=dict(variables or {}),
        operation_name=operation_name,
    )
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = errors.all_shown(result.errors)
        refused = result.data is None and all(error.path is None for error in result.errors)
        past_limit = any(error["extensions"]["code"] == LimitError.code for error in answer["errors"])
        if not refused:
            answer["data"] = None if past_limit else result.data
    else:
        answer["data"] = result.data
    return {**answer, "extensions": extensions}


def writes(schema: AtmpSchema, query: str) -> bool:
    """Whether a query's text asks to change something, which a GET must not."""
    document, _ = schema.prepare(query)
    kinds = (
        [d.operation for d in document.definitions if isinstance(d, graphql.OperationDefinitionNode)]
        if document
        else []
    )
    return any(kind is not graphql.OperationType.QUERY for kind in kinds)
