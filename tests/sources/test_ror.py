"""ROR: records of both schemas, found by id and by exact name, and how they stand beside curated organisations."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.command import run
from kg.errors import DataError
from kg.records import read_records
from kg.refresh_ror_cli import ror
from kg.schema import Schema
from kg.sources import fetch, ror_lookup
from kg.sources.beside import Beside
from kg.sources.remarks import Remarks
from kg.sources.ror_facts import API, full_id, organisation_facts
from kg.sources.ror_files import read_file
from kg.sources.ror_lookup import from_api
from kg.sources.ror_records import compare, names_by_ror
from tests.conftest import BASE, VERIFIED, write_records
from tests.sources.json_server import Answer, json_server

Refresh = Callable[..., tuple[int, str, str]]

HOSPITAL, UNIVERSITY, OTHER = (f"https://ror.org/0{part}" for part in ("aaaaaa11", "bbbbbb22", "cccccc33"))
CURATED = {
    "organisation/hospital": f"name: The Hospital\nror: {HOSPITAL}\ntype: hospital\ncountry: nl\ncity: Exempli\n"
    "founded: 1990-05-01\nwebsite: https://www.hospital.example/\naliases: [TH]\n" + VERIFIED,
    "organisation/university": f"name: The University\nror: {UNIVERSITY}\ntype: university\ncountry: nl\n" + VERIFIED,
}


def second(ident: str = HOSPITAL, display: str = "The Hospital", **fields: Any) -> dict[str, Any]:
    """A record in exactly the form of schema 2.1, of our own writing."""
    return {
        "admin": {
            "created": {"date": "2018-11-14", "schema_version": "1.0"},
            "last_modified": {"date": "2026-06-02", "schema_version": "2.1"},
        },
        "domains": ["hospital.example"],
        "established": 1990,
        "external_ids": [
            {"all": ["grid.1.1"], "preferred": "grid.1.1", "type": "grid"},
            {"all": ["Q1"], "preferred": None, "type": "wikidata"},
        ],
        "id": ident,
        "links": [
            {"type": "website", "value": "http://hospital.example"},
            {"type": "wikipedia", "value": "http://en.wikipedia.org/wiki/Hospital"},
        ],
        "locations": [
            {
                "geonames_details": {
                    "continent_code": "EU",
                    "continent_name": "Europe",
                    "country_code": "NL",
                    "country_name": "The Netherlands",
                    "country_subdivision_code": "ZH",
                    "country_subdivision_name": "South Holland",
                    "lat": 52.15833,
                    "lng": 4.5,
                    "name": "Exempli",
                },
                "geonames_id": 1,
            }
        ],
        "names": [
            {"lang": "nl", "types": ["label"], "value": "Het Ziekenhuis"},
            {"lang": None, "types": ["acronym"], "value": "TH"},
            {"lang": "en", "types": ["ror_display", "label"], "value": display},
        ],
        "relationships": [{"label": "The University", "type": "parent", "id": UNIVERSITY}],
        "status": "active",
        "types": ["healthcare", "funder"],
    } | fields


def first() -> dict[str, Any]:
    """A record in exactly the form of schema 1, of our own writing."""
    return {
        "id": OTHER,
        "name": "An Institute",
        "email_address": "someone@institute.example",
        "ip_addresses": [],
        "established": 1811,
        "types": ["Facility"],
        "relationships": [{"label": "The University", "type": "Parent", "id": UNIVERSITY}],
        "addresses": [
            {
                "lat": 42.35843,
                "lng": -71.05977,
                "state": None,
                "state_code": None,
                "city": "Boston",
                "geonames_city": {"id": 1, "city": "Boston"},
                "postcode": "02114",
                "primary": False,
                "line": "A street 1",
                "country_geonames_id": 1,
            }
        ],
        "links": ["http://www.institute.example/"],
        "aliases": ["The Institute"],
        "acronyms": ["AI"],
        "status": "active",
        "wikipedia_url": "https://en.wikipedia.org/wiki/An_Institute",
        "labels": [{"label": "Ein Institut", "iso639": "de"}],
        "country": {"country_name": "United States", "country_code": "US"},
        "external_ids": {"Wikidata": {"preferred": None, "all": ["Q2"]}, "GRID": {"preferred": "g", "all": "g"}},
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with two organisations that have a ROR id."""
    write_records(tmp_path / "data", BASE | CURATED)
    return tmp_path / "data"


