"""The part of MONDO that the graph uses, as lines of ``data/registry/``: what it adds to the curated conditions, the
conditions that trials study, and the broader conditions that are kept as groups above them.

Kept are the terms that the trials of the snapshots name (``kg/sources/studied.py``), those that ``data/mappings/
condition-groups.tsv`` lists as far as a condition lies below them, and the direct parents of two curated conditions or
more; every condition is linked to the nearest kept ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import DataError, Fault
from kg.files import SLUG
from kg.schema import Schema
from kg.sources.condition_terms import read_table as read_wording_table
from kg.sources.conditions import TYPE, Condition, Tree, read_conditions
from kg.sources.groups import GROUPS, Groups, read_groups
from kg.sources.lines import read_lines, snapshot_path
from kg.sources.names import capitalised, new_names, slug_of
from kg.sources.obo import is_obo, read_obo
from kg.sources.studied import Studied, read_wordings
from kg.sources.tables import add_mappings, is_sssom, is_table, read_table
from kg.sources.terms import EXACT_FIELDS, Terms

PREFIX = "MONDO"
GROUP_SYNONYMS = 4
"""Names that a group gets at most beside its own."""


@dataclass
class Drawn:
    """The lines drawn from a release: about the terms, and about exact matches if those are of another release."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    matches: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: int = 0
    enriched: int = 0
    studied: int = 0
    remarks: list[str] = field(default_factory=list)


def read_release(paths: Iterable[Path]) -> Terms:
    """The terms of the given files; raises ``DataError`` if one is of no known form or there are no terms."""
    terms: Terms | None = None
    mappings: list[tuple[str, str]] = []
    for path in paths:
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError([Fault(str(path), 0, "", f"byte {error.start} is not UTF-8", "Fetch it again.")]) from error
        if is_sssom(text):
            mappings.append((str(path), text))
        elif is_obo(text) or is_table(text):
            if terms is not None:
                raise DataError([Fault(str(path), 0, "", "a second file of terms", "Give one file of terms.")])
            terms = (read_obo if is_obo(text) else read_table)(str(path), text, PREFIX + ":")
        else:
            remedy = "Give mondo.obo, or the table of terms and SSSOM files of exact matches."
            raise DataError([Fault(str(path), 1, "", "neither OBO nor a table of terms nor SSSOM", remedy)])
    if terms is None:
        name = mappings[0][0] if mappings else "--from"
        raise DataError([Fault(name, 0, "", "there are no terms", "Give mondo.obo or the table of terms too.")])
    for name, text in mappings:
        add_mappings(name, text, terms)
    return terms


def draw(schema: Schema, data_folder: Path, terms: Terms) -> Drawn:
    """Draw from a release what concerns the curated conditions of a data folder and the trials of its snapshots."""
    conditions, known = read_conditions(schema, data_folder, PREFIX)
    studied = Studied(terms, conditions.values(), read_wording_table(data_folder), read_wordings(data_folder))
    standing = [read_lines(path) for path in sorted(data_folder.glob(f"registry/{TYPE}/mondo-*.jsonl"))]
    rows = [row for rows in standing for row in rows]
    return _Drawing(data_folder, conditions, known, terms, rows, studied).run()


