"""Which terms of a disease vocabulary the trials of the registry snapshots study, by the words for their conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from kg.sources.condition_terms import Claim, ConditionTerms, Row
from kg.sources.conditions import Condition
from kg.sources.deltas import read_states
from kg.sources.families import TRIALS
from kg.sources.terms import Term, Terms
from kg.sources.wordforms import is_short, normal_form, normal_forms

MOST_NAMES = 12
"""Names that a studied condition gets at most beside its own and those that trials use."""
_SERIAL = re.compile(r"(?<!type)(?<!grade)(?<!stage)(?<!phase)[ ,]+\d+[A-Za-z]?$")
_SUSCEPTIBLE = re.compile(r"\bsusceptibility\b", re.IGNORECASE)


@dataclass
class Wordings:
    """What trials call their conditions: the registry's words, and ids of MeSH headings."""

    terms: set[str] = field(default_factory=set)
    mesh: set[str] = field(default_factory=set)


def read_wordings(data_folder: Path) -> Wordings:
    """The wordings of all snapshots of trials; raises ``DataError`` for a line that is no record."""
    found = Wordings()
    for record in chain.from_iterable(read_states(data_folder, TRIALS).values()):
        found.terms.update(str(term) for term in record.get("conditions", ()))
        found.mesh.update(str(heading["id"]) for heading in record.get("conditionMesh", ()))
    return found


class Studied:
    """The terms that wordings mean and no curated condition is named by, with the words for them.

    The reviewed table comes first, then the names of the curated conditions, then those of the vocabulary.
    """

    def __init__(
        self, terms: Terms, conditions: Iterable[Condition], table: Mapping[str, Row], wordings: Wordings
    ) -> None:
        self._terms = terms
        own = [Claim(c.slug, c.name, c.synonyms, c.mondo or "", c.exact.get("mesh", "")) for c in conditions]
        self._own = ConditionTerms(own)
        self._vocabulary = ConditionTerms(_claims(terms), table)
        self.wordings: dict[str, set[str]] = {}
        for wording in sorted(wordings.terms):
            link = self._vocabulary.link(wording)
            if link and (link.how == "table" or not self._own.link(wording)):
                self.wordings.setdefault(link.slug, set()).add(wording)
        for heading in sorted(wordings.mesh):
            if not self._own.link_mesh(heading) and (found := self._vocabulary.link_mesh(heading)):
                self.wordings.setdefault(found.slug, set())

    def used(self, term: str) -> list[str]:
        """The synonyms of a term that trials use for it."""
        forms = {form for wording in self.wordings.get(term, ()) for form in normal_forms(wording)}
        return _differing([], (s for s in _trusted(self._terms.by_id[term]) if normal_form(s) in forms))

    def usual_name(self, term: str) -> str:
        """The label of a term, or, if that is inverted like "osteoarthritis, knee", the other order if it is in use."""
        found = self._terms.by_id[term]
        turned = " ".join(reversed(found.label.split(", "))).casefold()
        used = {name.casefold() for name in (*found.synonyms, *self.wordings.get(term, ()))}
        return turned if turned in used and found.label == found.label.lower() else found.label

    def names(self, term: str, name: str) -> list[str]:
        """The names of a term beside ``name``: what trials use first, nothing that names another condition too."""
        found = self._terms.by_id[term]
        sure = [s for s in _trusted(found) if not is_short(s) and self._vocabulary.claimants(s) == [term]]
        used = self.used(term)
        offered = [n for n in (found.label, *used, *sure) if not self._own.claimants(n)]
        return _differing([name], offered)[: MOST_NAMES + len(used)]


def _claims(terms: Terms) -> Iterator[Claim]:
    for term in terms.by_id.values():
        yield Claim(term.id, term.label, tuple(_trusted(term)), term.id, terms.match("mesh", term.id) or "")


def _trusted(term: Term) -> Iterable[str]:
    """The synonyms that mean the term itself.

    A susceptibility and a numbered form of a disease carry the name of the disease itself among their synonyms.
    """
    if _SUSCEPTIBLE.search(term.label):
        return ()
    if _SERIAL.search(term.label):
        return [synonym for synonym in term.synonyms if re.search(r"\d", synonym)]
    return term.synonyms


def _differing(known: Iterable[str], offered: Iterable[str]) -> list[str]:
    """The offered names that differ from the known ones, and from each other, in more than form."""
    seen = {normal_form(name) for name in known}
    found = []
    for name in offered:
        form = normal_form(name)
        if form not in seen:
            seen.add(form)
            found.append(name)
    return found
