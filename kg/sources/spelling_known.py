"""The organisations that a spelling can stand for, found by their names: curated, reviewed, or in ROR."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.records import Node
from kg.sources.ror_records import RorNames
from kg.sources.spelling_forms import Words, words
from kg.sources.spelling_rules import Form, Rules

_NAMES = ("name", "legalName", "aliases", "formerNames")


@dataclass(frozen=True)
class Known:
    """What spellings are compared with of an organisation: its names, the usual one first, its ROR id and place."""

    names: Sequence[str]
    ror: str = ""
    country: str = ""
    city: str = ""
    former: Sequence[str] = ()


@dataclass(frozen=True)
class Found:
    """An organisation with the rules that its own name needed."""

    organisation: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Entry:
    organisation: str
    form: Form


class KnownNames:
    """Names of organisations by their form; a name that several have stands for none of them."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._exact: dict[Words, set[str]] = defaultdict(set)
        self._entries: dict[Words, list[_Entry]] = defaultdict(list)
        self._places: dict[str, tuple[str, Words]] = {}

    def add(self, organisation: str, names: Iterable[str], country: str = "", city: str = "") -> None:
        """Add an organisation's names; its place is known to the names that were added before, too."""
        had = self._places.get(organisation, ("", ()))
        self._places[organisation] = (country.lower() or had[0], words(city) or had[1])
        for name in names:
            if not (key := words(name)):
                continue
            self._exact[key].add(organisation)
            form = self.rules.stripped(self.rules.form(name))
            if self.rules.says_enough(form.words):
                self._entries[form.words].append(_Entry(organisation, form))

    def exact(self, name: str) -> str | None:
        """The one organisation that has the name, apart from case, accents and punctuation."""
        found = self._exact.get(words(name), set())
        return next(iter(found)) if len(found) == 1 else None

    def by_form(self, form: Form) -> Found | None:
        """The one organisation with a name of that form, whose country has the legal forms taken off the spelling."""
        base = self.rules.stripped(form)
        if self.rules.is_shared(base.words) or not self.rules.says_enough(base.words):
            return None
        fitting = [entry for entry in self._entries.get(base.words, ()) if self._fits(base, entry)]
        return _only(fitting, base)

    def by_place(self, name: str) -> Found | None:
        """The one organisation whose name is left when places at the end are taken off and who is in all of them."""
        for rest, parts in self.rules.ends(name):
            form, exact = self.rules.form(rest), Form(words(rest))
            base = self.rules.stripped(form)
            named = [_Entry(slug, exact) for slug in sorted(self._exact.get(exact.words, ()))]
            formed = [entry for entry in self._entries.get(base.words, ()) if self._fits(base, entry)]
            if self.rules.is_shared(base.words) or not self.rules.says_enough(base.words):
                formed = []
            for entries, used in ((named, exact), (formed, base)):
                lying = [entry for entry in entries if all(self._lies(entry.organisation, part) for part in parts)]
                if lying:
                    return _only(lying, used)
        return None

    def in_country(self, name: str, country: str) -> str | None:
        """The one organisation of a country that has the name."""
        if not country or not self.rules.is_telling(name):
            return None
        found = [slug for slug in self._exact.get(words(name), ()) if self._places[slug][0] == country.lower()]
        return found[0] if len(found) == 1 else None

    def _fits(self, base: Form, entry: _Entry) -> bool:
        same = not base.legal or base.legal == entry.form.legal
        return same or self.rules.fits(base.legal, self._places[entry.organisation][0])

    def _lies(self, organisation: str, part: Words) -> bool:
        country, city = self._places[organisation]
        place = self.rules.places.get(part)
        if part == city and city:
            return True
        return bool(place and country) and place is not None and place.kind != "city" and place.code == country


def _only(entries: Sequence[_Entry], form: Form) -> Found | None:
    if len({entry.organisation for entry in entries}) != 1:
        return None
    own = min((entry.form.rules for entry in entries), key=lambda rules: (len(rules), rules))
    return Found(entries[0].organisation, tuple(dict.fromkeys((*form.rules, *own))))


def curated(nodes: Iterable[Node]) -> dict[str, Known]:
    """The organisations among curated records, by slug."""
    found = {}
    for node in nodes:
        if node.kind.name != "Organisation" or node.first("deprecated") == "true":
            continue
        names = [name for key in _NAMES for name in node.values.get(key, ())]
        place = {key: node.first(key) or "" for key in ("ror", "country", "city")}
        former = tuple(node.values.get("formerNames", ()))
        found[node.id.partition("/")[2]] = Known(tuple(dict.fromkeys(names)), **place, former=former)
    return found


def in_ror(ror: Mapping[str, RorNames], rules: Rules) -> Iterable[tuple[str, RorNames, list[str]]]:
    """The organisations of ROR by id, with those of their names that can stand for one organisation."""
    for ident, facts in sorted(ror.items()):
        yield ident, facts, [name for name in (facts.display, *facts.names) if rules.is_telling(name)]
