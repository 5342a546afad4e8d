"""Takes the screenshots: ``python -m tests.browser.screenshots`` writes the sheets in ``tests/browser/pages`` anew.

A sheet shows one kind of page four times: light and dark, on a desktop and on a phone. ``--single DIR`` gives a picture
of each look of every kind of page, to be looked at.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import click
from playwright.sync_api import Browser

from api.app import create_app
from kg import settings
from kg.build import build
from tests.api.conftest import MemoryReleases
from tests.browser import chromium
from tests.browser.chromium import DESKTOP, PHONE, Visit
from tests.browser.looks import LOOKS, Look
from tests.serving import served

SHEETS = Path(__file__).resolve().parent / "pages"
SHOWN = (
    *("home", "search", "list", "product", "trial", "organisation", "brief", "network-selected", "introductions-found"),
    *("partners-found", "white-space", "brokers", "timeline", "ontology-type", "about", "graphql", "unknown"),
)
"""The kinds of pages of which the documentation has a sheet."""
SIZES = {"desktop": DESKTOP, "phone": PHONE}
SCHEMES = ("light", "dark")
TALLEST, SHEET_TALLEST = 3000, 1300
"""Pixels of a long page that a picture of its own shows, and a sheet."""
WIDTH, QUALITY = 1400, 50
"""Of a sheet: its width in pixels, and how closely its JPEG follows it, of 100."""

SHEET = """<style>body {{ display: flex; gap: 16px; margin: 16px; background: #888 }}
img {{ flex: 1280; min-width: 0; align-self: flex-start }} img.phone {{ flex: 390 }}</style>{images}"""


@click.command()
@click.option("--single", type=click.Path(path_type=Path), help="A folder for a PNG of each look, as long as the page.")
@click.option("--only", multiple=True, type=click.Choice([*LOOKS]), help="A kind of page.")
def main(single: Path | None, only: tuple[str, ...]) -> None:
    """Photograph every kind of page of the shipped data."""
    path = chromium.found()
    if path is None:
        raise click.ClickException(f"There is no Chromium here. Install one, or name it in {chromium.VARIABLE}.")
    release = build(settings.load()).release
    folder = single or SHEETS
    folder.mkdir(parents=True, exist_ok=True)
    with served(create_app(MemoryReleases(release))) as address, chromium.started(path) as browser:
        for name in only or (LOOKS if single else SHOWN):
            pictures = dict(taken(browser, address, LOOKS[name], whole=bool(single)))
            if single:
                for look, picture in pictures.items():
                    (folder / f"{name}-{look}.png").write_bytes(picture)
            else:
                (folder / f"{name}.jpg").write_bytes(sheet(browser, pictures))
            click.echo(f"{name}: {folder}")


def taken(browser: Browser, address: str, look: Look, whole: bool) -> Iterator[tuple[str, bytes]]:
    """PNGs of a page by scheme and size, of the ``whole`` page or of its beginning."""
    for scheme, size in product(SCHEMES, SIZES):
        visit = Visit(browser, address, SIZES[size], color_scheme=scheme, reduced_motion="reduce")
        look.open(visit.page)
        width, _ = SIZES[size]
        height = min(TALLEST if whole else SHEET_TALLEST, visit.page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": width, "height": height}
        yield f"{scheme}-{size}", visit.page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
        visit.close()
        for fault in visit.faults:
            click.echo(f"  {fault}", err=True)


def sheet(browser: Browser, pictures: dict[str, bytes]) -> bytes:
    """The pictures side by side, as a JPEG."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 100})
    images = "".join(
        f'<img class="{look.partition("-")[2]}" src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
        for look, picture in pictures.items()
    )
    page.set_content(SHEET.format(images=images))
    made = page.screenshot(full_page=True, type="jpeg", quality=QUALITY)
    page.close()
    return made


if __name__ == "__main__":
    main()
