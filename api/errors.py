"""Errors as GraphQL and HTTP show them: one shape, a code, no traceback."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from kg.errors import AtmpError, BusyError, DepthError, LimitError, UsageError

log = logging.getLogger("atmp.api")

INTERNAL = "INTERNAL_SERVER_ERROR"


def shown(error: Exception) -> dict[str, Any]:
    """An error as it stands in ``errors[]``."""
    cause = _cause(error)
    if isinstance(cause, UsageError | BusyError):
        found: dict[str, Any] = {"message": cause.message, "extensions": cause.extensions}
    elif cause is None and not _unwritable(error):
        found = _refusal(str(getattr(error, "message", error)))
    else:
        found = internal(cause or error)
    if isinstance(error, GraphQLError):
        if error.locations:
            found["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
        if error.path is not None:
            found["path"] = error.path
    return found


def all_shown(errors: Sequence[Exception]) -> list[dict[str, Any]]:
    """Errors as they stand in ``errors[]``; of those about a limit of the whole answer the first alone."""
    for error in errors:
        if isinstance(_cause(error), LimitError):
            return [shown(error)]
    return [shown(error) for error in errors]


def internal(cause: BaseException) -> dict[str, Any]:
    """A fault of ours: the reader gets a reference, the log what happened."""
    reference = secrets.token_hex(4)
    log.error("internal error %s", reference, exc_info=cause)
    what = cause.message if isinstance(cause, AtmpError) else "Something went wrong on our side"
    return {
        "message": f"{what.rstrip('.')}. Report it with the reference {reference}.",
        "extensions": {"code": INTERNAL, "reference": reference},
    }


def of_request(message: str, code: str = UsageError.code, **details: Any) -> dict[str, Any]:
    """An answer that is an error and nothing else."""
    return {"errors": [{"message": message, "extensions": {"code": code, **details}}]}


def _cause(error: Exception) -> Exception | None:
    """What was raised in the first place; None if GraphQL itself refuses the query."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _unwritable(error: Exception) -> bool:
    """Whether GraphQL could not write a value of ours: an error in the answer that no part of the query made."""
    inner = error
    while isinstance(inner, GraphQLError) and isinstance(inner.original_error, GraphQLError):
        inner = inner.original_error
    return isinstance(error, GraphQLError) and error.path is not None and not getattr(inner, "nodes", None)


def _refusal(message: str) -> dict[str, Any]:
    """What graphql-core refuses: the wording of a query, or its size or depth, where it has bounds of its own."""
    if "aborted" in message:
        message += " Ask for less at once."
    if "introspection depth" in message or "nested too deeply" in message:
        return {"message": message, "extensions": {"code": DepthError.code}}
    code = LimitError.code if "aborted" in message else UsageError.code
    return {"message": message, "extensions": {"code": code}}
