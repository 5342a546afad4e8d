"""The rules by which spellings of an organisation's name become one form; the words they need are in ``data/mappings``.

Every rule leaves as many things apart as before: what it takes away is a form, never part of the name. Rules of kind
``always`` make the form; those of kind ``known`` offer another name, which counts only if it is a known one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import DataError, Fault
from kg.mappings import rows_or_shipped
from kg.sources.spelling_forms import Words, bracketed, end_part, fits_initials, plain, replaced, runs, words

RULES, WORDS = "organisation-rules.tsv", "organisation-words.tsv"
RULE_COLUMNS = ("rule", "kind", "pattern", "gives", "does", "why")
WORD_COLUMNS = ("kind", "word", "means", "why")
OWN = ("same-form", "acronym", "place-said-twice", "small-words", "spelling", "legal-form", "known-place", "other-name")
"""Rules without a pattern, which the code has."""
KINDS = (
    *("legal-form", "national-form", "small-word", "filler", "spelling", "generic", "shared", "ambiguous"),
    *("country", "region", "city"),
)
_LONGEST = 4
_SHORT, _SHORT_CAPITALS = 4, 6


@dataclass(frozen=True)
class Form:
    """What the rules leave of a name, the legal forms they took from its end, and the rules that did something."""

    words: Words
    legal: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A country, or a region or city of one; ``code`` is the country's, ``region`` the region of a city."""

    kind: str
    code: str
    region: str = ""


