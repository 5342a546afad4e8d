"""A ``where`` turned into a test of one entity, all of it or all but the conditions on one field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api import completeness, cursors, limits, lookup
from api.filters import known_fields, tree_link
from api.reading import Request, Test
from kg import dates
from kg.errors import UsageError
from kg.folding import fold
from kg.schema import EntityType, Field
from kg.terms import Value

ValueTest = Callable[[Any], bool]
"""Whether a value, or its absence (None), meets a condition."""

Given = Mapping[str, Any]
"""A ``where`` or a part of it, as it came."""

_NOT_MET, _MET = 1, 2
"""What is remembered of an entity that was tried."""


def compiled(request: Request, kind: EntityType, where: Given) -> Test:
    """The test of a ``where`` on a type; the same one is made once a request."""
    request.spend(1)
    key = (kind.name, cursors.digest(where))
    found = request.tests.get(key)
    if found is None:
        found = request.tests[key] = _remembered(request, _entity_test(request, kind, where))
    return found


def without(where: Given, steps: Sequence[tuple[str, bool]]) -> Given:
    """The ``where`` without its conditions on what the steps lead to, each a name and whether it is a list's.

    Taken out are those beside each other at the top and within ``and``, for a list those within ``some``; what
    stands in ``or`` and ``not`` is kept, as is all that the field is not named in.
    """
    (own, many), *rest = steps
    kept: dict[str, Any] = {}
    for name, operand in where.items():
        if name == "and":
            kept[name] = [without(part, steps) for part in operand]
        elif name != own:
            kept[name] = operand
        elif rest and (inner := _inside(operand, many, rest)):
            kept[name] = inner
    return kept


def _inside(operand: Given, many: bool, steps: Sequence[tuple[str, bool]]) -> Given:
    """The conditions on a link without those on what the steps lead to beyond it."""
    if not many:
        return without(operand, steps)
    parts = ((name, without(part, steps) if name == "some" else part) for name, part in operand.items())
    return {name: part for name, part in parts if part or operand[name] == part}


def _remembered(request: Request, test: Test) -> Test:
    """The test, answering each entity once, so that nested filters cost no more than the entities they meet."""
    known = bytearray()
    left = limits.TICK

    def remembered(entity: int | None) -> bool:
        nonlocal left, known
        place = -1 if entity is None else entity
        if not known:  # a byte an entity, as a filter may hold hundreds of tests; the last is None
            known = bytearray(len(request.model) + 1)
        if not known[place]:
            known[place] = _MET if test(entity) else _NOT_MET
            left -= 1
            if not left:
                left = limits.TICK
                request.spend(limits.TICK // limits.ROWS)
                request.tick()
        return known[place] == _MET

    return remembered


def _all(tests: list[Callable[[Any], bool]]) -> Callable[[Any], bool]:
    if len(tests) == 1:
        return tests[0]
    return lambda value: all(test(value) for test in tests)


def _present(operator: str, operand: Any) -> Any:
    if operand is None:
        raise UsageError(f"where: {operator} is null. Leave it out, or use `isNull: true` to find what is not there.")
    return operand


# ---------------------------------------------------------------- entities


def _entity_test(request: Request, kind: EntityType, where: Given) -> Test:
    fields = known_fields(request, kind)
    tests: list[Test] = []
    for name, operand in where.items():
        _present(name, operand)
        if name in fields:
            test = _field_test(request, fields[name].field, operand)
            tests.append(_on_field(request, name, fields[name].types, test, len(request.schema.concrete(kind.name))))
        else:
            tests.append(_operator_test(request, kind, name, operand))
    return _all(tests)


def _on_field(request: Request, name: str, types: frozenset[str], test: ValueTest, possible: int) -> Test:
    """The test of a field's cell; an entity of a type without the field, or no entity, has nothing there."""
    get, kind = request.model.get, request.model.kind
    if len(types) == possible:
        return lambda entity: entity is not None and test(get(entity, name))
    return lambda entity: entity is not None and kind(entity).name in types and test(get(entity, name))


def _operator_test(request: Request, kind: EntityType, name: str, operand: Any) -> Test:
    model = request.model
    match name:
        case "and":
            return _all([compiled(request, kind, _present("and", part)) for part in operand])
        case "or":
            parts = [compiled(request, kind, _present("or", part)) for part in operand]
            return lambda entity: any(part(entity) for part in parts)
        case "not":
            inner = compiled(request, kind, operand)
            return lambda entity: not inner(entity)
        case "isNull":
            return lambda entity: (entity is None) == operand
        case "isA":
            return lambda entity: entity is not None and model.kind(entity).name == operand
        case "under":
            root = lookup.entity(request, operand, kind)
            below = request.reader.below(root, tree_link(kind) or "")
            return lambda entity: entity in below
        case "eq":
            return _id_test(request, kind, {"eq": operand})
        case "completeness":
            share = completeness.share(request)
            part = _all([_number_test(name, _present(name, bound)) for name, bound in operand.items()])
            return lambda entity: entity is not None and part(share(entity))
    return _id_test(request, kind, operand)


