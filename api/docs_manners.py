"""What the API's own code says of its limits and errors, so that a page need not say it again."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import ModuleType
from typing import Any

from kg.errors import AtmpError


@dataclass(frozen=True)
class Limit:
    """A constant of a module: its name, its value and what is written below it."""

    name: str
    value: Any
    meaning: str


@dataclass(frozen=True)
class Code:
    """A code of ``errors[].extensions`` and what it means."""

    code: str
    meaning: str


def limits_of(module: ModuleType) -> list[Limit]:
    """The constants of a module that have a docstring, in the order of its text."""
    body = ast.parse(inspect.getsource(module)).body
    return [
        Limit(name, getattr(module, name), said)
        for assigned, below in pairwise(body)
        if isinstance(assigned, ast.Assign) and (said := _docstring(below))
        for name in _names(assigned)
        if not name.startswith("_")
    ]


def codes(error: type[AtmpError] = AtmpError) -> Iterator[Code]:
    """The codes that errors carry, each where the tree of errors first has it."""
    if "code" in vars(error):
        yield Code(error.code, inspect.getdoc(error) or "")
    for narrower in error.__subclasses__():
        yield from codes(narrower)


def _docstring(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return str(statement.value.value)
    return ""


def _names(assigned: ast.Assign) -> list[str]:
    return [node.id for target in assigned.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
