"""What a user may say of a projection, in words, as its options: the same for the command line and for HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kg.errors import UsageError
from kg.files import did_you_mean
from kg.network.choice import check_options
from kg.network.network import Network
from kg.network.projection import Options
from kg.network.rules import NONE

PARAMETERS = ("grade", "sites", "rollUp", "halfLife", "since", "until")
"""The names in a query string."""
FIRST, LAST = 1900, 2100
"""Years that may be asked for."""
_FLAGS = {"true": True, "false": False}


def asked(
    network: Network,
    grade: str | None = None,
    sites: bool = False,
    roll_up: bool = False,
    half_life: str | None = None,
    since: int | None = None,
    until: int | None = None,
) -> Options:
    """The options of a projection, those of ``network.yaml`` where nothing is said; raises ``UsageError``.

    ``half_life`` is a number of years or ``none``.
    """
    check_years(since, until)
    given: dict[str, Any] = {"sites": sites, "roll_up": roll_up, "since": since, "until": until}
    if grade is not None:
        given["grade"] = grade
    if half_life is not None:
        given["half_life"] = None if half_life == NONE else _years(half_life)
    options = network.options(**given)
    check_options(network.rules, options)
    return options


def check_years(since: int | None, until: int | None) -> None:
    """Refuse what is no year, or the wrong way round; raises ``UsageError``."""
    for name, year in (("since", since), ("until", until)):
        check_year(name, year)
    if since is not None and until is not None and since > until:
        raise UsageError(f"Nothing is since {since} and until {until}. Let 'since' be the earlier year.")


def check_year(name: str, year: int | None) -> None:
    """Refuse what is no year; raises ``UsageError``."""
    if year is not None and not FIRST <= year <= LAST:
        raise UsageError(f"'{name}' is a year from {FIRST} to {LAST}, not {year}.")


def asked_in_query(network: Network, pairs: Iterable[tuple[str, str]]) -> Options:
    """The options that the parameters of a query string stand for; raises ``UsageError`` that says what is wrong."""
    texts: dict[str, str] = {}
    for name, text in pairs:
        if name not in PARAMETERS:
            hint = did_you_mean(name, PARAMETERS) or f"There are {', '.join(PARAMETERS)}."
            raise UsageError(f"There is no parameter '{name}'. {hint}")
        if name in texts:
            raise UsageError(f"'{name}' is said twice. Say it once.")
        texts[name] = text
    return asked(
        network,
        grade=texts.get("grade"),
        sites=_flag("sites", texts.get("sites")),
        roll_up=_flag("rollUp", texts.get("rollUp")),
        half_life=texts.get("halfLife"),
        since=asked_year("since", texts.get("since")),
        until=asked_year("until", texts.get("until")),
    )


def _years(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise UsageError(f"A half-life is a number of years or '{NONE}', not '{text}'.") from error


def _flag(name: str, text: str | None) -> bool:
    if text is not None and text not in _FLAGS:
        raise UsageError(f"'{name}' is true or false, not '{text}'.")
    return text is not None and _FLAGS[text]


def asked_year(name: str, text: str | None) -> int | None:
    """The year of a text, if there is one; raises ``UsageError`` for what is none."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == len(str(FIRST))):
        raise UsageError(f"'{name}' is a year from {FIRST} to {LAST}, not '{text[:20]}'.")
    check_year(name, int(text))
    return int(text)
