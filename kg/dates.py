"""Partial dates: a year, a year and month, or a day, with the first and last day that each may mean."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from kg.turtle import XSD

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_DATATYPES = {4: XSD + "gYear", 7: XSD + "gYearMonth", 10: XSD + "date"}


def is_partial_date(text: str) -> bool:
    """Whether the text is ``2020``, ``2020-07`` or ``2020-07-01`` and names days that exist."""
    match = _SHAPE.fullmatch(text)
    if match is None or not text.isascii() or text.startswith("0000"):
        return False
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def datatype(text: str) -> str:
    """The XML Schema datatype of a partial date, by its precision."""
    return _DATATYPES[len(text)]


def first_day(text: str) -> str:
    """The first day that a partial date may mean, as ``yyyy-mm-dd``."""
    return (text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10]


def last_day(text: str) -> str:
    """The last day that a partial date may mean, as ``yyyy-mm-dd``."""
    if len(text) == 4:
        return text + "-12-31"
    if len(text) == 7:
        return f"{text}-{monthrange(int(text[:4]), int(text[5:7]))[1]:02d}"
    return text