class _Drawing:
    def __init__(
        self,
        data_folder: Path,
        conditions: Mapping[str, Condition],
        known: frozenset[str],
        terms: Terms,
        standing: list[dict[str, Any]],
        studied: Studied,
    ) -> None:
        self.conditions = conditions
        self.known = known
        self.terms = terms
        self.studied = studied
        self.standing = [row for row in standing if row.get("name")]
        self.groups: Groups = read_groups(data_folder)
        self.list_name = f"{data_folder.name}/mappings/{GROUPS}"
        self.source = f"mondo-{terms.version}"
        self.matched = f"mondo-mappings-{terms.mappings_version}"
        self.apart = terms.mappings_version not in ("", terms.version)
        self.exact = {c.mondo: slug for slug, c in sorted(conditions.items(), reverse=True) if c.mondo in terms.by_id}
        self.used = Counter((name, value) for c in conditions.values() for name, value in c.exact.items())
        self.tree = Tree(conditions.values())
        self.drawn = Drawn()

    def run(self) -> Drawn:
        stand_ins = self._stand_ins()
        groups = self._wanted_groups() - stand_ins.keys() - self.exact.keys()
        named = self._named() - groups - stand_ins.keys() - self.exact.keys()
        own = self._slugs(groups | named)
        kept = {**own, **stand_ins, **self.exact}
        for term in sorted(groups):
            self._group(term, own[term])
        for condition in self.conditions.values():
            self._enrich(condition)
        for term in sorted(named):
            self._study(term, own[term])
        for term, slug in sorted(own.items()):
            self._link(slug, self.terms.parents(term, self.groups.links), kept, "")
        for condition in self.conditions.values():
            self._place(condition, kept)
        self._retire(kept)
        self.drawn.records = {s: r for s, r in self.drawn.records.items() if len(r) > 2}
        return self.drawn

    # -------------------------------------------------------------- what is kept

    def _stand_ins(self) -> dict[str, str]:
        found = {}
        for term, slug in self.groups.stand_ins.items():
            if slug not in self.conditions:
                what = f"{term} is to be stood for by {slug}, which is no curated condition"
                raise DataError([Fault(self.list_name, 0, "condition", what, "Mend the id or clear the cell.")])
            if term in self.terms.by_id:
                found[term] = slug
        return found

    def _named(self) -> set[str]:
        """The terms that trials name and that are not refused as groups of too much."""
        return {term for term in self.studied.wordings if term not in self.groups.refused}

    def _wanted_groups(self) -> set[str]:
        named = self._named()
        reached = named | {above for term in named for above in self.terms.above(term, self.groups.links)}
        joined: Counter[str] = Counter()
        for condition in self.conditions.values():
            starts, _ = self._starts(condition)
            reached |= {above for start in starts for above in {start, *self.terms.above(start, self.groups.links)}}
            if condition.mondo:
                joined.update(self.terms.parents(condition.mondo, self.groups.links))
        wanted = {term for term in self.groups.labels if term in reached}
        return wanted | {term for term, count in joined.items() if count > 1 and term not in self.groups.refused}

    def _slugs(self, wanted: set[str]) -> dict[str, str]:
        """An id for each term: that which it had before, or else one made of its name."""
        taken = {entity.partition("/")[2] for entity in self.known if entity.startswith(f"{TYPE}/")}
        before = {row["mondo"]: str(row["id"]) for row in self.standing if row.get("mondo")}
        found: dict[str, str] = {}
        for term in sorted(wanted, key=lambda t: (t not in before, t)):
            slug = before.get(term) or slug_of(self._name(term))
            if slug in taken or not SLUG.fullmatch(slug):
                self.drawn.remarks.append(f"{term} ({self._name(term)}): the id {slug!r} is taken; curate its mondo")
                slug = term.lower().replace(":", "-")
            taken.add(slug)
            found[term] = slug
        return found

    def _name(self, term: str) -> str:
        return self.groups.labels.get(term) or capitalised(self.studied.usual_name(term))

    # -------------------------------------------------------------- what is said

    def _record(self, slug: str) -> dict[str, Any]:
        return self.drawn.records.setdefault(slug, {"id": slug, "sources": [self.source]})

    def _group(self, term: str, slug: str) -> None:
        found, name = self.terms.by_id[term], self._name(term)
        used = self.studied.used(term)
        names = new_names([name], [found.label, *used, *found.synonyms])[: max(GROUP_SYNONYMS, len(used) + 1)]
        said = {"name": name, "synonyms": names, "mondo": term, "grouping": True, "review": "unreviewed"}
        self._record(slug).update(said)
        self._match(slug, term, ())
        self.drawn.groups += 1

    def _study(self, term: str, slug: str) -> None:
        name = self._name(term)
        self._record(slug).update({"name": name, "synonyms": self.studied.names(term, name), "mondo": term})
        self._record(slug)["review"] = "unreviewed"
        self._match(slug, term, ())
        self.drawn.studied += 1

    def _enrich(self, condition: Condition) -> None:
        if condition.mondo is None or self.exact.get(condition.mondo) != condition.slug:
            if condition.mondo:
                self.drawn.remarks.append(f"{condition.slug}: {condition.mondo} is not in this release, or used twice")
            return
        term = self.terms.by_id[condition.mondo]
        names = new_names([condition.name, *condition.synonyms], [term.label, *term.synonyms])
        self._record(condition.slug).update({"mondo": term.id, "synonyms": names})
        self._match(condition.slug, term.id, {*condition.exact, *condition.unknown})
        self.drawn.enriched += 1

    def _match(self, slug: str, term: str, spoken: Iterable[str]) -> None:
        """The one exact match in each vocabulary, unless a curator spoke of it or another condition has it."""
        for name, _ in EXACT_FIELDS.values():
            value = self.terms.match(name, term)
            if value is None or name in spoken:
                continue
            if self.used[name, value]:
                self.drawn.remarks.append(f"{slug}: {value} stands on another condition and is left out")
                continue
            self.used[name, value] += 1
            if self.apart:
                row = self.drawn.matches.setdefault(slug, {"id": slug, "sources": [self.matched]})
                row[name] = value
            else:
                self._record(slug)[name] = value

    # -------------------------------------------------------------- what lies below what

    def _starts(self, condition: Condition) -> tuple[list[str], str]:
        """The terms at or below which a condition lies, and how it is known: stated, implied or inferred."""
        if condition.mondo in self.terms.by_id and condition.mondo:
            return list(self.terms.parents(condition.mondo, self.groups.links)), ""
        if wider := [term for term in condition.wider if term in self.terms.by_id]:
            return wider, "implied"
        return [parent for term in condition.close for parent in self.terms.parents(term, self.groups.links)], (
            "inferred"
        )

    def _place(self, condition: Condition, kept: Mapping[str, str]) -> None:
        starts, knowledge = self._starts(condition)
        self._link(condition.slug, starts, kept, knowledge)

    def _link(self, slug: str, starts: Iterable[str], kept: Mapping[str, str], knowledge: str) -> None:
        """Links to the nearest kept terms; what MONDO does not itself state gets evidence that says so."""
        curated = self.conditions[slug].broader if slug in self.conditions else ()
        near = self.terms.nearest(starts, {t: s for t, s in kept.items() if s != slug}, self.groups.links)
        for term in near:
            broader = kept[term]
            how = knowledge or ("inferred" if term in self.groups.stand_ins and term not in self.exact else "")
            if how and broader in curated:
                continue
            if not self.tree.add(slug, broader):
                self.drawn.remarks.append(f"{slug}: not put below {broader}, which the curated records put below it")
                continue
            record = self._record(slug)
            record.setdefault("broader", []).append(broader)
            if how:
                said = {"field": "broader", "value": broader, "source": self.source, "method": "rule", "knowledge": how}
                record.setdefault("evidence", {})[f"broader-{broader}"] = said | {"confidence": "medium"}

    def _retire(self, kept: Mapping[str, str]) -> None:
        """Groups of the lines before that are kept no longer: their ids go on to resolve."""
        present = set(kept.values()) | {entity.partition("/")[2] for entity in self.known}
        for row in self.standing:
            if row["id"] in present:
                continue
            term = self.terms.replaced.get(row.get("mondo", ""), row.get("mondo", ""))
            heir = kept.get(term)
            record = self._record(str(row["id"]))
            record.update({"name": row["name"], "review": "unreviewed", "deprecated": True})
            record.update({"replacedBy": f"{TYPE}/{heir}"} if heir else {"unknown": ["replacedBy"]})


def snapshots(data_folder: Path, terms: Terms, drawn: Drawn) -> dict[Path, list[dict[str, Any]]]:
    """The files that the lines of a release go into."""
    files = {snapshot_path(data_folder, TYPE, f"mondo-{terms.version}"): list(drawn.records.values())}
    if drawn.matches:
        files[snapshot_path(data_folder, TYPE, f"mondo-mappings-{terms.mappings_version}")] = [*drawn.matches.values()]
    return files
