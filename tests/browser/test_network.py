"""The map of the network: filters that last, files that can be read, and all of it within reach of a keyboard."""

from __future__ import annotations

from pathlib import Path

import networkx
from playwright.sync_api import Page, expect

from kg.release import Release
from tests.browser.conftest import Open
from tests.browser.looks import LOOKS

INTERACTIVE = 2000
"""Milliseconds after the address was opened by which the map answers."""
TRIES = 3
"""Of which one has to be in time: what else the machine does at the moment is no fault of the page."""
READY = "performance.getEntriesByName('network-interactive')[0].startTime"


def view(page: Page) -> tuple[str, str, str]:
    """What a reader sees of the question and its answer."""
    expect(page.locator("#explorer[data-ready]")).to_be_attached()
    return page.url, page.inner_text("#asked"), page.inner_text("#table")


def test_the_map_answers_soon(open_page: Open) -> None:
    page = open_page(LOOKS["network"])
    taken = [page.evaluate(READY)]
    while min(taken) >= INTERACTIVE and len(taken) < TRIES:
        LOOKS["network"].open(page)
        taken.append(page.evaluate(READY))
    assert min(taken) < INTERACTIVE


def test_filters_stay_when_the_page_is_read_again_and_after_going_back(open_page: Open) -> None:
    page = open_page(LOOKS["network"])
    everything = view(page)
    page.get_by_text("Filters: none in force").click()
    page.get_by_label("Active in or after").fill("2020")
    page.get_by_text("Country", exact=True).click()
    page.get_by_role("checkbox", name="Netherlands").check()
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**country=nl**")
    filtered = view(page)
    assert "Netherlands" in filtered[1]
    assert filtered[2] != everything[2]
    page.reload()
    assert view(page) == filtered
    page.go_back()
    page.wait_for_url("**/network")
    assert view(page) == everything
    page.go_forward()
    page.wait_for_url("**country=nl**")
    assert view(page) == filtered


def saved(page: Page, role: str, name: str, into: Path) -> Path:
    """The file that a link or a button gives."""
    with page.expect_download() as download:
        page.get_by_role(role, name=name).click()  # type: ignore[arg-type]
    path = into / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_the_network_leaves_as_a_graph(open_page: Open, shipped: Release, tmp_path: Path) -> None:
    page = open_page("/network?country=nl&rollUp=true")
    file = saved(page, "link", "GEXF", tmp_path)
    assert shipped.id in file.name
    graph = networkx.read_gexf(file)
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    assert "Leiden University Medical Center" in labels
    assert {data["country"] for _, data in graph.nodes(data=True)} == {"Netherlands"}
    assert graph.number_of_edges() == int(page.inner_text("#table-title .count").replace(",", ""))


def test_the_map_leaves_as_a_picture_that_says_what_it_shows(open_page: Open, shipped: Release, tmp_path: Path) -> None:
    page = open_page("/network?country=nl")
    drawing = saved(page, "button", "Save SVG", tmp_path)
    text = drawing.read_text("utf-8")
    assert shipped.id in drawing.name
    assert shipped.id in text
    assert "Netherlands" in text
    assert "hospital" in text
    assert saved(page, "button", "Save PNG", tmp_path).read_bytes().startswith(b"\x89PNG")


def test_the_map_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("/network?focus=lumc")
    expect(page.locator("#explorer[data-ready]")).to_be_attached()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "canvas":
            break
    told = page.locator("#announce")
    page.keyboard.press("ArrowRight")
    expect(told).to_contain_text("Leiden University Medical Center")
    page.keyboard.press("ArrowRight")
    expect(told).not_to_contain_text("Leiden University Medical Center")
    expect(told).to_contain_text("drawn")
    neighbour = told.inner_text().partition(",")[0]
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel).to_be_focused()
    expect(panel.get_by_role("heading")).to_have_text(neighbour)
    while page.evaluate("!document.activeElement.closest('#panel .neighbours')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(panel.locator(".tie-records a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(told).to_have_text("Selection cleared.")
    expect(page.locator("#canvas")).to_be_focused()


def test_a_tie_that_is_clicked_shows_its_records_and_its_address_brings_it_back(open_page: Open) -> None:
    page = open_page("/network?focus=lumc&with=mustang-bio")
    licence = page.locator("#panel").get_by_role("link", name="RAG1-SCID gene therapy licence").first
    expect(licence).to_be_visible()
    page.get_by_role("button", name="Close and clear the selection").click()
    page.wait_for_url("**/network")
    page.go_back()
    expect(licence).to_be_visible()