@pytest.fixture
def refresh(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refresh:
    """Runs the command on a dump of records: the exit code, what it printed, and what it said beside that."""

    def refreshed(*records: Mapping[str, Any], options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        dump = tmp_path / "v2.1-2026-06-03-ror-data.json"
        dump.write_text(json.dumps(records), encoding="utf-8")
        code = run(ror, ["--data", str(data), "--from", str(dump), *options])
        out, err = capsys.readouterr()
        return code, out, err

    return refreshed


def lines(data: Path, day: str = "2026-06-03") -> list[dict[str, Any]]:
    """The records of a snapshot."""
    path = data / "registry" / "ror" / f"{day}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def test_both_schemas_give_the_same_facts() -> None:
    remarks = Remarks()
    facts = organisation_facts(second(), remarks)
    assert facts == {
        "id": HOSPITAL,
        "name": "The Hospital",
        "names": [
            {"value": "Het Ziekenhuis", "types": ["label"], "lang": "nl"},
            {"value": "TH", "types": ["acronym"], "lang": ""},
            {"value": "The Hospital", "types": ["label", "ror_display"], "lang": "en"},
        ],
        "types": ["funder", "healthcare"],
        "status": "active",
        "established": 1990,
        "country": "NL",
        "city": "Exempli",
        "lat": 52.15833,
        "lng": 4.5,
        "website": "http://hospital.example",
        "wikidata": "Q1",
        "relationships": [{"type": "parent", "id": UNIVERSITY, "label": "The University"}],
        "lastModified": "2026-06-02",
    }
    older = organisation_facts(first(), remarks)
    assert older is not None
    assert [name["value"] for name in older["names"]] == ["AI", "An Institute", "Ein Institut", "The Institute"]
    assert (older["city"], older["country"], older["lng"], older["wikidata"]) == ("Boston", "US", -71.05977, "Q2")
    assert (older["types"], older["relationships"][0]["type"]) == (["facility"], "parent")
    assert "someone@" not in json.dumps(older)
    assert remarks.lines() == []


def test_what_is_new_in_a_record_is_kept_and_told() -> None:
    remarks = Remarks()
    odd = second(
        status="dormant",
        established="1990",
        types="healthcare",
        links=None,
        locations=["Leiden"],
        external_ids={"wikidata": "Q1"},
        relationships=[{"type": "sibling", "id": OTHER, "label": "X"}, 7],
    )
    facts = organisation_facts(odd, remarks)
    assert facts is not None
    assert (facts["status"], facts["established"], facts["types"]) == ("dormant", 1990, ["healthcare"])
    assert (facts["city"], facts["lat"], facts["website"]) == ("", None, "")
    assert facts["relationships"] == [{"type": "sibling", "id": OTHER, "label": "X"}]
    told = "\n".join(remarks.lines())
    for part in ("'dormant'", "'sibling'", "established changed its type", "types changed", "locations changed"):
        assert part in told
    assert organisation_facts({"id": "ror"}, remarks) is None
    assert organisation_facts({"id": HOSPITAL, "names": []}, remarks) is None


def test_of_several_places_only_what_they_share_is_kept() -> None:
    places = second()["locations"]
    other = {"geonames_details": places[0]["geonames_details"] | {"name": "Elsewhere", "lat": 1.5}}
    facts = organisation_facts(second(locations=[*places, other]), Remarks())
    assert facts is not None
    assert (facts["country"], facts["city"], facts["lat"], facts["lng"]) == ("NL", "", None, 4.5)


def test_known_organisations_are_refreshed_and_nothing_new_writes_nothing(refresh: Refresh, data: Path) -> None:
    code, out, err = refresh(first(), second())
    assert (code, out.strip()) == (0, str(data / "registry" / "ror" / "2026-06-03.jsonl"))
    assert [row["id"] for row in lines(data)] == [HOSPITAL]
    assert f"1 not in ROR there: {UNIVERSITY}" in err
    shuffled = second(names=second()["names"][::-1], types=["funder", "healthcare"])
    assert refresh(shuffled, options=("--date", "2026-07"))[:2] == (0, "")
    refresh(second(status="inactive"), options=("--date", "2026-08-01"))
    assert [row["status"] for row in lines(data, "2026-08-01")] == ["inactive"]


def test_a_name_has_to_be_just_one_name_of_one_organisation(refresh: Refresh, data: Path) -> None:
    twin = second(OTHER, "The Hospital")
    assert refresh(second(), options=("--name", "het ziekenhuis"))[0] == 0
    assert [row["id"] for row in lines(data)] == [HOSPITAL]
    code, out, err = refresh(second(), twin, options=("--name", "The Hospital", "--date", "2026-07-01"))
    assert (code, out) == (2, "")
    assert "2 candidates" in err
    assert f"--id {OTHER}  The Hospital (Exempli, NL)" in err
    assert refresh(second(), options=("--name", "Hospital"))[0] == 2
    assert not lines(data, "2026-07-01")


def test_ids_are_taken_in_any_usual_form(refresh: Refresh, data: Path) -> None:
    assert full_id("ror.org/0AAAAAA11/") == HOSPITAL
    assert refresh(first(), options=("--id", OTHER.removeprefix("https://")))[0] == 0
    assert [row["id"] for row in lines(data)] == [OTHER]
    code, _, err = refresh(first(), options=("--id", "05xvt9f1"))
    assert (code, "is no ROR id" in err) == (2, True)


def test_a_dump_without_a_day_needs_one(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps([second()]))
    assert run(ror, ["--data", str(data), "--from", str(dump)]) == 2
    assert "--date" in capsys.readouterr().err


@pytest.fixture
def packed(tmp_path: Path) -> Callable[[str], Path]:
    """Writes two records in a form of file."""
    text = json.dumps([second(), first()])

    def written(form: str) -> Path:
        path = tmp_path / form
        if form == "zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
                file.writestr("v1.9-2026-06-03-ror-data.json", "[]")
                file.writestr("v1.9-2026-06-03-ror-data_schema_v2.json", text)
                file.writestr("v1.9-2026-06-03-ror-data.csv", "id\n")
        elif form == "gzip":
            path.write_bytes(gzip.compress(text.encode()))
        elif form == "lines":
            path.write_text("".join(json.dumps(record) + "\n" for record in (second(), first())))
        elif form == "answer":
            path.write_text(json.dumps({"number_of_results": 2, "items": [second(), first()]}))
        else:
            path.write_text(text)
        return path

    return written


@pytest.mark.parametrize("form", ["zip", "gzip", "lines", "answer", "array"])
def test_every_form_of_file_is_read(packed: Callable[[str], Path], form: str) -> None:
    assert [record["id"] for record in read_file(packed(form))] == [HOSPITAL, OTHER]


@pytest.mark.parametrize("form", ["zip", "gzip", "lines", "answer", "array"])
def test_a_truncated_file_stops_everything(
    packed: Callable[[str], Path], form: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = packed(form)
    path.write_bytes(path.read_bytes()[:-60])
    assert run(ror, ["--data", str(data), "--from", str(path), "--date", "2026-06-03"]) == 1
    assert "Fetch the file again" in capsys.readouterr().err
    assert not (data / "registry").exists()


@pytest.mark.parametrize("content", ["", "[]", "[1, 2]", "null", "<html></html>"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(content)
    with pytest.raises(DataError):
        list(read_file(path))


def test_a_dump_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    record = json.dumps(first())
    with path.open("w") as file:
        file.write("[" + ",".join([record] * 20_000) + "]")
    tracemalloc.start()
    count = sum(1 for _ in read_file(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 5_000_000 < path.stat().st_size


def api(*records: Mapping[str, Any], size: int = 20) -> Callable[[str, Mapping[str, str]], Any]:
    """ROR's API as a function: a record by its address, pages of answers to any query."""

    def get(url: str, params: Mapping[str, str]) -> Any:
        if url != API:
            return next((record for record in records if str(record["id"]).endswith(url.rsplit("/", 1)[1])), None)
        start = (int(params["page"]) - 1) * size
        return {"number_of_results": len(records), "time_taken": 1, "items": list(records[start : start + size])}

    return get


def test_the_api_is_asked_by_id_and_by_name_over_all_pages() -> None:
    found = from_api(api(second(), first(), size=1), [HOSPITAL, UNIVERSITY], ["an institute!", "Institute"])
    assert list(found.facts) == [HOSPITAL, OTHER]
    assert found.missing == [UNIVERSITY]
    assert [facts["id"] for facts in found.open["Institute"]] == [HOSPITAL, OTHER]
    endless = from_api(api(*[second()] * 500), [], ["The Hospital"])
    assert (endless.facts, list(endless.open)) == ({}, ["The Hospital"])


@pytest.mark.parametrize("answer", [{"errors": ["?"]}, [], {"items": [1], "number_of_results": 1}, {"items": {}}])
def test_an_answer_of_another_form_is_an_error(answer: Any) -> None:
    with pytest.raises(DataError, match="1 fault"):
        from_api(lambda url, params: answer, [], ["x"])
    with pytest.raises(DataError):
        from_api(lambda url, params: answer, [HOSPITAL], [])


@pytest.fixture
def beside(schema: Schema, data: Path) -> Callable[..., Beside]:
    """Compares records, of one day or of several, with the curated organisations."""

    def compared(*records: Mapping[str, Any], older: Mapping[str, Any] | None = None) -> Beside:
        read = [facts for record in records if (facts := organisation_facts(record, Remarks()))]
        states = {"2026-06-03": read}
        if older:
            states["2025-11"] = [facts for facts in [organisation_facts(older, Remarks())] if facts]
        return compare(schema, read_records(schema, data).nodes, states, lambda day: f"ror-{day}")

    return compared


def test_values_that_differ_in_form_only_agree(beside: Callable[..., Beside]) -> None:
    found = beside(second())
    assert found.records["2026-06-03"] == [
        (
            "organisation",
            {
                "id": "hospital",
                "ror": HOSPITAL,
                "wikidata": "Q1",
                "country": "nl",
                "city": "Exempli",
                "latitude": "52.15833",
                "longitude": "4.5",
                "website": "https://www.hospital.example/",
                "aliases": ["Het Ziekenhuis", "TH"],
                "parent": "university",
                "sources": ["ror-2026-06-03"],
            },
        )
    ]
    assert found.names["differing"] == []


def test_another_city_is_a_difference_and_another_point_of_the_city_is_none(
    beside: Callable[..., Beside], data: Path
) -> None:
    text = CURATED["organisation/hospital"] + "latitude: 52.1650\nlongitude: 4.4780\n"
    write_records(data, {"organisation/hospital": text.replace("Exempli", "Elsewhere")})
    found = beside(second())
    assert found.names["differing"] == ["organisation/hospital city: Elsewhere here, Exempli there"]
    assert "latitude" not in found.records["2026-06-03"][0][1]


def test_a_parent_is_not_taken_from_ror_where_it_would_close_a_circle(
    beside: Callable[..., Beside], data: Path
) -> None:
    write_records(data, {"organisation/university": CURATED["organisation/university"] + "parent: hospital\n"})
    assert "parent" not in beside(second()).records["2026-06-03"][0][1]


def test_an_older_state_does_not_contradict_a_newer_one(beside: Callable[..., Beside]) -> None:
    moved = second(links=[{"type": "website", "value": "https://new.example"}])
    found = beside(moved, older=second())
    assert found.counts["superseded"] == 1
    assert "website" not in found.records["2025-11"][0][1]
    assert found.names["differing"] == [
        "organisation/hospital website: https://www.hospital.example/ here, https://new.example there"
    ]


def test_withdrawn_records_say_nothing(beside: Callable[..., Beside]) -> None:
    assert beside(second(status="withdrawn")).records == {}


def test_names_are_those_of_the_newest_state() -> None:
    old, new = (organisation_facts(second(display=name), Remarks()) for name in ("Old Name", "New Name"))
    assert old is not None
    assert new is not None
    names = names_by_ror({"2026-06-03": [new], "2025-11": [old]})[HOSPITAL]
    assert (names.display, names.country, names.city) == ("New Name", "NL", "Exempli")
    assert names.names == ("Het Ziekenhuis", "New Name", "TH")


def test_organisations_are_fetched_past_failures(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "PAUSE", 0.0)
    monkeypatch.setattr(fetch, "LONGEST", 0.0)
    with json_server() as server:
        monkeypatch.setattr(ror_lookup, "API", server.url + "/v2/organizations")
        good = Answer(json.dumps(second()).encode())
        part = HOSPITAL.rsplit("/", 1)[1]
        server.add(f"/v2/organizations/{part}", Answer(b"", 503), Answer(good.body, cut=9), good)
        args = ["--data", str(data), "--home", str(tmp_path / "home"), "--date", "2026-06-03"]
        assert run(ror, args) == 0
        assert [row["id"] for row in lines(data)] == [HOSPITAL]
        assert f"1 not in ROR there: {UNIVERSITY}" in capsys.readouterr().err
        answer = {"number_of_results": 2, "items": [second(), first()]}
        asked = "/v2/organizations?query=%22The+Institute%22&page=1"
        server.add(asked, Answer(json.dumps(answer).encode()))
        assert run(ror, [*args, "--name", "The Institute"]) == 0
        assert [row["id"] for row in lines(data)] == [HOSPITAL, OTHER]
        server.add(asked.replace("The+Institute", "Nobody"), Answer(b"", 400))
        assert run(ror, [*args, "--name", "Nobody"]) == 1
        assert "refuses the request (status 400)" in capsys.readouterr().err
