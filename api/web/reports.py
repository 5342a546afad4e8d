"""The link beside a fact by which an error in it is reported, filled in, at the tracker that is configured."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from api.web.facts import Fact
from kg.model import Model

_VALUES = 10
"""Values of a fact that a report repeats."""


@dataclass(frozen=True)
class Reports:
    """Makes the links of one page; none if no tracker is configured."""

    tracker: str | None
    model: Model
    entity: int
    release: str

    def link(self, fact: Fact | None = None) -> str | None:
        """The address of a report about a fact, or about the record as a whole."""
        if self.tracker is None:
            return None
        label, iri = self.model.label(self.entity), self.model.iri(self.entity)
        title = f"{label}: {fact.heading}" if fact else label
        lines = [f"Record: {iri}", f"Release: {self.release}"]
        if fact:
            shown = [told.value.text for told in fact.values[:_VALUES]]
            lines += [f"Field: {fact.field.name}", f"Shown: {'; '.join(shown)}"]
        body = "\n".join([*lines, "", "What is wrong, and which source says so:", ""])
        return self.tracker.replace("{title}", quote(title, safe="")).replace("{body}", quote(body, safe=""))
