"""The curated conditions as an importer needs them: names, identifiers, near terms, and what lies below what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import DataError
from kg.records import Node, read_records
from kg.schema import Schema
from kg.sources.terms import EXACT_FIELDS

TYPE = "condition"


@dataclass(frozen=True)
class Condition:
    """One curated condition. ``close`` and ``wider`` are near and broader terms of the vocabulary at hand."""

    slug: str
    name: str
    synonyms: tuple[str, ...]
    mondo: str | None
    close: tuple[str, ...]
    wider: tuple[str, ...]
    broader: tuple[str, ...]
    exact: Mapping[str, str]
    unknown: frozenset[str]
    sources: tuple[str, ...]


def read_conditions(schema: Schema, data_folder: Path, prefix: str) -> tuple[dict[str, Condition], frozenset[str]]:
    """The curated conditions by id without the deprecated ones, and the ids of all curated records by type and id.

    Raises ``DataError`` if a condition cannot be read.
    """
    records = read_records(schema, data_folder)
    folder = f"{data_folder.name}/{TYPE}/"
    if faults := [fault for fault in records.faults if fault.file.startswith(folder)]:
        raise DataError(faults)
    nodes = [node for node in records.nodes.values() if node.id.startswith(f"{TYPE}/")]
    found = {_slug(node.id): _condition(schema, node, prefix) for node in nodes if node.first("deprecated") != "true"}
    return found, frozenset(records.nodes) | records.unread


def _condition(schema: Schema, node: Node, prefix: str) -> Condition:
    space = schema.prefixes[prefix]

    def near(name: str) -> tuple[str, ...]:
        iris = node.values.get(name, ())
        return tuple(f"{prefix}:{iri.removeprefix(space)}" for iri in iris if iri.startswith(space))

    return Condition(
        slug=_slug(node.id),
        name=node.first("name") or "",
        synonyms=tuple(node.values.get("synonyms", ())),
        mondo=node.first("mondo"),
        close=near("closeMatch"),
        wider=near("broadMatch"),
        broader=tuple(_slug(value) for value in node.values.get("broader", ())),
        exact={name: value for name, _ in EXACT_FIELDS.values() if (value := node.first(name))},
        unknown=frozenset(node.values.get("unknown", ())),
        sources=tuple(_slug(value) for value in node.values.get("sources", ())),
    )


def _slug(entity_id: str) -> str:
    return entity_id.partition("/")[2]


class Tree:
    """Which condition lies directly below which; keeps links that would close a circle out."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._broader = {condition.slug: set(condition.broader) for condition in conditions}

    def add(self, slug: str, broader: str) -> bool:
        """Put one condition below another; False if the other lies below it already."""
        if slug == broader or slug in self._above(broader):
            return False
        self._broader.setdefault(slug, set()).add(broader)
        return True

    def _above(self, slug: str) -> set[str]:
        seen: set[str] = set()
        todo = [slug]
        while todo:
            for parent in self._broader.get(todo.pop(), ()):
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
        return seen
