"""GraphiQL in a browser, without a network: it opens, asks, and takes a query from its address."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import LOOKS


def test_a_query_is_run(open_page: Open) -> None:
    page = open_page(LOOKS["graphql"])
    page.get_by_role("button", name="Execute query").click()
    expect(page.locator(".result-window")).to_contain_text('"data"')
    expect(page.locator(".result-window")).not_to_contain_text('"errors"')
