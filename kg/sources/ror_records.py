"""What ROR says beside the organisations that have a ROR id, in values that compare honestly with what stands.

A year founded agrees with a day of that year, a city in other letters with itself, ``http://x.org/`` with
``https://www.x.org``. ROR's coordinates are those of the city: they are given where there are none and disagree only
with those of another place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.records import Node
from kg.schema import Schema
from kg.sources.beside import AGREED, Beside, Records, plain
from kg.sources.deltas import newest
from kg.sources.ror_facts import year

NEAR = 0.2
"""Degrees within which coordinates may mean one place: a city and a building of it."""
_REGIONS = "region"

Facts = Mapping[str, Any]
States = Mapping[str, Iterable[Facts]]


@dataclass(frozen=True)
class RorNames:
    """The names of an organisation in ROR, with its country code and city; ``display`` is the one that ROR shows."""

    names: tuple[str, ...]
    country: str
    city: str
    display: str


def names_by_ror(states: States) -> dict[str, RorNames]:
    """The names of every organisation that is not withdrawn, by ROR id, as its newest snapshot has them."""
    found = {}
    for facts in newest(states).values():
        if facts.get("status") == "withdrawn":
            continue
        names = tuple(dict.fromkeys(name["value"] for name in facts.get("names", ())))
        found[facts["id"]] = RorNames(names, facts.get("country", ""), facts.get("city", ""), facts["name"])
    return found


def records(schema: Schema, nodes: Mapping[str, Node], states: States, source_of: Callable[[str], str]) -> Records:
    """The records of all snapshots by date; see ``compare``."""
    return compare(schema, nodes, states, source_of).records


def compare(schema: Schema, nodes: Mapping[str, Node], states: States, source_of: Callable[[str], str]) -> Beside:
    """Compare the snapshots by date with the organisations; ``source_of`` gives the slug of a date's source."""
    writer = _Writer(schema, nodes)
    for date in sorted(states, reverse=True):
        for facts in states[date]:
            writer.organisation(facts, date, source_of(date))
    return writer.beside


class _Writer:
    def __init__(self, schema: Schema, nodes: Mapping[str, Node]) -> None:
        self.beside = Beside(nodes)
        self.regions = schema.vocabularies[_REGIONS].concepts
        self.by_ror: dict[str, list[Node]] = defaultdict(list)
        for node in nodes.values():
            if (ror := node.first("ror")) and node.first("deprecated") != "true":
                self.by_ror[ror].append(node)
        self.above = {node.id: node.first("parent") for found in self.by_ror.values() for node in found}
        self.above |= {n.id: n.first("parent") for n in nodes.values() if n.kind.name == "Organisation"}

    def organisation(self, facts: Facts, date: str, source: str) -> None:
        """State what a record says of the one organisation that has its id."""
        found = self.by_ror.get(facts["id"], [])
        if len(found) != 1 or facts.get("status") == "withdrawn":
            self.beside.note("withdrawn by ROR" if found else "without a record", facts["id"] if found else "")
            return
        (node,) = found
        self.beside.note("matched")
        record: dict[str, Any] = {"id": node.id.partition("/")[2]}
        offer = self.beside.offer
        offer(record, node, "ror", facts["id"])
        offer(record, node, "wikidata", facts.get("wikidata"))
        self._country(record, node, facts)
        self._place(record, node, facts)
        self._founded(record, node, facts)
        offer(record, node, "website", _same_or(node.first("website"), facts.get("website"), _address))
        self._aliases(record, node, facts)
        self._parent(record, node, facts)
        record["sources"] = [source]
        self.beside.add(date, "organisation", record)

    def _country(self, record: dict[str, Any], node: Node, facts: Facts) -> None:
        """The country; a wider region that stands, like the European Union, agrees with a country of it."""
        country, own = str(facts.get("country", "")).lower(), node.first("country")
        if country not in self.regions:
            return
        if own in self.regions[country].broader:
            self.beside.counts[AGREED] += 1
            return
        self.beside.offer(record, node, "country", country)

    def _place(self, record: dict[str, Any], node: Node, facts: Facts) -> None:
        self.beside.offer(record, node, "city", _same_or(node.first("city"), facts.get("city"), plain))
        lat, lng = facts.get("lat"), facts.get("lng")
        if lat is None or lng is None:
            return
        theirs = [_decimal(lat), _decimal(lng)]
        own = [node.first("latitude"), node.first("longitude")]
        if None not in own and own != theirs:
            if all(abs(float(one or 0) - float(two)) < NEAR for one, two in zip(own, theirs, strict=True)):
                self.beside.counts["near"] += 1  # a building and its city
                return
        elif own != theirs and own != [None, None]:
            return
        self.beside.offer(record, node, "latitude", theirs[0])
        self.beside.offer(record, node, "longitude", theirs[1])

    def _founded(self, record: dict[str, Any], node: Node, facts: Facts) -> None:
        own, theirs = node.first("founded"), year(facts)
        if own and theirs and own.startswith(theirs) and own != theirs:
            self.beside.counts[AGREED] += 1  # ROR gives years only
            return
        self.beside.offer(record, node, "founded", theirs)

    def _aliases(self, record: dict[str, Any], node: Node, facts: Facts) -> None:
        """Names in other case or punctuation add nothing; a name that the record writes itself is agreed to."""
        own = [v for key in ("name", "legalName", "aliases", "formerNames") for v in node.values.get(key, ())]
        seen = {plain(name) for name in own}
        listed = {plain(name): name for name in node.values.get("aliases", ())}
        found: list[str] = []
        for name in (item["value"] for item in facts.get("names", ())):
            form = plain(name)
            if form in listed:
                found.append(listed.pop(form))
                self.beside.counts[AGREED] += 1
            elif form and form not in seen:
                found.append(name)
                self.beside.counts["aliases added"] += 1
            seen.add(form)
        if found:
            record["aliases"] = found

    def _parent(self, record: dict[str, Any], node: Node, facts: Facts) -> None:
        """ROR's parent, where it is one organisation of the graph and the record names none."""
        if node.first("parent") or "parent" in node.values.get("unknown", ()):
            return
        ids = [item.get("id") for item in facts.get("relationships", ()) if item.get("type") == "parent"]
        known = [self.by_ror[ident] for ident in ids if ident in self.by_ror]
        if len(ids) != 1 or len(known) != 1 or len(known[0]) != 1:
            return
        parent = known[0][0].id
        if node.id not in self._chain(parent):
            self.beside.offer(record, node, "parent", parent.partition("/")[2], parent)

    def _chain(self, entity: str) -> set[str]:
        """An organisation and all that it is part of."""
        seen: set[str] = set()
        current: str | None = entity
        while current and current not in seen:
            seen.add(current)
            current = self.above.get(current)
        return seen


def _same_or(own: str | None, theirs: Any, form: Callable[[str], str]) -> Any:
    """The own value where both are one in form, else theirs."""
    return own if own and theirs and form(own) == form(str(theirs)) else theirs


def _address(url: str) -> str:
    """A web address without what does not matter: scheme, ``www.``, case of the host, a slash or index page last."""
    bare = re.sub(r"^https?://(www\.)?", "", url.strip(), flags=re.IGNORECASE)
    host, _, path = bare.partition("/")
    return f"{host.lower()}/{re.sub(r'(^|/)(index[.][a-z]+|home)?/*$', '', path)}".rstrip("/")


def _decimal(value: float) -> str:
    """A coordinate with five digits, as nodes hold it."""
    return f"{value:.5f}".rstrip("0").rstrip(".")
