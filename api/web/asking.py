"""What a page is asked in its query string: read with care, tidied, and written again with something changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg.errors import UsageError
from kg.files import did_you_mean
from kg.network.asked import asked_year

LONGEST = 200
"""Characters of a value."""
MANY = 20
"""Values of one parameter."""
FORMAT, CSV = "format", "csv"
"""The parameter that asks for a table as a file, and its value."""
PAGE = "page"
"""The parameter that counts through a list, from 1."""
_PAGES = 10_000

Changes = Mapping[str, str | Sequence[str] | None]
"""By parameter the values that it is to have; None takes it away."""


class Query:
    """The parameters of a page that have a value which is not the usual one.

    ``page`` says which page of a list is asked for, from 1; ``csv`` whether the table is asked for as a file.
    ``format`` is what is asked for in place of a page, None if nothing is.
    """

    def __init__(
        self,
        request: Request,
        known: Collection[str],
        usual: Mapping[str, str] | None = None,
        formats: Collection[str] = (CSV,),
    ) -> None:
        """``usual`` has what holds where nothing is said; raises ``UsageError`` for what cannot be asked."""
        self.path = request.url.path
        self.usual = usual or {}
        given = request.query_params.multi_items()
        for name, text in given:
            _check(name, text, known)
        pairs = [(name, text.strip()) for name, text in given]
        self._pairs = list(dict.fromkeys(p for p in pairs if p[1] and self.usual.get(p[0]) != p[1]))
        self._untidy = self._pairs != given
        self.page = self.count(PAGE, _PAGES) or 1
        self.format = None if self.one(FORMAT) is None else self.choice(FORMAT, formats)
        self.csv = self.format == CSV

    @property
    def empty(self) -> bool:
        """Whether nothing is asked."""
        return not self._pairs

    def many(self, name: str) -> list[str]:
        """All values of a parameter; raises ``UsageError`` for too many."""
        found = [text for given, text in self._pairs if given == name]
        if len(found) > MANY:
            raise UsageError(f"'{name}' was given {len(found)} times. Give it {MANY} times at most.")
        return found

    def one(self, name: str) -> str | None:
        """The value of a parameter, or the usual one; raises ``UsageError`` if it has several."""
        found = self.many(name)
        if len(found) > 1:
            raise UsageError(f"'{name}' is said twice. Say it once.")
        return found[0] if found else self.usual.get(name)

    def choice(self, name: str, known: Collection[str]) -> str:
        """One of some words, or the usual one; raises ``UsageError`` for another."""
        text = self.one(name) or ""
        if text not in known:
            hint = did_you_mean(text, known) or f"Ask for one of {', '.join(known)}."
            raise UsageError(f"'{name}' has no value '{text[:50]}'. {hint}")
        return text

    def flag(self, name: str) -> bool:
        """Whether a parameter is said to be true; raises ``UsageError`` for anything else."""
        return self.one(name) is not None and self.choice(name, ("true",)) == "true"

    def year(self, name: str) -> int | None:
        """A year, if one is given; raises ``UsageError`` for what is none."""
        return asked_year(name, self.one(name))

    def count(self, name: str, most: int, least: int = 1) -> int | None:
        """A whole number within bounds, if one is given; raises ``UsageError`` for anything else."""
        text = self.one(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most):
            raise UsageError(f"'{name}' is a whole number from {least} to {most}, not '{text[:50]}'.")
        return int(text)

    def without(self, names: Collection[str]) -> Query:
        """The same question without some parameters."""
        found = copy(self)
        found._pairs = [pair for pair in self._pairs if pair[0] not in names]
        return found

    def say(self, name: str, old: str, new: str) -> None:
        """Put another value in the place of one."""
        if old != new:
            self._pairs = list(dict.fromkeys((n, new if (n, t) == (name, old) else t) for n, t in self._pairs))
            self._untidy = True

    def address(self, changes: Changes | None = None, path: str | None = None) -> str:
        """The address that asks the same with some changes; a list begins anew unless the page is among them."""
        changed = {PAGE: None, FORMAT: None} | dict(changes or {})
        pairs = [(name, text) for name, text in self._pairs if name not in changed]
        for name, value in changed.items():
            texts = () if value is None else (value,) if isinstance(value, str) else value
            pairs += [(name, text) for text in texts if self.usual.get(name) != text]
        return f"{path or self.path}?{urlencode(pairs)}" if pairs else path or self.path

    def tidied(self) -> Response | None:
        """The way to the address without what says nothing, if that is another."""
        if not self._untidy:
            return None
        keep = {name: self.many(name) for name in (PAGE, FORMAT)}
        return RedirectResponse(self.address(keep), 303)


def _check(name: str, text: str, known: Collection[str]) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or f"There are {', '.join(known)}."
        raise UsageError(f"There is no parameter '{name[:50]}'. {hint}")
    if len(text) > LONGEST:
        raise UsageError(f"'{name}' has {len(text):,} characters. Give {LONGEST} at most.")
