"""The methods that a backtest compares, each as a row of scores by organisation: baselines and partner fit.

Preferential attachment, common neighbours, Adamic-Adar, Katz: Liben-Nowell and Kleinberg, The link-prediction problem
for social networks (CIKM 2003); Katz, Psychometrika 18 (1953) 39-43, here to paths of three ties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import log
from random import Random

from kg.network.backtest_split import Pair, Split
from kg.network.fit_rules import COMPONENTS, Betas

Rows = Sequence[Sequence[float]]
"""By organisation the scores of all, by place in the split."""
POPULARITY = "popularity"
KATZ = 0.05
"""What each further tie on a path leaves of it."""


def random_rows(split: Split) -> Rows:
    """A seeded draw for each pair of places."""
    random, every = Random(f"random {split.cut}"), len(split.organisations)
    return [[random.random() for _ in range(every)] for _ in range(every)]


def attachment_rows(split: Split) -> Rows:
    """Preferential attachment: the product of both numbers of partners."""
    return [[float(one * other) for other in split.degrees] for one in split.degrees]


def popularity_rows(split: Split) -> Rows:
    """The number of partners of the other; of a pair of both."""
    row = [float(degree) for degree in split.degrees]
    return [row] * len(row)


def neighbour_rows(split: Split) -> Rows:
    """Common neighbours: the number of shared partners."""
    return _by_shared(split, lambda degree: 1.0)


def adamic_adar_rows(split: Split) -> Rows:
    """Adamic-Adar: each shared partner counts ``1 / log(partners)``."""
    return _by_shared(split, lambda degree: 1.0 / log(degree))


def katz_rows(split: Split) -> Rows:
    """The number of paths of two and three ties, each further tie counting less."""
    partners = _partners(split)
    rows = []
    for one, near in enumerate(partners):
        two: dict[int, int] = defaultdict(int)
        for middle in near:
            for other in partners[middle]:
                two[other] += 1
        three: dict[int, int] = defaultdict(int)
        for middle, paths in two.items():
            for other in partners[middle]:
                three[other] += paths
        row = [0.0] * len(partners)
        for other, paths in two.items():
            row[other] = KATZ * paths
        for other, paths in three.items():
            row[other] += KATZ * KATZ * paths
        row[one] = 0.0
        rows.append(row)
    return rows


def _by_shared(split: Split, weight: Callable[[int], float]) -> Rows:
    partners = _partners(split)
    weights = [weight(len(near)) if len(near) > 1 else 0.0 for near in partners]
    rows = []
    for near in partners:
        row = [0.0] * len(partners)
        for middle in near:
            for other in partners[middle]:
                row[other] += weights[middle]
        rows.append(row)
    return rows


def _partners(split: Split) -> list[list[int]]:
    place = {organisation: n for n, organisation in enumerate(split.organisations)}
    return [[place[other] for other in split.components.ties[one]] for one in split.organisations]


BASELINES: Mapping[str, Callable[[Split], Rows]] = {
    "random": random_rows,
    POPULARITY: popularity_rows,
    "preferential attachment": attachment_rows,
    "common neighbours": neighbour_rows,
    "Adamic-Adar": adamic_adar_rows,
    "Katz": katz_rows,
}


def fit_rows(split: Split, betas: Betas) -> Rows:
    """Partner fit without a need, by the components that have a beta."""
    components, organisations = split.components, split.organisations
    of = {name: betas.get(name, 0.0) for name in COMPONENTS}
    place = {organisation: n for n, organisation in enumerate(organisations)}
    base = [of["activity"] * components.activity[organisation] for organisation in organisations]
    groups = [(components.kinds.group(o), components.countries.group(o)) for o in organisations]

    every_kind, every_country = {kind for kind, _ in groups}, {country for _, country in groups}

    @cache
    def dense(kind: str | None, country: str | None) -> list[float]:
        kinds = {k: of["role"] * components.kinds.lift(kind, k) for k in every_kind}
        countries = {c: of["geography"] * components.countries.lift(country, c) for c in every_country}
        return [own + kinds[k] + countries[c] for own, (k, c) in zip(base, groups, strict=True)]

    rows = []
    for organisation, group in zip(organisations, groups, strict=True):
        row = list(dense(*group))
        for beta, found in (
            (of["proximity"], components.proximity.of(organisation)),
            (of["capability"], split.capability(organisation)),
        ):
            for other, value in found.items() if beta else ():
                if other in place:
                    row[place[other]] += beta * value
        rows.append(row)
    return rows


def features(split: Split, pairs: Sequence[Pair]) -> list[list[float]]:
    """The five components of each pair, the mean of both directions."""
    components, organisations, able = split.components, split.organisations, split.capability
    near = cache(components.proximity.of)
    rows = []
    for a, b in pairs:
        one, other = organisations[a], organisations[b]
        rows.append(
            [
                near(one).get(other, 0.0),
                components.kinds.lift(components.kinds.group(one), components.kinds.group(other)),
                components.countries.lift(components.countries.group(one), components.countries.group(other)),
                (able(one).get(other, 0.0) + able(other).get(one, 0.0)) / 2,
                (components.activity[one] + components.activity[other]) / 2,
            ]
        )
    return rows
