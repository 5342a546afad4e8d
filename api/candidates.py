"""Candidates of a filter: the entities that an index finds for it, so that not all have to be tried.

Nothing here decides what a filter means: ``conditions`` does, and tries the candidates unless they are known to be all
that meet it and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from api import lookup
from api.filters import known_fields, tree_link
from api.reading import Request
from kg.schema import EntityType, Field

Given = Mapping[str, Any]
"""A ``where`` or a part of it, as it came; it has been found to be in form."""


@dataclass(frozen=True)
class Candidates:
    """Entities of one type by number, all that may meet a filter; ``exact``: they do, and no others."""

    rows: Sequence[int]
    exact: bool = True


def candidates(request: Request, kind: EntityType, where: Given) -> Candidates | None:
    """The fewest candidates that one condition of a ``where`` leaves; None if no index finds few enough."""
    return _fewest([_condition(request, kind, name, operand) for name, operand in where.items()])


def _fewest(found: Sequence[Candidates | None]) -> Candidates | None:
    """Of conditions that all have to hold the one that leaves fewest; of several it is not known to be exact."""
    known = [one for one in found if one is not None]
    if not known:
        return None
    fewest = min(known, key=lambda one: len(one.rows))
    return Candidates(fewest.rows, fewest.exact and len(found) == 1)


def _condition(request: Request, kind: EntityType, name: str, operand: Any) -> Candidates | None:
    fields = known_fields(request, kind)
    if name in fields:
        return None if kind.abstract else _of_field(request, kind, fields[name].field, operand)
    match name:
        case "and":
            return _fewest([candidates(request, kind, part) for part in operand])
        case "or":
            return _any_of(request, kind, [candidates(request, kind, part) for part in operand])
        case "id" | "eq":
            return _of_values(request, kind, operand if name == "id" else {"eq": operand}, _by_id(request, kind))
        case "under":
            below = request.reader.below(lookup.entity(request, operand, kind), tree_link(kind) or "")
            return Candidates(sorted(below))
    return None


def _any_of(request: Request, kind: EntityType, parts: Sequence[Candidates | None]) -> Candidates | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return _together(request, kind, [part.rows for part in known], all(part.exact for part in known))


def _of_field(request: Request, kind: EntityType, field: Field, operand: Given) -> Candidates | None:
    """Those that a condition on a field leaves; of a list, one that some of its items meet."""
    if field.many:
        some = operand.get("some")
        found = None if some is None else _of_item(request, kind, field, some)
        return None if found is None else Candidates(found.rows, found.exact and len(operand) == 1)
    return _of_item(request, kind, field, operand)


def _of_item(request: Request, kind: EntityType, field: Field, operand: Given) -> Candidates | None:
    index = request.model.inverted(kind.name, field.name)

    def having(values: Iterable[Any]) -> Iterator[Sequence[int]]:
        return (index[value] for value in values if value in index)

    if field.target is None:
        return _of_values(request, kind, operand, having, field)
    there = candidates(request, request.schema.types[field.target], operand)
    if there is None:
        return None
    return _together(request, kind, having(there.rows), there.exact)


def _of_values(
    request: Request,
    kind: EntityType,
    operand: Given,
    having: Callable[[Iterable[Any]], Iterable[Sequence[int]]],
    field: Field | None = None,
) -> Candidates | None:
    """Those that have a value that is asked for, or one of several."""
    for name, value in operand.items():
        match name:
            case "eq":
                wanted: Iterable[Any] = [value]
            case "in":
                wanted = frozenset(value)
            case "under" if field is not None:
                wanted = request.schema.vocabularies[field.scheme or ""].descendants(str(value))
            case _:
                continue
        return _together(request, kind, having(wanted), len(operand) == 1)
    return None


def _by_id(request: Request, kind: EntityType) -> Callable[[Iterable[str]], Iterable[Sequence[int]]]:
    return lambda ids: ([lookup.entity(request, one, kind)] for one in ids)


def _together(request: Request, kind: EntityType, parts: Iterable[Sequence[int]], exact: bool) -> Candidates | None:
    """All rows of several lists; None for so many that to gather them is no less than to try all."""
    every = sum(len(request.model.rows(one.name)) for one in request.schema.concrete(kind.name))
    most, size, lists = every // _SHARE, 0, list[Sequence[int]]()
    for part in parts:
        size += len(part)
        lists.append(part)
        if len(lists) > 1 and size > most:
            return None
    return Candidates(lists[0] if len(lists) == 1 else sorted(frozenset(chain.from_iterable(lists))), exact)


_SHARE = 4
"""Of so many entities at least one may be gathered from several lists."""
