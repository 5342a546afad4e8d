"""The ties that the drawing of an organisation shows as a table and as a file: whatever is drawn can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from api.reading import Reader
from api.web.files import csv_file
from kg.network.partners import ego

TIES = "ties"
"""What the address of an organisation's page calls this list."""
HEADER = ("organisation", "other organisation", "records", "last active")


def drawn_ties(reader: Reader, organisation: int, most: int | None) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    """Two organisations and their tie: those to the strongest ``most`` partners, then those between these partners.

    The strongest come first; without ``most``, all partners do.
    """
    network = reader.release.network
    projection = network.projection(network.options())
    around = ego(network, projection, organisation, most)
    pairs = [(organisation, partner.organisation) for partner in around.partners]
    for one, other in [*pairs, *((one, other) for one, other, _ in around.between)]:
        yield one, other, projection.ties[one][other]


def ties_file(reader: Reader, organisation: int) -> Response:
    """All ties of an organisation, and those between its partners, as CSV."""
    label = reader.model.label
    rows: Iterator[Sequence[Any]] = (
        (label(one), label(other), tie["records"], tie["last"])
        for one, other, tie in drawn_ties(reader, organisation, None)
    )
    return csv_file(reader, f"{reader.model.ids[organisation].replace('/', '-')}-{TIES}", HEADER, rows)
