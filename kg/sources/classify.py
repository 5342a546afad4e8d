"""Whether a trial tests an ATMP, and of which kind: guessed by the rules of ``data/mappings/trial-rules.tsv``.

The rules are tried by ``order``; the first that fires decides, and if none does the trial tests no ATMP (``no-rule``).
A rule fires if its ``pattern`` is found in one of its ``fields``, ``also`` (if given) is found anywhere in the trial
and ``unless`` is found nowhere. Patterns are regular expressions on plain text: lower case, no accents and no trade
mark signs, any dash, underscore or apostrophe a space. The values of a field are parted by `` | ``, which ``[^|]``
keeps within.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import DataError, Fault
from kg.mappings import rows_or_shipped
from kg.schema import Schema
from kg.sources.classify_words import Words, needed_words

TABLE = "trial-rules.tsv"
COLUMNS = ("rule", "order", "modality", "fields", "pattern", "also", "unless", "reason")
FIELDS = ("title", "interventions", "conditions", "keywords", "studyType")
SCHEME = "modality"
NONE = "none"
NO_RULE = "no-rule"
PARTED = " | "
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 80
_SIGNS = dict.fromkeys(map(ord, "™®©℠"), " ")
_SPACES = re.compile(r"[\s_'‘’‛′´`\-\u00ad\u2010-\u2015\u2043\u207b\u208b\u2212\ufe58\ufe63\uff0d|]+")

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Guess:
    """What the rules say of a trial: the kind (None: no ATMP), the rule that fired, and the words it fired on."""

    modality: str | None
    rule: str
    field: str = ""
    matched: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of the table, its patterns compiled."""

    id: str
    order: int
    modality: str | None
    fields: tuple[str, ...]
    pattern: re.Pattern[str]
    also: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    reason: str

    def guess(self, texts: Mapping[str, str], whole: str) -> Guess | None:
        """The guess if the rule fires on a trial's texts."""
        for field in self.fields:
            match = self.pattern.search(texts[field])
            if match is None:
                continue
            if (self.also and not self.also.search(whole)) or (self.unless and self.unless.search(whole)):
                return None
            return Guess(self.modality, self.id, field, match[0].strip()[:_LONGEST].rstrip())
        return None


class Classifier:
    """Guesses the kind of ATMP that a trial tests by rules, the first that fires."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.order))
        self._needed = [(rule, _needed(rule)) for rule in self.rules]
        self._words = tuple(sorted(set().union(*(words for _, needed in self._needed for words in needed))))

    @classmethod
    def read(cls, data_folder: Path, schema: Schema) -> Classifier:
        """The classifier of a data folder; raises ``DataError`` with file and line for every row not in form."""
        kinds = schema.vocabularies[SCHEME].concepts
        rules: list[Rule] = []
        faults: list[Fault] = []
        for file, line, cells in rows_or_shipped(data_folder, TABLE, COLUMNS):
            found = [Fault(file, line, *fault) for fault in _faults(cells, kinds, rules)]
            faults += found
            if not found:
                rules.append(_rule(cells))
        if faults:
            raise DataError(faults)
        return cls(rules)

    def classify(self, facts: Facts) -> Guess:
        """The guess for a trial's facts; facts that are missing or of another form are passed over."""
        texts = texts_of(facts)
        whole = PARTED.join(texts.values())
        present = {word for word in self._words if word in whole}
        for rule, needed in self._needed:
            if any(present.isdisjoint(words) for words in needed):
                continue  # most rules end here, without a search
            if guess := rule.guess(texts, whole):
                return guess
        return Guess(None, NO_RULE)


def plain(text: str) -> str:
    """A text as the patterns read it."""
    folded = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold()
    folded = unicodedata.normalize("NFKD", folded)  # case folding may bring accents of its own
    return _SPACES.sub(" ", "".join(c for c in folded if not unicodedata.combining(c))).strip()


def texts_of(facts: Facts) -> dict[str, str]:
    """The plain text of each field that rules may read. Interventions come as ``type: name (other names)``."""
    return {
        "title": _join(facts.get(name) for name in ("title", "officialTitle", "acronym")),
        "interventions": PARTED.join(map(_intervention, _items(facts.get("interventions")))),
        "conditions": _join(_items(facts.get("conditions"))),
        "keywords": _join(_items(facts.get("keywords"))),
        "studyType": _join([facts.get("studyType")]),
    }


def _intervention(value: object) -> str:
    if not isinstance(value, Mapping):
        return _join([value])
    names = _join([value.get("name"), *_items(value.get("otherNames"))])
    kind = _join([value.get("type")])
    return f"{kind}: {names}" if kind else names


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _join(values: Any) -> str:
    return PARTED.join(text for value in values if isinstance(value, str) and (text := plain(value)))


def _needed(rule: Rule) -> list[Words]:
    """The sets of words of each of which a trial has to have one, or the rule cannot fire."""
    found = [needed_words(pattern.pattern) for pattern in (rule.pattern, rule.also) if pattern]
    return [words for words in found if words]


def _rule(cells: Mapping[str, str]) -> Rule:
    return Rule(
        id=cells["rule"],
        order=int(cells["order"]),
        modality=None if cells["modality"] == NONE else cells["modality"],
        fields=tuple(cells["fields"].split()),
        pattern=re.compile(cells["pattern"]),
        also=_optional(cells["also"]),
        unless=_optional(cells["unless"]),
        reason=cells["reason"],
    )


def _optional(pattern: str) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None


def _faults(cells: Mapping[str, str], kinds: Mapping[str, object], rules: Sequence[Rule]) -> Iterator[tuple[str, ...]]:
    """What is wrong with a row, as (field, what, remedy)."""
    rule, order = cells["rule"], cells["order"]
    if not _ID.fullmatch(rule) or rule == NO_RULE:
        yield "rule", f"{rule!r} is no id of a rule", "Write lower-case words joined by hyphens."
    elif any(rule == other.id for other in rules):
        yield "rule", f"{rule!r} is the id of another rule too", "Give each rule an id of its own."
    if not re.fullmatch(r"\d{1,6}", order):
        yield "order", f"{order!r} is no number", "Write a whole number; the lowest is tried first."
    elif any(int(order) == other.order for other in rules):
        yield "order", f"{order} is the order of another rule too", "Give each rule a number of its own."
    if cells["modality"] != NONE and cells["modality"] not in kinds:
        what = f"{cells['modality']!r} is no concept of the scheme {SCHEME}"
        yield "modality", what, f"Write a slug of ontology/vocabularies.ttl, or {NONE}."
    unknown = [name for name in cells["fields"].split() if name not in FIELDS]
    if unknown or not cells["fields"].strip():
        yield "fields", f"{' '.join(unknown) or 'nothing'} is no field", f"Write one or more of {' '.join(FIELDS)}."
    for name in ("pattern", "also", "unless"):
        yield from _pattern_faults(name, cells[name])
    if not cells["reason"].strip():
        yield "reason", "a rule needs a reason", "Say in plain words why it decides."


def _pattern_faults(name: str, pattern: str) -> Iterator[tuple[str, ...]]:
    if not pattern:
        if name == "pattern":
            yield name, "a rule needs a pattern", "Write a regular expression."
        return
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        yield name, f"{pattern!r} is no regular expression ({error})", "Mend it."
        return
    if re.search("[A-Z]", re.sub(r"\\.", "", pattern)):
        yield name, f"{pattern!r} has capitals, which the text has not", "Write it in lower case."
    if compiled.search(""):
        yield name, f"{pattern!r} is found in an empty text", "Write a pattern that needs some words."
