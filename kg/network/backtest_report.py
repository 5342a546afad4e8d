"""The outcome of a backtest as a report: the same figures as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import orjson

from kg.network.fit_rules import Betas

DIGITS = 4
TITLES = {
    "auc": "AUC",
    "matched_auc": "AUC, degree-matched",
    "ap_lift": "AP lift",
    "hits_10": "Hits@10",
    "recall_50": "Recall@50",
    "mrr": "MRR",
}
METRICS = tuple(TITLES)


@dataclass(frozen=True)
class Estimate:
    """A figure with the middle 95 percent of its bootstrap; None where there is nothing to say."""

    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        between = "" if self.low is None or self.high is None else f" ({self.low:.3f} to {self.high:.3f})"
        return f"{self.value:.3f}{between}"


@dataclass(frozen=True)
class Method:
    """A method with its metrics, and by how much each is more than that of popularity."""

    name: str
    metrics: Mapping[str, Estimate]
    gains: Mapping[str, Estimate]


@dataclass(frozen=True)
class Cut:
    """The outcome of one split. ``fitted`` is on how many positives weights were fitted, 0 if the shipped ones stood.

    ``variants`` are partner fit with a part left out; none unless asked for.
    """

    cut: int
    window: int
    organisations: int
    candidates: int
    positives: int
    records: int
    betas: Mapping[str, Betas]
    fitted: int
    methods: tuple[Method, ...]
    variants: tuple[Method, ...]
    verdict: str


@dataclass(frozen=True)
class Report:
    """All cuts of one source. ``records`` has by type how many there are, and of how many it is told when they became
    known; ``minimum`` is the number of new pairs below which nothing is judged.
    """

    source: str
    window: int
    minimum: int
    rounds: int
    records: Mapping[str, tuple[int, int]]
    notes: tuple[str, ...]
    cuts: tuple[Cut, ...]

    def to_json(self) -> bytes:
        """The report as JSON, figures to four digits; the same inputs give the same bytes."""
        return orjson.dumps(_rounded(asdict(self)), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def to_markdown(self) -> str:
        """The report for people."""
        return "\n".join([*self._head(), *(line for cut in self.cuts for line in _cut(cut))]) + "\n"

    def mean_betas(self) -> dict[str, dict[str, float]]:
        """By order the mean of the fitted weights, by the new pairs they were fitted on; none if none were fitted."""
        whole = sum(cut.fitted for cut in self.cuts)
        orders = {order: list(betas) for cut in self.cuts if cut.fitted for order, betas in cut.betas.items()}
        return {
            order: {name: sum(cut.fitted * cut.betas[order][name] for cut in self.cuts) / whole for name in names}
            for order, names in orders.items()
        }

    def _head(self) -> Iterator[str]:
        yield "# Backtest of partner fit"
        yield ""
        yield f"Source: {self.source}. Would partner fit have found, in an earlier year, who came to share a record?"
        yield ""
        for name, (every, dated) in self.records.items():
            yield f"- {name}: {every:,} records, of which {dated:,} tell when they became known and are used."
        yield f"- Trained on what was known in a year, tested on the {self.window} years after it, over all pairs of"
        yield "  organisations that were both seen in training and had no tie yet. Weights are fitted on an inner split"
        yield "  of the same length that ends where the test begins, then frozen."
        yield "- Degree-matched: against pairs of organisations with about as many partners each, so that popularity"
        yield "  alone comes to 0.5. AP lift: average precision over that of chance. In brackets the middle 95 % of"
        yield f"  {self.rounds} bootstrap rounds by organisation."
        yield f"- Below {self.minimum} new pairs nothing is judged."
        yield from (f"- {note}" for note in self.notes)
        for order, betas in self.mean_betas().items():
            yield f"- Mean of the fitted weights, {order}: {_listed(betas)}."
        if not self.cuts:
            yield ""
            yield "**too few to judge**: no year has a full window of years after it."


def _cut(cut: Cut) -> Iterator[str]:
    yield ""
    yield f"## Known in {cut.cut}, tested on {cut.cut + 1} to {cut.cut + cut.window}"
    yield ""
    yield f"**{cut.verdict}**"
    yield ""
    yield f"{cut.positives:,} new pairs from {cut.records:,} records, among {cut.candidates:,} candidate pairs of"
    yield f"{cut.organisations:,} organisations."
    if cut.methods:
        yield from _table(cut.methods)
    fitted = f"fitted on {cut.fitted} new pairs of the inner split" if cut.fitted else "as shipped"
    yield ""
    yield f"Weights, {fitted}:"
    for order, betas in cut.betas.items():
        yield f"- {order}: {_listed(betas)}"
    if any(method.gains for method in cut.methods):
        yield ""
        yield "More than popularity by:"
        for method in cut.methods:
            if method.gains and method.name.startswith("partner fit"):
                yield f"- {method.name}: " + ", ".join(f"{TITLES[m]} {method.gains[m]}" for m in METRICS[:2])
    if cut.variants:
        yield ""
        yield "What each part helps (weights fitted anew without it):"
        yield from _table(cut.variants)


def _listed(betas: Betas) -> str:
    return ", ".join(f"{name} {beta:.2f}" for name, beta in betas.items())


def _table(methods: tuple[Method, ...]) -> Iterator[str]:
    yield ""
    yield "| method | " + " | ".join(TITLES.values()) + " |"
    yield "|---|" + "---:|" * len(TITLES)
    for method in methods:
        yield f"| {method.name} | " + " | ".join(str(method.metrics[name]) for name in METRICS) + " |"


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, Mapping):
        return {str(key): _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
