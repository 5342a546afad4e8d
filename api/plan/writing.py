"""How values are written by their types: leaves, lists, and what may be null."""

from __future__ import annotations

from typing import Any

import orjson
from graphql import GraphQLEnumType, GraphQLID, GraphQLLeafType, GraphQLString

from api import limits
from api.plan.run import Run
from api.plan.selection import Selection, Write
from api.plan.uncovered import Uncovered

_NULL = b"null"


def nullable(write: Write) -> Write:
    """Writes a value that may be absent."""
    return lambda value, run: _NULL if value is None else write(value, run)


def leaf(kind: GraphQLLeafType, required: bool) -> Write:
    """Writes a scalar or the value of an enum; a long text costs more. Raises Uncovered if a required one is absent."""
    if isinstance(kind, GraphQLEnumType):
        return _enum(kind, required)
    coerce = kind.coerce_output_value
    as_it_is = kind in (GraphQLString, GraphQLID) or coerce is str

    def write(value: Any, run: Run) -> bytes:
        if as_it_is and isinstance(value, str):
            if len(value) > limits.CHARACTERS:
                run.spend(len(value) // limits.CHARACTERS)
            return orjson.dumps(value)
        if value is None and not required:
            return _NULL
        if value is None or isinstance(value, Exception):
            raise Uncovered("no value")
        return orjson.dumps(coerce(value))

    return write


def _enum(kind: GraphQLEnumType, required: bool) -> Write:
    known: dict[Any, bytes] = {} if required else {None: _NULL}

    def write(value: Any, _run: Run) -> bytes:
        found = known.get(value)
        if found is None:
            found = known[value] = orjson.dumps(kind.coerce_output_value(value))
        return found

    return write


def listed(write: Write) -> Write:
    """Writes a list of values, each by itself."""

    def write_list(values: Any, run: Run) -> bytes:
        return b"[" + b",".join([write(value, run) for value in _several(values)]) + b"]"

    return write_list


def listed_objects(selection: Selection) -> Write:
    """Writes a list of objects of one type, none of them absent."""

    def write_list(values: Any, run: Run) -> bytes:
        return b"[" + b",".join(selection.write_all(_several(values), run)) + b"]"

    return write_list


def _several(values: Any) -> Any:
    """What a list is written from; raises Uncovered for a text, which can be gone through as well."""
    if isinstance(values, str):
        raise Uncovered("no list")
    return values
