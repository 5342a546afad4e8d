"""Weights of the components that are 0 or more: logistic regression by Newton's steps, dropping what would go below.

Case-control: all positives against drawn negatives, which moves the intercept alone (Prentice and Pyke, Biometrika 66
(1979) 403-411).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum

STEPS = 25
RIDGE = 1.0
"""Keeps a component that few pairs show from counting without bound."""


def fit_betas(rows: Sequence[Sequence[float]], labels: Sequence[int], columns: Sequence[int]) -> dict[int, float]:
    """The weight of each column, 0 or more; of a column that never differs 0."""
    active = [c for c in columns if len({row[c] for row in rows}) > 1]
    while active:
        found = _logistic([[row[c] for c in active] for row in rows], labels)
        lowest = min(range(len(active)), key=lambda n: found[n])
        if found[lowest] >= 0:
            return dict.fromkeys(columns, 0.0) | dict(zip(active, found, strict=False))
        del active[lowest]
    return dict.fromkeys(columns, 0.0)


def _logistic(rows: Sequence[Sequence[float]], labels: Sequence[int]) -> list[float]:
    """The weights of the columns; the intercept is left out of the answer and of the ridge."""
    width = len(rows[0]) + 1
    table = [(*row, 1.0) for row in rows]
    weights = [0.0] * width
    for _ in range(STEPS):
        slope = [-RIDGE * weights[n] if n < width - 1 else 0.0 for n in range(width)]
        bend = [[RIDGE if n == k and n < width - 1 else 0.0 for k in range(width)] for n in range(width)]
        for row, label in zip(table, labels, strict=True):
            chance = _sigmoid(sum(w * x for w, x in zip(weights, row, strict=True)))
            error, spread = label - chance, max(chance * (1 - chance), 1e-9)
            for n, x in enumerate(row):
                if x:
                    slope[n] += error * x
                    bent, scaled = bend[n], spread * x
                    for k, y in enumerate(row):
                        bent[k] += scaled * y
        step = _solved(bend, slope)
        weights = [w + s for w, s in zip(weights, step, strict=True)]
        if fsum(s * s for s in step) < 1e-12:
            break
    return weights[:-1]


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + exp(-value)) if value >= 0 else 1.0 - 1.0 / (1.0 + exp(value))


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a small system by elimination with pivots."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for n in range(len(rows)):
        pivot = max(range(n, len(rows)), key=lambda k: abs(rows[k][n]))
        rows[n], rows[pivot] = rows[pivot], rows[n]
        for k in range(n + 1, len(rows)):
            factor = rows[k][n] / rows[n][n]
            rows[k] = [x - factor * y for x, y in zip(rows[k], rows[n], strict=True)]
    found = [0.0] * len(rows)
    for n in reversed(range(len(rows))):
        found[n] = (rows[n][-1] - fsum(rows[n][k] * found[k] for k in range(n + 1, len(rows)))) / rows[n][n]
    return found
