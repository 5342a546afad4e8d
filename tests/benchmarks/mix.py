"""A seeded mix of operations as an application asks them, over the shipped graph or a synthetic one.

The texts are the same for any seed and graph; a seed draws other variables, over the whole graph. So rounds of one mix
after another ask what was not asked before, and a cache of answers finds next to nothing in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from kg.model import Model
from tests.benchmarks.templates import TEMPLATES, Drawn

SHARES = {"node": 30, "list": 25, "filter": 20, "nest": 15, "facet": 5, "search": 5}
"""Of a hundred operations, as an application asks that shows the graph: most requests open one thing or turn a page of
a list; some narrow a list down; the page of a thing asks in one nested operation for what is around it; the counts
beside a list and the search box are asked for less often than what stands beside them changes."""


@dataclass(frozen=True)
class Operation:
    """One request: what it is called, which of ``SHARES`` it belongs to, its text, and the values of its variables."""

    name: str
    kind: str
    query: str
    variables: Mapping[str, Any]


def mix(model: Model, count: int = 200, seed: int = 1, texts: int = 1) -> list[Operation]:
    """So many operations in random order, no two of one text; ``texts`` is the seed that the texts are drawn with."""
    written, drawn = Random(texts), Drawn(model, Random(seed))
    found: dict[str, Operation] = {}
    for kind, share in SHARES.items():
        templates = [template for template in TEMPLATES if template.kind == kind]
        for number in range(round(count * share / sum(SHARES.values()))):
            template = templates[number % len(templates)]
            while (query := template.written(written)) in found:
                pass
            variables = {name: draw(drawn) for name, draw in template.draws.items()}
            found[query] = Operation(f"{kind} {number}", kind, query, variables)
    operations = list(found.values())
    drawn.random.shuffle(operations)
    return operations
