"""The backtest: nothing of the future gets into what is tested, and the figures are what they say they are."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import isfinite
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import backtest_cli
from kg.cli import cli
from kg.command import run
from kg.errors import DataError, UsageError
from kg.network.backtest import backtest_files, backtest_report, backtest_scene, default_cuts
from kg.network.backtest_betas import fit_betas
from kg.network.backtest_measure import NAMES, fitted_betas, methods
from kg.network.backtest_metrics import judge
from kg.network.backtest_report import METRICS, Cut, Method, Report
from kg.network.backtest_rules import BacktestRules, read_backtest_rules
from kg.network.backtest_scores import BASELINES, KATZ, POPULARITY, Rows, fit_rows
from kg.network.backtest_split import Split, split_at
from kg.network.constants import Section
from kg.network.fit_rules import LIKELY, ORDERS, FitRules, read_fit_rules
from kg.network.records import Member, Part, Record
from kg.network.rules import Rules
from kg.network.scene import Placed, Scene, scene_of
from kg.network.traits import Near, Showing
from kg.schema import Schema
from kg.settings import packaged
from kg.sources.ctgov_csv import COLUMNS
from tests.network.conftest import SHIPPED, Net, organisation, record

TRIAL = "Trial"
FIRST = 1000
"""The number of the first record; organisations come before."""

Row = tuple[int, Sequence[int], str]
"""A trial: the year in which it became known, who takes part, and its modality."""
World = Callable[..., Scene]


@pytest.fixture(scope="session")
def fit_rules(schema: Schema) -> FitRules:
    return read_fit_rules(schema, Section.read(SHIPPED))


@pytest.fixture(scope="session")
def backtest_rules(schema: Schema) -> BacktestRules:
    return replace(read_backtest_rules(schema, Section.read(SHIPPED)), build_rounds=20, rounds=20)


@pytest.fixture(scope="session")
def world(rules: Rules, fit_rules: FitRules) -> World:
    """Makes scenes of trials, with the countries and kinds of organisations."""

    def made(
        rows: Iterable[Row], countries: Mapping[int, str] | None = None, kinds: Mapping[int, str] | None = None
    ) -> Scene:
        listed = list(enumerate(rows, start=FIRST))
        records = []
        for entity, (year, members, _) in listed:
            parts = tuple(Member(one, (Part("collaborator", entity),)) for one in sorted(set(members)))
            records.append(Record(entity, rules.kinds[TRIAL], parts, year, year + 1, False, True, frozenset()))
        return Scene(
            rules=rules,
            fit=fit_rules,
            year=max((year for _, (year, _, _) in listed), default=2020),
            records=tuple(records),
            showings=tuple(
                Showing(one, entity, frozenset({("modality", modality)}))
                for entity, (_, members, modality) in listed
                for one in sorted(set(members))
                if modality
            ),
            known={entity: year for entity, (year, _, _) in listed},
            kinds=kinds or {},
            places=tuple(Placed(one, None, country) for one, country in sorted((countries or {}).items())),
            houses={},
            near={name: Near({}, 0.5) for name in fit_rules.slots},
        )

    return made


def drawn_rows(first: int, last: int, most: int = 25) -> st.SearchStrategy[list[Row]]:
    """Trials among fourteen organisations within some years."""
    members = st.lists(st.integers(0, 13), min_size=1, max_size=4, unique=True)
    return st.lists(
        st.tuples(st.integers(first, last), members, st.sampled_from(["", "msc", "car-t"])), min_size=1, max_size=most
    )


# ---------------------------------------------------------------- the split


@settings(max_examples=25, deadline=None)
@given(drawn_rows(2000, 2010), drawn_rows(2011, 2013), drawn_rows(2011, 2016))
def test_whatever_the_future_brings_the_scores_of_the_past_stay(
    world: World, past: list[Row], future: list[Row], another: list[Row]
) -> None:
    one, other = (split_at(world([*past, *later]), 2010, 3) for later in (future, another))
    assert one.organisations == other.organisations
    assert one.barred == other.barred
    for name, rows in BASELINES.items():
        assert rows(one) == rows(other), name
    for order in ORDERS:
        betas = dict.fromkeys(ORDERS[order], 1.0)
        assert fit_rows(one, betas) == fit_rows(other, betas)


def test_the_weights_are_fitted_on_what_was_known_before_the_test(world: World, backtest_rules: BacktestRules) -> None:
    past = planted(Random(1), range(2000, 2011))
    one = backtest_scene(world([*past, (2012, [0, 3], "")]), backtest_rules, "one", cuts=[2010], thorough=False)
    other = backtest_scene(world([*past, (2011, [5, 8], "msc")]), backtest_rules, "two", cuts=[2010], thorough=False)
    assert one.cuts[0].fitted > 0
    assert one.cuts[0].betas == other.cuts[0].betas


def test_a_positive_is_a_new_tie_of_two_who_were_seen(world: World) -> None:
    split = split_at(
        world(
            [
                (2010, [0, 1], ""),  # a tie already
                (2010, [2], ""),
                (2011, [0, 1, 2], ""),  # two new pairs
                (2012, [2, 9], ""),  # nobody knew of 9
                (2014, [1, 2], ""),  # past the window
            ]
        ),
        2010,
        3,
    )
    assert split.organisations == (0, 1, 2)
    assert split.positives == ((0, 2), (1, 2))
    assert (split.candidates, split.records) == (2, 1)


def test_units_of_one_house_are_no_candidates(world: World) -> None:
    scene = replace(world([(2010, [0], ""), (2010, [1], ""), (2010, [2], ""), (2011, [0, 1, 2], "")]), houses={0: 1})
    assert split_at(scene, 2010, 3).positives == ((0, 2), (1, 2))


def test_a_record_that_nothing_dates_is_in_neither_part(net: Net) -> None:
    network = net(
        record("trial/dated", {"a": "sponsor"}, startDate="2010"),
        record("trial/undated", {"b": "sponsor"}),
        record("product/made", {"c": "developer"}, stageDate="2010", stage="authorised"),
        record("agreement/signed", {"d": "licensor"}, signed="2010-05-01"),
    )
    seen = scene_of(network).until(2015).records
    assert [network.model.ids[one.entity] for one in seen] == ["trial/dated", "agreement/signed"]


# ---------------------------------------------------------------- the figures


def drawn_split(world: World, past: list[Row], future: list[Row]) -> Split:
    return split_at(world([*past, *future]), 2010, 3)


def by_hand(split: Split, rows: Rows) -> dict[str, float]:
    """AUC, AP lift, Hits@10, Recall@50 and MRR by comparing everybody with everybody."""
    places = range(len(split.organisations))
    pairs = [pair for pair in combinations(places, 2) if pair not in split.barred]
    score = {(a, b): rows[a][b] + rows[b][a] for a, b in pairs}
    positive = set(split.positives)
    negatives = [score[pair] for pair in pairs if pair not in positive]
    won = [
        sum((score[pair] > other) + (score[pair] == other) / 2 for other in negatives) / len(negatives)
        for pair in split.positives
    ]
    precision = []
    for pair in split.positives:
        above = [other for other in pairs if score[other] >= score[pair]]
        precision.append(sum(other in positive for other in above) / len(above))
    hits, recall, mrr = [], [], []
    for place in sorted({place for pair in positive for place in pair}):
        others = [o for o in places if o != place and tuple(sorted((o, place))) not in split.barred]
        wanted = [o for o in others if tuple(sorted((o, place))) in positive]
        rivals = [rows[place][o] for o in others if o not in wanted]
        best = sorted((rows[place][o] for o in wanted), reverse=True)
        ranks = [n + 1 + sum(rival >= found for rival in rivals) for n, found in enumerate(best)]
        hits.append(min(ranks) <= 10)
        recall.append(sum(rank <= 50 for rank in ranks) / len(ranks))
        mrr.append(1 / min(ranks))
    return {
        "auc": sum(won) / len(won),
        "ap_lift": sum(precision) / len(precision) / (len(positive) / len(pairs)),
        "hits_10": sum(hits) / len(hits),
        "recall_50": sum(recall) / len(recall),
        "mrr": sum(mrr) / len(mrr),
    }


@settings(max_examples=40, deadline=None)
@given(drawn_rows(2005, 2010), drawn_rows(2011, 2013), st.integers(0, 5))
def test_the_metrics_are_those_of_comparing_everybody_with_everybody(
    world: World, past: list[Row], future: list[Row], coarse: int
) -> None:
    split = drawn_split(world, past, future)
    if not split.positives or split.candidates == len(split.positives):
        return
    random = Random(coarse)
    rows = [[float(int(random.random() * (coarse or 1000))) for _ in split.organisations] for _ in split.organisations]
    found = judge(split, rows).measured()
    assert {name: found[name] for name in by_hand(split, rows)} == pytest.approx(by_hand(split, rows))


@settings(max_examples=25, deadline=None)
@given(drawn_rows(2005, 2010), drawn_rows(2011, 2013))
def test_degree_matched_compares_with_pairs_that_have_as_many_partners(
    world: World, past: list[Row], future: list[Row]
) -> None:
    split = drawn_split(world, past, future)
    if not split.positives:
        return
    rows = [
        [float((7 * a + 5 * b) % 11) for b in range(len(split.organisations))] for a in range(len(split.organisations))
    ]
    won = []
    for a, b in split.positives:
        mine = rows[a][b] + rows[b][a]
        others = [
            rows[c][d] + rows[d][c]
            for c, d in combinations(range(len(split.organisations)), 2)
            if (c, d) not in split.barred
            and (c, d) not in split.positives
            and sorted((split.bins[c], split.bins[d])) == sorted((split.bins[a], split.bins[b]))
        ]
        if others:
            won.append(sum((mine > other) + (mine == other) / 2 for other in others) / len(others))
    found = judge(split, rows).measured()["matched_auc"]
    assert found == (pytest.approx(sum(won) / len(won)) if won else None)


def test_the_baselines_are_those_of_networkx(world: World) -> None:
    random = Random(3)
    split = split_at(world([(2010, random.sample(range(30), 3), "") for _ in range(30)]), 2010, 3)
    graph = nx.relabel_nodes(split.components.scene.projection.graph, {o: n for n, o in enumerate(split.organisations)})
    pairs = list(combinations(range(len(split.organisations)), 2))
    rows = {name: of(split) for name, of in BASELINES.items()}
    for name, reference in (
        ("Adamic-Adar", nx.adamic_adar_index),
        ("preferential attachment", nx.preferential_attachment),
    ):
        assert [rows[name][a][b] for a, b in pairs] == pytest.approx([score for _, _, score in reference(graph, pairs)])
    shared = [float(len(set(graph[a]) & set(graph[b]))) for a, b in pairs]
    assert [rows["common neighbours"][a][b] for a, b in pairs] == shared
    three = {pair: sum(1 for x in graph[pair[0]] for y in graph[x] if graph.has_edge(y, pair[1])) for pair in pairs}
    katz = [KATZ * two + KATZ**2 * three[pair] for pair, two in zip(pairs, shared, strict=True)]
    assert [rows["Katz"][a][b] for a, b in pairs] == pytest.approx(katz)


def configuration(random: Random, years: Sequence[int], count: int) -> list[Row]:
    """Trials of two whose chance of meeting is the product of how much each does, and nothing else."""
    ends = [one for one in range(150) for _ in range(1 + int(12 / (1 + one / 6)))]
    return [(years[n % len(years)], random.sample(ends, 2), "") for n in range(count)]


def test_popularity_alone_is_no_better_than_chance_among_pairs_with_as_many_partners(world: World) -> None:
    auc, matched = [], []
    for seed in range(4):
        split = split_at(world(configuration(Random(seed), range(2001, 2014), 700)), 2010, 3)
        found = judge(split, BASELINES[POPULARITY](split)).measured()
        assert found["auc"] is not None and found["matched_auc"] is not None
        auc.append(found["auc"])
        matched.append(found["matched_auc"])
    assert min(auc) > 0.65
    assert sum(matched) / len(matched) == pytest.approx(0.5, abs=0.03)


def planted(random: Random, years: Iterable[int], each: int = 25) -> list[Row]:
    """Trials of two of the same of three groups, each with its modality; who is popular is another matter."""
    modalities = ("msc", "car-t", "tcr-t")
    rows: list[Row] = []
    for year in years:
        for _ in range(each):
            group = int(random.random() * 3)
            members = [group + 3 * int(30 * random.random() ** 2) for _ in range(2)]
            rows.append((year, members, modalities[group]))
    return rows


def verdict(report: Report) -> str:
    (cut,) = report.cuts
    return cut.verdict


def method(cut: Cut, name: str) -> Method:
    return next(found for found in cut.methods if found.name == name)


def test_fit_beats_popularity_where_there_is_more_than_popularity(world: World, backtest_rules: BacktestRules) -> None:
    scene = world(planted(Random(2), range(2000, 2014)), countries={n: ("nl", "us", "jp")[n % 3] for n in range(90)})
    report = backtest_scene(scene, backtest_rules, "planted", cuts=[2010], thorough=False)
    (cut,) = report.cuts
    assert cut.verdict == "better than popularity by AUC and degree-matched AUC"
    for name in NAMES.values():
        gain = method(cut, name).gains["matched_auc"]
        assert gain.low is not None and gain.low > 0
    assert cut.betas[LIKELY]["geography"] > 0


def test_it_is_said_where_fit_is_no_better_than_popularity(world: World, backtest_rules: BacktestRules) -> None:
    scene = world(configuration(Random(8), range(2001, 2014), 500))
    assert verdict(backtest_scene(scene, backtest_rules, "chance", cuts=[2010], thorough=False)) == (
        "no better than popularity"
    )


def test_too_few_new_pairs_are_not_judged(world: World, backtest_rules: BacktestRules) -> None:
    scene = world([*planted(Random(4), range(2000, 2011)), (2005, [87], ""), (2012, [1, 87], "")])
    report = backtest_scene(scene, backtest_rules, "few", cuts=[2010], thorough=False)
    assert verdict(report) == f"too few to judge: 1 new pairs, {backtest_rules.minimum} needed"
    nothing = backtest_scene(world([(2010, [0, 1], "")]), backtest_rules, "none", thorough=False)
    assert "too few to judge" in nothing.to_markdown()
    assert all(cut.methods == () for cut in nothing.cuts)


def test_the_interval_has_the_estimate_in_it(world: World, backtest_rules: BacktestRules) -> None:
    split = split_at(world(planted(Random(6), range(2000, 2014))), 2010, 3)
    betas = {
        order: fitted_betas(split_at(world(planted(Random(6), range(2000, 2014))), 2007, 3), order) for order in ORDERS
    }
    for found in methods(split, betas, 100):
        for name, estimate in found.metrics.items():
            assert estimate.value is not None and estimate.low is not None and estimate.high is not None
            assert estimate.low <= estimate.value <= estimate.high, (found.name, name)


# ---------------------------------------------------------------- the weights


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40))
def test_no_weight_is_below_nought(seed: int, count: int) -> None:
    random = Random(seed)
    rows = [[random.random() * 3, random.random() - 0.5, float(random.random() < 0.1)] for _ in range(count)]
    labels = [int(random.random() < 0.3) for _ in range(count)]
    found = fit_betas(rows, labels, [0, 1, 2])
    assert set(found) == {0, 1, 2}
    assert all(beta >= 0 and isfinite(beta) for beta in found.values())


def test_what_tells_weighs_and_what_misleads_does_not() -> None:
    random = Random(9)
    labels = [n % 2 for n in range(400)]
    rows = [[label + random.gauss(0, 1), -label + random.gauss(0, 1), 1.0] for label in labels]
    found = fit_betas(rows, labels, [0, 1, 2])
    assert found[0] > 0.5
    assert found[1] == found[2] == 0


# ---------------------------------------------------------------- the report


def test_a_report_is_the_same_each_time_and_has_no_odd_number(world: World, backtest_rules: BacktestRules) -> None:
    scene = world(planted(Random(7), range(2000, 2014)))
    one, other = (backtest_scene(replace(scene), backtest_rules, "planted") for _ in range(2))
    assert one.to_json() == other.to_json()
    assert one.to_markdown() == other.to_markdown()
    stated = json.loads(one.to_json(), parse_constant=lambda constant: pytest.fail(constant))
    assert "nan" not in one.to_markdown().lower().split()
    assert [cut["cut"] for cut in stated["cuts"]] == [2007, 2010]
    assert set(stated["cuts"][0]["methods"][0]["metrics"]) == set(METRICS)
    assert "without geography" in one.to_markdown()
    assert {found["name"] for found in stated["cuts"][1]["methods"]} == {*BASELINES, *NAMES.values()}


def test_the_cuts_are_a_window_before_the_newest_full_year(world: World, backtest_rules: BacktestRules) -> None:
    rows: list[Row] = [(year, [n % 5], "") for year in range(2000, 2011) for n in range(10)]
    assert default_cuts(world([*rows, (2011, [1], ""), (2012, [2], "")]), backtest_rules) == [2004, 2007]
    with pytest.raises(UsageError, match="from 2000 to 2010"):
        backtest_scene(world(rows), backtest_rules, "late", cuts=[2010])


def test_a_release_has_a_report_that_says_how_it_was_done(net: Net) -> None:
    report = backtest_report(
        net(record("trial/a", {"a": "sponsor", "b": "collaborator"}, startDate="2010"), organisation("c"))
    )
    assert "start" in " ".join(report.notes)
    assert report.records == {"Trial": (1, 1)}
    assert "too few to judge" in report.to_markdown()


# ---------------------------------------------------------------- registry files


def study(number: int, year: int, sponsor: str, *collaborators: str, **facts: Any) -> dict[str, Any]:
    """A record of API v2."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08}", "briefTitle": facts.get("title", "CAR-T cells")},
            "statusModule": {
                "overallStatus": "COMPLETED",
                **({"studyFirstPostDateStruct": {"date": f"{year}-05-01"}} if facts.get("posted", True) else {}),
                "startDateStruct": {"date": f"{facts.get('start', year)}-01"},
            },
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": sponsor, "class": "OTHER"},
                "collaborators": [{"name": name, "class": "INDUSTRY"} for name in collaborators],
            },
            "conditionsModule": {"conditions": ["Lymphoma"]},
            "designModule": {"studyType": "INTERVENTIONAL"},
            "contactsLocationsModule": {"locations": [{"facility": "x", "city": "y", "country": "Netherlands"}]},
        }
    }


