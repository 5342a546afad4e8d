"""What a snapshot of ClinicalTrials.gov says of a trial, as a record in the form of a curated one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.sources.classify import Classifier, Guess
from kg.sources.codes import Codes
from kg.sources.condition_terms import ConditionTerms
from kg.sources.locations import locations
from kg.sources.names import slug_of
from kg.sources.product_names import ProductNames
from kg.sources.registers import Registers
from kg.sources.spelling_tables import LEFT_OUT
from kg.sources.spellings import Spellings
from kg.sources.standing import Standing

URL = "https://clinicaltrials.gov/study/"
_ACTUAL = {"ACTUAL": "enrolmentActual", "ESTIMATED": "enrolmentPlanned"}
Facts = Mapping[str, Any]


@dataclass
class Tally:
    """What was counted while a snapshot was read; names of things with how often they came."""

    read: int = 0
    loaded: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    not_atmp: Counter[str] = field(default_factory=Counter)
    conditions: Counter[str] = field(default_factory=Counter)
    facilities: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Tools:
    """What links the words of a registry to the things of the graph."""

    codes: Codes
    classifier: Classifier
    products: ProductNames
    conditions: ConditionTerms
    spellings: Spellings
    standing: Standing
    registers: Registers


class TrialWriter:
    """Writes the records of one snapshot: ``source`` is the slug of its source, ``date`` its day."""

    def __init__(self, tools: Tools, source: str, date: str) -> None:
        self.tools = tools
        self.source = source
        self.date = date
        self.tally = Tally()

    def record(self, facts: Facts) -> dict[str, Any] | None:
        """The trial's record; None if the classifier says that it tests no ATMP and no curator says otherwise."""
        self.tally.read += 1
        nct = str(facts["id"])
        slug = self.tools.standing.trial(nct)
        guess = self.tools.classifier.classify(facts)
        if slug is None and guess.modality is None:
            self.tally.not_atmp[guess.rule] += 1
            return None
        self.tally.loaded += 1
        self.tally.rules[guess.rule] += 1
        record: dict[str, Any] = {"id": slug or nct.lower()} | self._names(facts, slug is not None)
        record |= self._design(facts) | self._dates(facts)
        evidence = dict(self._products(record, facts))
        evidence |= dict(self._conditions(record, facts)) | dict(self._modality(record, guess))
        record["registryRecords"] = self._entries(facts, str(record["id"]))
        places, found = locations(facts, self.tools.spellings, self.tools.codes, self._cited())
        record["locations"] = places
        unknown = (p.get("facility") for p in places.values() if not p.get("organisation"))
        self.tally.facilities.update(name for name in unknown if name)
        record["countries"] = list(dict.fromkeys(p["country"] for p in places.values() if p.get("country")))
        record["involvements"] = self._involvements(facts) | found
        record |= {"evidence": evidence, "sources": [self.source]}
        if slug is None:
            record["review"] = "unreviewed"
        return {key: value for key, value in record.items() if value not in (None, "", [], {})}

    def _cited(self) -> dict[str, Any]:
        return {"sources": [self.source]}

    def _names(self, facts: Facts, curated: bool) -> dict[str, Any]:
        """A curated trial keeps its title; the registry's is another name of it."""
        title = _plain(facts.get("title") or facts.get("officialTitle") or facts["id"])
        names = [title] if curated else []
        names += [name for name in (facts.get("orgStudyId"), facts["id"]) if name]
        aliases = list(dict.fromkeys(map(_plain, names)))
        return {"acronym": facts.get("acronym"), "aliases": aliases} | ({} if curated else {"title": title})

    def _design(self, facts: Facts) -> dict[str, Any]:
        codes = self.tools.codes
        return {
            "kind": codes.slug("trial-kind", facts.get("studyType")),
            "phase": codes.slug("phase", facts.get("phases")),
            "allocation": codes.slug("allocation", facts.get("allocation")),
            "interventionModel": codes.slug("intervention-model", facts.get("interventionModel")),
            "masking": codes.slug("masking", facts.get("masking")),
            "ageGroups": codes.slugs("age-group", facts.get("stdAges", ())),
            "interventions": _unique(i.get("name") for i in facts.get("interventions", ())),
            "conditionTerms": _unique(facts.get("conditions", ())),
        } | self._enrolment(facts, told=False)

    def _enrolment(self, facts: Facts, told: bool) -> dict[str, Any]:
        count = facts.get("enrolment")
        name = _ACTUAL.get(str(facts.get("enrolmentType")), "enrolment" if told else "")
        return {name: count} if name and count is not None else {}

    def _dates(self, facts: Facts) -> dict[str, Any]:
        return {
            "startDate": facts.get("start"),
            "primaryCompletionDate": facts.get("primaryCompletion"),
            "completionDate": facts.get("completion"),
        }

    def _entries(self, facts: Facts, slug: str) -> dict[str, Any]:
        """The entry in this registry as of this day, and the numbers of other registries that it gives."""
        nct = str(facts["id"])
        status = self.tools.codes.slug("recruitment-status", facts.get("status"))
        own = {
            "registry": "clinicaltrials-gov",
            "identifier": nct,
            "status": status,
            "statusDate": self.date if status else None,
            "snapshotDate": self.date,
            "phase": self.tools.codes.slug("phase", facts.get("phases")),
            "url": URL + nct,
        } | self._enrolment(facts, told=True)
        standing = self.tools.standing
        curated = standing.entry(slug, "clinicaltrials-gov", nct, self.date)
        if curated:  # of this day's entry a curator may know since when its status holds
            own["statusDate"] = None
        key = curated or f"ctgov-{self.date}"
        entries = {key: {k: v for k, v in own.items() if v is not None} | self._cited()}
        for registry, number in self.tools.registers.numbers(facts):
            if standing.owner(number) in (None, nct):
                key = standing.entry(slug, registry, number) or registry
                entries.setdefault(key, {"registry": registry, "identifier": number} | self._cited())
        return entries

    def _products(self, record: dict[str, Any], facts: Facts) -> Iterator[tuple[str, Any]]:
        for mention in self.tools.products.mentions(facts):
            record.setdefault("products", []).append(mention.product)
            self.tally.links[f"product by {mention.part}"] += 1
            where = f"{mention.part}: {mention.name}"
            yield self._evidence("products", mention.product, where)

    def _conditions(self, record: dict[str, Any], facts: Facts) -> Iterator[tuple[str, Any]]:
        found: dict[str, str] = {}
        for term in _unique(facts.get("conditions", ())):
            link = self.tools.conditions.link(term)
            self.tally.links[f"condition by {link.how}" if link else "condition unlinked"] += 1
            if link is None:
                self.tally.conditions[term] += 1
            elif found.setdefault(link.slug, term) == term:
                record.setdefault("conditions", []).append(link.slug)
                if link.how == "table":
                    yield self._evidence("conditions", link.slug, f"condition: {term}")
        for mesh in facts.get("conditionMesh", ()):
            link = self.tools.conditions.link_mesh(str(mesh.get("id")))
            if link and link.slug not in found:
                found[link.slug] = str(mesh.get("id"))
                self.tally.links["condition by mesh"] += 1
                record.setdefault("conditions", []).append(link.slug)
                yield self._evidence("conditions", link.slug, f"MeSH {mesh.get('id')}")

    def _modality(self, record: dict[str, Any], guess: Guess) -> Iterator[tuple[str, Any]]:
        """That of the products if they agree on one, else the classifier's guess."""
        kinds = self.tools.standing.modalities(str(record["id"]), record.get("products", ()))
        if len(kinds) == 1:
            record["modality"] = kinds[0]
            yield self._evidence("modality", kinds[0], "modality of its products", "inference")
        elif guess.modality:
            record["modality"] = guess.modality
            where = f"rule {guess.rule}, {guess.field}: {guess.matched}"
            yield self._evidence("modality", guess.modality, where)

    def _evidence(self, name: str, value: str, where: str, method: str = "rule") -> tuple[str, Any]:
        key = slug_of(f"{name}-{value}-{self.date}")
        said = {"field": name, "value": value, "source": self.source, "date": self.date, "locator": _plain(where)}
        return key, said | {"method": method, "knowledge": "inferred", "confidence": "medium"}

    def _involvements(self, facts: Facts) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for role, party in named_parties(facts):
            spelling = party["name"]
            resolution = self.tools.spellings.resolve(spelling)
            if resolution.organisation == LEFT_OUT:
                continue
            said = {"agent": f"organisation/{resolution.organisation}", "role": role} | self._cited()
            if resolution.how == "rule":
                said["note"] = f"Registered as {_plain(spelling)}."
            found.setdefault(f"{role}-{resolution.organisation}", said)
        return found


def parties(facts: Facts) -> Iterator[tuple[str, str]]:
    """The sponsor and the collaborators of a trial as (spelling, class of the registry or nothing)."""
    for _, party in named_parties(facts):
        yield str(party["name"]), str(party.get("class") or "")


def named_parties(facts: Facts) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The sponsor and the collaborators of a trial that have a name, each with the role."""
    for role, party in (
        ("sponsor", facts.get("sponsor")),
        *(("collaborator", c) for c in facts.get("collaborators", ())),
    ):
        if party and party.get("name"):
            yield role, party


def _plain(text: object) -> str:
    """A text in one line."""
    return " ".join(str(text).split())


def _unique(texts: Any) -> list[str]:
    return list(dict.fromkeys(plain for text in texts if (plain := _plain(text or ""))))
