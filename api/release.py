"""The release in GraphQL: its identity, its sources, how much it covers and what is warned of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from api.coverage import coverage_type
from api.definitions import Definitions, GraphType, ModelField, argument, listing, optional
from api.lists import CUT, cut, first_argument
from api.plain import bounded, fact, made
from api.reading import Release, Request
from api.scalars import Date
from api.types import Types
from kg.coverage import by_what, citations, measure
from kg.errors import Fault
from kg.provenance import SOURCE

Warned = tuple[str, Sequence[Fault]]
"""What is warned of, and where."""


def release_type(types: Types) -> GraphType:
    """The type of the release, and those of its parts."""
    definitions = types.parts.definitions
    covered = ModelField(
        "coverage",
        coverage_type(definitions),
        "What it covers, and where it is thin.",
        lambda _release, request, _given: request.reader.once(measure),
    )
    validation = fact("validation", _validation(definitions), "What the checks warned of.", lambda release: release)
    text = "One dated, checked and immutable state of the graph. A field is null if the build did not note it."
    return made(definitions, "Release", text, [*_identity(definitions), _sources(types), covered, validation])


def _identity(definitions: Definitions) -> list[ModelField]:
    fields = [
        fact("type", str, "The name of the type. For example `Product`.", lambda pair: pair[0]),
        fact("count", int, "How many there are.", lambda pair: pair[1]),
    ]
    count = made(definitions, "TypeCount", "How many entities there are of one type.", fields)
    text = "How many triples the resolved graph has; null if the build did not note it."
    return [
        fact("id", strawberry.ID, "The id; it follows from the inputs, so the same inputs have the same id."),
        fact("date", Date, "The day of the newest input."),
        fact("ontology", str, "The version of the ontology. For example `0.1.0`.", lambda r: r.schema.version),
        fact("triples", optional(int), text, lambda release: release.info.get("triples")),
        fact("counts", listing(count), "How many entities there are of each type.", _counts),
    ]


def _counts(release: Release) -> list[tuple[str, int]]:
    return [(kind.name, len(release.model.rows(kind.name))) for kind in release.schema.entity_types()]


# ---------------------------------------------------------------- sources


def _sources(types: Types) -> ModelField:
    kind = types.schema.types[SOURCE].fields["kind"]
    fields = [
        fact("source", types.made[SOURCE], "The source, with its own date.", lambda pair: pair[0]),
        fact("citations", int, "How many entities and single statements cite it.", lambda pair: pair[1]),
    ]
    cited = made(types.parts.definitions, "CitedSource", "A source that the release rests on.", fields)
    only = argument(
        "kind", optional(types.parts.enums[kind.scheme or ""]), "Only those of this kind; all if not given."
    )
    text = f"The sources, most cited first. {CUT}."
    return ModelField("sources", listing(cited), text, _cited_of_kind, [only, first_argument()])


def _cited_of_kind(_release: Release, request: Request, given: Mapping[str, Any]) -> list[tuple[int, int]]:
    asked, every = given.get("kind"), request.reader.once(cited)
    found = every if asked is None else [pair for pair in every if request.model.get(pair[0], "kind") == asked]
    return cut(found, request, given)


def cited(release: Release) -> list[tuple[int, int]]:
    """Each source and how often it is cited, the most cited first."""
    counts = [(source, citations(release.model, source)) for source in release.model.rows(SOURCE)]
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))


# ---------------------------------------------------------------- validation


def _validation(definitions: Definitions) -> GraphType:
    def warnings(_release: Release, request: Request, given: Mapping[str, Any]) -> list[Warned]:
        return cut(request.reader.once(warned), request, given)

    text = f"What is warned of, most frequent first. {CUT}."
    fields = [
        ModelField("total", int, "How many warnings there are.", lambda _r, request, _g: _total(request)),
        ModelField("warnings", listing(_warning(definitions)), text, warnings, [first_argument()]),
    ]
    text = "What the checks of the release found. It has no errors, for with errors no release is built."
    return made(definitions, "Validation", text, fields)


def _warning(definitions: Definitions) -> GraphType:
    place = made(
        definitions,
        "RecordPlace",
        "A place in the curated records.",
        [
            fact("file", str, "The file. For example `data/product/kymriah.yaml`."),
            fact("line", optional(int), "The line; null if the whole file is meant.", lambda fault: fault.line or None),
            fact("field", optional(str), "The field; null if no single one is meant.", lambda f: f.field or None),
        ],
    )
    fields = [
        fact("what", str, "What is wrong.", lambda warned: warned[0]),
        fact("remedy", str, "What to do.", lambda warned: warned[1][0].remedy),
        fact("count", int, "How often it was found.", lambda warned: len(warned[1])),
        bounded("places", place, "Where, in the order of files.", lambda warned: warned[1]),
    ]
    return made(definitions, "Warning", "One thing that the checks warn of, and where.", fields)


def warned(release: Release) -> list[Warned]:
    """What the checks warn of and where, the most frequent first."""
    return sorted(by_what(sorted(release.faults())).items(), key=lambda pair: -len(pair[1]))


def _total(request: Request) -> int:
    return sum(len(faults) for _, faults in request.reader.once(warned))
