"""The command ``atmp-kg classify``: which kind of ATMP the rules see in trials, why, and how often they are right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from kg.command import common_options, current_settings, example
from kg.errors import NotFoundError, UsageError
from kg.sources.families import TRIALS

if TYPE_CHECKING:
    from kg.sources.classify import Classifier, Facts
    from kg.sources.classify_report import Report, Share

_SPLIT = click.Choice(["held-out", "train"])
_FORMAT = click.Choice(["text", "json"])


@click.command(epilog=example("atmp-kg classify NCT01234567"))
@click.argument("trials", nargs=-1, metavar="[NCT]...")
@click.option("--evaluate", "judge", is_flag=True, help="Compare the guesses with the labels that readers gave.")
@click.option("--split", type=_SPLIT, help="Evaluate only these labels. Default: both splits, each for itself.")
@click.option("--format", "form", type=_FORMAT, default="text", show_default=True, help="How results are printed.")
@common_options
def classify(trials: tuple[str, ...], judge: bool, split: str | None, form: str) -> None:
    """Guess by the rules of data/mappings/trial-rules.tsv which kind of ATMP a trial tests, if any.

    With NCT numbers, says of each the kind, the rule that fired and the words it fired on. Without, counts kinds and
    rules over the newest state of all trials in data/registry/clinicaltrials. Nothing is written.
    """
    from kg.ontology import read_schema
    from kg.sources.classify import Classifier
    from kg.sources.deltas import newest, read_states

    if trials and (judge or split):
        raise UsageError("NCT numbers and --evaluate do not go together. Leave out one of them.")
    if split and not judge:
        raise UsageError("--split says which labels are evaluated. Add --evaluate.")
    settings = current_settings()
    schema = read_schema(settings.ontology)
    classifier = Classifier.read(settings.data, schema)
    facts = newest(read_states(settings.data, TRIALS))
    if judge:
        from kg.sources.classify_report import SPLITS, evaluate, read_labels

        labels = read_labels(settings.data, schema)
        reports = [evaluate(classifier, schema, labels, facts, name) for name in ([split] if split else SPLITS)]
        _print(form, {r.split: _report_data(r) for r in reports}, (line for r in reports for line in _report_text(r)))
        return
    data = _explained(classifier, facts, trials) if trials else _counted(classifier, facts)
    _print(form, data, _trial_text(data) if trials else _count_text(data))


def _explained(classifier: Classifier, facts: Mapping[str, Facts], trials: tuple[str, ...]) -> list[dict[str, Any]]:
    found = []
    reasons = {rule.id: rule.reason for rule in classifier.rules}
    for name in trials:
        trial = name.strip().upper()
        if trial not in facts:
            raise NotFoundError(f"{name}: no snapshot in data/registry/{TRIALS} has this trial. Refresh it first.")
        guess = classifier.classify(facts[trial])
        said = {"trial": trial, "title": facts[trial].get("title", ""), "modality": guess.modality, "rule": guess.rule}
        why = reasons.get(guess.rule, "No rule fires.")
        found.append(said | {"reason": why, "field": guess.field, "matched": guess.matched})
    return found


def _counted(classifier: Classifier, facts: Mapping[str, Facts]) -> dict[str, Any]:
    guesses = [classifier.classify(record) for record in facts.values()]
    kinds = Counter(guess.modality or "none" for guess in guesses)
    rules = Counter(guess.rule for guess in guesses)
    idle = [rule.id for rule in classifier.rules if rule.id not in rules]
    return {"trials": len(guesses), "kinds": _ranked(kinds), "rules": _ranked(rules), "rulesThatNeverFired": idle}


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _print(form: str, data: Any, lines: Iterator[str]) -> None:
    if form == "json":
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            click.echo(line)


def _trial_text(trials: Any) -> Iterator[str]:
    for said in trials:
        yield f"{said['trial']}  {said['modality'] or 'none'}  {said['title']}"
        yield f"  rule {said['rule']}: {said['reason']}"
        if said["field"]:
            yield f"  in {said['field']}: {said['matched']}"


def _count_text(data: Any) -> Iterator[str]:
    yield f"{data['trials']:,} trials"
    for name in ("kinds", "rules"):
        yield f"\n{name}"
        yield from (f"{number:8,}  {slug}" for slug, number in data[name].items())
    if data["rulesThatNeverFired"]:
        yield f"\nrules that never fired: {', '.join(data['rulesThatNeverFired'])}"


def _main_figures(report: Report) -> dict[str, Share]:
    return {
        "precision": report.precision,
        "recall": report.recall,
        "exact": report.exact,
        "broader": report.broader,
        "narrower": report.narrower,
        "within the tree": report.within_tree,
    }


def _share_text(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "    -  (0 of 0)"
    low, high = share.interval
    return f"{share.value:.3f}  ({share.hits} of {share.total}; 95% {low:.3f}-{high:.3f})"


def _report_text(report: Report) -> Iterator[str]:
    yield f"{report.split}: {report.trials} labelled trials"
    for name, share in _main_figures(report).items():
        yield f"  {name:16} {_share_text(share)}"
    if report.kinds:
        yield f"  {'kind':32} {'labels':>6} {'recall':>7} {'guesses':>8} {'precision':>10}"
    for slug, kind in report.kinds.items():
        recall, precision = ("-" if s.value is None else f"{s.value:.2f}" for s in (kind.recall, kind.precision))
        yield f"  {slug:32} {kind.recall.total:6} {recall:>7} {kind.precision.total:8} {precision:>10}"
    for miss in report.misses:
        label, guess = miss.label, miss.guess
        kinds = f"label {label.modality or 'none'}, guess {guess.modality or 'none'}"
        yield f"  {label.trial} {miss.relation}: {kinds} (rule {guess.rule}: {guess.matched}); reader: {label.why}"
    if report.without_facts:
        yield f"  not judged, no facts: {', '.join(report.without_facts)}"


def _report_data(report: Report) -> dict[str, Any]:
    def shown(share: Share) -> dict[str, Any]:
        return {"hits": share.hits, "of": share.total, "value": share.value, "interval": share.interval}

    return {
        "trials": report.trials,
        **{name: shown(share) for name, share in _main_figures(report).items()},
        "kinds": {
            slug: {"precision": shown(kind.precision), "recall": shown(kind.recall)}
            for slug, kind in report.kinds.items()
        },
        "wrong": [
            {
                "trial": miss.label.trial,
                "relation": miss.relation,
                "label": miss.label.modality,
                "guess": miss.guess.modality,
                "rule": miss.guess.rule,
                "field": miss.guess.field,
                "matched": miss.guess.matched,
                "reader": miss.label.why,
            }
            for miss in report.misses
        ],
        "withoutFacts": list(report.without_facts),
    }
