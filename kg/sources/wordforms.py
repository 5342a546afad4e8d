"""The normal form of a disease's name: the same for spellings that differ in form only, never for similar names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta"})
_SPELLINGS = (
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"^(tum|col|behavi|od)our"), r"\1or"),
    (re.compile(r"^leuc"), "leuk"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"is(e|ed|ing|ation)$"), r"iz\1"),
    (re.compile(r"(goi|cen|ti)tre$"), r"\1ter"),
    (re.compile(r"^fibre$"), "fiber"),
)
_WORDS = {"vs": "versus", "metastases": "metastasis", "fistulae": "fistula", "nevi": "nevus", "naevi": "nevus"}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "ia": "1a", "ib": "1b"}
_NUMBERED = ("type", "grade", "stage", "class", "phase")
_FILLING = frozenset(["of", "the", "and", "in", "with", "to", "a", "an", "due", "for", "or"])
_BRACKETED = re.compile(r"^(?P<phrase>[^()]+?)\s*\((?P<short>[A-Za-z][A-Za-z0-9-]{1,7})\)\s*$")


def normal_form(name: str) -> str:
    """A name without case, accents, punctuation, plurals, British spelling and order of words.

    A number stays with the word before it, so that "type 2 stage 1" is not "type 1 stage 2".
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_GREEK)).replace("’", "'")
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"'s\b|'", "", plain).replace("&", " and ")
    plain = re.sub(r"(?<=\w)\+(?!\w)", " positive ", plain)
    words: list[str] = []
    for word in re.findall(r"[a-z0-9]+", plain):
        numeral = _ROMAN.get(word, word) if words and words[-1] in _NUMBERED else word
        if words and numeral[0].isdigit():
            words[-1] += numeral
        else:
            words.append(word)
    return " ".join(sorted(_word(word) for word in words))


def normal_forms(term: str) -> Iterator[str]:
    """The normal form of a term, then that without a bracketed abbreviation made of the initials before it."""
    yield normal_form(term)
    match = _BRACKETED.match(term.strip())
    if match and match["short"].casefold().rstrip("s") in _initials(match["phrase"]):
        yield normal_form(match["phrase"])


def is_short(name: str) -> bool:
    """Whether a name is so short that it may be an abbreviation of many things."""
    return len(re.sub(r"[\W_]", "", name)) < 5


def _initials(phrase: str) -> set[str]:
    words = re.findall(r"[^\W_]+", phrase.casefold().replace("'s", ""))
    return {
        "".join(word[0] for word in words).rstrip("s"),
        "".join(word[0] for word in words if word not in _FILLING).rstrip("s"),
    }


def _word(word: str) -> str:
    word = _WORDS.get(word, word)
    for pattern, replacement in _SPELLINGS:
        word = pattern.sub(replacement, word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
