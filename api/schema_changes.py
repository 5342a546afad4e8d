"""What a new GraphQL schema does to the queries that are asked of an old one: the changes that break them or may."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    GraphQLError,
    GraphQLSchema,
    build_client_schema,
    build_schema,
    introspection_from_schema,
    lexicographic_sort_schema,
    print_schema,
)
from graphql.utilities import BreakingChange, DangerousChange, find_schema_changes

from kg.errors import UsageError

_GIVE = "Give a schema as `atmp-kg schema` prints it."


@dataclass(frozen=True)
class Changes:
    """Changes as sentences, sorted: what breaks a query that was right, and what may surprise its reader."""

    breaking: tuple[str, ...]
    dangerous: tuple[str, ...]


def changes(old: str, new: GraphQLSchema) -> Changes:
    """What changed since a schema's text; raises UsageError if that is no schema."""
    try:
        before = build_schema(old, no_location=True)
    except (GraphQLError, TypeError) as error:
        what = error.message if isinstance(error, GraphQLError) else error
        raise UsageError(f"The old schema cannot be read: {what}. {_GIVE}") from error
    if before.query_type is None:
        raise UsageError(f"The old schema has no type Query. {_GIVE}")
    found = find_schema_changes(before, new)
    return Changes(
        breaking=tuple(sorted(_sentence(one) for one in found if isinstance(one, BreakingChange))),
        dangerous=tuple(sorted(_sentence(one) for one in found if isinstance(one, DangerousChange))),
    )


def without_descriptions(schema: GraphQLSchema) -> str:
    """A schema's text without its descriptions, sorted by name: all that a query is checked by, a fifth of the size."""
    plain = build_client_schema(introspection_from_schema(schema, descriptions=False))
    return print_schema(lexicographic_sort_schema(plain)) + "\n"


def _sentence(change: BreakingChange | DangerousChange) -> str:
    return f"{change.type.name}: {change.description}"
