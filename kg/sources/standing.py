"""What registry records are joined to in the curated ones: trials by number, their entries, kinds of products."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from kg.records import Node


class Standing:
    """Looks up what stands already; ``numbers`` are those of other registries that registry records give, by trial."""

    def __init__(self, nodes: Mapping[str, Node], numbers: Mapping[str, Iterable[str]]) -> None:
        self.nodes = nodes
        self._trials: dict[str, str] = {}
        self._entries: dict[tuple[str, str, str], list[Node]] = defaultdict(list)
        for node in nodes.values():
            if node.kind.slug == "registry-record" and node.owner and (number := node.first("identifier")):
                slug = node.owner.partition("/")[2]
                self._trials.setdefault(number, slug)
                self._entries[slug, node.first("registry") or "", number].append(node)
        claimed = Counter(number for given in numbers.values() for number in set(given))
        self._owners = {number: nct for nct, given in numbers.items() for number in given if claimed[number] == 1}
        self._shared = {number for number, count in claimed.items() if count > 1}

    def trial(self, number: str) -> str | None:
        """The curated trial that has a registry's number."""
        return self._trials.get(number)

    def entry(self, slug: str, registry: str, number: str, date: str | None = None) -> str | None:
        """The key of a curated entry with that number, of that day if one is given."""
        for node in self._entries.get((slug, registry, number), ()):
            if date is None or node.first("snapshotDate") == date:
                return node.key
        return None

    def owner(self, number: str) -> str | None:
        """Which trial has the number of another registry: an NCT number, a curated trial, or several (``""``)."""
        if number in self._shared:
            return ""
        nct = self._owners.get(number)
        curated = self._trials.get(number)
        return nct if curated is None or self._trials.get(nct or "") == curated else curated

    def modalities(self, slug: str, products: Iterable[str]) -> list[str]:
        """The kinds of the products of a trial, each once: those a curator gave, and those named."""
        curated = self.nodes.get(f"trial/{slug}")
        named = [f"product/{product}" for product in products]
        given = [*(curated.values.get("products", ()) if curated else ()), *named]
        kinds = (self.nodes[product].first("modality") for product in given if product in self.nodes)
        return sorted({kind for kind in kinds if kind})
