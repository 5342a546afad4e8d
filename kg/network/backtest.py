"""The backtest of partner fit: would it have found who came to share a record, and better than popularity does?

Trained on what was known in a year, tested on what became known in the years after; weights are fitted on an inner
split that ends where the test begins, then frozen. A random hold-out of ties would leak and is not done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from kg.errors import UsageError
from kg.network.backtest_measure import NAMES, fitted_betas, methods, variants
from kg.network.backtest_report import Cut, Method, Report
from kg.network.backtest_rules import BacktestRules, read_backtest_rules
from kg.network.backtest_split import Split, split_at
from kg.network.constants import Section
from kg.network.fit_rules import LIKELY, ORDERS
from kg.network.network import Network
from kg.network.registry_scene import scene_of_files
from kg.network.scene import Scene, scene_of
from kg.schema import Schema

COMPARED = {"auc": "AUC", "matched_auc": "degree-matched AUC"}
"""The metrics by which a verdict is given, with their names."""
FEWEST = 10
"""New pairs of an inner split below which the shipped weights are taken."""
_GRAPH_NOTES = (
    "A trial counts as known from its start, as the graph does not keep when it was first posted; an agreement from "
    "the day it was signed or closed.",
    "Kind, country and parent of an organisation, and the vector and target of a product, are those known today.",
)
_FILE_NOTES = (
    "Sponsors and collaborators are told apart by name; sites are left out, as their names are free text.",
    "The country of an organisation is the one in which most sites of its trials known by then are; its kind is the "
    "registry's class of sponsors; modality is guessed by the rules of data/mappings/trial-rules.tsv.",
)


def backtest_report(network: Network, cuts: Sequence[int] = (), thorough: bool = False) -> Report:
    """The backtest of a release; ``thorough`` has more rounds and says what each part of the fit helps."""
    rules = read_backtest_rules(network.model.schema, network.constants)
    return backtest_scene(scene_of(network), rules, "the graph of this release", _GRAPH_NOTES, cuts, thorough)


def backtest_files(
    paths: Sequence[Path], schema: Schema, constants: Section, data: Path, cuts: Sequence[int] = ()
) -> Report:
    """The backtest of registry files; raises ``DataError`` for a file that cannot be used."""
    loaded = scene_of_files(paths, schema, constants, data)
    told = ", ".join(f"{count:,} by {name}" for name, count in loaded.by.items())
    notes = (f"{loaded.trials:,} trials were read; when they became known is told for {told}.", *_FILE_NOTES)
    source = ", ".join(path.name for path in paths)
    return backtest_scene(loaded.scene, read_backtest_rules(schema, constants), source, notes, cuts)


def backtest_scene(
    scene: Scene,
    rules: BacktestRules,
    source: str,
    notes: Sequence[str] = (),
    cuts: Sequence[int] = (),
    thorough: bool = True,
) -> Report:
    """Test a scene at some years, or at those that the rules come to; raises ``UsageError`` for a year without data."""
    years = sorted(set(cuts)) or default_cuts(scene, rules)
    first, last = min(scene.known.values(), default=0), max(scene.known.values(), default=0)
    for year in years:
        if not first <= year < last:
            raise UsageError(f"Nothing can be tested at {year}: records became known from {first} to {last}.")
    splits: dict[int, Split] = {}

    def split(year: int) -> Split:
        if year not in splits:
            splits[year] = split_at(scene, year, rules.window)
        return splits[year]

    rounds = rules.rounds if thorough else rules.build_rounds
    return Report(
        source=source,
        window=rules.window,
        minimum=rules.minimum,
        rounds=rounds,
        records=_tally(scene),
        notes=tuple(notes),
        cuts=tuple(_cut(split, year, rules, rounds, thorough) for year in years),
    )


def default_cuts(scene: Scene, rules: BacktestRules) -> list[int]:
    """Years a window apart, the last one a window before the newest full year: one with enough new records."""
    counts = Counter(scene.known[record.entity] for record in scene.records if record.entity in scene.known)
    if not counts:
        return []
    full = rules.full_year * max(counts.values())
    last = max(year for year, count in counts.items() if count >= full)
    years = [last - n * rules.window for n in range(rules.cuts, 0, -1)]
    return [year for year in years if year >= min(counts)]


def _tally(scene: Scene) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for record in scene.records:
        every, dated = found.get(record.kind.type, (0, 0))
        found[record.kind.type] = every + 1, dated + (record.entity in scene.known)
    return dict(sorted(found.items()))


def _cut(split_of: Callable[[int], Split], year: int, rules: BacktestRules, rounds: int, thorough: bool) -> Cut:
    split, inner = split_of(year), split_of(year - rules.window)
    few = len(inner.positives) < FEWEST
    shipped = split.components.scene.fit.betas
    betas = {order: shipped[order] if few else fitted_betas(inner, order) for order in ORDERS}
    measured = methods(split, betas, rounds) if split.positives else ()
    return Cut(
        cut=year,
        window=split.window,
        organisations=len(split.organisations),
        candidates=split.candidates,
        positives=len(split.positives),
        records=split.records,
        betas=betas,
        fitted=0 if few else len(inner.positives),
        methods=measured,
        variants=variants(split, inner, rounds) if thorough and measured and not few else (),
        verdict=_verdict(len(split.positives), measured, rules.minimum),
    )


def _verdict(positives: int, measured: Sequence[Method], minimum: int) -> str:
    """What may be said: nothing of too few pairs, else in what it gains on popularity for sure."""
    if positives < minimum:
        return f"too few to judge: {positives} new pairs, {minimum} needed"
    fit = next(method for method in measured if method.name == NAMES[LIKELY])
    better = [name for metric, name in COMPARED.items() if (low := fit.gains[metric].low) is not None and low > 0]
    return f"better than popularity by {' and '.join(better)}" if better else "no better than popularity"
