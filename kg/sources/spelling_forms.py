"""Words of an organisation's name: its spelling without case, accents and punctuation, its initials, its end parts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

Words = tuple[str, ...]

_LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
_QUOTES = re.compile(r"['’‘`´ʼ]")
_DOTTED = re.compile(r"(?<!\w)(?:\w\.)+\w(?!\w)\.?")
_SPACES = re.compile(r"\s+")
_BRACKET = re.compile(r"^(?P<rest>.*\S)\s*\((?P<last>[^()]+)\)[\s.]*$")
_AFTER = re.compile(r"^(?P<rest>.*\S)(?:\s*,\s*|\s+-\s+)(?P<last>[^,]+?)[\s.,]*$")


def plain(text: str) -> str:
    """A text in one line, with ligatures and wide letters as usual ones."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def words(text: str) -> Words:
    """The words of a name: equal for spellings that differ in case, accents, punctuation, ``&`` or ``and`` only.

    Single letters with full stops are one word: ``S.p.A.`` is ``spa``.
    """
    found = unicodedata.normalize("NFKD", _QUOTES.sub("", plain(text)).casefold().translate(_LETTERS))
    found = "".join(c for c in found if not unicodedata.combining(c)).replace("&", " and ")
    return tuple(re.findall(r"[^\W_]+", _DOTTED.sub(lambda match: match[0].replace(".", ""), found)))


def end_part(text: str) -> tuple[str, str] | None:
    """What stands before the last comma, dash or bracket, and what stands after it or in it."""
    match = _BRACKET.match(text) or _AFTER.match(text)
    return (match["rest"].rstrip(" ,"), match["last"]) if match else None


def bracketed(text: str) -> tuple[str, str] | None:
    """What stands before a bracket at the end, and in it."""
    match = _BRACKET.match(text)
    return (match["rest"].rstrip(" ,"), match["last"]) if match else None


def fits_initials(acronym: str, name: Sequence[str], fillers: Collection[str]) -> bool:
    """Whether an acronym is the initials of all words of a name; of filling words it may leave out the initial."""
    letters = "".join(words(acronym))
    reached = {0}
    for word in name:
        onward = {at + 1 for at in reached if letters[at : at + 1] == word[0]}
        reached = onward | (reached if word in fillers else set())
    return len(letters) > 1 and len(letters) in reached


def replaced(name: Words, pairs: Sequence[tuple[Words, Words]]) -> Words:
    """A name with words put in the place of others, wherever they stand."""
    for old, new in pairs:
        at = 0
        while at <= len(name) - len(old):
            if name[at : at + len(old)] == old:
                name = name[:at] + new + name[at + len(old) :]
                at += len(new)
            else:
                at += 1
    return name


def runs(name: Words, longest: int) -> Iterator[Words]:
    """All runs of neighbouring words, of the given length at the most."""
    for start in range(len(name)):
        for end in range(start + 1, min(len(name), start + longest) + 1):
            yield name[start:end]


def slug_of_words(name: Words) -> str:
    """The words as an id; what other scripts say goes in as a digest, for ids have the letters a to z only."""
    text = " ".join(name)
    if text.isascii():
        return "-".join(name) or "unnamed"
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return "-".join([*re.findall(r"[a-z0-9]+", text), digest])
