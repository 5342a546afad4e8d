"""A scene from registry files alone: sponsors and collaborators by name, as any export of ClinicalTrials.gov has them.

Sites are left out, as their names are free text; an organisation's country is the one in which most sites of its
trials are. A trial became known when it was first posted; where a file does not tell, when it started.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import DataError, Fault
from kg.folding import fold
from kg.network.constants import Section
from kg.network.fit_rules import FitRules, read_fit_rules
from kg.network.records import ORGANISATION, Member, Part, Record
from kg.network.rules import Rules, read_rules
from kg.network.scene import Placed, Scene
from kg.network.traits import Near, Showing, Trait
from kg.schema import Schema
from kg.sources import ctgov_rules
from kg.sources.classify import SCHEME, Classifier
from kg.sources.codes import Codes
from kg.sources.ctgov_files import read_file
from kg.sources.trials import named_parties
from kg.sources.wordforms import normal_form

TRIAL = "Trial"
MODALITY, CONDITION = "modality", "condition"
_KNOWN = ("firstPosted", "start")
_ENDED = ("completion", "primaryCompletion", "lastUpdatePosted", "start", "firstPosted")
Facts = Mapping[str, Any]


@dataclass
class Loaded:
    """A scene with how many trials it was made of, and by which fact they became known."""

    scene: Scene
    trials: int = 0
    by: dict[str, int] = field(default_factory=dict)


def scene_of_files(paths: Sequence[Path], schema: Schema, constants: Section, data: Path) -> Loaded:
    """The scene of some files, a trial that stands in several read from the first.

    Raises ``DataError`` for a file that is not whole or holds no record of a trial with a year.
    """
    facts = _read(paths, ctgov_rules.read_rules(schema, data))
    reader = _Reader(read_rules(schema, constants), read_fit_rules(schema, constants), schema, data)
    for one in facts:
        reader.add(one)
    if not reader.known:
        what = f"none of {len(facts)} records has the day on which it was posted or started"
        raise DataError([Fault(str(paths[0]), 0, "", what, "Give an export with First Posted and Start Date.")])
    return Loaded(reader.scene(), len(facts), reader.by)


def _read(paths: Sequence[Path], rules: ctgov_rules.Rules) -> list[Facts]:
    found: dict[str, Facts] = {}
    for path in paths:
        for read in read_file(path, rules):
            if read.facts is not None:
                found.setdefault(str(read.facts["id"]), read.facts)
    return [found[number] for number in sorted(found)]


class _Reader:
    """Numbers trials and organisations as they come."""

    def __init__(self, rules: Rules, fit: FitRules, schema: Schema, data: Path) -> None:
        self.rules, self.fit, self.schema = rules, fit, schema
        self.kind = rules.kinds[TRIAL]
        self.codes = Codes(schema)
        self.classifier = Classifier.read(data, schema)
        self.numbers: dict[tuple[str, str], int] = {}
        self.known: dict[int, int] = {}
        self.by: dict[str, int] = dict.fromkeys(_KNOWN, 0)
        self.records: list[Record] = []
        self.showings: list[Showing] = []
        self.places: list[Placed] = []
        self.kinds: dict[int, str] = {}

    def add(self, facts: Facts) -> None:
        """Add a trial; one without a sponsor or collaborator says nothing."""
        parts: dict[int, list[Part]] = {}
        entity = self._number(TRIAL, str(facts["id"]))
        for role, party in named_parties(facts):
            organisation = self._number(ORGANISATION, fold(" ".join(party["name"].split())))
            parts.setdefault(organisation, []).append(Part(role, entity))
            if party.get("class"):
                self.kinds.setdefault(organisation, party["class"])
        if not parts:
            return
        members = tuple(Member(o, tuple(found)) for o, found in sorted(parts.items()))
        self.records.append(self._record(entity, members, facts))
        for name in _KNOWN:
            if (year := _year(facts, (name,))) is not None:
                self.known[entity] = year
                self.by[name] += 1
                break
        traits = frozenset(self._traits(facts))
        countries = sorted({c for c in map(self._country, facts.get("locations", ())) if c})
        for member in members:
            self.showings.append(Showing(member.organisation, entity, traits))
            self.places += [Placed(member.organisation, entity, country) for country in countries]

    def scene(self) -> Scene:
        """All of it, as of the newest year."""
        concepts = self.schema.vocabularies[SCHEME].concepts.values()
        near = {name: Near({}, self.fit.soften) for name in self.fit.slots}
        near[MODALITY] = Near({c.slug: tuple(c.broader) for c in concepts}, self.fit.soften)
        return Scene(
            rules=self.rules,
            fit=self.fit,
            year=max(self.known.values()),
            records=tuple(self.records),
            showings=tuple(self.showings),
            known=self.known,
            kinds=self.kinds,
            places=tuple(self.places),
            houses={},
            near=near,
        )

    def _number(self, kind: str, name: str) -> int:
        return self.numbers.setdefault((kind, name), len(self.numbers))

    def _record(self, entity: int, members: tuple[Member, ...], facts: Facts) -> Record:
        status = self.codes.slug("recruitment-status", facts.get("status"))
        return Record(
            entity=entity,
            kind=self.kind,
            members=members,
            begun=_year(facts, ("start", "firstPosted")),
            year=_year(facts, _ENDED),
            ongoing=status in self.kind.ongoing_values,
            dated=True,
            about=frozenset(),
        )

    def _traits(self, facts: Facts) -> Iterator[Trait]:
        guess = self.classifier.classify(facts)
        if guess.modality:
            yield MODALITY, guess.modality
        yield from ((CONDITION, form) for term in facts.get("conditions", ()) if (form := normal_form(str(term))))

    def _country(self, location: Mapping[str, Any]) -> str | None:
        name = location.get("country")
        return self.codes.country(name) or fold(name) if name else None


def _year(facts: Facts, names: Iterable[str]) -> int | None:
    """The year of the first of some facts that is there."""
    return next((int(str(facts[name])[:4]) for name in names if facts.get(name)), None)
