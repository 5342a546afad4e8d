"""What the importer of ClinicalTrials.gov knows from data: the codes of each list, and which names are of persons.

Where a person sponsors a trial, or a site is named by its doctor, the name is left out. ``clinicaltrials-personal.tsv``
has patterns of such names; ``clinicaltrials-persons.tsv`` has names that only reading tells, as digests, so that the
table itself names nobody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import DataError, Fault
from kg.mappings import rows_or_shipped
from kg.schema import Schema

CODES, PATTERNS, PERSONS = "clinicaltrials-codes.tsv", "clinicaltrials-personal.tsv", "clinicaltrials-persons.tsv"
_CODE_COLUMNS = ("list", "code", "note")
_PATTERN_COLUMNS = ("pattern", "example", "why")
_PERSON_COLUMNS = ("digest", "decided", "by")
_NOTATION = "ctgov"
_SCHEMES = {
    "status": "recruitment-status",
    "phases": "phase",
    "studyType": "trial-kind",
    "allocation": "allocation",
    "interventionModel": "intervention-model",
    "masking": "masking",
    "stdAges": "age-group",
}
"""The lists of the registry that a scheme of the ontology has the codes of."""


@dataclass(frozen=True)
class Rules:
    """The known codes by list; patterns of names that are a person's or hold a contact, with why; digests of names."""

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()
    persons: frozenset[str] = frozenset()

    def personal(self, name: str) -> str | None:
        """Why a name is not kept; None if it is."""
        if name_digest(name) in self.persons:
            return "a person's name"
        return next((why for pattern, why in self.patterns if pattern.search(name)), None)


NO_RULES = Rules()


def name_digest(name: str) -> str:
    """What stands for a name in the table of persons."""
    return hashlib.sha256(" ".join(name.split()).casefold().encode("utf-8", "replace")).hexdigest()[:16]


def read_rules(schema: Schema, data_folder: Path) -> Rules:
    """The codes of the ontology and of the table beside it, and the names; ``DataError`` for a bad row."""
    codes = {name: _notations(schema, scheme) for name, scheme in _SCHEMES.items()}
    for _, _, row in rows_or_shipped(data_folder, CODES, _CODE_COLUMNS):
        codes.setdefault(row["list"], set()).add(row["code"])
    patterns = []
    for file, line, row in rows_or_shipped(data_folder, PATTERNS, _PATTERN_COLUMNS):
        try:
            pattern = re.compile(row["pattern"])
        except re.error as error:
            what = f"{row['pattern']!r} is no pattern ({error})"
            raise DataError([Fault(file, line, "pattern", what, "Write a regular expression of Python.")]) from error
        patterns.append((pattern, row["why"]))
    persons = frozenset(row["digest"] for _, _, row in rows_or_shipped(data_folder, PERSONS, _PERSON_COLUMNS))
    return Rules({name: frozenset(found) for name, found in codes.items()}, tuple(patterns), persons)


def _notations(schema: Schema, scheme: str) -> set[str]:
    """The registry's codes of a scheme, those that mean one concept together each by itself."""
    notations = (pair for concept in schema.vocabularies[scheme].concepts.values() for pair in concept.notations)
    return {part for system, code in notations if system == _NOTATION for part in code.split("|")}
