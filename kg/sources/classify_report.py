"""How right the classifier of trials is, measured on trials that people labelled by reading them.

``data/mappings/trial-labels.tsv`` holds the labels: ``nctId``, ``modality`` (a slug of the scheme, or ``none``),
``split`` (``train`` where rules were written by it, ``held-out`` where nobody looked while writing them), ``by`` and
``why``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from kg.errors import DataError, Fault
from kg.mappings import read_rows
from kg.schema import Schema, Vocabulary
from kg.sources.classify import NONE, SCHEME, Classifier, Facts, Guess

TABLE = "trial-labels.tsv"
COLUMNS = ("nctId", "modality", "split", "by", "why")
SPLITS = ("held-out", "train")
_Z = 1.959964
"""The normal deviate of a 95% interval."""


@dataclass(frozen=True)
class Label:
    """What a reader said of a trial; ``modality`` is None if it tests no ATMP."""

    trial: str
    modality: str | None
    split: str
    by: str
    why: str


@dataclass(frozen=True)
class Share:
    """``hits`` of ``total``, with the 95% interval after Wilson; nothing is said of none."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies in 95 of 100 such samples."""
        if not self.total:
            return None
        share, n = self.hits / self.total, self.total
        middle = share + _Z * _Z / (2 * n)
        spread = _Z * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
        scale = 1 + _Z * _Z / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@dataclass(frozen=True)
class Kind:
    """One kind: of the trials guessed so, how many are; of those that are, how many were guessed so."""

    precision: Share
    recall: Share


@dataclass(frozen=True)
class Miss:
    """A trial whose guess is not its label; ``relation`` says how they lie to each other."""

    label: Label
    guess: Guess
    relation: str


@dataclass(frozen=True)
class Report:
    """The figures of one split. Shares of kinds are of all trials labelled as ATMP: a missed one is wrong."""

    split: str
    trials: int
    precision: Share
    recall: Share
    exact: Share
    broader: Share
    narrower: Share
    within_tree: Share
    kinds: Mapping[str, Kind]
    misses: Sequence[Miss]
    without_facts: Sequence[str]


def read_labels(data_folder: Path, schema: Schema) -> list[Label]:
    """The labels in the order of the table; raises ``DataError`` with file and line for rows not in form."""
    kinds = schema.vocabularies[SCHEME].concepts
    labels: dict[str, Label] = {}
    faults: list[Fault] = []
    for file, line, cells in read_rows(data_folder, TABLE, COLUMNS):
        trial, kind, split = cells["nctId"], cells["modality"], cells["split"]
        if trial in labels:
            faults.append(Fault(file, line, "nctId", f"{trial} has a label already", "Keep one of the rows."))
        if kind != NONE and kind not in kinds:
            remedy = f"Write a slug of ontology/vocabularies.ttl, or {NONE}."
            faults.append(Fault(file, line, "modality", f"{kind!r} is no concept of the scheme {SCHEME}", remedy))
        if split not in SPLITS:
            remedy = f"Write {' or '.join(SPLITS)}."
            faults.append(Fault(file, line, "split", f"{split!r} is no split", remedy))
        labels[trial] = Label(trial, None if kind == NONE else kind, split, cells["by"], cells["why"])
    if faults:
        raise DataError(faults)
    return list(labels.values())


def evaluate(
    classifier: Classifier, schema: Schema, labels: Iterable[Label], facts: Mapping[str, Facts], split: str
) -> Report:
    """The figures of the labels of a split; trials without facts are counted apart and not judged."""
    wanted = [label for label in labels if label.split == split]
    pairs = [(label, classifier.classify(facts[label.trial])) for label in wanted if label.trial in facts]
    scheme = schema.vocabularies[SCHEME]
    relations = [relation(scheme, label.modality, guess.modality) for label, guess in pairs]
    count = Counter(relations)
    found = count["exact"] + count["broader"] + count["narrower"] + count["other kind"]
    atmp = found + count["missed"]
    misses = [
        Miss(*pair, how) for pair, how in zip(pairs, relations, strict=True) if how not in ("exact", "rightly none")
    ]
    return Report(
        split=split,
        trials=len(pairs),
        precision=Share(found, found + count["not an ATMP"]),
        recall=Share(found, atmp),
        exact=Share(count["exact"], atmp),
        broader=Share(count["broader"], atmp),
        narrower=Share(count["narrower"], atmp),
        within_tree=Share(found - count["other kind"], atmp),
        kinds=_kinds(pairs),
        misses=misses,
        without_facts=[label.trial for label in wanted if label.trial not in facts],
    )


def relation(scheme: Vocabulary, label: str | None, guess: str | None) -> str:
    """How a guess lies to a label in the tree of kinds."""
    if label is None or guess is None:
        names = {(True, True): "rightly none", (True, False): "not an ATMP", (False, True): "missed"}
        return names[label is None, guess is None]
    if label == guess:
        return "exact"
    if label in scheme.descendants(guess):
        return "broader"
    return "narrower" if guess in scheme.descendants(label) else "other kind"


def _kinds(pairs: Sequence[tuple[Label, Guess]]) -> dict[str, Kind]:
    labelled = Counter(label.modality or NONE for label, _ in pairs)
    guessed = Counter(guess.modality or NONE for _, guess in pairs)
    right = Counter(guess.modality or NONE for label, guess in pairs if label.modality == guess.modality)
    slugs = sorted(labelled | guessed, key=lambda slug: (-labelled[slug], slug))
    return {slug: Kind(Share(right[slug], guessed[slug]), Share(right[slug], labelled[slug])) for slug in slugs}
