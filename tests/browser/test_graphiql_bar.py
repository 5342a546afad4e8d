"""The bar above GraphiQL in a browser: examples are opened, the query is copied, and no mouse is needed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from api.graphiql_page import examples
from tests.browser.conftest import Open
from tests.browser.looks import LOOKS

_, EXAMPLES = next(examples())
TYPE = "text => document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue(text)"


def choose(page: Page, title: str) -> None:
    """Open an example."""
    page.get_by_label("Examples").select_option(label=title)
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Opened")).to_contain_text(title)


def test_an_example_is_opened_and_what_one_wrote_is_kept(open_page: Open) -> None:
    page = open_page(LOOKS["graphql"])
    choose(page, EXAMPLES[1].title)
    expect(page.locator(".graphiql-query-editor")).to_contain_text("GENE_MODIFIED_CELLS")
    expect(page.get_by_role("tab")).to_have_count(0)
    page.evaluate(TYPE, "{ release { id } }")
    choose(page, EXAMPLES[2].title)
    expect(page.locator(".graphiql-query-editor")).to_contain_text("introductions")
    expect(page.get_by_role("tab")).to_have_count(2)


def test_the_query_is_copied_as_text(open_page: Open, site: str) -> None:
    page = open_page(LOOKS["graphql"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(TYPE, "{ release { id } }")
    for name, beginning in (("curl", f"curl -s -G {site}/graphql"), ("Python", "import json")):
        page.get_by_role("button", name=f"Copy as {name}").click()
        expect(page.locator("#said")).to_have_text(f"Copied as {name}.")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(beginning)
        assert "{ release { id } }" in copied and f"{site}/graphql" in copied


def test_where_nothing_may_be_copied_the_text_is_shown(open_page: Open) -> None:
    page = open_page(LOOKS["graphql"])
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert EXAMPLES[0].query in page.get_by_role("dialog").get_by_role("textbox").input_value()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_tab_key_leads_out_of_the_editor(open_page: Open) -> None:
    page = open_page(LOOKS["graphql"])
    page.get_by_role("textbox", name="Query").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    inside = "!!document.activeElement.closest('.graphiql-query-editor .CodeMirror')"
    assert not page.evaluate(inside)
    assert page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()") == EXAMPLES[0].query
