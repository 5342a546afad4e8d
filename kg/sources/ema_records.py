"""What EMA's reports say beside the curated records: authorisations by EMA number, designations by EU number.

Names alone never join anything. An authorisation without a number is found by the page of the medicine that it cites,
or by ``data/mappings/ema-medicines.tsv`` (``medicine product evidence``). A designation that no record has goes to a
product where EMA itself names the product's number, or where the substance is just its INN or name (inferred).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from kg.dates import is_partial_date
from kg.errors import DataError, Fault
from kg.mappings import read_rows, rows_or_shipped
from kg.records import Node
from kg.sources.beside import Beside, Records, plain
from kg.sources.ema_facts import DESIGNATION, NUMBER
from kg.sources.families import MEDICINES

STATUSES, MATCHES, MERGES = "ema-statuses.tsv", "ema-medicines.tsv", "organisation-merges.tsv"
_STATUS_COLUMNS = ("report", "code", "status", "outcome", "means")
_MATCH_COLUMNS = ("medicine", "product", "evidence")
_MERGE_COLUMNS = ("spelling", "joined_into", "evidence", "decided", "by")
_INN_WORDS = 4
"""Words that an INN has at most; what is longer is a common name, which everybody words as they like."""
REGULATOR, REGION, DESIGNATED = "ema", "eu", "orphan-eu"

Facts = Mapping[str, Any]
States = Mapping[str, Iterable[Facts]]


def read_statuses(data_folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """For each report and status in EMA's words: the status here and the outcome, empty where the lists have none."""
    rows = rows_or_shipped(data_folder, STATUSES, _STATUS_COLUMNS)
    return {(row["report"], row["code"]): (row["status"], row["outcome"]) for _, _, row in rows}


def records(
    nodes: Mapping[str, Node], family: str, states: States, source_of: Callable[[str], str], data_folder: Path
) -> Records:
    """The records of all snapshots of a family by date; see ``compare``."""
    return compare(nodes, family, states, source_of, data_folder).records


def compare(
    nodes: Mapping[str, Node], family: str, states: States, source_of: Callable[[str], str], data_folder: Path
) -> Beside:
    """Compare the snapshots of a family by date with the nodes; ``source_of`` gives the slug of a date's source."""
    writer = _Writer(nodes, data_folder)
    for date in sorted(states, reverse=True):
        for facts in states[date]:
            if family == MEDICINES:
                writer.medicine(facts, date, source_of(date))
            else:
                writer.designation(facts, date, source_of(date))
    return writer.beside


