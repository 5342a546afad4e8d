"""A projection as GraphML and GEXF, written by networkx, without what depends on the day or makes nodes grey."""

from __future__ import annotations

from io import BytesIO
from math import sqrt
from typing import Any
from xml.etree.ElementTree import ElementTree, SubElement

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from networkx.readwrite.graphml import GraphMLWriter

from kg.network.export_graph import Exported

_SMALLEST, _GROWTH = 4.0, 2.0
"""The size of a node without ties, and how much it grows with the root of their number: areas can be compared."""


def graphml(found: Exported) -> bytes:
    """GraphML, which yEd, Cytoscape, igraph and networkx read; release and options are data of the graph."""
    graph = _graph(found)
    graph.graph.update(found.about)
    writer = GraphMLWriter(graph)
    booleans = {key.get("id") for key in writer.xml.iter("key") if key.get("attr.type") == "boolean"}
    for data in writer.xml.iter("data"):
        if data.get("key") in booleans:
            data.text = str(data.text).lower()  # networkx writes True, which XML does not know
    return _written(writer)


def gexf(found: Exported) -> bytes:
    """GEXF, which Gephi, Gephi Lite and graphology read, with colours and sizes."""
    graph = _graph(found)
    for one, data in graph.nodes(data=True):
        data["viz"] = {
            "color": dict(zip("rgb", bytes.fromhex(found.colours[one].removeprefix("#")), strict=True)),
            "size": round(_SMALLEST + _GROWTH * sqrt(int(data["degree"])), 2),
        }
    writer = GEXFWriter()
    writer.add_graph(graph)
    for meta in writer.xml.iter("meta"):
        _describe(meta, found)
    for colour in writer.xml.iter(f"{{{writer.NS_VIZ}}}color"):
        colour.attrib.pop("a", None)  # Gephi Lite draws a node grey that has an alpha
    return _written(writer)


def _graph(found: Exported) -> nx.Graph:
    graph = nx.Graph()
    for one, node in found.nodes.items():
        graph.add_node(one, **node)
    for pair, edge in found.edges.items():
        graph.add_edge(*pair, **edge)
    return graph


def _describe(meta: Any, found: Exported) -> None:
    """In the place of the day and of networkx's version: who made the file, of what."""
    meta.attrib.clear()
    meta.clear()
    SubElement(meta, "creator").text = "atmp-kg"
    SubElement(meta, "description").text = "; ".join(found.told())


def _written(writer: Any) -> bytes:
    writer.indent(writer.xml)
    file = BytesIO()
    ElementTree(writer.xml).write(file, encoding="utf-8", xml_declaration=True)
    return file.getvalue().rstrip(b"\n") + b"\n"
