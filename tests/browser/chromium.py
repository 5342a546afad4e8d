"""Chromium as the tests drive it, and what a page did in it that no reader should meet."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright

VARIABLE = "ATMP_KG_CHROMIUM"
"""The environment variable that names another browser of the family."""
NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 10_000
"""Milliseconds that an element may take to appear."""
DESKTOP, PHONE = (1280, 900), (390, 844)
"""Width and height of the window in CSS pixels."""

Scheme = Literal["light", "dark"]

_LOADED = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")


def found() -> str | None:
    """The path of the browser to drive, if there is one."""
    return next(
        (path for name in (os.environ.get(VARIABLE, ""), *NAMES) if name and (path := shutil.which(name))), None
    )


@contextmanager
def started(path: str) -> Iterator[Browser]:
    """The browser at a path, running with a profile of its own for as long as it is needed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A window of a reader who has never been here, and what went wrong in it."""

    def __init__(self, browser: Browser, address: str, size: tuple[int, int] = DESKTOP, **options: Any) -> None:
        """``options`` are those of a Playwright context: ``color_scheme``, ``java_script_enabled``."""
        viewport = {"width": size[0], "height": size[1]}
        self.context: BrowserContext = browser.new_context(base_url=address, viewport=viewport, **options)  # type: ignore[arg-type]
        self.context.set_default_timeout(PATIENCE)
        self.faults: list[str] = []
        self.requests: list[str] = []
        self._host = urlsplit(address).netloc
        self.context.on("request", self._requested)
        self.context.on("console", self._told)
        self.context.on("weberror", lambda error: self.faults.append(f"error in a script: {error.error}"))
        self.context.on("dialog", self._asked)
        self.page: Page = self.context.new_page()

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._host:
            self.faults.append(f"asked another host: {request.url}")

    def _told(self, message: ConsoleMessage) -> None:
        """An error in the console is a fault, as a breach of the policy is; that the page itself is a 404 is none."""
        refused = _LOADED.match(message.text)
        whole = refused and refused[1] in ("400", "404") and message.location["url"] == self.page.url
        if message.type == "error" and not whole:
            self.faults.append(f"console at {self.page.url}: {message.text} ({message.location['url']})")

    def _asked(self, dialog: Dialog) -> None:
        self.faults.append(f"opened a dialog at {self.page.url}: {dialog.message}")
        dialog.dismiss()

    def close(self) -> None:
        """Close the window."""
        self.context.close()
