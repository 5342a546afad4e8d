"""What drawings promise: names, not ids; colour and shape by kind, dash by age; no label over another; all in words."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from api.html import Pages
from api.web.drawings import Drawing, Mark
from api.web.ego_drawing import HALF, ego_drawing
from api.web.looks import SHAPES, Looks, fold_label, width
from api.web.path_drawing import path_drawing
from kg.network.introductions import Asked, introductions
from kg.network.network import Network
from kg.schema import Schema
from tests.api.conftest import release_of
from tests.api.insights.conftest import together
from tests.network.conftest import Records, organisation, record
from tests.pages import Page

Box = tuple[float, float, float, float]
Net = Callable[..., Network]
LONG = "The Extraordinarily Long Institute for Advanced Regenerative Medicine and Cell Therapy of the North"


@pytest.fixture(scope="module")
def net(declared: Schema) -> Net:
    """Makes networks of records; what is told later of an organisation is added."""
    return lambda *records: release_of(declared, together(*records)).network


def crowd(count: int) -> list[Records]:
    """LUMC with partners of which some are tied to each other."""
    trials = [
        record(f"trial/{n}", {"lumc": "sponsor", f"partner-{n}": "collaborator"}, startDate=str(2000 + n % 25))
        for n in range(count)
    ]
    return [*trials, record("trial/two", {"partner-0": "sponsor", "partner-1": "collaborator"}, startDate="2024")]


def called(slug: str, name: str) -> Records:
    return {f"organisation/{slug}": {"name": name}}


def ego(network: Network, name: str = "lumc", most: int = 12) -> Drawing:
    number = network.model.number(f"organisation/{name}")
    assert number is not None
    return ego_drawing(network, network.projection(network.options()), number, most)


def paths(network: Network, one: str, other: str) -> Drawing:
    start, goal = (network.model.number(f"organisation/{name}") for name in (one, other))
    assert start is not None
    assert goal is not None
    options = network.options()
    found = introductions(network, start, goal, Asked(hops=4), options)
    return path_drawing(network, network.projection(options), found.chains)


def shown(drawing: Drawing) -> tuple[Page, str]:
    pages = Pages()
    template = pages._templates.from_string(
        '{% import "web/drawings.html" as drawings %}{{ drawings.figure(drawing) }}'
    )
    text = template.render(drawing=drawing)
    return Page(text), text


def boxes(mark: Mark) -> list[Box]:
    """What the words of a mark cover."""
    found = []
    for x, y, text in mark.words:
        wide = width(text)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[mark.anchor]
        found.append((left, y - 11, left + wide, y + 3))
    return found


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("count", [2, 3, 7, 12, 30])
def test_no_label_covers_another_or_leaves_the_drawing(net: Net, count: int) -> None:
    names = [called(f"partner-{n}", f"{LONG} {n}") for n in range(count)]
    drawing = ego(net(*crowd(count), *names), most=20)
    assert len(drawing.marks) == min(count, 20) + 1
    assert drawing.size[0] == 2 * HALF
    around = [mark for mark in drawing.marks if not mark.main]
    for one, other in combinations(around, 2):
        assert not any(meet(a, b) for a in boxes(one) for b in boxes(other)), (one.label, other.label)
    for mark in around:
        for left, top, right, bottom in boxes(mark):
            assert left >= 0
            assert right <= drawing.size[0]
            assert top >= 0
            assert bottom <= drawing.size[1]


def test_the_strongest_are_drawn_and_the_rest_is_counted(net: Net) -> None:
    drawing = ego(net(*crowd(30)), most=5)
    assert drawing.caption == "The 5 strongest of 30 partners."
    assert len(drawing.marks) == 6


def test_an_organisation_leads_to_its_page_by_its_name(net: Net) -> None:
    page, text = shown(ego(net(*crowd(2), called("partner-1", f"{LONG} <b>"))))
    assert {"/organisation/lumc", "/organisation/partner-0", "/organisation/partner-1"} == page.all("a", "href")
    assert "<b>" not in text
    assert f"{LONG} <b>" in page.text
    assert f"{LONG} <b>" in page.all("a", "aria-label")
    assert "style=" not in text


def test_the_drawing_is_told_to_those_who_do_not_see_it(net: Net) -> None:
    page, _ = shown(ego(net(*crowd(3))))
    (svg,) = [given for tag, given in page.elements if tag == "svg" and given.get("role") == "group"]
    ids = page.all("title", "id") | page.all("desc", "id")
    assert {svg["aria-labelledby"], svg["aria-describedby"]} == ids
    assert "Who works with lumc" in page.text
    assert "3 partners on record. The strongest first: partner-2 (1 record, last active in 2002)" in page.text


def test_kinds_differ_in_colour_and_in_shape_and_the_legend_names_them(net: Net) -> None:
    kinds = [organisation("partner-0", type="company"), organisation("partner-1", type="university")]
    network = net(*crowd(2), *kinds)
    marks = {mark.label: mark for mark in ego(network).marks}
    company, university, unknown = (marks[name].group for name in ("partner-0", "partner-1", "lumc"))
    assert len({company.colour, university.colour, unknown.colour}) == 3
    assert len({company.shape, university.shape, unknown.shape}) == 3
    assert company.label == "company"
    assert unknown.label == "other or unknown organisation type"
    page, _ = shown(ego(network))
    for group in (company, university, unknown):
        assert group.label in page.text
    assert len(Looks(network).groups) <= len(SHAPES)


def test_ties_differ_by_age(net: Net) -> None:
    network = net(
        record("trial/new", {"lumc": "sponsor", "a": "collaborator"}, startDate="2025"),
        record("trial/old", {"lumc": "sponsor", "b": "collaborator"}, startDate="2009"),
        record("trial/none", {"lumc": "sponsor", "c": "collaborator"}),
    )
    ages = {line.words.partition(":")[0]: line.age.name for line in ego(network).lines}
    assert ages == {"lumc – a": "recent", "lumc – b": "older", "lumc – c": "undated"}


def test_who_has_no_partner_is_not_drawn_but_told(net: Net) -> None:
    page, text = shown(ego(net(record("trial/solo", {"lumc": "sponsor"}))))
    assert "<svg" not in text
    assert "No tie of lumc to anybody is on record" in page.text


CHAINS = [
    record("trial/1", {"lumc": "sponsor", "a": "collaborator"}, startDate="2020"),
    record("trial/2", {"a": "sponsor", "far": "collaborator"}, startDate="2020"),
    record("trial/3", {"lumc": "sponsor", "b": "collaborator"}, startDate="2020"),
    record("trial/4", {"b": "sponsor", "c": "collaborator"}, startDate="2020"),
    record("trial/5", {"c": "sponsor", "far": "collaborator"}, startDate="2020"),
    record("trial/6", {"b": "sponsor", "c": "collaborator"}, startDate="2021"),
]


def test_chains_run_side_by_side_from_one_end_to_the_other(net: Net) -> None:
    drawing = paths(net(*CHAINS), "lumc", "far")
    assert [mark.label for mark in drawing.marks if mark.main] == ["lumc", "far"]
    assert [line.note.text for line in drawing.lines if line.note] == ["1 record"] * 2 + [
        "1 record",
        "2 records",
        "1 record",
    ]
    assert drawing.description == "Chain 1: lumc – a – far. Chain 2: lumc – b – c – far."
    for one, other in combinations(drawing.marks, 2):
        assert not any(meet(a, b) for a in boxes(one) for b in boxes(other))


def test_a_label_is_cut_by_its_width() -> None:
    assert fold_label("Leiden University Medical Center", 1000) == ["Leiden University Medical Center"]
    folded = fold_label(LONG, 120)
    assert len(folded) == 2
    assert folded[-1].endswith("…")
    assert all(width(line) <= 120 for line in folded)
    assert fold_label("Donaudampfschifffahrtsgesellschaft", 60)[0].endswith("…")
    assert width("国立がん研究センター") > width("abcdefghij")
