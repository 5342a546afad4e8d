"""Reads a disease ontology from tables: terms in one TSV, exact matches in SSSOM files.

The table of terms has the columns ``id label is_a xrefs synonyms``; ``is_a`` and ``synonyms`` hold several values
joined by ``|``. Its file's name ends with the release: ``mondo_terms_2024-07.tsv``. The table gives no scopes, so all
its synonyms count as names, and its ``xrefs`` say nothing of being exact, so they are not used.

An SSSOM file has comment lines with ``#``, among them ``mapping_set_version`` with the release, and the columns
``subject_id predicate_id object_id`` at least; only rows with ``skos:exactMatch`` are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.errors import DataError, Fault
from kg.sources.terms import Term, Terms, add_match, check_whole

TERM_COLUMNS = ("id", "label", "is_a", "xrefs", "synonyms")
MAPPING_COLUMNS = ("subject_id", "predicate_id", "object_id")
_RELEASE = re.compile(r"(\d{4}-\d{2}(?:-\d{2})?)\.\w+$")
_MAPPING_VERSION = re.compile(r"^#\s*mapping_set_version:\s*(?:\S*/)?(\d{4}-\d{2}-\d{2})\b", re.MULTILINE)
_AGAIN = "Fetch the file again."

Row = tuple[int, dict[str, str]]
"""A line's number and its cells by column."""


def is_table(text: str) -> bool:
    """Whether a text begins as a table of terms does."""
    first = text.lstrip("\ufeff").partition("\n")[0].split("\t")
    return len(first) > 1 and first[0] == "id"


def is_sssom(text: str) -> bool:
    """Whether a text is an SSSOM file: comment lines with a mapping set, or the header of its table."""
    return text.startswith("subject_id\t") or (text.startswith("#") and "\nsubject_id\t" in text)


def read_table(name: str, text: str, prefix: str) -> Terms:
    """The terms of the table; raises ``DataError`` with file and line if it is not in form."""
    version = _RELEASE.search(name)
    if version is None:
        remedy = "Name the file by its release, like mondo_terms_2024-07.tsv."
        raise DataError([Fault(name, 0, "", "the file's name does not say of which release it is", remedy)])
    terms = Terms(version[1], {})
    for line, cells in _rows(name, text, TERM_COLUMNS):
        term = cells["id"]
        if not term.startswith(prefix) or not cells["label"]:
            raise DataError([Fault(name, line, "id", f"{term!r} is no term with a label", _AGAIN)])
        terms.by_id[term] = Term(term, cells["label"], _split(cells["is_a"]), _split(cells["synonyms"]), line)
    check_whole(name, terms.by_id, text)
    return terms


def add_mappings(name: str, text: str, terms: Terms) -> None:
    """Add the exact matches of an SSSOM file to terms; all files have to be of one release."""
    version = _MAPPING_VERSION.search(text)
    if version is None:
        remedy = "Use the file of a release, which has a comment line `# mapping_set_version: .../releases/{day}/...`."
        raise DataError([Fault(name, 1, "mapping_set_version", "the file does not say its release", remedy)])
    if terms.mappings_version not in ("", version[1]):
        what = f"is of {version[1]}, but another file of {terms.mappings_version}"
        raise DataError([Fault(name, 1, "mapping_set_version", what, "Give mapping files of one release.")])
    if not text.endswith("\n"):
        raise DataError([Fault(name, text.count("\n") + 1, "", "the last line is not complete", _AGAIN)])
    if not terms.mappings_version:
        terms.exact.clear()  # the files stand for what the ontology's own file says
    terms.mappings_version = version[1]
    for _, cells in _rows(name, text, MAPPING_COLUMNS):
        if cells["predicate_id"] == "skos:exactMatch":
            add_match(terms.exact, cells["subject_id"], cells["object_id"])


def _rows(name: str, text: str, wanted: Sequence[str]) -> Iterator[Row]:
    columns: list[str] | None = None
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if line.startswith("#") or not line.strip():
            continue
        cells = line.split("\t")
        if columns is None:
            columns = cells
            if absent := [column for column in wanted if column not in columns]:
                what = f"the table has no column {', '.join(absent)}"
                raise DataError([Fault(name, number, absent[0], what, f"Columns are {', '.join(wanted)}.")])
        elif len(cells) != len(columns):
            what = f"{len(cells)} cells where the header has {len(columns)}"
            raise DataError([Fault(name, number, "", what, _AGAIN)])
        else:
            yield number, dict(zip(columns, cells, strict=True))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))
