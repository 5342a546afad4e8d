"""Which products a registry record names: by brand, nonproprietary name, code or alias, word for word.

Words are compared without case, accents, hyphens and spaces, so that ``KTE-C19`` is ``KTE C19``; nothing is matched by
likeness. A name that two products share links to neither. Names that mean more than their product, and names too short
to be one, are in ``data/mappings/product-names-refused.tsv`` and in the rule below.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.mappings import rows_or_shipped
from kg.records import Node

REFUSED = "product-names-refused.tsv"
_NAME_FIELDS = ("name", "inn", "codes", "aliases")
_WORD = re.compile(r"[a-z]+|\d+")
_LONGEST = 12
"""Words of a name that are looked at together; letters and figures of a code are words apart."""
_SHORTEST = 6
"""Letters and figures of a name without figures; one with figures may have ``_SHORTEST_CODE``."""
_SHORTEST_CODE = 5


@dataclass(frozen=True)
class Mention:
    """A product that a record names, the name it has there, and in which part of the record."""

    product: str
    name: str
    part: str


class ProductNames:
    """The names of products, to be found in the texts of registry records."""

    def __init__(self, names: Mapping[str, Iterable[str]], refused: Iterable[str] = ()) -> None:
        claims: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
        for product, spoken in names.items():
            for name in spoken:
                if telling(name):
                    claims[words(name)].setdefault(product, name)
        out = {words(name) for name in refused}
        self._known = {key: next(iter(found.items())) for key, found in claims.items() if len(found) == 1}
        self._known = {key: found for key, found in self._known.items() if key not in out}
        self.shared = sorted({name for found in claims.values() if len(found) > 1 for name in found.values()})
        self._first = {key[0] for key in self._known}

    @classmethod
    def read(cls, data_folder: Path, nodes: Mapping[str, Node]) -> ProductNames:
        """The names of the products among the nodes; raises ``DataError`` if the refused names cannot be read."""
        products = {n.id.partition("/")[2]: n for n in nodes.values() if n.kind.slug == "product" and not n.owner}
        names = {slug: [v for f in _NAME_FIELDS for v in node.values.get(f, ())] for slug, node in products.items()}
        refused = [row["name"] for _, _, row in rows_or_shipped(data_folder, REFUSED, ("name", "why"))]
        return cls(names, refused)

    def mentions(self, facts: Mapping[str, Any]) -> list[Mention]:
        """The products that a record names, each once, in the order of product; interventions speak before titles."""
        found: dict[str, Mention] = {}
        for part, text in _parts(facts):
            for product, name in self._named(text):
                found.setdefault(product, Mention(product, name, part))
        return [found[product] for product in sorted(found)]

    def _named(self, text: str) -> Iterator[tuple[str, str]]:
        said = words(text)
        for start, word in enumerate(said):
            if word not in self._first:
                continue
            for end in range(min(start + _LONGEST, len(said)), start, -1):
                if hit := self._known.get(said[start:end]):
                    yield hit
                    break


def telling(name: str) -> bool:
    """Whether a name is long enough to be one: six letters, or five letters and figures."""
    plain = "".join(words(name))
    return len(plain) >= (_SHORTEST_CODE if any(c.isdigit() for c in plain) else _SHORTEST)


def words(text: str) -> tuple[str, ...]:
    """The runs of letters and of figures in a text, without case and accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return tuple(_WORD.findall(plain))


def _parts(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for intervention in facts.get("interventions", ()):
        for name in (intervention.get("name"), *intervention.get("otherNames", ())):
            yield "intervention", name or ""
    for part in ("title", "officialTitle", "acronym"):
        yield "title", facts.get(part) or ""
    for keyword in facts.get("keywords", ()):
        yield "keyword", keyword
