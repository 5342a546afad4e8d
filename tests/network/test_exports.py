"""The network as files: read back by networkx and by graphology they are the projection, whatever the names are."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from html import unescape
from io import BytesIO, StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import networkx as nx
import pytest

from kg.errors import DataError, UsageError
from kg.model import Model
from kg.network.asked import asked, asked_in_query
from kg.network.export_graph import exported, one_line
from kg.network.exports import NETWORK_FORMATS, write_network
from kg.network.network import Network
from kg.network.projection import Options
from kg.network.standing import ReleaseNetwork
from kg.ontology import read_schema
from kg.release import Release
from tests.api.conftest import ONTOLOGY, triples
from tests.network.conftest import YEAR, Net, Records, changed, number, organisation, record
from tests.npm import installed

FOLDER = Path(__file__).with_name("gexf")
RELEASE = "2026-11-24-test"
HOSTILE = {
    "markup": "<b>&amp; \"quoted\" 'too' ]]> --> <script>alert(1)</script>",
    "control": "bell\x07 nul\x00 escape\x1b next\x85line\ufffe\uffff",
    "lines": "two\nlines\r\nand\ta tab\u2028and more",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "sign": "@SUM(1+1)*cmd|'/C calc'!A0",
    "minus": "-2+3",
    "plain": "Ménière \U0001f9ec 日本 Ł",
    "comma": 'a, b; "c"',
}


@pytest.fixture(scope="module")
def hostile(net: Net) -> ReleaseNetwork:
    """Organisations with names that break careless writers, one of them tied to nobody."""
    trials = [
        record(f"trial/{one}", {one: "sponsor", other: "collaborator"}, startDate="2020")
        for one, other in pairwise(HOSTILE)
    ]
    told = [organisation(name, country="nl", city="'s-Gravenhage", type="company") for name in HOSTILE]
    names = {f"organisation/{name}": {"name": text} for name, text in HOSTILE.items()}
    lone = record("trial/lone", {"lone": "sponsor"})
    return net(*trials, *told, organisation("markup", type="university-medical-centre"), names, lone)


def written(network: Network, name: str, **options: Any) -> bytes:
    return write_network(network, network.options(**options), RELEASE, NETWORK_FORMATS[name])


def read_graphml(content: bytes) -> nx.Graph:
    return nx.read_graphml(BytesIO(content))


def read_gexf(content: bytes) -> nx.Graph:
    return nx.read_gexf(BytesIO(content))


def read_csv(content: bytes) -> nx.Graph:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.namelist() == ["about.json", "edges.csv", "nodes.csv"]
        assert archive.testzip() is None
        tables = {
            name: list(csv.DictReader(StringIO(archive.read(name).decode(), newline="")))
            for name in ("nodes.csv", "edges.csv")
        }
    graph = nx.Graph()
    for row in tables["nodes.csv"]:
        graph.add_node(row["id"], **{name: value for name, value in row.items() if value and name != "id"})
    for row in tables["edges.csv"]:
        graph.add_edge(row["source"], row["target"], **row)
    return graph


def read_vosviewer(content: bytes) -> nx.Graph:
    network = json.loads(content)["network"]
    graph = nx.Graph()
    for item in network["items"]:
        graph.add_node(item["id"], label=item["label"], degree=item["weights"]["Ties"])
    for link in network["links"]:
        graph.add_edge(link["source_id"], link["target_id"], weight=link["strength"])
    return graph


READERS: dict[str, Callable[[bytes], nx.Graph]] = {
    "graphml": read_graphml,
    "gexf": read_gexf,
    "csv": read_csv,
    "vosviewer": read_vosviewer,
}


def test_every_format_is_read_back_here() -> None:
    assert READERS.keys() == NETWORK_FORMATS.keys()


@pytest.mark.parametrize("name", NETWORK_FORMATS)
def test_read_back_it_is_the_projection(hostile: ReleaseNetwork, name: str) -> None:
    graph = READERS[name](written(hostile, name))
    projection = hostile.projection(hostile.options()).graph
    ids = hostile.model.ids
    assert set(graph) == {ids[one] for one in projection}
    ties = {frozenset((ids[one], ids[other])): tie["weight"] for one, other, tie in projection.edges(data=True)}
    found = {frozenset((one, other)): float(tie["weight"]) for one, other, tie in graph.edges(data=True)}
    assert found == pytest.approx(ties, rel=1e-5)
    assert {one: int(data["degree"]) for one, data in graph.nodes(data=True)} == dict(graph.degree())


@pytest.mark.parametrize("name", NETWORK_FORMATS)
def test_names_stand_in_one_line_as_they_are(hostile: ReleaseNetwork, name: str) -> None:
    graph = READERS[name](written(hostile, name))
    for slug, text in HOSTILE.items():
        label = graph.nodes[f"organisation/{slug}"]["label"]
        assert label.removeprefix("'") == one_line(text)
        assert label.isprintable()


def test_a_spreadsheet_calculates_nothing(hostile: ReleaseNetwork) -> None:
    with ZipFile(BytesIO(written(hostile, "csv"))) as archive:
        for table in ("nodes.csv", "edges.csv"):
            rows = csv.reader(StringIO(archive.read(table).decode(), newline=""))
            cells = [cell for row in rows for cell in row]
            assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []


def test_vosviewer_shows_no_markup_of_a_name(hostile: ReleaseNetwork) -> None:
    items = json.loads(written(hostile, "vosviewer"))["network"]["items"]
    told = [item["description"].replace("<br>", "") for item in items]
    assert not [text for text in told if "<" in text or unescape(text) == ""]
    assert any("'s-Gravenhage" in unescape(text) for text in told)


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_attributes_have_their_types(hostile: ReleaseNetwork, name: str) -> None:
    graph = READERS[name](written(hostile, name))
    node = graph.nodes["organisation/control"]
    kinds = {key: type(value).__name__ for key, value in node.items() if key != "viz"}
    figures = {"degree": "int", "strength": "float", "records": "int", "lastActive": "int", "sources": "int"}
    texts = ("label", "organisationType", "country", "city", "iri")
    assert kinds == figures | dict.fromkeys(texts, "str")
    tie = graph.edges["organisation/control", "organisation/markup"]
    assert {key: tie[key] for key in ("records", "lastActive", "kinds", "undated", "sources", "inHouse")} == {
        "records": 1,
        "lastActive": 2020,
        "kinds": "trial 1",
        "undated": 0,
        "sources": 0,
        "inHouse": False,
    }


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_booleans_are_those_of_xml(hostile: ReleaseNetwork, name: str) -> None:
    assert b">False<" not in written(hostile, name)
    assert b'"False"' not in written(hostile, name)


def test_what_is_not_known_is_left_out(hostile: ReleaseNetwork) -> None:
    node = exported(hostile, hostile.options(), RELEASE).nodes["organisation/lone"]
    assert sorted(node) == ["degree", "iri", "label", "records", "sources", "strength"]


def test_evidence_is_counted(net: Net) -> None:
    sources = {f"source/{name}": {"title": name} for name in ("one", "two", "three")}
    network = net(
        sources,
        record("trial/a", {"lumc": "sponsor", "azl": "collaborator"}, sources=["source/one"]),
        record("trial/b", {"lumc": "sponsor", "azl": "collaborator"}, sources=["source/one", "source/two"]),
        {"involvement/trial.b.azl-collaborator": {"sources": ["source/three"]}},
        organisation("lumc", sources=["source/two"]),
        organisation("azl", parent="organisation/lumc"),
    )
    found = exported(network, network.options(), RELEASE)
    tie = found.edges["organisation/azl", "organisation/lumc"]
    assert (tie["sources"], tie["records"], tie["undated"], tie["inHouse"]) == (3, 2, 2, True)
    assert found.nodes["organisation/lumc"]["sources"] == 1
    assert "lastActive" not in tie


@pytest.mark.parametrize("name", NETWORK_FORMATS)
def test_an_empty_projection_is_an_empty_file_of_its_kind(hostile: ReleaseNetwork, name: str) -> None:
    graph = READERS[name](written(hostile, name, until=1950))
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (0, 0)


@pytest.mark.parametrize("name", NETWORK_FORMATS)
def test_a_file_says_of_which_release_and_what_it_is(hostile: ReleaseNetwork, name: str) -> None:
    content = written(hostile, name, grade="deal", since=2019, half_life=None)
    for said in (RELEASE, "deal", "2019", "halfLife", "none"):
        assert said.encode() in content


def test_nodes_have_the_colour_of_their_kind_or_of_the_broader_one(hostile: ReleaseNetwork) -> None:
    graph = read_gexf(written(hostile, "gexf"))
    colours = {one: data["viz"]["color"] for one, data in graph.nodes(data=True)}
    rules = changed({}).section("exports")
    for one, colour in (
        ("control", rules.section("colours").text("company")),
        ("lone", rules.text("otherwise")),
        ("markup", rules.section("colours").text("hospital")),
    ):
        shown = colours[f"organisation/{one}"]
        assert f"#{shown['r']:02x}{shown['g']:02x}{shown['b']:02x}" == colour


def test_no_colour_has_an_alpha(hostile: ReleaseNetwork) -> None:
    content = written(hostile, "gexf")
    assert content.count(b"<viz:color ") == len(HOSTILE) + 1
    assert b' a="' not in content


def test_nothing_of_the_day_or_the_machine_is_in_it(hostile: ReleaseNetwork) -> None:
    content = written(hostile, "gexf")
    assert b"lastmodifieddate" not in content
    assert b"NetworkX" not in content


_DIGESTS = """
from tests.network.test_exports import digests
print(*digests(), sep="\\n")
"""


def digests() -> list[str]:
    """The digest of each format of one network, made here and now."""
    schema = read_schema(ONTOLOGY)
    records: Records = {}
    for one in range(12):
        members = {f"o{other}": "sponsor" for other in range(one % 5 + 1)}
        for name, fields in record(f"trial/t{one}", members, startDate=str(2010 + one), sources=["source/s"]).items():
            records[name] = records.get(name, {}) | fields
    network = ReleaseNetwork(Model.from_triples(schema, triples(schema, records)), changed({}), YEAR)
    return [sha256(written(network, name)).hexdigest() for name in NETWORK_FORMATS]


def test_the_bytes_are_the_same_with_every_hash_seed_and_in_every_zone() -> None:
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", _DIGESTS],
        cwd=root,
        env={"PYTHONHASHSEED": "4242", "PYTHONPATH": root, "TZ": "Pacific/Auckland"},
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.stdout.split() == digests()


# ---------------------------------------------------------------- what is asked


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ({}, Options()),
        ({"grade": "deal", "sites": "true", "rollUp": "true"}, Options(grade="deal", sites=True, roll_up=True)),
        ({"halfLife": "none", "since": "2010", "until": "2010"}, Options(half_life=None, since=2010, until=2010)),
        ({"halfLife": "10", "sites": "false"}, Options(half_life=10.0)),
    ],
)
def test_a_query_is_told_as_options(hostile: ReleaseNetwork, query: dict[str, str], options: Options) -> None:
    assert asked_in_query(hostile, query.items()) == options


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ([("since", "20x")], "'since' is a year"),
        ([("since", "99999")], "'since' is a year"),
        ([("until", "-5")], "'until' is a year"),
        ([("until", "0001")], "'until' is a year"),
        ([("until", "٢٠٢٠")], "'until' is a year"),
        ([("since", "2020"), ("until", "2010")], "earlier"),
        ([("halfLife", "soon")], "number of years"),
        ([("sites", "yes")], "'sites' is true or false"),
        ([("rollup", "true")], "rollUp"),
        ([("colour", "red")], "grade, sites"),
        ([("grade", "all"), ("grade", "deal")], "said twice"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    hostile: ReleaseNetwork, query: list[tuple[str, str]], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        asked_in_query(hostile, query)


@pytest.mark.parametrize("options", [{"grade": "best"}, {"half_life": "7"}, {"half_life": "nan"}])
def test_what_is_not_offered_is_refused_with_what_is(hostile: ReleaseNetwork, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="Ask for one of"):
        asked(hostile, **options)
    if "grade" in options:
        with pytest.raises(UsageError, match="Ask for one of"):
            written(hostile, "csv", **options)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("exports.otherwise", "grey"),
        ("exports.colours.company", "#00F"),
        ("exports.colours.firm", "#0000ff"),
        ("exports.organisation.x", "involvements"),
        ("exports.colour", "city"),
    ],
)
def test_a_fault_in_the_constants_has_its_place(net: Net, place: str, value: str) -> None:
    network = net(record("trial/a", {"lumc": "sponsor"}))
    network.constants = changed({place: value})
    with pytest.raises(DataError) as caught:
        exported(network, network.options(), RELEASE)
    assert caught.value.faults[0].field == place


# ---------------------------------------------------------------- graphology


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with graphology's reader; tests are skipped where it cannot be had."""
    return installed(FOLDER, tmp_path_factory.mktemp("gexf"), "NOT READ BY GRAPHOLOGY")


