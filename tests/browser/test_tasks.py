"""The tasks of a partnership manager: reach someone, find a partner, see where nobody works."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chromium import PHONE
from tests.browser.conftest import Open
from tests.browser.looks import LOOKS


def test_an_introduction_and_the_records_of_each_hop(open_page: Open) -> None:
    page = open_page("/introductions")
    page.get_by_label("Who wants to be led").press_sequentially("LUMC")
    page.get_by_role("option", name="Leiden University Medical Center").first.click()
    page.get_by_label("Where to").press_sequentially("Mustang")
    page.get_by_role("option", name="Mustang Bio").click()
    page.get_by_role("button", name="Find an introduction").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From Leiden University Medical Center to Mustang Bio")
    licence = page.get_by_role("link", name="LUMC to Mustang Bio: RAG1-SCID gene therapy licence").first
    licence.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("RAG1-SCID gene therapy licence")
    expect(page.locator("#sources")).to_be_attached()


def test_every_hop_of_every_chain_leads_to_its_records_and_their_sources(open_page: Open) -> None:
    page = open_page(LOOKS["introductions-found"])
    chains = page.locator("section.chain")
    longest = max(chains.all(), key=lambda chain: chain.get_by_role("row").count())
    assert longest.get_by_role("row").count() > 2, "a chain by way of somebody"
    read: dict[str, str] = {}
    for chain in chains.all():
        hops = chain.get_by_role("row").all()[1:]
        lists = chain.locator("h3 + ul.records, h3 + p + ul.records").all()
        assert len(lists) == len(hops)
        for hop, records in zip(hops, lists, strict=True):
            one = records.get_by_role("link").first
            expect(one).to_be_visible()
            read[one.get_attribute("href") or ""] = hop.get_by_role("link").last.inner_text()
    for record, partner in read.items():
        page.goto(record)
        expect(page.get_by_role("main").get_by_role("link", name=partner, exact=True).first).to_be_attached()
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


def test_rows_and_columns_of_the_white_space_are_ticked_without_javascript(open_page: Open) -> None:
    page = open_page("/white-space", java_script_enabled=False)
    for line, labels in {"columns": ["CAR T cells", "TCR T cells"], "rows": ["Neoplasm", "Immune disorders"]}.items():
        page.get_by_text(f"Choose {line}").click()
        for label in labels:
            page.get_by_role("checkbox", name=label, exact=True).check()
    page.get_by_role("button", name="Show the matrix").click()
    page.wait_for_url("**/white-space?**columns=car-t&columns=tcr-t**")
    table = page.get_by_role("region", name="The matrix")
    expect(table.get_by_role("columnheader")).to_have_text(["Condition", "CAR T cells", "TCR T cells", "All"])
    expect(table.get_by_role("rowheader").get_by_role("link").filter(has_not_text="narrower")).to_have_text(
        ["Neoplasm", "Immune disorders"]
    )


def test_on_a_phone_the_records_of_a_year_open_in_sight(open_page: Open) -> None:
    page = open_page("/timeline?organisation=lumc", size=PHONE)
    year = page.get_by_role("table").locator("details").first
    year.locator("summary").click()
    expect(year.get_by_role("link").first).to_be_in_viewport(ratio=1)


def test_on_a_phone_no_name_of_a_condition_runs_into_the_next_cell(open_page: Open) -> None:
    page = open_page("/white-space", size=PHONE)
    heads = page.get_by_role("rowheader").get_by_role("link")
    wide = (
        "all => all.filter(one => one.getBoundingClientRect().right > one.closest('th').getBoundingClientRect().right)"
    )
    assert heads.evaluate_all(f"{wide}.map(one => one.textContent)") == []


PARTED = """links => links.filter(link => {
    if (!/^[.,:;]/.test(link.nextSibling?.data ?? "")) return false;
    const after = document.createRange();
    after.setStart(link.nextSibling, 0);
    after.setEnd(link.nextSibling, 1);
    return after.getBoundingClientRect().top > [...link.getClientRects()].at(-1).bottom;
}).map(link => link.textContent)"""
"""The links from which what follows is parted, on a line of its own."""


def test_on_a_phone_what_follows_a_long_link_stays_on_its_line(open_page: Open) -> None:
    for path in ("/white-space", "/introductions?from=lumc&to=daiichi-sankyo", "/network/tie?a=lumc&b=mustang-bio"):
        links = open_page(path, size=PHONE).get_by_role("main").get_by_role("listitem").get_by_role("link")
        assert links.evaluate_all(PARTED) == [], path