class _Writer:
    def __init__(self, nodes: Mapping[str, Node], data_folder: Path) -> None:
        self.nodes = nodes
        self.beside = Beside(nodes)
        self.statuses = read_statuses(data_folder)
        self.authorisations = _Authorisations(nodes, data_folder)
        self.designations = _by(nodes, "Designation", lambda node: node.values.get("number", ()))
        self.holders = _names_of_organisations(nodes, data_folder)
        self.substances = _by(
            nodes, "Product", lambda n: {plain(v) for k in ("inn", "name") for v in n.values.get(k, ())}
        )
        self.counted: set[str] = set()

    def _count(self, what: str, facts: Facts, name: str = "") -> None:
        """Count a thing once, however many snapshots show it."""
        if f"{what} {facts['id']}" not in self.counted:
            self.counted.add(f"{what} {facts['id']}")
            self.beside.note(what, name)

    # ------------------------------------------------------------- authorisations

    def medicine(self, facts: Facts, date: str, source: str) -> None:
        """State what a row says of the authorisation that it is about."""
        node = self.authorisations.find(facts)
        if node is None:
            self._count("medicines without a record", facts, f"{facts['id']} {facts.get('name', '')}".strip())
            return
        self._count("medicines matched", facts)
        product = self.nodes[node.owner or ""]
        decision: dict[str, Any] = {}
        code = str(facts.get("status", ""))
        status, outcome = self.statuses.get(("medicines", code), ("", ""))
        if NUMBER.fullmatch(str(facts["id"])):
            self.beside.offer(decision, node, "number", facts["id"])
        self._type(decision, node, facts, date, status)
        self.beside.offer(decision, node, "outcome", outcome)
        self.beside.offer(decision, node, "decided", _day(facts, _DECIDED.get(outcome, "")))
        self._status(decision, node, status, date, _day(facts, "ended"))
        self.beside.offer(decision, node, "ended", _day(facts, "ended"))
        self._holder(decision, node, facts, date, outcome)
        record: dict[str, Any] = {"id": _slug(product)}
        if decision:
            record["authorisations"] = {node.key: decision | {"sources": [source]}}
        self._inn(record, product, facts, source)
        self.beside.add(date, "product", record)

    def _type(self, decision: dict[str, Any], node: Node, facts: Facts, date: str, status: str) -> None:
        """EMA's flags say of which kind an authorisation is now; a special kind is never given later than at first."""
        conditional, exceptional = facts.get("conditional"), facts.get("exceptional")
        kind = "conditional" if conditional is True else "exceptional-circumstances" if exceptional is True else ""
        if kind and status not in ("", "under-review", "refused", "application-withdrawn"):
            self.beside.offer(decision, node, "type", kind)
        if not kind and conditional is False and exceptional is False:
            kind = "standard"
        if status == "granted":
            self.beside.offer_state(decision, node, "currentType", kind, date)

    def _holder(self, decision: dict[str, Any], node: Node, facts: Facts, date: str, outcome: str) -> None:
        """Whoever EMA names is the holder only where something was granted; else it is the applicant."""
        name = facts.get("holder")
        if not name or outcome != "granted":
            return
        found = self.holders.get(plain(str(name)), set())
        if len(found) == 1:
            (holder,) = found
            self.beside.offer_state(decision, node, "holder", holder.partition("/")[2], date, holder)
        else:
            self._count("holders without a record", facts, str(name))

    def _inn(self, record: dict[str, Any], product: Node, facts: Facts, source: str) -> None:
        name = str(facts.get("inn", ""))
        own = product.first("inn")
        known = {plain(v) for key in ("name", "aliases") for v in product.values.get(key, ())}
        if own and plain(own) == plain(name):
            name = own  # another case or accent is no disagreement
        elif not name or len(name.split()) > _INN_WORDS or plain(name) in known or ";" in name:
            return
        self.beside.offer(record, product, "inn", name)
        if "inn" in record:
            record["sources"] = [source]

    def _status(self, record: dict[str, Any], node: Node, status: str, date: str, ended: str) -> None:
        stands = node.first("status")
        self.beside.offer_state(record, node, "status", status, date)
        if stands is None and record.get("status"):
            self.beside.offer(record, node, "statusDate", ended or date)

    # --------------------------------------------------------------- designations

    def designation(self, facts: Facts, date: str, source: str) -> None:
        """State what a row says of the designation that has its number."""
        number = str(facts.get("number", facts["id"]))
        status, _ = self.statuses.get(("orphan-designations", str(facts.get("status", ""))), ("", ""))
        granted = _granted(number, facts) if status != "refused" else ""
        found = self.designations.get(number, [])
        for node in found:
            said: dict[str, Any] = {}
            self.beside.offer(said, node, "number", number)
            self.beside.offer(said, node, "granted", granted)
            self._status(said, node, status, date, "")
            owner = {
                "id": (node.owner or "").partition("/")[2],
                "designations": {node.key: said | {"sources": [source]}},
            }
            self.beside.add(date, "product", owner)
        if found:
            self._count("designations matched", facts)
        else:
            self._new_designation(facts, number, granted, status, date, source)

    def _new_designation(self, facts: Facts, number: str, granted: str, status: str, date: str, source: str) -> None:
        product, inferred = self._product(facts)
        if product is None or not DESIGNATION.fullmatch(number) or status in ("", "refused"):
            self._count("designations without a record", facts)
            return
        self._count("designations given to a product", facts, f"{product.id} {number}")
        said: dict[str, Any] = {"type": DESIGNATED, "regulator": REGULATOR, "number": number}
        key = "orphan-" + number.lower().replace("/", "-")
        beside = Node(f"designation/{_slug(product)}.{key}", product.kind, "", 0)
        self.beside.offer(said, beside, "granted", granted)
        self.beside.offer(said, beside, "status", status)
        said |= {"statusDate": date} if "status" in said else {}
        said |= {"knowledge": "inferred", "confidence": "medium"} if inferred else {}
        self.beside.add(date, "product", {"id": _slug(product), "designations": {key: said | {"sources": [source]}}})

    def _product(self, facts: Facts) -> tuple[Node | None, bool]:
        """The one product that a designation is of, and whether that is inferred from the substance."""
        named = {found.owner for n in facts.get("product", ()) if (found := self.authorisations.by_number.get(n))}
        if len(named) == 1:
            return self.nodes[named.pop() or ""], False
        same = self.substances.get(plain(str(facts.get("substance", ""))), [])
        return (same[0], True) if len(same) == 1 else (None, True)


