"""One server of the shipped release and one browser for all of these tests; whatever goes wrong in a page fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from api.app import create_app
from kg.release import Release
from tests.api.conftest import MemoryReleases
from tests.browser import chromium
from tests.browser.chromium import Visit
from tests.browser.looks import Look
from tests.serving import served

Open = Callable[..., Page]
"""Opens a window: ``open_page(path, size=PHONE, color_scheme="dark", java_script_enabled=False)``."""


@pytest.fixture(scope="package")
def site(shipped: Release) -> Iterator[str]:
    """The address of a server of the shipped release."""
    with served(create_app(MemoryReleases(shipped))) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser. It ends with these tests: while Playwright runs, no other event loop may."""
    path = chromium.found()
    if path is None:
        pytest.skip(
            "NO BROWSER, so no page was looked at: there is no Chromium here. "
            f"Debian: apt-get install chromium; elsewhere name one in {chromium.VARIABLE}."
        )
    with chromium.started(path) as running:
        yield running


@pytest.fixture
def windows(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens windows at an address; after the test nothing may have gone wrong in any of them."""
    opened: list[Visit] = []

    def window(address: str, **options: Any) -> Visit:
        opened.append(Visit(browser, address, **options))
        return opened[-1]

    yield window
    faults = [fault for visit in opened for fault in visit.faults]
    for visit in opened:
        visit.close()
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.fixture
def open_page(windows: Callable[..., Visit], site: str) -> Open:
    """Opens a page of the shipped release in a window of its own."""

    def opened(look: Look | str, **options: Any) -> Page:
        page = windows(site, **options).page
        (Look(look) if isinstance(look, str) else look).open(page)
        return page

    return opened
