"""Finds organisations in ROR by id, or by a name that just one of them has; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import DataError, Fault
from kg.mappings import read_rows
from kg.records import Node
from kg.sources.beside import plain
from kg.sources.deltas import read_states
from kg.sources.families import ROR
from kg.sources.remarks import Remarks
from kg.sources.ror_facts import API, full_id, organisation_facts

ORGANISATIONS = "registry-organisations.tsv"
_COLUMNS = ("organisation", "name", "ror", "type", "parent", "evidence")
_PAGES = 10
"""Pages of an answer that are read at most; a name that gives more is no name of one organisation."""

Facts = dict[str, Any]
Get = Callable[[str, Mapping[str, str]], Any]
"""Gives the JSON at an address with parameters, None if there is nothing at it."""


@dataclass
class Found:
    """What was looked for and found: facts by id, ids that ROR does not know, candidates for names that stay open."""

    facts: dict[str, Facts] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    open: dict[str, list[Facts]] = field(default_factory=dict)
    remarks: Remarks = field(default_factory=Remarks)


def known_ids(nodes: Iterable[Node], data_folder: Path) -> list[str]:
    """The ROR ids that stand in a data folder: in curated records, in the table of organisations, in snapshots."""
    found = {ror for node in nodes if (ror := node.first("ror"))}
    found |= {row["ror"] for _, _, row in read_rows(data_folder, ORGANISATIONS, _COLUMNS) if full_id(row["ror"])}
    found |= {str(facts["id"]) for states in read_states(data_folder, ROR).values() for facts in states}
    return sorted(found)


def from_records(records: Iterable[Mapping[str, Any]], ids: Iterable[str], names: Iterable[str]) -> Found:
    """Look ids and names up among records, which are read once and not kept."""
    found = Found()
    wanted = set(ids)
    forms = {plain(name): name for name in names}
    candidates: dict[str, list[Facts]] = {name: [] for name in forms.values()}
    for record in records:
        facts = organisation_facts(record, found.remarks)
        if facts is None:
            continue
        if facts["id"] in wanted:
            found.facts[facts["id"]] = facts
        for form in _forms(facts) & forms.keys() if forms else ():
            candidates[forms[form]].append(facts)
    found.missing = sorted(wanted - found.facts.keys())
    for name, several in candidates.items():
        _settle(found, name, several)
    return found


def from_api(get: Get, ids: Iterable[str], names: Iterable[str]) -> Found:
    """Ask ROR's API for each id and name; raises ``DataError`` if an answer has another form than it should."""
    found = Found()
    for ident in ids:
        url = f"{API}/{ident.rsplit('/', 1)[1]}"
        record = get(url, {})
        if record is None:
            found.missing.append(ident)
            continue
        facts = organisation_facts(record, found.remarks) if isinstance(record, dict) else None
        if facts is None or facts["id"] != ident:
            raise _changed(url, "the record is not the one that was asked for")
        found.facts[ident] = facts
    for name in names:
        answered, whole = _search(get, name)
        several = [facts for record in answered if (facts := organisation_facts(record, found.remarks))]
        same = [facts for facts in several if plain(name) in _forms(facts)]
        if same and whole:
            _settle(found, name, same)
        else:
            found.open[name] = same or several
    return found


def _search(get: Get, name: str) -> tuple[list[Mapping[str, Any]], bool]:
    """The records that ROR finds for a name, page by page, and whether these are all."""
    records: list[Mapping[str, Any]] = []
    for page in range(1, _PAGES + 1):
        answer = get(API, {"query": f'"{_escaped(name)}"', "page": str(page)})
        items = answer.get("items") if isinstance(answer, dict) else None
        total = answer.get("number_of_results") if isinstance(answer, dict) else None
        if not isinstance(items, list) or not isinstance(total, int) or not all(isinstance(i, dict) for i in items):
            raise _changed(API, "the answer has no items and number_of_results")
        records += items
        if len(records) >= total or not items:
            return records, len(records) >= total
    return records, False


def _escaped(name: str) -> str:
    """A name within quotes of the query language."""
    return name.replace("\\", " ").replace('"', " ")


def _settle(found: Found, name: str, several: list[Facts]) -> None:
    distinct = {facts["id"]: facts for facts in several}
    if len(distinct) == 1:
        found.facts |= distinct
    else:
        found.open[name] = list(distinct.values())


def _forms(facts: Facts) -> set[str]:
    """Every name of an organisation, without case, accents and punctuation."""
    return {plain(item["value"]) for item in facts["names"]}


def _changed(url: str, what: str) -> DataError:
    return DataError([Fault(url, 0, "", what, "Try again; if it stays so, ROR changed its form.")])