_DECIDED = {"granted": "authorised", "refused": "refused", "application-withdrawn": "applicationWithdrawn"}


class _Authorisations:
    """Finds the decision of the EU that a medicine of EMA's report is about."""

    def __init__(self, nodes: Mapping[str, Node], data_folder: Path) -> None:
        own = [n for n in nodes.values() if n.kind.name == "Authorisation" and n.first("region") == REGION]
        self.by_number = {number: node for node in own for number in node.values.get("number", ())}
        pages: dict[str, list[Node]] = defaultdict(list)
        by_product: dict[str, list[Node]] = defaultdict(list)
        for node in own:
            by_product[(node.owner or "").partition("/")[2]].append(node)
            for source in node.values.get("sources", ()) if not node.first("number") else ():
                if (url := nodes[source].first("url") if source in nodes else None) and "/EPAR/" in url:
                    pages[url.rsplit("/", 1)[1].lower()].append(node)
        self.by_page = {page: found[0] for page, found in pages.items() if len(found) == 1}
        for file, line, row in read_rows(data_folder, MATCHES, _MATCH_COLUMNS):
            found = by_product.get(row["product"], [])
            if len(found) != 1:
                what = f"{row['product']!r} has {len(found)} authorisations of the EU"
                raise DataError([Fault(file, line, "product", what, "Write the id of a product that has one.")])
            self.by_number.setdefault(row["medicine"], found[0])

    def find(self, facts: Facts) -> Node | None:
        """By number, else by the page of the medicine."""
        page = str(facts.get("url", "")).rsplit("/", 1)[-1].lower()
        return self.by_number.get(str(facts["id"])) or self.by_page.get(page)


def _by(nodes: Mapping[str, Node], kind: str, keys: Callable[[Node], Iterable[str]]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = defaultdict(list)
    for node in nodes.values():
        if node.kind.name == kind and node.first("deprecated") != "true":
            for key in keys(node):
                found[key].append(node)
    return found


def _names_of_organisations(nodes: Mapping[str, Node], data_folder: Path) -> dict[str, set[str]]:
    """Every name of an organisation, without case and punctuation, with the ids of those that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in nodes.values():
        if node.kind.name == "Organisation" and node.first("deprecated") != "true":
            for key in ("name", "legalName", "aliases"):
                for name in node.values.get(key, ()):
                    found[plain(name)].add(node.id)
    for _, _, row in read_rows(data_folder, MERGES, _MERGE_COLUMNS):
        entity = f"organisation/{row['joined_into']}"
        if entity in nodes:
            found[plain(row["spelling"])].add(entity)
    return found


def _granted(number: str, facts: Facts) -> str:
    """The day of designation; empty where the number is of another year, for the register moves dates on transfers."""
    day, match = _day(facts, "decided"), DESIGNATION.fullmatch(number)
    year = 2000 + int(match[1]) if match else 0
    return day if day and year <= int(day[:4]) <= year + 1 else ""


def _day(facts: Facts, key: str) -> str:
    value = facts.get(key)
    return value if isinstance(value, str) and is_partial_date(value) else ""


def _slug(node: Node) -> str:
    return node.id.partition("/")[2]
