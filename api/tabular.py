"""Rows as text: CSV that spreadsheets read without harm, and a table that fits a terminal."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

from api.flatten import Cell, text
from kg.spreadsheets import guarded

NARROWEST = 12
"""Characters that a column of a table needs; where there are fewer, each row stands by itself, a line a column."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""What would break a line or steer a terminal."""
_ENDLESS = 1_000_000
"""Characters of a line that goes to a file."""


def protected(cell: Cell) -> str:
    """A cell as it stands in CSV: a text is guarded against spreadsheets, a number needs no guard."""
    return guarded(cell) if isinstance(cell, str) else text(cell)


def write_csv(file: TextIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write CSV as RFC 4180 has it: a header, commas, CRLF, quotes where needed. ``file`` must keep line ends."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([protected(cell) for cell in row] for row in rows)


def write_table(file: TextIO, header: Sequence[str], rows: Iterable[Sequence[Cell]], width: int | None) -> None:
    """Write a table that folds long cells to fit into ``width`` characters, or (None) has a line a row, all of it."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(
        file=file,
        width=width or _ENDLESS,
        color_system=None,
        force_terminal=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    shown = [list(row) for row in rows]
    if width is not None and len(header) * NARROWEST > width:
        for row in shown:
            record = Table.grid(padding=(0, 2))
            record.add_column(overflow="fold", max_width=width // 2)
            record.add_column(overflow="fold")
            for heading, cell in zip(header, row, strict=True):
                record.add_row(_line(heading), _line(cell))
            console.print(record, "")
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for place, heading in enumerate(header):
        numbers = all(isinstance(row[place], int | float) for row in shown)
        table.add_column(heading, overflow="fold", justify="right" if numbers and shown else "left")
    for row in shown:
        table.add_row(*(_line(cell) for cell in row))
    endless = console.options.update(max_width=_ENDLESS)
    table.leading = int(console.measure(table, options=endless).maximum > console.width)  # air between folded rows
    console.print(table)


def _line(cell: Cell) -> str:
    return _CONTROL.sub(" ", text(cell))