def by_graphology(reader: Path, content: bytes) -> dict[str, Any]:
    """The graph as graphology's reader of GEXF has it."""
    (reader / "graph.gexf").write_bytes(content)
    done = subprocess.run(
        ["node", "read.mjs", "graph.gexf"], cwd=reader, capture_output=True, check=True, encoding="utf-8", timeout=60
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_graphology_reads_names_colours_and_weights(hostile: ReleaseNetwork, reader: Path) -> None:
    found = by_graphology(reader, written(hostile, "gexf"))
    nodes = {node["key"]: node["attributes"] for node in found["nodes"]}
    assert found["options"]["type"] == "undirected"
    assert RELEASE in found["attributes"]["description"]
    assert {nodes[f"organisation/{slug}"]["label"] for slug in HOSTILE} == {one_line(text) for text in HOSTILE.values()}
    colour = changed({}).section("exports").section("colours").text("company")
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    assert nodes["organisation/plain"]["color"] == f"rgb({red},{green},{blue})"
    assert all(node["size"] > 0 and "type" not in node for node in nodes.values())
    projection = hostile.projection(hostile.options())
    weights = {frozenset((e["source"], e["target"])): e["attributes"]["weight"] for e in found["edges"]}
    pair = (number(hostile, "markup"), number(hostile, "control"))
    weight = projection.graph.edges[pair]["weight"]
    assert weights[frozenset(("organisation/markup", "organisation/control"))] == pytest.approx(weight)


def test_graphology_reads_an_empty_projection(hostile: ReleaseNetwork, reader: Path) -> None:
    found = by_graphology(reader, written(hostile, "gexf", until=1950))
    assert (found["nodes"], found["edges"]) == ([], [])


def test_graphology_reads_the_shipped_network_in_colour(shipped: Release, reader: Path) -> None:
    network = Network(shipped.model, changed({}), int(shipped.date[:4]))
    found = by_graphology(reader, written(network, "gexf"))
    graph = network.projection(network.options()).graph
    assert (len(found["nodes"]), len(found["edges"])) == (graph.number_of_nodes(), graph.number_of_edges())
    assert len({node["attributes"]["color"] for node in found["nodes"]}) > 5


def test_the_lock_names_no_host() -> None:
    locked = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in locked.items() if name)
