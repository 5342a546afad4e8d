"""The shape of a graph: how many entities of each type there are a trial, how often each field is stated, with what.

``shape.json`` is that of the graph as shipped, kept so that synthetic graphs stay the same while the data grows;
``python -m tests.benchmarks.shape HOME`` measures it anew on the current release of a home. It holds counts and the
values of controlled lists, no text of any source.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.model import Model
from kg.release import Releases
from kg.schema import EntityType, Field
from kg.terms import Value

FILE = Path(__file__).with_name("shape.json")
TRIAL = "Trial"
_QUANTILES, _LONGEST = 20, 30


@dataclass(frozen=True)
class FieldShape:
    """How a field is stated: by what part of the entities, how many values at once, and which, all as weights.

    Values are those of enums and booleans; of dates the precision and year, as ``2018-00``; of numbers some that split
    them evenly; of texts how many words they have; of links the types that they lead to.
    """

    rate: float
    sizes: Mapping[int, int]
    values: Mapping[str, int]


@dataclass(frozen=True)
class TypeShape:
    """How many entities of a type there are for each trial, and its fields as far as they are stated at all."""

    each: float
    fields: Mapping[str, FieldShape]


def read_shape() -> Mapping[str, TypeShape]:
    """The shape that is kept, by the name of the type."""
    return {
        name: TypeShape(kind["each"], {field: _field_shape(**shape) for field, shape in kind["fields"].items()})
        for name, kind in json.loads(FILE.read_text(encoding="utf-8")).items()
    }


def _field_shape(rate: float, sizes: Mapping[str, int], values: Mapping[str, int]) -> FieldShape:
    return FieldShape(rate, {int(size): count for size, count in sizes.items()}, values)


def measure(model: Model) -> dict[str, Any]:
    """The shape of a model, as it is kept."""
    trials = len(model.rows(TRIAL))
    return {
        kind.name: {"each": round(len(model.rows(kind.name)) / trials, 5), "fields": dict(_fields(model, kind))}
        for kind in model.schema.entity_types()
    }


def _fields(model: Model, kind: EntityType) -> Iterator[tuple[str, Any]]:
    rows = model.rows(kind.name)
    for field in kind.fields.values():
        cells = [cell for row in rows if (cell := model.values(row, field.name))]
        if cells and not field.inverse and not field.shortcut:
            sizes = Counter(min(len(cell), _LONGEST) for cell in cells)
            values = Counter(_values(model, field, [value for cell in cells for value in cell]))
            shape = {"rate": round(len(cells) / len(rows), 4), "sizes": _sorted(sizes), "values": _sorted(values)}
            yield field.name, shape


def _sorted(counts: Counter[Any]) -> dict[str, int]:
    return {str(key): count for key, count in sorted(counts.items())}


def _values(model: Model, field: Field, values: Sequence[Value]) -> Iterator[str]:
    match field.kind:
        case "enum":
            yield from map(str, values)
        case "boolean":
            yield from (str(value).lower() for value in values)
        case "date":
            yield from (str(value)[:4] + "-00" * str(value).count("-") for value in values)
        case "integer" | "decimal":
            ordered = sorted(float(value) for value in values)
            yield from (f"{ordered[len(ordered) * n // _QUANTILES]:g}" for n in range(_QUANTILES))
        case "string":
            yield from (f"{min(len(str(value).split()), _LONGEST):02d}" for value in values)
        case "link":
            yield from (model.kind(int(value)).name for value in values)


def main() -> None:
    """Measure the current release of a home and keep its shape."""
    shape = measure(Releases(Path(sys.argv[1])).current().model)
    FILE.write_text(_lines(shape), encoding="utf-8")


def _lines(shape: Mapping[str, Any]) -> str:
    """The shape as JSON with a line for each field."""
    kinds = []
    for name, kind in shape.items():
        fields = ",\n".join(f"  {json.dumps(field)}: {json.dumps(one)}" for field, one in kind["fields"].items())
        kinds.append(f'{json.dumps(name)}: {{"each": {kind["each"]}, "fields": {{\n{fields}\n}}}}')
    return "{\n" + ",\n".join(kinds) + "\n}\n"


if __name__ == "__main__":
    main()