@dataclass
class Rules:
    """The rules and word lists of a data folder."""

    does: dict[str, str] = field(default_factory=dict)
    always: list[tuple[str, re.Pattern[str], str]] = field(default_factory=list)
    known: list[tuple[str, re.Pattern[str], str]] = field(default_factory=list)
    legal: dict[Words, frozenset[str]] = field(default_factory=dict)
    national: set[Words] = field(default_factory=set)
    listed: dict[str, set[Words]] = field(default_factory=dict)
    spellings: list[tuple[Words, Words]] = field(default_factory=list)
    places: dict[Words, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.listed = {kind: set() for kind in KINDS} | self.listed

    def form(self, name: str) -> Form:
        """The form of a name. Legal forms of many countries are taken off, those of few are left for ``stripped``."""
        text, rules = self._text(plain(name))
        found = words(text)
        for rule, change in (("spelling", self._respelled), ("small-words", self._without_small)):
            if rule in self.does and (made := change(found)) != found:
                found = made
                rules.append(rule)
        return self._cut(Form(found, (), tuple(dict.fromkeys(rules))), self.legal.keys() - self.national)

    def stripped(self, form: Form) -> Form:
        """A form without the legal forms of few countries too, which count only if the known name fits them."""
        return self._cut(form, self.legal.keys())

    def offers(self, name: str) -> Iterator[tuple[str, str]]:
        """The names that rules of kind ``known`` find in a spelling, with the rule."""
        for rule, pattern, gives in self.known:
            made = pattern.sub(gives, plain(name))
            if made and made != plain(name):
                yield rule, made

    def ends(self, name: str) -> Iterator[tuple[str, tuple[Words, ...]]]:
        """A spelling without its last part, its last two parts ..., with the parts taken off."""
        text = plain(name)
        parts: tuple[Words, ...] = ()
        while (cut := end_part(text)) is not None:
            text, parts = cut[0], (*parts, words(cut[1]))
            yield text, parts

    def says_enough(self, name: Words) -> bool:
        """Whether a name has a word that not every other such organisation has, and letters enough."""
        telling = [w for w in name if (w,) not in self.listed["generic"] and not w.isdecimal()]
        return bool(telling) and len("".join(name)) >= _SHORT

    def is_shared(self, name: Words) -> bool:
        """Whether organisations of several names are called so for short."""
        return name in self.listed["shared"]

    def is_telling(self, name: str) -> bool:
        """Whether a name can stand for one organisation: no bare acronym, no words of many, none known as ambiguous."""
        key = words(name)
        bare = len(key) == 1 and len(name) <= _SHORT_CAPITALS and name.upper() == name
        return not bare and self.says_enough(key) and key not in self.listed["ambiguous"]

    def fits(self, legal: tuple[str, ...], country: str) -> bool:
        """Whether a company of a country can have legal forms; if the country is not known, only forms of many fit."""
        forms = [tuple(form.split(" ")) for form in legal]
        if not country:
            return not any(form in self.national for form in forms)
        return all(country in self.legal[form] for form in forms)

    # ------------------------------------------------------------------ the steps

    def _text(self, text: str) -> tuple[str, list[str]]:
        rules: list[str] = []
        for _ in range(8):
            before = text
            for rule, made in self._steps(text):
                if made != text and self.says_enough(words(made)):
                    text = made
                    rules.append(rule)
                    break
            if text == before:
                break
        return text, rules

    def _steps(self, text: str) -> Iterator[tuple[str, str]]:
        for rule, pattern, gives in self.always:
            yield rule, pattern.sub(gives, text).strip(" ,")
        if "acronym" in self.does and (cut := bracketed(text)) and self._is_acronym(*cut):
            yield "acronym", cut[0]
        if "place-said-twice" in self.does:
            yield from (("place-said-twice", rest) for rest in self._said_twice(text))

    def _is_acronym(self, rest: str, acronym: str) -> bool:
        fillers = {word for (word,) in self.listed["filler"]}
        whole = words(rest)
        return any(fits_initials(acronym, name, fillers) for name in (whole, self._cut(Form(whole), self.legal).words))

    def _said_twice(self, text: str) -> Iterator[str]:
        """The text without a place at its end that is said before, or that holds a place said before."""
        if (cut := end_part(text)) is None:
            return
        rest, last = words(cut[0]), words(cut[1])
        place = self.places.get(last)
        if place is None:
            return
        inside = [(run, self.places[run]) for run in runs(rest, _LONGEST) if run in self.places]
        for run, within in inside:
            if within.code != place.code or (within.kind == "country" and place.kind != "country"):
                continue
            if run == last or place.kind == "country" or (place.kind == "region" and within.region == " ".join(last)):
                yield cut[0]
                return

    def _respelled(self, name: Words) -> Words:
        return replaced(name, self.spellings) if self.says_enough(name) else name

    def _without_small(self, name: Words) -> Words:
        left = tuple(word for word in name if (word,) not in self.listed["small-word"])
        return left if self.says_enough(left) and len(left) > 1 else name

    def _cut(self, form: Form, legal: Collection[Words]) -> Form:
        """A form without the legal forms at its end; one that follows "and" belongs to the name."""
        if "legal-form" not in self.does:
            return form
        name, taken = form.words, list(form.legal)
        while True:
            ends = [n for n in range(_LONGEST, 0, -1) if n < len(name) and name[-n:] in self.legal]
            left = name[: -ends[0]] if ends and name[-ends[0] :] in legal else ()
            if not left or left[-1] == "and" or self.is_shared(left) or not self.says_enough(left):
                break
            taken.insert(0, " ".join(name[-ends[0] :]))
            name = left
        fired = len(taken) > len(form.legal) and "legal-form" not in form.rules
        return Form(name, tuple(taken), (*form.rules, "legal-form") if fired else form.rules)


def read_rules(data_folder: Path) -> Rules:
    """The rules and words of a data folder, or those that are shipped if it has none.

    Raises ``DataError`` with file and line for what is not in form.
    """
    rules, faults = Rules(), list[Fault]()
    for file, line, row in rows_or_shipped(data_folder, RULES, RULE_COLUMNS):
        faults += (Fault(file, line, *fault) for fault in _add_rule(rules, row))
    for file, line, row in rows_or_shipped(data_folder, WORDS, WORD_COLUMNS):
        faults += (Fault(file, line, *fault) for fault in _add_word(rules, row))
    if faults:
        raise DataError(faults)
    rules.spellings.sort(key=lambda pair: (-len(pair[0]), pair))
    return rules


def _add_rule(rules: Rules, row: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    rule, kind = row["rule"], row["kind"]
    if kind not in ("always", "known"):
        yield "kind", f"{kind!r} is no kind of rule", "Write always or known."
    elif not row["pattern"] and rule not in OWN:
        yield "pattern", f"the rule {rule!r} has no pattern", f"Give one; only {', '.join(OWN)} need none."
    elif row["pattern"]:
        try:
            pattern = re.compile(row["pattern"], re.IGNORECASE)
        except re.error as error:
            yield "pattern", f"is no regular expression: {error}", "Correct it."
        else:
            (rules.always if kind == "always" else rules.known).append((rule, pattern, row["gives"]))
    if not row["does"] or not row["why"]:
        yield "does" if row["why"] else "why", "is empty", "Say what the rule does and why it is safe."
    rules.does.setdefault(rule, row["does"])


def _add_word(rules: Rules, row: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    kind, key, means = row["kind"], tuple(row["word"].split(" ")), row["means"]
    if kind not in KINDS:
        yield "kind", f"{kind!r} is no kind of word", f"Write one of {', '.join(KINDS)}."
    elif words(row["word"]) != key:
        yield "word", f"{row['word']!r} is not as spellings are compared", f"Write {' '.join(words(row['word']))!r}."
    elif kind in ("legal-form", "national-form"):
        rules.legal[key] = frozenset(means.split(" "))
        if kind == "national-form":
            rules.national.add(key)
    elif kind == "spelling":
        rules.spellings.append((key, tuple(means.split(" "))))
    elif kind in ("country", "region", "city"):
        code, _, region = means.partition(" ")
        rules.places[key] = Place(kind, code, " ".join(key) if kind == "region" else region)
    rules.listed.get(kind, set()).add(key)
