"""How the backtest is done: years, cuts, what can be judged, rounds of the bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

from kg.network.constants import Section
from kg.schema import Schema


@dataclass(frozen=True)
class BacktestRules:
    """``window`` is in years; ``full_year`` is the share of the busiest year's records that makes a year full.

    ``minimum`` is the number of new pairs below which nothing is judged; ``build_rounds`` are those of a build.
    """

    window: int
    cuts: int
    full_year: float
    minimum: int
    rounds: int
    build_rounds: int


def read_backtest_rules(_schema: Schema, whole: Section) -> BacktestRules:
    """The section ``backtest`` of ``network.yaml``; raises ``DataError`` for what is no such number."""
    section = whole.section("backtest")
    section.refuse_others(("window", "cuts", "full_year", "minimum", "rounds", "build_rounds"))
    return BacktestRules(
        window=int(section.number("window", least=1)),
        cuts=int(section.number("cuts", least=1)),
        full_year=section.number("full_year", most=1),
        minimum=int(section.number("minimum", least=1)),
        rounds=int(section.number("rounds", least=10)),
        build_rounds=int(section.number("build_rounds", least=10)),
    )