def _id_test(request: Request, kind: EntityType, operators: Given) -> Test:
    def numbers(operand: Any) -> frozenset[int]:
        asked = operand if isinstance(operand, list) else [operand]
        request.spend(len(asked) // limits.ROWS)
        return frozenset(lookup.entity(request, one, kind) for one in asked)

    tests: list[Test] = []
    for name, operand in operators.items():
        wanted = numbers(_present(name, operand))
        tests.append(_membership(name, wanted))
    return _all(tests)


def _membership(operator: str, wanted: frozenset[Any]) -> Callable[[Any], bool]:
    """``eq`` and ``in``, or ``ne`` and ``notIn``, of what is there."""
    if operator in ("eq", "in"):
        return lambda value: value is not None and value in wanted
    return lambda value: value is not None and value not in wanted


# ------------------------------------------------------------------ fields


def _field_test(request: Request, field: Field, operand: Given) -> ValueTest:
    def item(conditions: Given) -> ValueTest:
        if field.target:
            return compiled(request, request.schema.types[field.target], conditions)
        return _all([_value_test(request, field, name, _present(name, value)) for name, value in conditions.items()])

    return _list_test(request, field, operand, item) if field.many else item(operand)


def _list_test(request: Request, field: Field, operand: Given, item: Callable[[Given], ValueTest]) -> ValueTest:
    tests: list[ValueTest] = []
    for name, conditions in operand.items():
        _present(name, conditions)
        if name == "count":
            tests.append(_counted([_number_test(op, _present(op, bound)) for op, bound in conditions.items()]))
        else:
            tests.append(_quantified(name, item(conditions)))
    return _all(tests)


def _counted(tests: list[ValueTest]) -> ValueTest:
    test = _all(tests)
    return lambda cell: test(len(cell))


def _quantified(quantifier: str, test: ValueTest) -> ValueTest:
    match quantifier:
        case "some":
            return lambda cell: any(test(value) for value in cell)
        case "every":
            return lambda cell: all(test(value) for value in cell)
    return lambda cell: not any(test(value) for value in cell)


# ------------------------------------------------------------------ values


def _value_test(request: Request, field: Field, operator: str, operand: Any) -> ValueTest:
    if operator == "under":
        wanted = request.schema.vocabularies[field.scheme or ""].descendants(str(operand))
        return _membership("in", frozenset(wanted))
    if operator in ("contains", "startsWith"):
        return _text_test(operator, fold(operand))
    if field.kind == "date" and operator in _DATE_TESTS:
        return _DATE_TESTS[operator](operand)
    return _number_test(operator, operand)


def _text_test(operator: str, part: str) -> ValueTest:
    if operator == "contains":
        return lambda value: value is not None and part in fold(value)
    return lambda value: value is not None and fold(value).startswith(part)


def _number_test(operator: str, operand: Any) -> ValueTest:
    """The operators that every kind of value has, and those of numbers."""
    match operator:
        case "isNull":
            return lambda value: (value is None) == operand
        case "gt":
            return lambda value: value is not None and value > operand
        case "gte":
            return lambda value: value is not None and value >= operand
        case "lt":
            return lambda value: value is not None and value < operand
        case "lte":
            return lambda value: value is not None and value <= operand
    return _membership(operator, _values(operator, operand))


def _values(operator: str, operand: Any) -> frozenset[Value]:
    asked = operand if isinstance(operand, list) else [operand]
    return frozenset(_present(operator, value) for value in asked)


def _after(bound: str) -> ValueTest:
    day = dates.last_day(bound)
    return lambda value: value is not None and dates.first_day(value) > day


def _from(bound: str) -> ValueTest:
    day = dates.first_day(bound)
    return lambda value: value is not None and dates.first_day(value) >= day


def _before(bound: str) -> ValueTest:
    day = dates.first_day(bound)
    return lambda value: value is not None and dates.last_day(value) < day


def _until(bound: str) -> ValueTest:
    day = dates.last_day(bound)
    return lambda value: value is not None and dates.last_day(value) <= day


_DATE_TESTS: Mapping[str, Callable[[str], ValueTest]] = {"gt": _after, "gte": _from, "lt": _before, "lte": _until}
