"""Imports point one way: data and ontology to kg to api, and inside each without a circle."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def imported(path: Path) -> set[str]:
    """The project's own modules that a file imports, at any depth of the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("kg", "api", "tests")}


def modules(package: str) -> dict[str, Path]:
    """The modules of a package by dotted name."""
    paths = (ROOT / package).rglob("*.py")
    return {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in paths if p.name != "__init__.py"}


@pytest.mark.parametrize("path", sorted((ROOT / "kg").rglob("*.py")), ids=lambda p: p.stem)
def test_the_graph_knows_nothing_of_the_api(path: Path) -> None:
    assert {name.split(".")[0] for name in imported(path)} <= {"kg"}


@pytest.mark.parametrize("path", sorted((ROOT / "api").rglob("*.py")), ids=lambda p: p.stem)
def test_the_api_knows_nothing_of_the_tests(path: Path) -> None:
    assert {name.split(".")[0] for name in imported(path)} <= {"kg", "api"}


@pytest.mark.parametrize("package", ["kg", "api"])
def test_no_room_leads_back_to_itself(package: str) -> None:
    rooms = modules(package)
    below = {name: {other for other in imported(path) if other in rooms} for name, path in rooms.items()}
    order = list(TopologicalSorter(below).static_order())  # raises CycleError, which names the circle
    assert set(order) == set(rooms)
