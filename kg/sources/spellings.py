"""Which organisation a registry means by a spelling of a sponsor's name, and why; never by similarity alone.

In this order: the reviewed table, a name of a curated organisation, a name that one organisation has in ROR, the rules
of ``data/mappings/organisation-rules.tsv``. What is left is an organisation of its own, on the work list. An answer
depends on the spelling and on these tables only, never on which other spellings there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.sources.ror_records import RorNames
from kg.sources.spelling_forms import plain, slug_of_words, words
from kg.sources.spelling_known import Found, Known, KnownNames, in_ror
from kg.sources.spelling_rules import Rules, read_rules
from kg.sources.spelling_tables import LEFT_OUT, read_reviewed, read_table

_SAME, _AND = "same-form", " + "
_SURE = {"table": "high", "name": "high", "ror": "high", "rule": "medium", "own": "low"}


@dataclass(frozen=True)
class Resolution:
    """What a spelling stands for: ``how`` is table, name, ror, rule or own; ``rule`` names the rules that fired."""

    organisation: str
    how: str
    rule: str
    evidence: str
    confidence: str


@dataclass(frozen=True)
class Registered:
    """An organisation without a curated record: ``how`` is table (reviewed), ror (identified there) or own."""

    organisation: str
    name: str
    ror: str
    type: str
    parent: str
    aliases: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class Logged:
    """A row of the merge log or the work list."""

    spelling: str
    mentions: int
    organisation: str
    how: str
    rule: str
    evidence: str


@dataclass
class Spellings:
    """Resolves spellings; ``mentions`` holds those of the registries with how often they come."""

    rules: Rules
    organisations: Mapping[str, Known]
    ror: Mapping[str, RorNames]
    table: dict[str, tuple[str, str]] = field(default_factory=dict)
    reviewed: dict[str, dict[str, str]] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._of_ror = {k.ror: slug for slug, k in sorted(self.organisations.items(), reverse=True) if k.ror}
        self._of_ror |= {r["ror"]: slug for slug, r in self.reviewed.items() if r["ror"] not in ("", *self._of_ror)}
        self._curated, self._in_ror = KnownNames(self.rules), KnownNames(self.rules)
        self._ror_ids: dict[str, str] = {}
        self._displays = Counter(slug_of_words(words(facts.display)) for facts in self.ror.values())
        self._fill()
        self._taken = {*self.organisations, *self.reviewed, *self._ror_ids}
        self._answers: dict[str, Resolution] = {}
        self._named_as_facility: set[str] = set()

    @classmethod
    def read(
        cls,
        data_folder: Path,
        organisations: Mapping[str, Known],
        ror: Mapping[str, RorNames],
        spellings: Iterable[tuple[str, int]],
    ) -> Spellings:
        """The tables of a data folder over curated organisations by slug and ROR by id; see ``spelling_known.curated``.

        Raises ``DataError`` with file and line for a row that is not in form or leads to no organisation.
        """
        reviewed = read_reviewed(data_folder, organisations)
        table = read_table(data_folder, {*organisations, *reviewed})
        mentions: dict[str, int] = defaultdict(int)
        for spelling, count in spellings:
            mentions[plain(spelling)] += count
        return cls(read_rules(data_folder), organisations, ror, table, reviewed, dict(sorted(mentions.items())))

    def resolve(self, spelling: str) -> Resolution:
        """The organisation that a spelling stands for."""
        text = plain(spelling)
        if text not in self._answers:
            self._answers[text] = self._resolve(text)
        return self._answers[text]

    def facility(self, name: str, country: str | None) -> str | None:
        """The organisation of a country with exactly that name; None if there is none, or several."""
        found = self._curated.in_country(name, country or "") or self._in_ror.in_country(name, country or "")
        if found is None or found == LEFT_OUT:
            return None
        self._named_as_facility.add(found)
        return found

    def registered(self) -> list[Registered]:
        """The organisations without a curated record that are named, and those above them, by slug.

        Named by the spellings, or by a facility that was asked for before.
        """
        named: dict[str, list[str]] = {slug: [] for slug in self._named_as_facility} | self._groups()
        found = {slug: self._registered(slug, spellings) for slug, spellings in named.items()}
        above = [self.reviewed[slug]["parent"] for slug in found if slug in self.reviewed]
        while above:
            parent = above.pop()
            if parent in self.reviewed and parent not in found:
                found[parent] = self._registered(parent, [])
                above.append(self.reviewed[parent]["parent"])
        return [found[slug] for slug in sorted(found) if slug not in self.organisations]

    def log(self) -> list[Logged]:
        """The spellings that were joined to an organisation or to each other, by organisation."""
        return [row for row in self._rows() if row.how != "own"]

    def unresolved(self) -> list[Logged]:
        """The work list: spellings that stand alone, unreviewed; those with most mentions first."""
        left = [row for row in self._rows() if row.how == "own"]
        return sorted(left, key=lambda row: (-row.mentions, row.spelling))

    def shares(self) -> dict[str, tuple[int, int]]:
        """How many spellings, and how many mentions, were resolved in each way.

        ``resolved`` and ``all`` add up; ``left-out``, a part of ``table``, is what the table says is no organisation.
        """
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for row in self._rows():
            more = ["resolved"] if row.how != "own" else []
            more += ["left-out"] if row.organisation == LEFT_OUT else []
            for key in (row.how, "all", *more):
                counts[key][0] += 1
                counts[key][1] += row.mentions
        return {key: (pair[0], pair[1]) for key, pair in sorted(counts.items())}

    # ----------------------------------------------------------------- resolving

    def _fill(self) -> None:
        for slug, known in self.organisations.items():
            self._curated.add(slug, known.names, known.country, known.city)
        for slug, row in self.reviewed.items():
            facts = self.ror.get(row["ror"])
            self._curated.add(slug, [row["name"]], facts.country if facts else "", facts.city if facts else "")
        for spelling, (slug, _) in self.table.items():
            self._curated.add(slug, [spelling])
        for ident, facts, names in in_ror(self.ror, self.rules):
            slug = self._of_ror.get(ident) or self._ror_slug(ident, facts.display)
            self._ror_ids[slug] = ident
            self._in_ror.add(slug, names, facts.country, facts.city)

    def _ror_slug(self, ident: str, display: str) -> str:
        slug = slug_of_words(words(display))
        shared = self._displays[slug] > 1
        if shared or slug in self.organisations or slug in self.reviewed:
            return f"{slug}-{ident.rpartition('/')[2]}"
        return slug

    def _resolve(self, text: str) -> Resolution:
        if text in self.table:
            slug, evidence = self.table[text]
            return Resolution(slug, "table", "", evidence, _SURE["table"])
        if exact := self._curated.exact(text):
            return self._answer("name", exact, self._former(exact, text))
        if exact := self._in_ror.exact(text):
            return Resolution(exact, "ror", "", f"{self._ror_ids[exact]} has the name", _SURE["ror"])
        if found := self._by_rule(text):
            return self._answer("rule", found.organisation, found.rules)
        for rule, offered in self.rules.offers(text):
            if found := self._offered(offered):
                return self._answer("rule", found.organisation, (rule, *found.rules))
        form = self.rules.form(text)
        return self._answer("own", self._own(slug_of_words(form.words)), form.rules)

    def _by_rule(self, text: str) -> Found | None:
        form = self.rules.form(text)
        for names in (self._curated, self._in_ror):
            if found := names.by_form(form):
                return found
        for names in (self._curated, self._in_ror):
            if "known-place" in self.rules.does and (found := names.by_place(text)):
                return Found(found.organisation, ("known-place", *found.rules))
        return None

    def _offered(self, name: str) -> Found | None:
        slug = self._curated.exact(name) or self._in_ror.exact(name)
        return Found(slug) if slug and self.rules.is_telling(name) else self._by_rule(name)

    def _own(self, slug: str) -> str:
        return f"{slug}-registered" if slug in self._taken else slug

    def _former(self, slug: str, text: str) -> tuple[str, ...]:
        known = self.organisations.get(slug)
        former = known is not None and words(text) in {words(name) for name in known.former}
        return ("former-name",) if former else ()

    def _answer(self, how: str, slug: str, rules: tuple[str, ...]) -> Resolution:
        fired = tuple(dict.fromkeys(rules))
        said = [self.rules.does.get(rule, rule) for rule in fired]
        known = self._named(slug)
        end = f"a name of {known}" if known else "no other evidence"
        return Resolution(slug, how, _AND.join(fired), "; ".join([*said, end]), _SURE[how])

    def _named(self, slug: str) -> str:
        if slug in self.organisations:
            return self.organisations[slug].names[0]
        if slug in self.reviewed:
            return self.reviewed[slug]["name"]
        return self.ror[self._ror_ids[slug]].display if slug in self._ror_ids else ""

    # ------------------------------------------------------------------- listing

    def _groups(self) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for spelling in self.mentions:
            if (slug := self.resolve(spelling).organisation) != LEFT_OUT:
                groups[slug].append(spelling)
        return groups

    def _registered(self, slug: str, spellings: list[str]) -> Registered:
        row = self.reviewed.get(slug)
        ident = row["ror"] if row else self._ror_ids.get(slug, "")
        name = self._named(slug) or min(spellings, key=self._plainness)
        how = "table" if row else ("ror" if ident else "own")
        aliases = tuple(sorted(spelling for spelling in spellings if spelling != name))
        return Registered(slug, name, ident, row["type"] if row else "", row["parent"] if row else "", aliases, how)

    def _plainness(self, spelling: str) -> tuple[int, int, bool, str]:
        capitals = spelling.upper() == spelling or spelling[:1].islower()
        return len(self.rules.form(spelling).rules), len(spelling), capitals, spelling

    def _rows(self) -> Iterable[Logged]:
        groups = self._groups()
        for slug in sorted(groups):
            for spelling in groups[slug]:
                yield self._row(spelling, len(groups[slug]) > 1)
        for spelling in self.mentions:
            if self.resolve(spelling).organisation == LEFT_OUT:
                yield self._row(spelling, joined=False)

    def _row(self, spelling: str, joined: bool) -> Logged:
        found = self.resolve(spelling)
        how, rule, evidence = found.how, found.rule, found.evidence
        if how == "own" and joined:
            how, rule = "rule", rule or _SAME
            evidence = "; ".join(
                [*(self.rules.does.get(r, r) for r in rule.split(_AND)), "the form of another spelling"]
            )
        return Logged(spelling, self.mentions[spelling], found.organisation, how, rule, evidence)
