"""Peers in Python for the same operations on the same model: what each answers an operation with, as bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import graphql
import orjson
import strawberry

from api.execute import answer
from api.reading import Release, Request
from api.schema import AtmpSchema, make_schema

Variables = Mapping[str, Any] | None
Peer = Callable[[str, Variables], bytes]
"""Answers a query with these variables, in JSON."""


def ours(release: Release) -> Peer:
    """The schema as it is served: by plans."""
    schema = make_schema(release.schema)
    return lambda query, variables: answer(schema, release, query, variables).content


def strawberry_cached(release: Release) -> Peer:
    """The same schema and resolvers on Strawberry's executor, which is graphql-core's, with queries kept parsed."""
    schema = make_schema(release.schema, plans=False)

    def found(query: str, variables: Variables) -> bytes:
        document, _ = schema.documents.prepare(query)
        assert document is not None
        result = graphql.execute_sync(
            schema.core, document, context_value=_request(schema, release), variable_values=dict(variables or {})
        )
        return _written(result)

    return found


def strawberry_alone(release: Release) -> Peer:
    """The same schema and resolvers as Strawberry answers by itself: parsed and checked anew each time."""
    schema = make_schema(release.schema, plans=False)

    def found(query: str, variables: Variables) -> bytes:
        result = schema.execute_sync(
            query, variable_values=dict(variables or {}), context_value=_request(schema, release)
        )
        return orjson.dumps({"data": result.data} | ({"errors": result.errors} if result.errors else {}))

    return found


def ready_objects(schema: strawberry.Schema, query: str, data: Any) -> Callable[[], bytes]:
    """graphql-core with its own resolvers over the answer as objects in memory; the query is kept parsed."""
    core = graphql.build_schema(schema.as_str())
    document = graphql.parse(query)
    assert not graphql.validate(core, document)
    return lambda: _written(graphql.execute_sync(core, document, root_value=data))


def _request(schema: AtmpSchema, release: Release) -> Request:
    return Request(schema.reader(release))


def _written(result: graphql.ExecutionResult) -> bytes:
    assert not result.errors, result.errors
    return orjson.dumps({"data": result.data})
