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
    worded = {row["name"]: row for _, _, row in read_rows(packaged("data"), RELEASES, _COLUMNS)}
    if name not in worded:
        raise DataError(
            [Fault(f"data/mappings/{RELEASES}", 0, "name", f"no row says whose releases {name} are", "Add one.")]
        )
    stated = {key: text.replace("{version}", version) for key, text in worded[name].items() if text and key != "name"}
    return path, [{"id": slug, **stated, "date": version, "accessed": accessed}]
