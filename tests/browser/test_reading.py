"""Those who look things up: from a name to the evidence, from a source to all it supports, and without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from kg.release import Release
from tests.browser.conftest import Open

TRIAL = "Phase I/II trial of autologous haematopoietic stem cell gene therapy in RAG1-deficient SCID"


def test_a_name_leads_to_the_evidence_of_the_trial_in_three_clicks(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("combobox", name="Search").press_sequentially("rag1")
    page.get_by_role("option", name="RAG1 LV CD34+ cells").click()
    page.get_by_role("main").get_by_role("link", name=TRIAL).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TRIAL)
    page.locator("#fact-enrolmentActual .marks a").first.click()
    evidence = page.locator(":target")
    expect(evidence).to_be_in_viewport()
    expect(evidence.get_by_role("link").first).to_have_attribute("href", re.compile("^/source/"))


def test_a_suggestion_is_taken_by_keyboard(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("combobox", name="Search").press_sequentially("leids universitair medisch")
    expect(page.get_by_role("option").first).to_contain_text("Leiden University Medical Center")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leiden University Medical Center")


def test_a_source_leads_to_everything_it_supports(open_page: Open, shipped: Release) -> None:
    model = shipped.model
    source = model.number("source/seed-lcb")
    assert source is not None
    supported = {f"/{model.ids[one]}" for one in model.links(source, "supports")}
    page = open_page("/trial/rag1-scid-leiden")
    page.locator("#sources").locator("xpath=following::a[@href='/source/seed-lcb'][1]").click()
    page.get_by_role("link", name=f"all {len(supported)}").click()
    listed = page.get_by_role("main").get_by_role("table").get_by_role("link")
    assert supported <= {link.get_attribute("href") for link in listed.all()}
    listed.first.click()
    expect(page.locator("a[href='/source/seed-lcb']").first).to_be_attached()


def test_without_javascript(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("searchbox", name="Search").fill("rag1")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name=TRIAL).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TRIAL)
    page.locator("#fact-enrolmentActual .marks a").first.click()
    expect(page.locator(":target").get_by_role("link").first).to_have_attribute("href", re.compile("^/source/"))

    page.goto("/")
    page.get_by_label("From").fill("Leids Universitair Medisch Centrum")
    page.get_by_label("To", exact=True).fill("Mustang Bio")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From Leiden University Medical Center to Mustang Bio")
    expect(page.locator("section.chain ul.records a").first).to_be_visible()

    page.get_by_role("link", name="White space").click()
    page.get_by_role("navigation", name="What the columns are").get_by_role("link", name="target").click()
    matrix = page.get_by_role("region", name="The matrix")
    expect(matrix.get_by_role("columnheader", name="CD19")).to_be_visible()
    matrix.get_by_role("link", name="records").first.click()
    page.wait_for_url("**/white-space/cell?**")
    expect(page.get_by_role("main").get_by_role("table").first.get_by_role("link").first).to_be_visible()
