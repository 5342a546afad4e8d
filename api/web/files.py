"""A page's table as a file that spreadsheets read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from api.csv_http import CSV_TYPE
from api.flatten import Cell
from api.reading import Reader
from api.tabular import write_csv


def csv_file(reader: Reader, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The rows as CSV; the name of the file carries the release's id."""
    file = io.StringIO(newline="")
    write_csv(file, header, rows)
    release = reader.release.id
    headers = {"Content-Disposition": f'attachment; filename="atmp-{name}-{release}.csv"', "X-ATMP-Release": release}
    return Response(file.getvalue().encode(), 200, headers, CSV_TYPE)
