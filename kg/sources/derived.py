"""What the facts of registries come to: each snapshot a layer of records, by the rules and tables of the data folder.

Facts lines stay as the registry coded them; here they are classified, linked and resolved, at every build, so that a
better rule needs no new fetch. Registries come in the order of ``FAMILIES``: later ones may speak of what earlier ones
brought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from kg.errors import DataError, Fault
from kg.mappings import read_rows
from kg.records import Node
from kg.schema import Schema
from kg.settings import packaged
from kg.snapshots import FOLDER, Layer, Row, read_layer
from kg.sources import ema_records, ror_records
from kg.sources.attribution import worded
from kg.sources.classify import Classifier
from kg.sources.codes import Codes
from kg.sources.condition_terms import ConditionTerms, claims_of, read_table
from kg.sources.ctgov_rules import read_rules
from kg.sources.deltas import read_states
from kg.sources.families import MEDICINES, ORPHANS, ROR, TRIALS
from kg.sources.product_names import ProductNames
from kg.sources.registers import Registers
from kg.sources.spelling_known import curated
from kg.sources.spellings import Registered, Spellings
from kg.sources.standing import Standing
from kg.sources.trials import Tally, Tools, TrialWriter, parties

FAMILIES = (TRIALS, ROR, MEDICINES, ORPHANS)
SOURCES = "snapshot-sources.tsv"
_ORGANISATION_TYPES = "organisation-type"
_CLASSES = "sponsorClass"

States = Mapping[str, list[dict[str, Any]]]
Records = Mapping[str, Iterable[tuple[str, dict[str, Any]]]]


@dataclass
class Derivation:
    """The layers, the faults, and for the work lists what was linked to what and what was not."""

    layers: list[Layer] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    spellings: Spellings | None = None


def derive(schema: Schema, nodes: Mapping[str, Node], below: Iterable[Layer], data_folder: Path) -> Derivation:
    """Derive the layers of all registries from a data folder's facts.

    ``nodes`` are the curated ones, ``below`` layers of other snapshots, such as those of MONDO's conditions. What is
    wrong with a table or a line becomes a fault.
    """
    work = _Derivation(schema, nodes, list(below), data_folder)
    try:
        work.run()
    except DataError as error:
        work.result.faults += error.faults
    return work.result


class _Derivation:
    def __init__(self, schema: Schema, nodes: Mapping[str, Node], below: list[Layer], data_folder: Path) -> None:
        self.schema = schema
        self.nodes = dict(nodes)
        self.below = below
        self.folder = data_folder
        self.result = Derivation()
        self.sources: dict[tuple[str, str], str] = {}

    def run(self) -> None:
        rows = read_rows(self.folder, SOURCES, ("family", "date", "source"))
        self.sources = {(row["family"], row["date"]): row["source"] for _, _, row in rows}
        states = {family: read_states(self.folder, family) for family in FAMILIES}
        if states[TRIALS]:
            self._trials(states[TRIALS], states[ROR])
        if states[ROR]:
            self._add(ROR, ror_records.records(self.schema, self.nodes, states[ROR], self._source_of(ROR)))
        for family in (MEDICINES, ORPHANS):
            if states[family]:
                source_of = self._source_of(family)
                self._add(family, ema_records.records(self.nodes, family, states[family], source_of, self.folder))

    def _source_of(self, family: str) -> Callable[[str], str]:
        """The slug of the source of a family's snapshot: as the table says, else by family and date."""
        return lambda date: self.sources.get((family, date), f"{family}-{date}")

    def _trials(self, states: States, ror: States) -> None:
        tools = self._tools(states, ror_records.names_by_ror(ror))
        written: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for date, facts in states.items():
            writer = TrialWriter(tools, self._source_of(TRIALS)(date), date)
            written[date] = [("trial", record) for one in facts if (record := writer.record(one))]
            self.result.tallies[date] = writer.tally
        registered = {r.organisation: r for r in tools.spellings.registered()}
        for date, rows in written.items():
            records = [record for _, record in rows]
            source = self._source_of(TRIALS)(date)
            rows += organisations(records, registered, source, states[date], tools.codes)
        self.result.codes, self.result.spellings = tools.codes.unknown, tools.spellings
        self._add(TRIALS, written)

    def _tools(self, states: States, ror: Mapping[str, ror_records.RorNames]) -> Tools:
        every = list(chain.from_iterable(states.values()))
        spelled = Counter(name for facts in every for name, _ in parties(facts))
        conditions = chain(self.nodes.values(), *(layer.nodes.values() for layer in self.below))
        registers = Registers(self.schema)
        numbers = {str(facts["id"]): [number for _, number in registers.numbers(facts)] for facts in every}
        classes = read_rules(self.schema, self.folder).codes[_CLASSES]
        return Tools(
            codes=Codes(self.schema, {_ORGANISATION_TYPES: classes}),
            classifier=Classifier.read(self.folder, self.schema),
            products=ProductNames.read(self.folder, self.nodes),
            conditions=ConditionTerms(claims_of(conditions), read_table(self.folder)),
            spellings=Spellings.read(self.folder, curated(self.nodes.values()), ror, sorted(spelled.items())),
            standing=Standing(self.nodes, numbers),
            registers=registers,
        )

    def _add(self, family: str, by_date: Records) -> None:
        """The layers of a family; what they bring new can be spoken of by the next one."""
        for date, rows in by_date.items():
            source = self._source_of(family)(date)
            records = list(rows)
            if f"source/{source}" not in self.nodes and records:
                records.append(("source", worded(packaged("data"), family, date, source)))
            name = f"{self.folder.name}/{FOLDER}/{family}/{date}.jsonl"
            numbered = (Row(number, kind, record) for number, (kind, record) in enumerate(records, start=1))
            layer, faults = read_layer(self.schema, Layer(family, date, {}), name, numbered)
            self.result.layers.append(layer)
            self.result.faults += faults
            for node in layer.nodes.values():
                self.nodes.setdefault(node.id, node)


def organisations(
    trials: Iterable[Mapping[str, Any]],
    registered: Mapping[str, Registered],
    source: str,
    facts: Iterable[Mapping[str, Any]],
    codes: Codes,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The organisations without a curated record that the trials of a snapshot involve, and those above them.

    A name is given to each; the type is the reviewed one, else what the registry's class of sponsors says.
    """
    classes: dict[str, set[str]] = {}
    for record in facts:
        for name, code in parties(record):
            classes.setdefault(" ".join(name.split()), set()).add(code)
    involved = {i["agent"].partition("/")[2] for t in trials for i in t.get("involvements", {}).values()}
    todo = sorted(involved & registered.keys())
    done: set[str] = set()
    while todo:
        known = registered[slug := todo.pop()]
        if slug in done:
            continue
        done.add(slug)
        if known.parent in registered:
            todo.append(known.parent)
        told = codes.slugs(_ORGANISATION_TYPES, {c for n in (known.name, *known.aliases) for c in classes.get(n, ())})
        kind = known.type or (told[0] if len(set(told)) == 1 else "")
        said = {"id": slug, "name": known.name, "aliases": list(known.aliases), "type": kind, "ror": known.ror}
        said |= {"parent": known.parent, "sources": [source], "review": "unreviewed"}
        yield "organisation", {key: value for key, value in said.items() if value}
