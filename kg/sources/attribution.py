"""The source records that imported lines cite: who made the release, where it is, under which licence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.sources.lines import read_lines, snapshot_path

_MONDO = {"publisher": "Monarch Initiative", "kind": "dataset", "language": "en"}
RELEASES: Mapping[str, Mapping[str, str]] = {
    "mondo": {
        **_MONDO,
        "title": "Mondo Disease Ontology, release {version}",
        "url": "http://purl.obolibrary.org/obo/mondo/releases/{version}/mondo.obo",
        "licence": "CC BY 4.0",
    },
    "mondo-mappings": {
        **_MONDO,
        "title": "Mondo Disease Ontology, exact matches in Orphanet, MeSH and NCIt, release {version}",
        "url": "http://purl.obolibrary.org/obo/mondo/releases/{version}/mappings/mondo_exactmatch_orphanet.sssom.tsv",
        "licence": "CC0 1.0",
    },
}
"""The record of a release by what it is a release of; ``{version}`` stands for the release."""


def source_line(data_folder: Path, name: str, version: str, day: str) -> tuple[Path, list[dict[str, Any]]] | None:
    """The file and line of a release's source record, read on ``day``; None if a curator wrote the record.

    A line that stands already keeps its day.
    """
    slug = f"{name}-{version}"
    if (data_folder / "source" / f"{slug}.yaml").is_file():
        return None
    path = snapshot_path(data_folder, "source", slug)
    standing = read_lines(path)
    accessed = standing[0].get("accessed", day) if standing else day
    stated = {key: text.format(version=version) for key, text in RELEASES[name].items()}
    return path, [{"id": slug, **stated, "date": version, "accessed": accessed}]
