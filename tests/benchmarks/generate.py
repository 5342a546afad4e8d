"""Seeded data folders of any size with the shape of the real one: few busy organisations, many quiet ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

PHASES = ("phase-1", "phase-1-2", "phase-2", "phase-3")
STATUSES = ("recruiting", "completed", "terminated", "unknown")
COUNTRIES = ("nl", "us", "de", "gb", "jp", "fr", "it", "es")
MODALITIES = ("car-t", "msc", "hsc-gene-addition", "aav-gene-therapy", "til", "dendritic-cells")
CATEGORIES = {"car-t": "gene-therapy", "hsc-gene-addition": "gene-therapy", "aav-gene-therapy": "gene-therapy"}


def write_folder(folder: Path, records: int, seed: int = 1) -> None:
    """Write a faultless data folder of about ``records`` top-level records: a third trials, the rest around them."""
    random = Random(seed)
    counts = {
        "source": max(1, records // 20),
        "condition": max(1, records // 20),
        "organisation": max(2, records // 4),
        "product": max(1, records // 4),
        "agreement": max(1, records // 15),
    }
    counts["trial"] = max(1, records - sum(counts.values()))
    for kind, count in counts.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            lines = _LINES[kind](random, number, counts)
            (folder / kind / f"{kind}-{number}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _busy(random: Random, count: int) -> int:
    """A number below ``count``, small ones far more often: the power law of real collaboration."""
    return min(count - 1, int(random.paretovariate(0.7)) - 1)


def _cited(random: Random, counts: dict[str, int]) -> str:
    return f"sources: [source-{random.randrange(counts['source'])}]"


def _source(random: Random, number: int, _counts: dict[str, int]) -> Iterator[str]:
    yield f"title: Registry page {number}"
    yield f"url: https://registry.example/{number}"
    yield "kind: registry-entry"
    yield f"accessed: 2026-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"


def _condition(random: Random, number: int, counts: dict[str, int]) -> Iterator[str]:
    yield f"name: Condition {number}"
    yield f"mondo: MONDO:{number:07d}"
    yield _cited(random, counts)
    yield "review: verified"


def _organisation(random: Random, number: int, counts: dict[str, int]) -> Iterator[str]:
    yield f"name: Organisation {number}"
    yield f"type: {random.choice(('company', 'hospital', 'university'))}"
    yield f"country: {random.choice(COUNTRIES)}"
    yield _cited(random, counts)
    yield "review: verified"


def _product(random: Random, number: int, counts: dict[str, int]) -> Iterator[str]:
    modality = random.choice(MODALITIES)
    yield f"name: Product {number}"
    yield f"codes: [AB-{number:04d}]"
    yield f"legalCategory: {CATEGORIES.get(modality, 'somatic-cell-therapy')}"
    yield "legalCategoryBasis: curator"
    yield f"modality: {modality}"
    yield "vectorType: lentiviral"
    yield "indications:"
    condition = random.randrange(counts["condition"])
    yield f"  main: {{condition: condition-{condition}, stage: {random.choice(PHASES)}, {_cited(random, counts)}}}"
    yield "involvements:"
    agent = _busy(random, counts["organisation"])
    yield f"  developer: {{agent: organisation/organisation-{agent}, role: developer, {_cited(random, counts)}}}"
    yield _cited(random, counts)
    yield "review: verified"


def _trial(random: Random, number: int, counts: dict[str, int]) -> Iterator[str]:
    yield f"title: Trial {number} of a product in a condition"
    yield f"phase: {random.choice(PHASES)}"
    yield f"enrolmentPlanned: {random.randint(3, 300)}"
    yield f"startDate: {random.randint(2005, 2025)}-{random.randint(1, 12):02d}"
    yield f"countries: [{random.choice(COUNTRIES)}]"
    yield f"products: [product-{_busy(random, counts['product'])}]"
    yield f"conditions: [condition-{random.randrange(counts['condition'])}]"
    yield "registryRecords:"
    record = f"registry: clinicaltrials-gov, identifier: NCT{number:08d}, status: {random.choice(STATUSES)}"
    yield f"  nct: {{{record}, statusDate: 2026-01-01, {_cited(random, counts)}}}"
    yield "involvements:"
    agents = {_busy(random, counts["organisation"]) for _ in range(random.randint(1, 5))}
    for place, agent in enumerate(sorted(agents)):
        role = "sponsor" if place == 0 else "collaborator"
        yield f"  party-{place}: {{agent: organisation/organisation-{agent}, role: {role}, {_cited(random, counts)}}}"
    yield _cited(random, counts)
    yield "review: verified"


def _agreement(random: Random, number: int, counts: dict[str, int]) -> Iterator[str]:
    yield f"name: Licence {number}"
    yield "type: licence"
    yield f"scope: [product-{_busy(random, counts['product'])}]"
    yield f"signed: {random.randint(2005, 2025)}"
    yield "involvements:"
    licensor = _busy(random, counts["organisation"])
    licensee = (licensor + 1 + random.randrange(counts["organisation"] - 1)) % counts["organisation"]
    for role, agent in (("licensor", licensor), ("licensee", licensee)):
        yield f"  {role}: {{agent: organisation/organisation-{agent}, role: {role}, {_cited(random, counts)}}}"
    yield _cited(random, counts)
    yield "review: verified"


_LINES: Mapping[str, Callable[[Random, int, dict[str, int]], Iterator[str]]] = {
    "source": _source,
    "condition": _condition,
    "organisation": _organisation,
    "product": _product,
    "agreement": _agreement,
    "trial": _trial,
}
