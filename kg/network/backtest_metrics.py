"""How well scores find the pairs that came to share a record: measures over all candidates, with their intervals.

Ties in score count half in the AUC and against the method elsewhere. Intervals are from a bootstrap by organisation:
organisations are drawn, a pair counts as often as both its members (the pigeonhole bootstrap, Owen, Annals of Applied
Statistics 1 (2007) 386-411), a query as often as its organisation. The negatives, many times more, are kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, chain
from math import fsum
from operator import add
from random import Random

from kg.network.backtest_scores import Rows
from kg.network.backtest_split import Pair, Split

HITS, RECALL = 10, 50
_BELOW = float("-inf")

Weights = Mapping[int, int]
"""How often each organisation was drawn, by place."""


@dataclass(frozen=True)
class Judged:
    """What a method did with each positive and each query (an organisation with a positive), in the split's order.

    ``placed`` is the share of negatives below a positive, ``matched`` that of its stratum (None if that is empty),
    ``precision`` the share of positives among what scores at least as much; ``queries`` has (hit, recall, 1/rank).
    """

    split: Split
    placed: Sequence[float]
    matched: Sequence[float | None]
    precision: Sequence[float]
    queries: Mapping[int, tuple[float, float, float]]

    def measured(self, drawn: Weights | None = None) -> dict[str, float | None]:
        """Each metric, None where nothing can be said; under a draw of organisations if one is given."""
        weights = [1.0 if drawn is None else float(drawn[a] * drawn[b]) for a, b in self.split.positives]
        asked = [1.0 if drawn is None else float(drawn[place]) for place in self.queries]
        hits, recall, mrr = (
            _mean(zip(column, asked, strict=True)) for column in zip(*self.queries.values(), strict=True)
        )
        precision = _mean(zip(self.precision, weights, strict=True))
        return {
            "auc": _mean(zip(self.placed, weights, strict=True)),
            "matched_auc": _mean((m, w) for m, w in zip(self.matched, weights, strict=True) if m is not None),
            "ap_lift": None if precision is None else precision * self.split.candidates / len(self.split.positives),
            "hits_10": hits,
            "recall_50": recall,
            "mrr": mrr,
        }


def judge(split: Split, rows: Rows) -> Judged:
    """Judge the scores of a method on a split with at least one positive."""
    columns = list(zip(*rows, strict=True))
    every = chain.from_iterable(map(add, row[n + 1 :], columns[n][n + 1 :]) for n, row in enumerate(rows))
    scores = [rows[a][b] + rows[b][a] for a, b in split.positives]  # of both directions, as in every
    marks = sorted(set(scores))
    below, level = _counts(marks, list(every), [rows[a][b] + rows[b][a] for a, b in split.barred])
    ordered, negatives = sorted(scores), split.candidates - len(scores)
    placed, precision = [], []
    for score in scores:
        mark, low, high = bisect_left(marks, score), bisect_left(ordered, score), bisect_right(ordered, score)
        lower, same = below[mark] - low, level[mark] - (high - low)
        placed.append((lower + same / 2) / negatives if negatives else 0.5)
        precision.append((len(scores) - low) / (len(scores) - low + negatives - lower))
    halved = [score / 2 for score in scores]
    return Judged(split, placed, _matched(split, rows, halved), precision, dict(_queries(split, rows)))


def _counts(marks: Sequence[float], every: list[float], barred: list[float]) -> tuple[list[int], list[int]]:
    """For each of the different marks how many of the scores, without the barred, are below it and how many level."""
    upto, level = Counter(map(partial(bisect_left, marks), every)), Counter(filter(set(marks).__contains__, every))
    upto.subtract(map(partial(bisect_left, marks), barred))
    level.subtract(filter(set(marks).__contains__, barred))
    whole = accumulate(upto[place] for place in range(len(marks)))
    same = [level[mark] for mark in marks]
    return [found - equal for found, equal in zip(whole, same, strict=True)], same


def _matched(split: Split, rows: Rows, scores: Sequence[float]) -> list[float | None]:
    ordered: dict[Pair, list[float]] = {}
    for stratum, pairs in split.strata.items():
        ordered[stratum] = sorted((rows[a][b] + rows[b][a]) / 2 for a, b in pairs)
    found: list[float | None] = []
    for pair, score in zip(split.positives, scores, strict=True):
        others = ordered[split.stratum(pair)]
        half = bisect_left(others, score) + bisect_right(others, score)
        found.append(half / 2 / len(others) if others else None)
    return found


def _queries(split: Split, rows: Rows) -> Iterator[tuple[int, tuple[float, float, float]]]:
    """By organisation with a positive: whether one is in the first ten, the share in fifty, 1 over the first's rank."""
    wanted: dict[int, list[int]] = defaultdict(list)
    barred: dict[int, list[int]] = defaultdict(list)
    for pairs, kept in ((split.positives, wanted), (split.barred, barred)):
        for a, b in pairs:
            kept[a].append(b)
            kept[b].append(a)
    for place in sorted(wanted):
        row = list(rows[place])
        for other in (place, *barred[place]):
            row[other] = _BELOW
        found = sorted((row[other] for other in wanted[place]), reverse=True)
        for other in wanted[place]:
            row[other] = _BELOW
        row.sort()
        ranks = [n + 1 + len(row) - bisect_left(row, score) for n, score in enumerate(found)]
        yield place, (float(ranks[0] <= HITS), sum(r <= RECALL for r in ranks) / len(ranks), 1.0 / ranks[0])


def draws(split: Split, rounds: int) -> Iterator[Weights]:
    """Draws of the organisations with a positive, the same for every method."""
    places = sorted({place for pair in split.positives for place in pair})
    random = Random(f"bootstrap {split.cut}")
    for _ in range(rounds):
        yield Counter(places[int(random.random() * len(places))] for _ in places)


def interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The middle 95 percent of the values of a bootstrap; None if there are none."""
    if not values:
        return None
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[round(0.025 * last)], ordered[round(0.975 * last)]


def _mean(pairs: Iterable[tuple[float, float]]) -> float | None:
    """The mean of values with their weights, None if nothing weighs anything."""
    kept = list(pairs)
    whole = fsum(weight for _, weight in kept)
    return fsum(value * weight for value, weight in kept) / whole if whole else None
