"""Every kind of page for everybody: axe-core finds nothing, light and dark, and a phone needs no scrolling sideways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import PHONE
from tests.browser.conftest import Open
from tests.browser.looks import LOOKS, SCHEMA
from tests.npm import installed

FOLDER = Path(__file__).with_name("axe")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""axe-core's names for what WCAG 2.2 asks at levels A and AA."""
SHOWN = {"product", "trial", "organisation", "condition", "source"}
"""Entities whose pages stand for those of all types: they have one template, and between them all that it can show."""
ALIKE = {kind.slug for kind in SCHEMA.entity_types()} - SHOWN
RUN = "levels => axe.run(document, {runOnly: levels, resultTypes: ['violations']})"
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
SIDEWAYS = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


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


@pytest.mark.parametrize("name", [name for name in LOOKS if name not in ALIKE])
def test_everybody_can_use_the_page(name: str, open_page: Open, axe: str) -> None:
    page = open_page(LOOKS[name])
    page.evaluate(UNFOLD)
    page.evaluate(axe)
    faults = [f"light, on a desktop: {one}" for one in violations(page)]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    faults += [f"dark, on a phone: {one}" for one in violations(page)]
    if (beyond := page.evaluate(SIDEWAYS)) > 0:
        faults.append(f"on a phone: {beyond} px wider than the window")
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def test_the_lock_names_no_host() -> None:
    locked = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, package in locked.items() if "resolved" in package] == []
