"""What the map promises: every tie in a table with its records, filters that mean what they say, files of the same."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import networkx as nx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.serving import Serving
from api.web import network_map, network_page
from api.web.site import Site
from kg.schema import Schema
from tests.api.conftest import MemoryReleases, release_of
from tests.api.web.tasks import ABSURD, HOSTILE, Visitor, check_refused, network, visitor_of

HERE = "/network"
Asked = dict[str, Any]


@pytest.fixture(scope="module")
def visitor(declared: Schema) -> Iterator[Visitor]:
    yield from visitor_of(declared, network())


def data(visitor: Visitor, asked: Asked) -> Any:
    answer = visitor.client.get(f"{HERE}.json", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def drawn(visitor: Visitor, asked: Asked) -> set[frozenset[str]]:
    """The ties of the map, as pairs of slugs."""
    found = data(visitor, asked)
    ids = [one["id"] for one in found["organisations"]]
    return {frozenset((ids[tie["a"]], ids[tie["b"]])) for tie in found["ties"]}


def listed(visitor: Visitor, asked: Asked) -> set[frozenset[str]]:
    """The ties of the table, as pairs of names."""
    rows = visitor.table(HERE, asked)
    return {frozenset((row["organisation"], row["other organisation"])) for row in rows}


def test_the_page_has_filters_a_table_and_ways_on(visitor: Visitor) -> None:
    page = visitor.look(HERE)
    assert {"kind", "role", "modality", "country", "type", "grade", "rollUp", "sites"} <= page.all("input", "name")
    assert {"since", "until", "least"} <= page.all("input", "name")
    assert {"colour", "size", "halfLife"} <= page.all("select", "name")
    assert "Filters: none in force" in page.text
    assert "/network/tie?a=lumc&b=umcu" in page.all("a", "href")
    visitor.follow(page)


def test_the_map_and_its_table_say_the_same(visitor: Visitor) -> None:
    named = {"Mustang Biologicals": "bio", HOSTILE: "evil"}
    for asked in ({}, {"grade": "deal"}, {"kind": "trial", "since": "2020"}):
        table = {frozenset(named.get(name, name) for name in pair) for pair in listed(visitor, asked)}
        assert drawn(visitor, asked) == table
        assert table


@pytest.mark.parametrize(
    ("asked", "ties"),
    [
        ({"kind": "agreement"}, {"lumc bio", "evil bio"}),
        ({"kind": ["agreement", "programme"]}, {"lumc bio", "evil bio", "lumc zonmw"}),
        ({"kind": "agreement", "since": "2022"}, {"lumc bio", "evil bio"}),
        ({"modality": "car-t"}, {"lumc bio"}),
        ({"modality": "gene-modified-cells"}, {"lumc bio"}),
        ({"role": "licensee", "country": "jp"}, set()),
        ({"role": "licensor"}, {"lumc bio", "evil bio"}),
        ({"country": "nl", "rollUp": "true"}, {"lumc umcu"}),
        ({"country": ["nl", "jp"], "kind": "trial", "type": "company", "least": "0"}, set()),
        ({"type": "company"}, {"evil bio"}),
        ({"country": "be"}, set()),
        ({"kind": "programme", "until": "2014"}, set()),
    ],
)
def test_within_a_filter_any_value_will_do_and_all_filters_are_met(
    visitor: Visitor, asked: Asked, ties: set[str]
) -> None:
    assert drawn(visitor, asked) == {frozenset(pair.split()) for pair in ties}


def test_a_filter_leaves_the_strength_of_what_it_keeps(visitor: Visitor) -> None:
    whole = {frozenset(row.values()): row for row in visitor.table(HERE, {})}
    agreement = next(row for row in visitor.table(HERE, {"kind": "agreement"}) if "lumc" in row.values())
    trial = next(row for row in visitor.table(HERE, {"kind": "trial", "modality": "car-t"}) if "lumc" in row.values())
    both = next(
        row
        for row in whole.values()
        if {row["organisation"], row["other organisation"]} == {"lumc", "Mustang Biologicals"}
    )
    assert float(agreement["strength"]) + float(trial["strength"]) == pytest.approx(float(both["strength"]), abs=2e-4)
    assert int(agreement["records"]) + int(trial["records"]) == int(both["records"])


def test_ties_below_a_strength_are_left_out(visitor: Visitor) -> None:
    strengths = [float(row["strength"]) for row in visitor.table(HERE, {})]
    kept = [float(row["strength"]) for row in visitor.table(HERE, {"least": "0.6"})]
    assert kept == [strength for strength in strengths if strength >= 0.6]
    assert 0 < len(kept) < len(strengths)


def test_filters_are_told_in_words(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"kind": ["agreement", "trial"], "country": "nl", "since": "2015", "rollUp": "true"})
    told = "the record is a (agreement OR trial) AND the country of both is Netherlands AND"
    assert told in page.text
    assert "the record was active in or after 2015" in page.text
    assert "Subsidiaries stand as their parent" in page.text
    assert "Filters: 3 in force" in page.text


def test_what_says_nothing_leaves_the_address(visitor: Visitor) -> None:
    asked = {"grade": "all", "since": "", "colour": "type", "size": "strength", "country": "nl", "show": "ties"}
    assert visitor.way(HERE, asked) == f"{HERE}?country=nl"


def test_who_is_not_drawn_is_counted_in_words(visitor: Visitor) -> None:
    told = visitor.look(HERE).text
    alone = [row for row in visitor.table(HERE, {"show": "organisations"}) if row["ties"] == "0"]
    assert {row["organisation"] for row in alone} == {"alone"}
    assert "1 organisation without a tie on record is not drawn." in told


def test_the_places_are_worked_out_before_the_first_reader_comes(
    declared: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = Serving(MemoryReleases(release_of(declared, network())))
    app = Starlette(routes=network_page.routes(Site(serving)))
    release, schema = serving.now()
    for do in serving.ahead:
        do(schema.reader(release))
    monkeypatch.setattr(network_map, "layouts", None)
    with TestClient(app) as client:
        assert client.get(f"{HERE}.json").json()["organisations"]
        assert client.get(HERE).status_code == 200


def test_a_map_that_is_cut_says_how_far(declared: Schema) -> None:
    for visitor in visitor_of(declared, network(*_many(140))):
        told = visitor.look(HERE, {"drawn": "100"}).text
        found = data(visitor, {"drawn": "100"})
        assert len(found["organisations"]) == 100
        assert "Drawn are the top 100 of" in told
        assert found["notes"][0] in told
        assert "Page 1 of" in told


def _many(count: int) -> Iterator[dict[str, dict[str, Any]]]:
    from tests.network.conftest import record

    for number in range(count):
        yield record(f"trial/more-{number}", {f"one-{number}": "sponsor", "lumc": "collaborator"}, startDate="2020")


def test_where_nothing_is_left_it_says_which_filter_to_take_away(visitor: Visitor) -> None:
    page = visitor.look(HERE, {"country": "nl", "kind": "agreement"})
    assert "No tie meets all of these filters." in page.text
    assert {f"{HERE}?kind=agreement", f"{HERE}?country=nl"} <= page.all("a", "href")
    assert "Nothing is in this table" in page.text
    visitor.follow(page)


def test_organisations_as_a_table(visitor: Visitor) -> None:
    rows = visitor.table(HERE, {"show": "organisations", "sort": "ties"})
    assert rows[0]["organisation"] == "lumc"
    assert rows[0]["country"] == "Netherlands"
    assert [int(row["ties"]) for row in rows] == sorted((int(row["ties"]) for row in rows), reverse=True)
    names = [row["organisation"] for row in visitor.table(HERE, {"show": "organisations", "sort": "name"})]
    assert names == sorted(names, key=str.casefold)
    visitor.follow(visitor.look(HERE, {"show": "organisations", "sort": "last"}))


def test_a_tie_opens_its_records_and_they_sum_up(visitor: Visitor) -> None:
    page = visitor.look(f"{HERE}/tie", {"a": "lumc", "b": "bio"})
    assert {"/agreement/licence", "/trial/one", "/source/paper", "/source/site"} <= page.all("a", "href")
    assert "co-participation on record" in page.text
    assert f"{HERE}?focus=lumc&with=bio" in page.all("a", "href")
    rows = visitor.table(f"{HERE}/tie", {"a": "lumc", "b": "bio"})
    tie = next(r for r in visitor.table(HERE, {}) if "Mustang Biologicals" in r.values() and "lumc" in r.values())
    assert sum(float(row["weight"]) for row in rows) == pytest.approx(float(tie["strength"]), abs=1e-3)
    visitor.follow(page)


def test_a_tie_keeps_the_filters(visitor: Visitor) -> None:
    page = visitor.look(f"{HERE}/tie", {"a": "lumc", "b": "bio", "kind": "agreement"})
    assert "/agreement/licence" in page.all("a", "href")
    assert "/trial/one" not in page.all("a", "href")
    gone = visitor.look(f"{HERE}/tie", {"a": "lumc", "b": "bio", "kind": "programme"})
    assert "No record ties lumc to Mustang Biologicals under these filters" in gone.text
    assert f"{HERE}/tie?a=lumc&b=bio" in gone.all("a", "href")
    visitor.follow(gone)


def test_files_of_the_network_have_what_the_map_has(visitor: Visitor) -> None:
    asked = {"kind": "agreement", "role": "licensor"}
    links = visitor.look(HERE, asked).all("a", "href")
    address = next(link for link in links if link.startswith("/dumps/gexf"))
    graph = nx.read_gexf(io.BytesIO(visitor.client.get(address).content))
    pairs = {frozenset(end.partition("/")[2] for end in pair) for pair in graph.edges}
    assert pairs == drawn(visitor, asked)
    assert graph.nodes["organisation/lumc"]["country"] == "Netherlands"
    address = next(link for link in links if link.startswith("/dumps/csv"))
    archive = zipfile.ZipFile(io.BytesIO(visitor.client.get(address).content))
    edges = next(name for name in archive.namelist() if "edges" in name)
    assert len(list(csv.DictReader(io.StringIO(archive.read(edges).decode())))) == len(pairs)


def test_what_is_drawn_stands_where_it_stood(visitor: Visitor) -> None:
    first, again = (data(visitor, {"kind": "trial"}) for _ in range(2))
    assert first == again
    places = {(one["x"], one["y"]) for one in first["organisations"]}
    assert len(places) == len(first["organisations"])


def test_who_has_the_data_is_told_so(visitor: Visitor) -> None:
    mark = visitor.client.get(f"{HERE}.json").headers["etag"]
    assert visitor.client.get(f"{HERE}.json", headers={"If-None-Match": mark}).status_code == 304


def test_a_link_of_another_release_says_so(visitor: Visitor) -> None:
    assert "made of release" not in visitor.look(HERE, {"release": "test-1"}).text
    assert "made of release 2020-01-01-old" in visitor.look(HERE, {"release": "2020-01-01-old"}).text


def test_the_colours_may_be_those_of_another_field(visitor: Visitor) -> None:
    labels = {group["label"] for group in data(visitor, {"colour": "country"})["groups"]}
    assert {"Netherlands", "Japan", "other or unknown country"} <= labels
    assert len(labels) <= 7
    assert "Netherlands" in visitor.look(HERE, {"colour": "country"}).text


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        *((asked, status, told) for asked, status, told in ABSURD),
        ({"country": "nll"}, 400, "'country' has no value 'nll'"),
        ({"kind": HOSTILE}, 400, "'kind' has no value '<script>alert"),
        ({"least": "strong"}, 400, "'least' is a strength from 0 to 1000"),
        ({"least": "nan"}, 400, "'least' is a strength from 0 to 1000"),
        ({"since": "2020", "until": "2010"}, 400, "Let 'since' be the earlier year"),
        ({"page": "99"}, 400, "There is no page 99"),
        ({"drawn": "7"}, 400, "'drawn' has no value '7'"),
        ({"show": "people"}, 400, "'show' has no value 'people'"),
        ({"focus": "nobody-at-all"}, 404, "nobody-at-all"),
        ({"release": HOSTILE}, 200, "made of release <script>alert"),
    ],
)
def test_what_cannot_be_asked_is_told(visitor: Visitor, asked: Asked, status: int, told: str) -> None:
    check_refused(visitor, HERE, asked, status, told)


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"a": "lumc"}, 400, "A tie has two ends"),
        ({"a": "lumc", "b": "lumc"}, 400, "Both ends are lumc"),
        ({"a": "lumc", "b": "lumcc"}, 404, "lumcc"),
        ({"a": "lumc", "b": "Twin"}, 200, "Twin"),
    ],
)
def test_a_tie_needs_two_ends(visitor: Visitor, asked: Asked, status: int, told: str) -> None:
    check_refused(visitor, f"{HERE}/tie", asked, status, told)


def test_the_map_of_another_client_is_refused_in_json(visitor: Visitor) -> None:
    answer = visitor.client.get(f"{HERE}.json", params={"country": "nll"})
    assert answer.status_code == 400
    assert "has no value 'nll'" in answer.json()["errors"][0]["message"]
