"""YAML text as a tree of strings with line numbers: no types guessed, no anchors, no duplicate keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from kg.errors import Fault

try:
    from yaml import CBaseLoader as Loader
except ImportError:  # PyYAML built without libyaml: slower, the same answers
    from yaml import BaseLoader as Loader  # type: ignore[assignment]


@dataclass(frozen=True)
class Scalar:
    """One value, as written."""

    text: str
    line: int


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Tree, ...]
    line: int


@dataclass(frozen=True)
class Block:
    """A mapping: pairs of key and value in the order of the file, each key once."""

    pairs: tuple[tuple[Scalar, Tree], ...]
    line: int


Tree = Scalar | Items | Block


def parse(text: str, file: str) -> tuple[Block | None, list[Fault]]:
    """The tree of a record, or None if it is no mapping or does not parse, with every fault found."""
    parser = _Parser(text, file)
    try:
        tree = parser.document()
    except _TooDeepError as error:
        fault = Fault(file, error.line, "", f"nested more than {DEEPEST} deep", "Records need four levels at most.")
        return None, [*parser.faults, fault]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problem = getattr(error, "problem", None) or "cannot be read"
        return None, [*parser.faults, Fault(file, line, "", f"not valid YAML: {problem}", _YAML_REMEDY)]
    if tree is None:
        parser.fault(0, "", "the file is empty", "Write a record into it or remove it.")
    elif not isinstance(tree, Block):
        parser.fault(tree.line, "", "the file holds no mapping of fields", "Write one field a line: `name: ...`.")
        tree = None
    return tree, parser.faults


DEEPEST = 20
"""How deep a record may be nested; real ones need four levels."""

_YAML_REMEDY = "Mend the line; quote a value that holds `: ` or ` #` or begins with a special character."


class _TooDeepError(Exception):
    """Stops the reading of a document that is nested past all use; never leaves this module."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark is not None else 0


class _Parser:
    """Turns the events of libyaml into a tree."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=Loader)
        self.depth = 0

    def fault(self, line: int, field: str, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, line, field, what, remedy))

    def document(self) -> Tree | None:
        tree: Tree | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.fault(
                        _line(event), "", "a second document begins", "Keep one record a file; remove the `---`."
                    )
                found = self.tree(next(self.events))
                tree = tree or found
        return None if isinstance(tree, Scalar) and tree.text == "" else tree

    def tree(self, event: yaml.Event) -> Tree:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            self.fault(
                line, "", f"the alias *{getattr(event, 'anchor', '')}", "Aliases are not read; write the value out."
            )
            return Scalar("", line)
        if anchor := getattr(event, "anchor", None):
            self.fault(line, "", f"the anchor &{anchor}", "Anchors are not read; take it out.")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, line)
        self.depth += 1
        if self.depth > DEEPEST:
            raise _TooDeepError(line)
        sequence = isinstance(event, yaml.SequenceStartEvent)
        tree = Items(tuple(self._until(yaml.SequenceEndEvent)), line) if sequence else self._block(line)
        self.depth -= 1
        return tree

    def _until(self, end: type[yaml.Event]) -> Iterator[Tree]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield self.tree(event)

    def _block(self, line: int) -> Block:
        pairs: dict[str, tuple[Scalar, Tree]] = {}
        flat = list(self._until(yaml.MappingEndEvent))
        for key, value in zip(flat[::2], flat[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.fault(key.line, "", "a key that is not a plain word", "Write the field's name as the key.")
            elif key.text in pairs:
                first = pairs[key.text][0].line
                self.fault(key.line, key.text, f"the key stands twice (first in line {first})", "Keep one of them.")
            else:
                pairs[key.text] = (key, value)
        return Block(tuple(pairs.values()), line)
