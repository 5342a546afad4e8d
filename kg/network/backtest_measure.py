"""Partner fit on a split: weights fitted on one, measured on another beside the baselines, and with parts left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kg.network.backtest_betas import fit_betas
from kg.network.backtest_metrics import draws, interval, judge
from kg.network.backtest_report import METRICS, Estimate, Method
from kg.network.backtest_scores import BASELINES, POPULARITY, Rows, features, fit_rows
from kg.network.backtest_split import Split
from kg.network.components import Components
from kg.network.fit_rules import COMPONENTS, LIKELY, ORDERS, Betas

NAMES = {order: "partner fit" if order == LIKELY else f"partner fit, {order}" for order in ORDERS}
NEGATIVES = 10
"""Pairs that came to nothing that are drawn for each positive to fit weights."""
_CAPABILITY = "capability"


def fitted_betas(split: Split, order: str, names: Sequence[str] = ()) -> Betas:
    """The weights, 0 or more, that tell the positives of a split best; in the non-obvious order from pairs with as many
    partners. ``names`` are the components that take part, by default those of the order.
    """
    seed = f"{order} {split.cut}"
    count = NEGATIVES * len(split.positives)
    negatives = split.negatives(count, seed) if order == LIKELY else split.matched(NEGATIVES, seed)
    rows = features(split, [*split.positives, *negatives])
    labels = [1] * len(split.positives) + [0] * len(negatives)
    found = fit_betas(rows, labels, [COMPONENTS.index(name) for name in names or ORDERS[order]])
    return {COMPONENTS[column]: beta for column, beta in found.items()}


def methods(split: Split, betas: Mapping[str, Betas], rounds: int) -> tuple[Method, ...]:
    """The baselines and both orders of partner fit on a split with at least one positive."""
    return tuple(_measured(split, _scored(split, betas), rounds))


def _scored(split: Split, betas: Mapping[str, Betas]) -> Iterator[tuple[str, Rows]]:
    """The methods one after the other, as their scores take room."""
    for name, rows in BASELINES.items():
        yield name, rows(split)
    for order in ORDERS:
        yield NAMES[order], fit_rows(split, betas[order])


def variants(split: Split, inner: Split, rounds: int) -> tuple[Method, ...]:
    """Partner fit without one component each, and with likeness in one dimension alone."""
    return tuple(_measured(split, _varied(split, inner), rounds))


def _varied(split: Split, inner: Split) -> Iterator[tuple[str, Rows]]:
    for left_out in COMPONENTS:
        kept = [name for name in COMPONENTS if name != left_out]
        yield f"without {left_out}", fit_rows(split, fitted_betas(inner, LIKELY, kept))
    for dimension in split.components.scene.fit.alike:
        alone, within = _likened(split, dimension), _likened(inner, dimension)
        if alone.components.capabilities.counts()[dimension]:
            yield f"capability by {dimension} alone", fit_rows(alone, fitted_betas(within, LIKELY))


def _likened(split: Split, dimension: str) -> Split:
    """The split where two organisations are compared in one dimension."""
    scene = split.components.scene
    return replace(split, components=Components(replace(scene, fit=replace(scene.fit, alike=(dimension,)))))


def _measured(split: Split, scored: Iterable[tuple[str, Rows]], rounds: int) -> Iterator[Method]:
    """The metrics of each method under the same draws, and what they gain on popularity where that came before."""
    drawn = list(draws(split, rounds))
    popular: Sequence[Mapping[str, float | None]] = ()
    for name, rows in scored:
        judged = judge(split, rows)
        values = [judged.measured(), *(judged.measured(draw) for draw in drawn)]
        gains = {}
        if popular:
            gains = {m: _estimate([_less(a[m], b[m]) for a, b in zip(values, popular, strict=True)]) for m in METRICS}
        if name == POPULARITY:
            popular = values
        yield Method(name, {m: _estimate([value[m] for value in values]) for m in METRICS}, gains)


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _estimate(values: Sequence[float | None]) -> Estimate:
    """The first value, and the interval of the others."""
    low, high = interval([value for value in values[1:] if value is not None]) or (None, None)
    return Estimate(values[0], low, high)
