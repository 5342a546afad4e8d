"""Links a registry's wording of a disease to a condition of the graph: by the reviewed table, a name, or a MeSH id.

A wording links only if its normal form (``kg/sources/wordforms.py``) is one condition's name, or else one condition's
synonym; short synonyms are abbreviations of many things and link by the table alone. ``data/mappings/
condition-terms.tsv`` (``term mondo basis reason``) is read first: ``mondo`` is the MONDO id of a condition, or
``condition/{id}`` of one that MONDO lacks, ``-`` for words that name no disease, or empty for a disease that is not
linked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kg.errors import DataError, Fault
from kg.mappings import rows_or_shipped
from kg.records import Node
from kg.sources.wordforms import is_short, normal_form, normal_forms

TABLE = "condition-terms.tsv"
COLUMNS = ("term", "mondo", "basis", "reason")
BASES = ("synonym", "spelling", "abbreviation", "narrower-dropped", "broader")
NO_DISEASE = "-"
TYPE = "condition"


@dataclass(frozen=True)
class Claim:
    """What a condition says of itself: several claims of one condition add up."""

    slug: str
    name: str = ""
    synonyms: tuple[str, ...] = ()
    mondo: str = ""
    mesh: str = ""


@dataclass(frozen=True)
class Link:
    """A condition that a wording means: by ``name``, ``synonym``, ``table`` or ``mesh``, and what it matched."""

    slug: str
    how: str
    evidence: str


class Standing(StrEnum):
    """What became of a wording."""

    LINKED = "linked"
    NO_DISEASE = "no disease"
    LACKING = "reviewed, no such condition"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Row:
    """A row of the reviewed table: ``target`` is a MONDO id, a condition, ``-`` or empty."""

    term: str
    target: str
    basis: str
    reason: str
    line: int


def read_table(data_folder: Path) -> dict[str, Row]:
    """The reviewed table by normal form; raises ``DataError`` with file and line if a row is not in form."""
    found: dict[str, Row] = {}
    for file, line, cells in rows_or_shipped(data_folder, TABLE, COLUMNS):
        row = Row(cells["term"], cells["mondo"], cells["basis"], cells["reason"], line)
        form = normal_form(row.term)
        linked = row.target not in ("", NO_DISEASE)
        fault = None
        if not form:
            fault = Fault(file, line, "term", "the term has no letters", "Write the registry's wording.")
        elif form in found:
            what = f"{row.term!r} stands in line {found[form].line} already, in this or another form"
            fault = Fault(file, line, "term", what, "Keep one of the rows.")
        elif linked and not row.target.startswith(("MONDO:", f"{TYPE}/")):
            remedy = "Write a MONDO id, condition/{id}, - for no disease, or nothing."
            fault = Fault(file, line, "mondo", f"{row.target!r} is no condition", remedy)
        elif linked and row.basis not in BASES:
            fault = Fault(file, line, "basis", f"{row.basis!r} is no basis", f"Write one of {', '.join(BASES)}.")
        if fault:
            raise DataError([fault])
        found[form] = row
    return found


def claims_of(nodes: Iterable[Node]) -> list[Claim]:
    """The claims of the graph's conditions; other nodes and deprecated conditions are passed over."""
    return [
        Claim(
            slug=node.id.partition("/")[2],
            name=node.first("name") or "",
            synonyms=tuple(node.values.get("synonyms", ())),
            mondo=node.first("mondo") or "",
            mesh=node.first("mesh") or "",
        )
        for node in nodes
        if node.id.startswith(f"{TYPE}/") and node.first("deprecated") != "true"
    ]


class ConditionTerms:
    """The conditions by the words for them."""

    def __init__(self, claims: Iterable[Claim], table: Mapping[str, Row] | None = None) -> None:
        self._table = table or {}
        self._names: dict[str, dict[str, str]] = {}
        self._synonyms: dict[str, dict[str, str]] = {}
        self._mondo: dict[str, set[str]] = {}
        self._mesh: dict[str, set[str]] = {}
        self._slugs: set[str] = set()
        for claim in claims:
            self._add(claim)

    def link(self, term: str) -> Link | None:
        """The condition that a wording means; None if there is none, or more than one."""
        return self._read(term)[0]

    def standing(self, term: str) -> Standing:
        """What became of a wording: linked, or why not."""
        return self._read(term)[1]

    def claimants(self, term: str) -> list[str]:
        """The conditions whose names, or else synonyms, a wording is."""
        for form in normal_forms(term):
            for _, claims in self._words(form, term):
                return sorted(claims)
        return []

    def link_mesh(self, mesh_id: str) -> Link | None:
        """The one condition that a MeSH heading (``D009101`` or ``MESH:D009101``) means exactly."""
        full = f"MESH:{mesh_id.removeprefix('MESH:')}"
        found = self._mesh.get(full, set())
        return Link(next(iter(found)), "mesh", full) if len(found) == 1 else None

    # -------------------------------------------------------------- within

    def _add(self, claim: Claim) -> None:
        self._slugs.add(claim.slug)
        if claim.name:
            self._names.setdefault(normal_form(claim.name), {}).setdefault(claim.slug, claim.name)
        for synonym in claim.synonyms:
            if not is_short(synonym):
                self._synonyms.setdefault(normal_form(synonym), {}).setdefault(claim.slug, synonym)
        for index, value in ((self._mondo, claim.mondo), (self._mesh, claim.mesh)):
            if value:
                index.setdefault(value, set()).add(claim.slug)

    def _read(self, term: str) -> tuple[Link | None, Standing]:
        for form in normal_forms(term):
            if row := self._table.get(form):
                return self._by_table(row)
            for how, claims in self._words(form, term):
                if len(claims) > 1:
                    return None, Standing.AMBIGUOUS
                slug, words = next(iter(claims.items()))
                return Link(slug, how, words), Standing.LINKED
        return None, Standing.UNKNOWN

    def _words(self, form: str, term: str) -> Iterable[tuple[str, dict[str, str]]]:
        """The claims on a normal form: names before synonyms, as synonyms may be wider or narrower."""
        if form in self._names:
            yield "name", self._names[form]
        if form in self._synonyms and not is_short(term):
            yield "synonym", self._synonyms[form]

    def _by_table(self, row: Row) -> tuple[Link | None, Standing]:
        if row.target == NO_DISEASE:
            return None, Standing.NO_DISEASE
        own = row.target.removeprefix(f"{TYPE}/")
        found = {own} & self._slugs if own != row.target else self._mondo.get(row.target, set())
        if len(found) != 1:
            return None, Standing.AMBIGUOUS if found else Standing.LACKING
        return Link(next(iter(found)), "table", f"{row.term} -> {row.target} ({row.basis})"), Standing.LINKED
