"""The tasks of a partnership manager: reach someone, find a partner, see where nobody works."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open


def test_an_introduction_and_the_records_of_each_hop(open_page: Open) -> None:
    page = open_page("/introductions")
    page.get_by_label("Who wants to be led").press_sequentially("LUMC")
    page.get_by_role("option", name="Leiden University Medical Center").first.click()
    page.get_by_label("Where to").press_sequentially("Mustang")
    page.get_by_role("option", name="Mustang Bio").click()
    page.get_by_role("button", name="Find an introduction").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From Leiden University Medical Center to Mustang Bio")
    for chain in page.locator("section.chain").all():
        hops = chain.get_by_role("row").count() - 1
        assert chain.get_by_role("heading", level=3).count() == hops
    licence = page.get_by_role("link", name="LUMC to Mustang Bio: RAG1-SCID gene therapy licence").first
    licence.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("RAG1-SCID gene therapy licence")
    expect(page.locator("#sources")).to_be_attached()


def test_partners_for_a_need_and_what_their_bars_rest_on(open_page: Open) -> None:
    page = open_page("/partners")
    page.get_by_label("Who looks for a partner").fill("Leiden University Medical Center")
    page.get_by_label("Vector type, 1").select_option(label="lentiviral vector")
    page.get_by_label("Operation, 1").select_option(label="vector production")
    page.get_by_role("button", name="Find partners").click()
    expect(page.get_by_text("The need: ").last).to_contain_text("lentiviral vector")
    first = page.locator("li.candidate").first
    expect(first.locator("dl.bars dt")).to_have_text(["Proximity", "Role", "Geography", "Capability", "Activity"])
    first.get_by_text("Evidence for the bars").click()
    evidence = first.get_by_role("table").get_by_role("link").first
    expect(evidence).to_be_visible()
    evidence.click()
    expect(page.locator("#sources, #forms").first).to_be_attached()


def test_a_cell_of_the_white_space_opens_to_its_records(open_page: Open) -> None:
    page = open_page("/white-space")
    cell = page.get_by_role("main").get_by_role("table").get_by_role("link", name="records").first
    said = cell.inner_text()
    cell.click()
    page.wait_for_url("**/white-space/cell?**")
    expect(page.get_by_role("main")).to_contain_text(said)
    assert page.get_by_role("main").get_by_role("table").first.get_by_role("row").count() > 1
