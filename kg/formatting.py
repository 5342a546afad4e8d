"""Records in one common form: fields in the ontology's order, two spaces, every comment and value kept.

The order is laid by moving lines, so that a comment above a field goes where the field goes; the layout within a line
is ruamel's, reading every scalar as a string. The result is read back and has to say exactly what the file said.
"""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import yaml as pyyaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

from kg.comments import LOADER, comments, lined_up
from kg.errors import DataError, Fault
from kg.files import RecordFile, read_text
from kg.schema import EntityType, Schema
from kg.yamltext import Block, Items, Tree, parse

_WIDE = 1_000_000  # no line is ever folded


def format_record(schema: Schema, record: RecordFile, root: Path) -> str | None:
    """The record's text in the common form, or None if it is in it already.

    Raises ``DataError`` if the file does not parse, or if it cannot be put into form without a loss.
    """
    text = read_text(record, root)
    if isinstance(text, Fault):
        raise DataError([text])
    tree, faults = parse(text, record.name)
    if tree is None or faults:
        raise DataError(faults)
    ordered = _Lines(schema, text).ordered(record.kind)
    result = lined_up(_laid_out(schema, record.kind, ordered), as_in=ordered)
    again, faults = parse(result, record.name)
    if again is None or faults or _said(again) != _said(tree) or _comments(result) != _comments(text):
        remedy = "Put comments on lines of their own above the field, and values on one line."
        raise DataError([Fault(record.name, 0, "", "cannot be put into form without losing something", remedy)])
    return result if result != text else None


def _said(tree: Tree) -> Any:
    """What a tree says, whatever the order of its fields."""
    if isinstance(tree, Block):
        return {key.text: _said(value) for key, value in tree.pairs}
    return [_said(item) for item in tree.items] if isinstance(tree, Items) else tree.text


def _comments(text: str) -> Counter[str]:
    return Counter(comment.text for comment in comments(text))


def _owned(schema: Schema, kind: EntityType, key: str) -> EntityType | None:
    """The type of the records nested under a field, if it is such a field."""
    field = kind.fields.get(key)
    return schema.types[field.target or ""] if field is not None and field.owns else None


class _Lines:
    """The lines of a record, and the moving of whole fields among them."""

    def __init__(self, schema: Schema, text: str) -> None:
        self.schema = schema
        self.text = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") + "\n"
        self.lines = self.text.splitlines(keepends=True)

    def ordered(self, kind: EntityType) -> str:
        """The text with the fields of each record in the order of its type."""
        root = pyyaml.compose(self.text, Loader=LOADER)
        assert isinstance(root, pyyaml.MappingNode)
        end = len(self.lines)
        while end and self._comment(end - 1, 0):
            end -= 1
        tail = self.lines[end:]
        start = root.value[0][0].start_mark.line
        header = next((n + 1 for n in range(start - 1, -1, -1) if not self.lines[n].strip()), None)
        begin = header if header is not None else min(start, 1)
        return "".join([*self.lines[:begin], *self._record(root, kind, begin, end), *tail])

    def _record(self, node: pyyaml.MappingNode, kind: EntityType, start: int, end: int) -> list[str]:
        """The lines of a block mapping that is one record, its fields in order."""
        ranks = {name: rank for rank, name in enumerate(kind.fields)}
        chunks: list[tuple[int, int, list[str]]] = []
        for (key, value), first, last in self._chunks(node, start, end):
            below = _owned(self.schema, kind, key.value)
            nested = below is not None and _is_block(value)
            body = self._map(value, below, key.end_mark.line + 1, last) if nested and below else None
            lines = self.lines[first:last] if body is None else [*self.lines[first : key.end_mark.line + 1], *body]
            chunks.append((ranks.get(key.value, len(ranks)), len(chunks), lines))
        return [line for _, _, lines in sorted(chunks) for line in lines]

    def _map(self, node: pyyaml.MappingNode, kind: EntityType, start: int, end: int) -> list[str]:
        """The lines of a mapping from keys to nested records; the keys stay in the curator's order."""
        found: list[str] = []
        for (key, value), first, last in self._chunks(node, start, end):
            after = key.end_mark.line + 1
            body = self._record(value, kind, after, last) if _is_block(value) else self.lines[after:last]
            found += [*self.lines[first:after], *body]
        return found

    def _chunks(self, node: pyyaml.MappingNode, start: int, end: int) -> list[tuple[Any, int, int]]:
        """Each pair of a mapping with the lines that belong to it, the comments right above its key among them."""
        firsts = []
        for number, (key, _) in enumerate(node.value):
            first = key.start_mark.line
            while first > start and self._comment(first - 1, key.start_mark.column):
                first -= 1
            firsts.append(first if number else start)
        return list(zip(node.value, firsts, [*firsts[1:], end], strict=True))

    def _comment(self, number: int, column: int) -> bool:
        """Whether a line is a comment of this level or of one further out; deeper ones may be text of a value."""
        line = self.lines[number]
        stripped = line.lstrip(" ")
        return stripped.startswith("#") and len(line) - len(stripped) <= column


def _is_block(node: pyyaml.Node) -> bool:
    return isinstance(node, pyyaml.MappingNode) and not node.flow_style and bool(node.value)


class _AllStrings(VersionedResolver):
    """Takes every plain scalar for a string, as the build does: `NO`, `2020` and `12:30` stay as they are written."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """The tag of a node that does not state one."""
        return self.DEFAULT_SCALAR_TAG if kind is ScalarNode else super().resolve(kind, value, implicit)


def _laid_out(schema: Schema, kind: EntityType, text: str) -> str:
    yaml = YAML(typ="rt")
    yaml.Resolver = _AllStrings
    yaml.preserve_quotes = True
    yaml.width = _WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    record = yaml.load(text)
    _order_flow(schema, kind, record)
    out = io.StringIO()
    yaml.dump(record, out)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).rstrip("\n") + "\n"


def _order_flow(schema: Schema, kind: EntityType, record: CommentedMap) -> None:
    """Put the fields of nested records that are written in braces, on one line, in order."""
    for name, value in record.items():
        below = _owned(schema, kind, name)
        if below is None or not isinstance(value, CommentedMap):
            continue
        for nested in value.values():
            if isinstance(nested, CommentedMap):
                if nested.fa.flow_style():
                    for field in [f for f in below.fields if f in nested]:
                        nested.move_to_end(field)
                _order_flow(schema, below, nested)
