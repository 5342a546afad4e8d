"""CSV over HTTP: the text of a table's page, and the headers that name its file and say what it does not hold."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from starlette.requests import Request

from api.budget import Budget
from api.errors import INTERNAL
from api.flatten import Cell
from api.tables import Page, Table
from api.tabular import write_csv
from kg.errors import LimitError, NotFoundError

CSV = "text/csv"
CSV_TYPE = f"{CSV}; charset=utf-8; header=present"


LARGEST = 10_000_000
"""Characters of an answer in CSV, where a value that is selected once may stand in many rows."""
_ROWS = 200
"""Rows between two looks at the clock."""


def csv_content(table: Table, page: Page, budget: Budget) -> bytes:
    """The rows of a page, with their header; raises LimitError if they are too long, Stopped if the time is up."""
    file = io.StringIO(newline="")

    def rows() -> Iterator[Sequence[Cell]]:
        for number, row in enumerate(page.rows):
            if file.tell() > LARGEST:
                raise LimitError(
                    f"The table has more than {LARGEST:,} characters. Ask for less: a smaller `first`, fewer fields.",
                    max=LARGEST,
                )
            if number % _ROWS == 0:
                budget.tick()
            yield row

    write_csv(file, table.layout.header, rows())
    return file.getvalue().encode()


def csv_headers(request: Request, table: Table, page: Page, release_id: str) -> dict[str, str]:
    """The name of the file, the address of the next page if there is one, the lists that are cut within rows."""
    headers = {"Content-Disposition": f'attachment; filename="atmp-{table.name}-{release_id}.csv"'}
    following = table.following(page)
    if following is not None:
        address = {**request.query_params, "query": following, "format": "csv"}
        headers["Link"] = f'<{request.url.path}?{urlencode(address)}>; rel="next"'
    if page.cut:
        headers["X-ATMP-Cut"] = ", ".join(page.cut)
    return headers


def csv_status(answer: Mapping[str, list[dict[str, dict[str, str]]]]) -> int:
    """The status of an answer with errors, which CSV cannot show: 404 if all say that something is not there."""
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    if codes == {NotFoundError.code}:
        return 404
    return 500 if INTERNAL in codes else 400
