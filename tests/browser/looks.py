"""One address of every kind of page, on the shipped release: what is checked for everybody and photographed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from kg.ontology import read_schema


@dataclass(frozen=True)
class Look:
    """A page: where it is, and what is there once its scripts are done."""

    path: str
    ready: str = "main"

    def open(self, page: Page) -> None:
        """Go there, and wait until it is as a reader will see it."""
        page.goto(self.path)
        page.wait_for_selector(self.ready)


INTERACTIVE = "performance.getEntriesByName('network-interactive')[0].startTime"
"""Tells a page of the map how many milliseconds after its address was opened it answered its reader."""
SCHEMA = read_schema(Path(__file__).resolve().parents[2] / "ontology")

LOOKS = {
    "home": Look("/"),
    "search": Look("/search?q=rag1"),
    "search-empty": Look("/search?q=zzzzzzzz"),
    "list": Look("/product"),
    **{kind.slug: Look(f"/{kind.example}") for kind in SCHEMA.entity_types()},
    "location": Look("/location/nct00001234.bethesda-national-institute-of-neurological-disorders-and-st"),
    "conflict": Look("/conflict/authorisation.abecma.us.decided"),
    "entity-list": Look("/organisation/lumc?list=involvements"),
    "brief": Look("/organisation/lumc/brief"),
    "concepts": Look("/concept/modality"),
    "concept": Look("/concept/modality/car-t"),
    "network": Look("/network", "#explorer[data-ready]"),
    "network-selected": Look("/network?focus=lumc&country=nl", "#panel h3"),
    "network-empty": Look("/network?country=nl&since=2026&least=100"),
    "network-tie": Look("/network/tie?a=lumc&b=mustang-bio"),
    "introductions": Look("/introductions"),
    "introductions-found": Look("/introductions?from=lumc&to=daiichi-sankyo&grade=all"),
    "introductions-none": Look("/introductions?from=lumc&to=crispr-therapeutics&hops=1"),
    "choice": Look("/introductions?from=leiden&to=mustang-bio"),
    "partners": Look("/partners"),
    "partners-found": Look("/partners?for=lumc&operation=vector-production"),
    "white-space": Look("/white-space"),
    "white-space-cell": Look("/white-space/cell?row=neoplasm&column=msc"),
    "brokers": Look("/brokers"),
    "communities": Look("/communities"),
    "timeline": Look("/timeline?organisation=lumc"),
    "ontology": Look("/ontology"),
    "ontology-type": Look("/ontology/Trial"),
    "about": Look("/about"),
    "backtest": Look("/about/backtest"),
    "docs": Look("/docs"),
    "docs-manners": Look("/docs/api"),
    "docs-recipes": Look("/docs/recipes"),
    "docs-reference": Look("/docs/reference"),
    "docs-type": Look("/docs/reference/Trial"),
    "graphql": Look("/graphql", ".graphiql-response"),
    "unknown": Look("/product/rag1-lv-cd43"),
    "refused": Look("/introductions?from=lumc&to=mustang-bio&hops=many"),
}
