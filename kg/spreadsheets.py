"""Texts in CSV that a spreadsheet would take for a formula."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n\0]")
"""How a text begins that a spreadsheet takes for a formula, or such a text that was protected."""


def guarded(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would calculate it, else the text itself.

    To have the text back, take one apostrophe away where a sign follows the apostrophes.
    """
    return f"'{text}" if _FORMULA.match(text) else text
