"""Every kind of page for everybody: axe-core finds nothing; nothing is cut, covered, drawn alone or out of reach.

Each page is looked at in light and in dark, one of them on a desktop and the other on a phone, in turns from page to
page; with ``ATMP_KG_LOOKS=all`` in the environment, in light and in dark on both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import DESKTOP, PHONE, Scheme, Visit
from tests.browser.conftest import Open
from tests.browser.looks import LOOKS
from tests.npm import installed

VARIABLE = "ATMP_KG_LOOKS"
FOLDER = Path(__file__).with_name("axe")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""axe-core's names for what WCAG 2.2 asks at levels A and AA."""
WAYS: tuple[tuple[Scheme, tuple[int, int]], ...] = (
    ("light", DESKTOP),
    ("dark", PHONE),
    ("dark", DESKTOP),
    ("light", PHONE),
)
"""The ways to look at a page; two that follow one another differ in both."""
RUN = "levels => axe.run(document, {runOnly: levels, resultTypes: ['violations']})"
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
SIDEWAYS = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
UNTOLD = """[...document.querySelectorAll('figure svg a[aria-label]')].map(one => one.getAttribute('aria-label'))
    .filter(name => ![...document.querySelectorAll('td, caption')].some(cell => cell.textContent.includes(name)))"""
"""Tells who is drawn and stands in no table."""
CRAMPED = Path(__file__).with_name("cramped.js").read_text("utf-8")
"""Tells what has too little room."""


@pytest.fixture(scope="package")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, as its lock has it; tests are skipped where it cannot be had."""
    folder = installed(FOLDER, tmp_path_factory.mktemp("axe"), "NOT CHECKED FOR ACCESSIBILITY")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core finds: the rule, and the elements that break it."""
    found: dict[str, Any] = page.evaluate(RUN, LEVELS)
    assert found["passes"], "axe-core looked at nothing"
    return [
        f"{rule['id']}: {node['html'][:200]} — {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"][:3]
    ]


def look(page: Page, scheme: Scheme, size: tuple[int, int]) -> None:
    """Look at the page in another way."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})


def crowded(page: Page) -> list[str]:
    """What has too little room, the window among it."""
    beyond = page.evaluate(SIDEWAYS)
    found: list[str] = page.evaluate(CRAMPED)
    return [*found, *([f"{beyond} px wider than the window"] if beyond > 0 else [])]


@pytest.mark.parametrize(("place", "name"), [*enumerate(LOOKS)], ids=[*LOOKS])
def test_everybody_can_use_the_page(place: int, name: str, open_page: Open, request: pytest.FixtureRequest) -> None:
    ways = WAYS if os.environ.get(VARIABLE) == "all" else WAYS[2 * (place % 2) :][:2]
    page = open_page(LOOKS[name], size=ways[0][1], color_scheme=ways[0][0])
    faults = [f"folded: {one}" for one in crowded(page)] + [f"in no table: {one}" for one in page.evaluate(UNTOLD)]
    page.evaluate(UNFOLD)
    for scheme, size in ways:
        look(page, scheme, size)
        faults += [f"{scheme}, {size[0]} px: {one}" for one in crowded(page)]
    assert faults == []
    page.evaluate(request.getfixturevalue("axe"))  # where it cannot be had, all of the above is still checked
    for scheme, size in reversed(ways):
        look(page, scheme, size)
        faults += [f"{scheme}, {size[0]} px: {one}" for one in violations(page)]
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def test_too_little_room_is_seen(windows: Callable[..., Visit], site: str) -> None:
    page = windows(site).page
    page.set_content(
        "<style>td, button, select { width: 60px } table { table-layout: fixed; width: 120px }"
        "p { margin: 0 0 -12px; line-height: 20px } select { margin-bottom: 20px }</style>"
        "<table><tr><td>haematopoietic</td><td></td></tr></table>"
        "<button>Incommensurable</button> <select><option>gene-modified cells</option></select>"
        "<p>One line</p><p>Another</p>"
    )
    assert crowded(page) == [
        "cut: <select> gene-modified cells",
        "cut: <button> Incommensurable",
        "runs out of its cell: haematopoietic",
        "one upon the other: One line / Another",
    ]
    page.set_content(
        f"<style>td, button, select {{ width: 200px }} p {{ margin: 20px }}</style>{page.inner_html('body')}"
    )
    assert crowded(page) == []


def test_the_lock_names_no_host() -> None:
    locked = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, package in locked.items() if "resolved" in package] == []
