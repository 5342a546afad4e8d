"""The tables that curators keep in ``data/mappings/``: what is truly a table, a line a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.errors import DataError, Fault
from kg.settings import packaged

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


def rows_or_shipped(data_folder: Path, file: str, columns: Sequence[str]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """The rows of a table of the data folder, or of the table that is shipped where the folder has none: rules that
    hold for anybody's records.
    """
    own = (data_folder / FOLDER / file).is_file()
    return read_rows(data_folder if own else packaged("data"), file, columns)


def table_bytes(data_folder: Path, apart: Sequence[str] = ()) -> dict[str, bytes]:
    """The contents by name of the tables that speak for a data folder: its own, and what is shipped beside them."""
    found: dict[str, bytes] = {}
    for folder in (packaged("data"), data_folder):
        for path in sorted((folder / FOLDER).glob("*.tsv")):
            if path.name not in apart:
                found[f"{data_folder.name}/{FOLDER}/{path.name}"] = path.read_bytes()
    return found
