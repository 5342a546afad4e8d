"""The source records that imported lines cite, as the shipped ``data/mappings/source-releases.tsv`` words them.

A row says who makes the releases of something, where they are and under which licence; ``{version}`` in it stands for
the release.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kg.errors import DataError, Fault
from kg.mappings import read_rows
from kg.settings import packaged
from kg.sources.lines import read_lines, snapshot_path

RELEASES = "source-releases.tsv"
_COLUMNS = ("name", "title", "publisher", "url", "licence", "kind", "language")


def source_line(data_folder: Path, name: str, version: str, day: str) -> tuple[Path, list[dict[str, Any]]] | None:
    """The file and line of a release's source record, read on ``day``; None if a curator wrote the record.

    A line that stands already keeps its day. Raises ``DataError`` if the table does not know the release.
    """
    slug = f"{name}-{version}"
    if (data_folder / "source" / f"{slug}.yaml").is_file():
        return None
    path = snapshot_path(data_folder, "source", slug)
    standing = read_lines(path)
    accessed = standing[0].get("accessed", day) if standing else day
    return path, [{**worded(packaged("data"), name, version, slug), "accessed": accessed}]


def worded(data_folder: Path, name: str, version: str, slug: str) -> dict[str, Any]:
    """A release's source record as the table of a data folder words it; what was read on the day it tells of is
    accessed then. Raises ``DataError`` if the table does not know the release.
    """
    rows = {row["name"]: row for _, _, row in read_rows(data_folder, RELEASES, _COLUMNS)}
    if name not in rows:
        what = f"no row says whose releases {name} are"
        raise DataError([Fault(f"data/mappings/{RELEASES}", 0, "name", what, "Add one.")])
    said = {key: text.replace("{version}", version) for key, text in rows[name].items() if text and key != "name"}
    return {"id": slug, **said, "date": version, "accessed": version}
