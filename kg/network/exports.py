"""The collaborator network as files: which formats there are, and the bytes of a projection in one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kg.network.export_graph import Exported, exported
from kg.network.export_tables import csv_archive, vosviewer
from kg.network.export_xml import gexf, graphml
from kg.network.network import Network
from kg.network.projection import Options
from kg.network.selection import EVERYTHING, Selection


@dataclass(frozen=True)
class NetworkFormat:
    """One format; ``media_type`` is what HTTP calls it, ``what`` what people are told of it."""

    name: str
    suffix: str
    media_type: str
    what: str
    write: Callable[[Exported], bytes]


NETWORK_FORMATS: Mapping[str, NetworkFormat] = {
    form.name: form
    for form in (
        NetworkFormat("graphml", "graphml", "application/graphml+xml", "for Cytoscape, yEd, igraph", graphml),
        NetworkFormat("gexf", "gexf", "application/gexf+xml", "for Gephi, with colours and sizes", gexf),
        NetworkFormat("csv", "zip", "application/zip", "nodes.csv and edges.csv in an archive", csv_archive),
        NetworkFormat("vosviewer", "json", "application/json", "for VOSviewer", vosviewer),
    )
}


def write_network(
    network: Network, options: Options, release: str, form: NetworkFormat, selection: Selection = EVERYTHING
) -> bytes:
    """A projection of a release as a file: the same bytes on every machine and every day.

    Raises ``UsageError`` for a grade or half-life that is not offered.
    """
    return form.write(exported(network, options, release, selection))
