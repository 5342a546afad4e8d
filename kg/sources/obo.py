"""Reads a disease ontology in OBO format, such as MONDO's release file ``mondo.obo``.

Of a ``[Term]`` are read: ``id``, ``name``, ``is_a``, exact ``synonym``, ``xref`` that the ontology marks as
equivalent, ``is_obsolete`` and ``replaced_by``. Terms of other ontologies are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import DataError, Fault
from kg.sources.terms import Term, Terms, add_match, check_whole

_VERSION = re.compile(r"^data-version:\s*(?:\S*/)?(\d{4}-\d{2}-\d{2})\b", re.MULTILINE)
_SYNONYM = re.compile(r'"((?:[^"\\]|\\.)*)" (EXACT|BROAD|NARROW|RELATED)\b([^\[]*)')
_EQUIVALENT = re.compile(r'source="[A-Za-z]+:equivalentTo"')

Stanza = list[tuple[int, str, str]]
"""The lines of a stanza as (line, tag, value)."""


def is_obo(text: str) -> bool:
    """Whether a text is an ontology in OBO format."""
    return text.lstrip("\ufeff").startswith("format-version:")


def read_obo(name: str, text: str, prefix: str) -> Terms:
    """The terms whose ids begin with ``prefix``; raises ``DataError`` with file and line if the file is not whole."""
    version = _VERSION.search(text)
    if version is None:
        remedy = "Use the file of a release, which has a line like `data-version: releases/2024-07-02`."
        raise DataError([Fault(name, 1, "data-version", "the file does not say of which release it is", remedy)])
    terms = Terms(version[1], {})
    for line, stanza in _stanzas(text):
        _read_term(name, line, stanza, prefix, terms)
    check_whole(name, terms.by_id, text)
    return terms


def _stanzas(text: str) -> Iterator[tuple[int, Stanza]]:
    stanza: Stanza | None = None
    begun = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("["):
            if stanza is not None:
                yield begun, stanza
            stanza, begun = ([] if line == "[Term]" else None), number
        elif stanza is not None and line:
            tag, _, value = line.partition(": ")
            stanza.append((number, tag, value))
    if stanza is not None:
        yield begun, stanza


def _read_term(name: str, line: int, stanza: Stanza, prefix: str, terms: Terms) -> None:
    first = {tag: value for _, tag, value in reversed(stanza)}
    term, label = first.get("id", "").strip(), first.get("name", "").strip()
    if not term or (term.startswith(prefix) and not label and first.get("is_obsolete") != "true"):
        remedy = "The file is cut short or damaged: fetch the release again."
        raise DataError([Fault(name, line, "id" if not term else "name", "a term has none", remedy)])
    if not term.startswith(prefix):
        return
    if first.get("is_obsolete") == "true":
        if "replaced_by" in first:
            terms.replaced[term] = first["replaced_by"].split()[0]
        return
    parents = [value.split()[0] for _, tag, value in stanza if tag == "is_a" and value.startswith(prefix)]
    synonyms = [found for _, tag, value in stanza if tag == "synonym" if (found := _exact_synonym(value))]
    terms.by_id[term] = Term(term, label, tuple(dict.fromkeys(parents)), tuple(dict.fromkeys(synonyms)), line)
    for _, tag, value in stanza:
        if tag == "xref" and _EQUIVALENT.search(value):
            add_match(terms.exact, term, value.split()[0])


def _exact_synonym(value: str) -> str | None:
    match = _SYNONYM.match(value)
    if match is None or match[2] != "EXACT" or "DEPRECATED" in match[3]:
        return None
    return re.sub(r"\\(.)", r"\1", match[1]).strip()
