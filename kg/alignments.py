"""The alignments of the ontology with other vocabularies, as its SSSOM table has them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from kg.errors import OntologyError

FILE = "alignments.sssom.tsv"


@dataclass(frozen=True)
class Alignment:
    """A term of the ontology beside one of another vocabulary: how they match, how sure that is, and what was noted.

    ``subject``, ``predicate`` and ``match`` are IRIs; ``curie`` is the matched term as the table writes it.
    """

    subject: str
    predicate: str
    match: str
    curie: str
    label: str
    confidence: str
    comment: str


def read_alignments(folder: Path) -> tuple[Alignment, ...]:
    """The rows of the table, in its order; raises ``OntologyError`` if it cannot be read as SSSOM."""
    path = folder / FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
        rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", strict=True)
        return tuple(_alignments(rows, head["curie_map"]))
    except (OSError, ValueError, KeyError, TypeError, csv.Error, yaml.YAMLError) as error:
        raise OntologyError(f"{path}: cannot be read as SSSOM: {error}. Mend its header or the row.") from error


def _alignments(rows: csv.DictReader[str], prefixes: Mapping[str, str]) -> Iterator[Alignment]:
    for row in rows:
        yield Alignment(
            subject=_expanded(row["subject_id"], prefixes),
            predicate=_expanded(row["predicate_id"], prefixes),
            match=_expanded(row["object_id"], prefixes),
            curie=row["object_id"],
            label=row["object_label"],
            confidence=row["confidence"],
            comment=row["comment"],
        )


def _expanded(curie: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = curie.partition(":")
    return prefixes[prefix] + local
