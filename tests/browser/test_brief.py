"""The brief of an organisation on paper: two sheets of A4 with numbered sources."""

from __future__ import annotations

import re

from tests.browser.conftest import Open

_SHEET = re.compile(rb"/Type\s*/Page\b")


def test_the_brief_of_a_busy_organisation_fits_on_two_sheets(open_page: Open) -> None:
    page = open_page("/organisation/lumc/brief")
    sheets = _SHEET.findall(page.pdf(format="A4", prefer_css_page_size=True))
    assert 1 <= len(sheets) <= 2
    notes = page.locator(".notes > li").count()
    assert notes > 10
    marks = page.locator(".marks a").evaluate_all("found => found.map(one => one.lastChild.textContent.split('–'))")
    cited = {number for mark in marks for number in range(int(mark[0]), int(mark[-1]) + 1)}
    assert cited == set(range(1, notes + 1))