STUDIES = [
    study(1, 2010, "LUMC", "Novartis"),
    study(2, 2011, "lumc ", "Kite", start=2001),
    study(3, 2015, "Kite", "Novartis", posted=False, start=2014),
]


def as_lines(path: Path, studies: Sequence[Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in studies), encoding="utf-8")
    return path


def as_csv(path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for number, sponsor, others, posted in (
            (1, "LUMC", "Novartis", "2010-05-01"),
            (2, "lumc ", "Kite", "2011-05-01"),
        ):
            writer.writerow(
                {
                    "NCT Number": f"NCT{number:08}",
                    "Sponsor": sponsor,
                    "Collaborators": others,
                    "First Posted": posted,
                    "Study Status": "COMPLETED",
                    "Study Type": "INTERVENTIONAL",
                }
            )
    return path


def files_report(schema: Schema, *paths: Path, **more: Any) -> Report:
    return backtest_files(paths, schema, Section.read(SHIPPED), packaged("data"), **more)


def test_a_registry_file_is_read_by_name_and_by_the_day_of_its_first_posting(schema: Schema, tmp_path: Path) -> None:
    report = files_report(schema, as_lines(tmp_path / "a.jsonl", STUDIES), cuts=[2013])
    (cut,) = report.cuts
    assert (cut.organisations, cut.candidates, cut.positives) == (3, 1, 1), "LUMC and lumc are one"
    assert "3 trials were read; when they became known is told for 2 by firstPosted, 1 by start." in report.notes
    assert "a.jsonl" in report.to_markdown()


def test_any_form_that_the_importer_reads_will_do(schema: Schema, tmp_path: Path) -> None:
    lines = as_lines(tmp_path / "a.jsonl", STUDIES)
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.read_bytes()))
    page = tmp_path / "page.json"
    page.write_text(json.dumps({"studies": STUDIES}), encoding="utf-8")
    reports = [files_report(schema, path, cuts=[2013]) for path in (lines, packed, page)]
    assert len({json.dumps([cut.positives for cut in report.cuts]) for report in reports}) == 1
    assert files_report(schema, as_csv(tmp_path / "a.csv"), cuts=[2010]).cuts[0].organisations == 2
    twice = files_report(schema, lines, packed, cuts=[2013])
    assert twice.records == reports[0].records, "a trial that stands in two files is one"


