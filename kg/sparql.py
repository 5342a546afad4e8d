"""SPARQL that is refused before it runs: a query to this graph never asks other servers."""

from __future__ import annotations

import re

from kg.errors import UsageError

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SKIPPED = re.compile(
    r"<[^<>\"{}|^`\\\x00-\x20]*>"  # an IRI
    r"|\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}"  # a long string
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"  # a string
    r"|#[^\n]*",  # a comment
    re.DOTALL,
)
_SERVICE = re.compile(r"(?<![\w?$:.\-])service(?![\w:\-])", re.IGNORECASE)


def refuse_service(sparql: str) -> None:
    """Raise ``UsageError`` if a query asks other servers."""
    plain = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16) % 0x110000), sparql)
    if _SERVICE.search(_SKIPPED.sub(" ", plain)):
        raise UsageError("SERVICE is not answered: the graph speaks for itself alone. Take it out of the query.")
