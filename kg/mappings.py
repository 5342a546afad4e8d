"""The tables that curators keep in ``data/mappings/``: what is truly a table, a line a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.errors import DataError, Fault

FOLDER = "mappings"


def read_rows(data_folder: Path, file: str, columns: Sequence[str]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """The rows of a table as (file, line, cells by column); none if there is no such table.

    Raises ``DataError`` with file and line if the header or a row is not in form.
    """
    path = data_folder / FOLDER / file
    name = f"{data_folder.name}/{FOLDER}/{file}"
    if not path.is_file():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    wanted = "\t".join(columns)
    if not lines or lines[0] != wanted:
        raise DataError([Fault(name, 1, "", "the header is not as it should be", f"Write, with tabs: {wanted}.")])
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            what = f"{len(cells)} cells where the header has {len(columns)}"
            raise DataError([Fault(name, number, "", what, "Separate cells by one tab each.")])
        yield name, number, dict(zip(columns, cells, strict=True))