def test_a_file_without_a_year_or_cut_short_is_a_fault(schema: Schema, tmp_path: Path) -> None:
    bare = json.loads(json.dumps(STUDIES[0]))
    bare["protocolSection"]["statusModule"] = {}
    with pytest.raises(DataError) as caught:
        files_report(schema, as_lines(tmp_path / "bare.jsonl", [bare]))
    assert "First Posted" in caught.value.faults[0].remedy
    with pytest.raises(DataError, match="1 fault"):
        files_report(schema, as_lines(tmp_path / "none.jsonl", []))


def test_the_command_writes_both_forms_and_says_the_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = as_lines(tmp_path / "a.jsonl", STUDIES)
    out = tmp_path / "out"
    assert run(cli, ["backtest", "--from", str(source), "--cut", "2013", "--output", str(out)]) == 0
    told = capsys.readouterr()
    assert told.out.split() == [str(out / "backtest.md"), str(out / "backtest.json")]
    assert "2014 to 2016: too few to judge: 1 new pairs" in told.err
    assert json.loads((out / "backtest.json").read_bytes())["cuts"][0]["positives"] == 1
    assert run(cli, ["backtest", "--from", str(source), "--cut", "2013", "--format", "json"]) == 0
    assert capsys.readouterr().out.encode() == (out / "backtest.json").read_bytes()


@pytest.mark.parametrize(
    ("content", "arguments", "code", "message"),
    [
        ("hello", (), 1, "neither JSON nor a CSV export"),
        ('{"protocolSection": {', (), 1, "bad.jsonl"),
        (json.dumps(STUDIES[0]), ("--cut", "1990"), 2, "Nothing can be tested at 1990"),
        (None, (), 2, "does not exist"),
    ],
)
def test_a_bad_file_or_year_is_told_with_its_exit_code(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    arguments: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    path = tmp_path / "bad.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert run(cli, ["backtest", "--from", str(path), *arguments]) == code
    assert message in capsys.readouterr().err


def test_without_a_file_the_current_release_is_tested(
    net: Net, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    network = net(record("trial/a", {"a": "sponsor", "b": "collaborator"}, startDate="2010"))
    monkeypatch.setattr(backtest_cli, "release_at", lambda settings: SimpleNamespace(network=network))
    assert run(cli, ["backtest"]) == 0
    assert "Source: the graph of this release." in capsys.readouterr().out
