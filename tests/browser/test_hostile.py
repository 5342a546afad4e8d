"""Attacks in the data and in addresses are text: no script of theirs runs, no dialog opens, nothing leaves the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from api.app import create_app
from kg.schema import Schema
from tests.api.conftest import MemoryReleases
from tests.browser.chromium import Visit
from tests.browser.conftest import Open
from tests.browser.hostile import FIRST, SECOND, TEXT, hostile_release
from tests.browser.looks import LOOKS
from tests.pages import Page as PageText
from tests.serving import served

PAGES = (
    "/",
    "/search?q=script",
    "/product",
    f"/organisation/{FIRST}/brief",
    f"/network/tie?a={FIRST}&b={SECOND}",
    f"/introductions?from={FIRST}&to={SECOND}",
    f"/partners?for={FIRST}",
    "/white-space",
    "/brokers",
    "/communities",
    f"/timeline?organisation={FIRST}",
    "/about",
)
"""Where the data is shown beside the pages of the entities themselves."""
ABSURD = [TEXT, "-1", "9" * 20, "NaN", "\x00\u202e\ud7ff", "x" * 5000]
"""Two of these for each page, by its address: all of them on every page take a minute."""
ACTIVE = """[...document.querySelectorAll("a, form")].map(one => one.href ?? one.action)
    .filter(address => /^(javascript|data|vbscript):/i.test(address))"""
"""The addresses on a page that would run as a script."""


@pytest.fixture(scope="package")
def hostile_site(schema: Schema) -> Iterator[str]:
    """The address of a server whose every field is an attack."""
    with served(create_app(MemoryReleases(hostile_release(schema)))) as address:
        yield address


def harmless(page: Page) -> None:
    """Nothing that an attack wrote became an element, or an address that runs."""
    assert page.evaluate(ACTIVE) == [], page.url
    assert page.locator("img[src=x]").count() == 0, page.url
    assert page.locator("script:not([src])").count() == 0, page.url


def test_every_page_shows_what_the_data_says_as_text(
    hostile_site: str, schema: Schema, windows: Callable[..., Visit]
) -> None:
    page = windows(hostile_site).page
    for path in PAGES:
        page.goto(path)
        harmless(page)
    for kind in schema.entity_types():
        page.goto(f"/{kind.slug}/{FIRST}")
        harmless(page)
        assert TEXT in page.inner_text("main"), kind.slug


def test_suggestions_and_the_map_show_it_as_text(hostile_site: str, windows: Callable[..., Visit]) -> None:
    page = windows(hostile_site).page
    page.goto("/")
    page.get_by_role("combobox", name="Search").press_sequentially("script")
    expect(page.get_by_role("option").first).to_contain_text(TEXT)
    harmless(page)
    for selected in (f"focus={FIRST}", f"focus={FIRST}&with={SECOND}"):
        page.goto(f"/network?{selected}")
        expect(page.locator("#panel h3")).to_contain_text(TEXT)
        harmless(page)


def test_every_parameter_takes_anything_and_says_what_is_wrong(open_page: Open, site: str) -> None:
    page = open_page("/")
    seen: set[frozenset[str]] = set()
    with httpx.Client(base_url=site, headers={"Accept": "text/html"}, follow_redirects=True) as client:
        for look in LOOKS.values():
            path, query = urlsplit(look.path).path, dict(parse_qsl(urlsplit(look.path).query))
            read = PageText(client.get(look.path).text)
            named = [name for tag in ("input", "select") for name in sorted(read.all(tag, "name"))]
            names = [*dict.fromkeys([*named, *query, "format", "unheard"])]
            if frozenset(names) in seen:
                continue
            seen.add(frozenset(names))
            page.goto(f"{path}?{urlencode(dict.fromkeys(names, TEXT))}")
            harmless(page)
            for name, text in product(names, Random(look.path).sample(ABSURD, 2)):
                answer = client.get(path, params={**query, name: text})
                assert answer.status_code in (200, 400, 404), answer.url
                assert "<script>alert" not in answer.text, answer.url
                assert answer.status_code != 400 or name.lower() in plain(answer.text), answer.url


def plain(page: str) -> str:
    """A page in small letters, without hyphens: ``halfLife`` is told as half-life."""
    return page.lower().replace("-", "")


def test_an_unknown_address_is_text(open_page: Open) -> None:
    page = open_page("/")
    for path in ("/{}", "/product/{}", "/concept/modality/{}", "/ontology/{}", "/docs/reference/{}", "/id/product/{}"):
        page.goto(path.format("%3Cscript%3Ealert(1)%3C%2Fscript%3E"))
        harmless(page)
        expect(page.get_by_role("main")).to_be_visible()
