"""Lays the layers of snapshots under the curated records, newest first: what is shown, and where values differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kg.provenance import CONFLICT_FIELD, CURATED, NEWEST, add_disagreement
from kg.records import Node
from kg.schema import TERMS, Field, Schema
from kg.snapshots import FOLDER, Layer


def lay_under(schema: Schema, nodes: dict[str, Node], layers: Iterable[Layer]) -> None:
    """Complete the nodes from the layers, newest first; where single values differ, add a conflict.

    A list is completed by every registry, but of one registry's states the newest list stands, save where the list is
    the history itself: the records that a shortcut takes the newest of.
    """
    laying = _Laying(schema, nodes)
    for layer in layers:
        laying.lay(layer)


class _Laying:
    def __init__(self, schema: Schema, nodes: dict[str, Node]) -> None:
        self.schema = schema
        self.nodes = nodes
        self.given: dict[tuple[str, str], str] = {}
        """The family whose newest layer gave a field its value."""
        self.histories = {
            (kind.name, fld.shortcut.link)
            for kind in schema.types.values()
            for fld in kind.fields.values()
            if fld.shortcut and fld.shortcut.newest_by
        }

    def lay(self, layer: Layer) -> None:
        dropped: set[str] = set()
        for item in layer.nodes.values():
            if item.id in dropped:
                dropped.update(v for name, vs in item.values.items() if item.kind.fields[name].owns for v in vs)
                continue
            shown = self.nodes.get(item.id)
            if shown is None:
                copied = {name: list(found) for name, found in item.values.items()}
                self.nodes[item.id] = replace(item, values=copied, lines=dict(item.lines), refused=set(item.refused))
                self.given |= {(item.id, name): layer.family for name in item.values}
                continue
            for name, values in item.values.items():
                dropped |= self._complete(layer, shown, item, name, values)

    def _complete(self, layer: Layer, shown: Node, item: Node, name: str, values: list[str]) -> set[str]:
        """Complete one field; returns the nested records that are not shown."""
        own = shown.values.setdefault(name, [])
        fld = shown.kind.fields[name]
        if fld.many:
            new = [value for value in values if value not in own]
            if self.given.get((item.id, name)) == layer.family and not self._kept_whole(shown, fld):
                return set(new) if fld.owns else set()
            own += new
            self.given.setdefault((item.id, name), layer.family)
        elif not own:
            own += values
            self.given[item.id, name] = layer.family
        elif values and not _agree(fld, own[0], values[0]) and not self._disputed(shown, name):
            said = [(shown, own[0], ""), (item, values[0], "")]
            add_disagreement(self.schema, self.nodes, shown, name, said, NEWEST if _is_snapshot(shown) else CURATED)
        return set()

    def _kept_whole(self, shown: Node, fld: Field) -> bool:
        """Whether older states stay in the list: who states it, with what evidence, and histories."""
        return fld.iri.startswith(TERMS + "Entity.") or (shown.kind.name, fld.name) in self.histories

    def _disputed(self, shown: Node, name: str) -> bool:
        conflicts = (self.nodes[c] for c in shown.values.get(CONFLICT_FIELD, ()) if c in self.nodes)
        return any(conflict.first("field") == name for conflict in conflicts)


def _agree(fld: Field, one: str, other: str) -> bool:
    """Whether two values may both be true: the same, or a date and a less precise one that holds it."""
    return one == other or (fld.kind == "date" and (one.startswith(other + "-") or other.startswith(one + "-")))


def _is_snapshot(node: Node) -> bool:
    return node.file.split("/")[1] == FOLDER
