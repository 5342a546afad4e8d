"""The constants of ``data/network.yaml``, read with the place of each, so that a fault names file, line and key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import isfinite
from pathlib import Path

from kg import yamltext
from kg.errors import DataError, Fault
from kg.files import did_you_mean
from kg.settings import packaged
from kg.yamltext import Block, Items, Scalar, Tree

FILE = "network.yaml"


def network_file(data_folder: Path) -> Path:
    """The file that holds for a data folder: its own, or the one that is shipped."""
    own = data_folder / FILE
    return own if own.is_file() else packaged("data") / FILE


_COLOUR = re.compile("#[0-9a-f]{6}")


class Section:
    """A mapping of the file. Each reader raises ``DataError`` with the place of what it cannot use."""

    def __init__(self, block: Block, name: str, file: str) -> None:
        self._pairs: dict[str, Tree] = {key.text: value for key, value in block.pairs}
        self._name = name
        self._file = file
        self._line = block.line

    @classmethod
    def read(cls, path: Path) -> Section:
        """The whole file."""
        return cls.parse(path.read_bytes(), f"data/{path.name}")

    @classmethod
    def parse(cls, content: bytes, file: str) -> Section:
        """The whole file from its content; ``file`` is how faults name it."""
        try:
            tree, faults = yamltext.parse(content.decode("utf-8"), file)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise DataError([Fault(file, line, "", "is not UTF-8", "Save the file as UTF-8.")]) from error
        if tree is None or faults:
            raise DataError(faults)
        return cls(tree, "", file)

    def keys(self) -> Iterable[str]:
        """The keys, in the order of the file."""
        return self._pairs.keys()

    def section(self, key: str) -> Section:
        """The mapping under a key; an empty one if the key is not there."""
        found = self._pairs.get(key, Block((), self._line))
        if not isinstance(found, Block):
            raise self._fault(found.line, key, "is no mapping", "Write `key: value` lines below it.")
        return Section(found, self._place(key), self._file)

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Each key with the mapping under it."""
        return ((key, self.section(key)) for key in self._pairs)

    def number(self, key: str, least: float = 0.0, most: float = float("inf")) -> float:
        """A number within bounds."""
        return self._number(key, self._scalar(key), least, most)

    def numbers(self, known: Iterable[str] | None = None) -> dict[str, float]:
        """All keys with their numbers; with ``known`` exactly those keys."""
        if known is not None:
            wanted = set(known)
            for key in self._pairs:
                if key not in wanted:
                    raise self._fault(self._pairs[key].line, key, "is not known", did_you_mean(key, wanted) or _OUT)
            for key in sorted(wanted - self._pairs.keys()):
                raise self._fault(self._line, key, "has no value", f"Add `{key}:` with a number.")
        return {key: self.number(key) for key in self._pairs}

    def number_list(self, key: str, least: float, none: str) -> tuple[float | None, ...]:
        """A list of numbers, None where the word for none stands."""
        found = self._items(key)
        return tuple(None if item.text == none else self._number(key, item, least, float("inf")) for item in found)

    def text(self, key: str, known: Iterable[str] | None = None) -> str:
        """One word, if told one of those that are known."""
        return self._known(key, self._scalar(key), known)

    def colour(self, key: str) -> str:
        """A colour as #rrggbb."""
        scalar = self._scalar(key)
        if not _COLOUR.fullmatch(scalar.text):
            raise self._fault(scalar.line, key, f"'{scalar.text}' is no colour", 'Write it as "#0072b2".')
        return scalar.text

    def words(self, key: str, known: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of words, empty if the key is not there; if told, of those that are known."""
        allowed = None if known is None else tuple(known)
        return tuple(self._known(key, item, allowed) for item in self._items(key))

    def flag(self, key: str) -> bool:
        """Whether the key stands there with ``true``."""
        return key in self._pairs and self.text(key, ("true", "false")) == "true"

    def __contains__(self, key: str) -> bool:
        return key in self._pairs

    def refuse_others(self, known: Iterable[str]) -> None:
        """Raise for a key that nobody reads."""
        wanted = tuple(known)
        for key, value in self._pairs.items():
            if key not in wanted:
                raise self._fault(value.line, key, "is not read by anybody", did_you_mean(key, wanted) or _OUT)

    def _items(self, key: str) -> list[Scalar]:
        found = self._pairs.get(key, Items((), self._line))
        if not isinstance(found, Items):
            raise self._fault(found.line, key, "is no list", "Write it as [one, two].")
        words = [item for item in found.items if isinstance(item, Scalar)]
        if len(words) < len(found.items):
            raise self._fault(found.line, key, "is no list of single values", "Write it as [one, two].")
        return words

    def _scalar(self, key: str) -> Scalar:
        found = self._pairs.get(key)
        if not isinstance(found, Scalar):
            line = self._line if found is None else found.line
            raise self._fault(line, key, "has no value" if found is None else "is no single value", "Write one value.")
        return found

    def _number(self, key: str, scalar: Scalar, least: float, most: float) -> float:
        try:
            value = float(scalar.text)
        except ValueError:
            value = float("nan")
        if not (least <= value <= most and isfinite(value)):
            bounds = f"from {least:g} to {most:g}" if most < float("inf") else f"of {least:g} or more"
            raise self._fault(scalar.line, key, f"'{scalar.text}' is not a number {bounds}", "Write such a number.")
        return value

    def _known(self, key: str, scalar: Scalar, known: Iterable[str] | None) -> str:
        if known is not None and scalar.text not in (allowed := tuple(known)):
            remedy = did_you_mean(scalar.text, allowed) or f"Write one of {', '.join(allowed)}."
            raise self._fault(scalar.line, key, f"'{scalar.text}' is not known here", remedy)
        return scalar.text

    def _place(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def _fault(self, line: int, key: str, what: str, remedy: str) -> DataError:
        return DataError([Fault(self._file, line, self._place(key), what, remedy)])


_OUT = "Take it out."
