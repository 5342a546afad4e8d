"""What is read of ClinicalTrials.gov records, from every form of file, and how faults in them are told."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.cli import cli
from kg.command import run
from kg.schema import Schema
from kg.sources.ctgov_csv import COLUMNS
from kg.sources.ctgov_facts import facts_of
from kg.sources.ctgov_rules import Rules, read_rules
from tests.conftest import ROOT
from tests.sources.studies import FACTS, study

Refresh = Callable[..., tuple[int, str, str]]
SPONSORS = "sponsorCollaboratorsModule"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty data folder; the importer's tables are those that are shipped."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def refresh(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refresh:
    """Refresh from files given by content, with further arguments: exit code, results and messages."""

    def command(*contents: bytes, args: tuple[str, ...] = ()) -> tuple[int, str, str]:
        given = list(args)
        for number, content in enumerate(contents):
            path = tmp_path / f"file-{number}"
            path.write_bytes(content)
            given += ["--from", str(path)]
        folders = ["--data", str(data), "--home", str(tmp_path / "home")]
        code = run(cli, ["refresh", "clinicaltrials", *given, *folders])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture(scope="module")
def rules(schema: Schema) -> Rules:
    """The shipped rules."""
    return read_rules(schema, ROOT / "data")


def lines(*studies: Any) -> bytes:
    """JSON Lines."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in studies)


def snapshots(data: Path) -> dict[str, list[dict[str, Any]]]:
    """The records that were written, by file."""
    folder = data / "registry" / "clinicaltrials"
    return {p.name: [json.loads(line) for line in p.read_bytes().splitlines()] for p in sorted(folder.glob("*"))}


def test_exactly_the_facts_are_kept(rules: Rules) -> None:
    read = facts_of(study(), rules)
    assert read.facts is not None
    assert json.dumps(read.facts) == json.dumps(FACTS)
    assert (read.remarks, read.date) == ((), "2026-03-01")


FORMS = {
    "lines": lines(study(1), study(2)),
    "lines without a last break": lines(study(1), study(2)).rstrip(b"\n"),
    "array": json.dumps([study(1), study(2)]).encode(),
    "array set out": json.dumps([study(1), study(2)], indent=2).encode(),
    "page": json.dumps({"totalCount": 2, "studies": [study(1), study(2)], "nextPageToken": "x"}).encode(),
    "page set out": json.dumps({"studies": [study(1), study(2)]}, indent=1).encode(),
    "objects set out": b"\n".join(json.dumps(study(n), indent=1).encode() for n in (1, 2)),
    "lines with a mark": b"\xef\xbb\xbf" + lines(study(1), study(2)),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_file_gives_the_same(refresh: Refresh, data: Path, form: str, packed: bool) -> None:
    code, out, err = refresh(gzip.compress(FORMS[form]) if packed else FORMS[form])
    assert code == 0, err
    assert out == f"{data / 'registry' / 'clinicaltrials' / '2026-03-01.jsonl'}\n"
    assert "2 new, 0 changed, 0 unchanged" in err
    assert snapshots(data) == {"2026-03-01.jsonl": [FACTS, FACTS | {"id": "NCT00000002"}]}


def test_records_go_to_the_day_that_they_tell(refresh: Refresh, data: Path) -> None:
    untold = study(3, derivedSection__miscInfoModule=None)
    assert refresh(lines(study(1), untold))[0] == 2
    assert snapshots(data) == {}
    converted = study(2) | {"_snapshot": {"date": "2020-07"}}
    assert refresh(lines(study(1), untold, converted), args=("--date", "2026-01-02"))[0] == 0
    assert [(name, [r["id"] for r in found]) for name, found in snapshots(data).items()] == [
        ("2020-07.jsonl", ["NCT00000002"]),
        ("2026-01-02.jsonl", ["NCT00000003"]),
        ("2026-03-01.jsonl", ["NCT00000001"]),
    ]


def test_nothing_new_changes_nothing_and_a_new_status_is_one_line(refresh: Refresh, data: Path) -> None:
    refresh(lines(*map(study, range(1, 6))))
    before = snapshots(data)
    later = [study(n, derivedSection__miscInfoModule__versionHolder="2026-04-01") for n in range(1, 6)]
    later[2]["protocolSection"]["contactsLocationsModule"]["locations"].reverse()
    code, out, err = refresh(lines(*later))
    assert (code, out) == (0, "")
    assert "0 new, 0 changed, 5 unchanged" in err
    assert snapshots(data) == before
    later[3]["protocolSection"]["statusModule"]["overallStatus"] = "COMPLETED"
    refresh(lines(*later))
    changed = FACTS | {"id": "NCT00000004", "status": "COMPLETED"}
    assert snapshots(data) == before | {"2026-04-01.jsonl": [changed]}


def test_records_with_faults_are_told_and_stop_no_other(refresh: Refresh, data: Path) -> None:
    odd: list[Any] = [
        study(1, statusModule__overallStatus="PAUSED_BY_MOON", designModule__phases=["PHASE9"]),
        study(2, conditionsModule__conditions="a text", designModule__enrollmentInfo={"count": "many"}),
        study(3, **{f"{SPONSORS}__leadSponsor": None}),
        study(4, identificationModule__nctId=None),
        study(5, statusModule=["a list"], contactsLocationsModule__locations=[7, {"country": "Peru"}]),
        "no record",
        study(6, statusModule__startDateStruct={"date": "soon"}),
    ]
    code, _, err = refresh(lines(*odd))
    assert code == 0, err
    found = {record["id"][-1]: record for record in snapshots(data)["2026-03-01.jsonl"]}
    assert sorted(found) == ["1", "2", "3", "5", "6"]
    assert (found["1"]["status"], found["1"]["phases"]) == ("PAUSED_BY_MOON", ["PHASE9"])
    assert "conditions" not in found["2"] and "enrolment" not in found["2"]
    assert found["3"] == {key: value for key, value in FACTS.items() if key != "sponsor"} | {"id": "NCT00000003"}
    assert "status" not in found["5"] and found["5"]["locations"] == [{"country": "Peru"}]
    assert "start" not in found["6"] and found["6"]["completion"] == "2028-03-01"
    assert "status: PAUSED_BY_MOON is a code that no list has, kept: NCT00000001" in err
    for name, number in (("conditions", 2), ("enrolment", 2), ("locations", 5), ("start", 6)):
        assert f"\n{name}: of another type than it should be, left out" in err
        assert f"NCT{number:08d}" in err
    assert "2 records without an NCT number, skipped" in err


def test_no_person_is_kept(refresh: Refresh, data: Path) -> None:
    text = ["A. Contact", "a.contact", "555", "A. Investigator", "B. Official", "not kept", "ummary", "reason that"]
    sites = [
        {"facility": "Office of C. Doctor, M.D.", "country": "Peru"},
        {"facility": "For sites call 1-800-555-0100", "country": "Chile"},
        {"facility": "MD Anderson Cancer Center", "country": "United States"},
    ]
    sponsor = {"name": "D. Investigator, MD, PhD", "class": "OTHER"}
    changed = study(2, contactsLocationsModule__locations=sites, **{f"{SPONSORS}__leadSponsor": sponsor})
    _, _, err = refresh(lines(study(1), changed))
    written = (data / "registry" / "clinicaltrials" / "2026-03-01.jsonl").read_text(encoding="utf-8")
    assert not [part for part in [*text, "Doctor", "D. Inv"] if part in written + err]
    record = snapshots(data)["2026-03-01.jsonl"][1]
    assert record["sponsor"] == {"class": "OTHER"}
    assert [site.get("facility") for site in record["locations"]] == [None, None, "MD Anderson Cancer Center"]
    assert "sponsor.name: left out as a person's degree: NCT00000002" in err


CUT = {
    "lines": (lines(study(1), study(2))[:-400], ":2: the line is no whole JSON record"),
    "array": (json.dumps([study(1), study(2)]).encode()[:-400], ": the JSON is not whole"),
    "page": (json.dumps({"studies": [study(1)]}).encode()[:-9], ": the JSON is not whole"),
    "object set out": (json.dumps(study(1), indent=1).encode()[:-9], ": the JSON is not whole"),
    "gzip": (gzip.compress(lines(*map(study, range(1, 300))))[:-90], ": the file cannot be read to its end"),
    "empty": (b"", ":1: the file is empty"),
    "text": (b"hello", ":1: the file holds neither JSON nor a CSV export"),
}


@pytest.mark.parametrize("form", CUT)
def test_a_file_that_is_cut_short_writes_nothing(refresh: Refresh, data: Path, tmp_path: Path, form: str) -> None:
    refresh(lines(study(9)))
    before = snapshots(data)
    content, told = CUT[form]
    code, out, err = refresh(lines(study(1)), content)
    assert (code, out) == (1, "")
    assert f"{tmp_path / 'file-1'}{told}" in err
    assert snapshots(data) == before


ROW = {
    "NCT Number": "NCT00000001",
    "Study Title": FACTS["title"],
    "Study URL": "https://clinicaltrials.gov/study/NCT00000001",
    "Acronym": "INVENT",
    "Study Status": "RECRUITING",
    "Brief Summary": 'a summary, "quoted",\nthat is not kept',
    "Study Results": "NO",
    "Conditions": "Invented Disease|Other Disease",
    "Interventions": "BIOLOGICAL: Invented cells|DRUG: Saline",
    "Sponsor": "Invented Hospital",
    "Collaborators": "Invented Company",
    "Sex": "ALL",
    "Age": "ADULT, OLDER_ADULT",
    "Phases": "PHASE1|PHASE2",
    "Enrollment": "24",
    "Funder Type": "OTHER",
    "Study Type": "INTERVENTIONAL",
    "Study Design": "Allocation: RANDOMIZED|Intervention Model: PARALLEL|Masking: DOUBLE (PARTICIPANT)"
    "|Primary Purpose: TREATMENT",
    "Other IDs": "INV-01|2020-000001-01|X-9",
    "Start Date": "2025-03",
    "Primary Completion Date": "2027-03-01",
    "Completion Date": "2028-03-01",
    "First Posted": "2025-01-15",
    "Results First Posted": "",
    "Last Update Posted": "2026-02-20",
    "Locations": "First Hospital, Springfield, Ohio, 12345, United States|Eerste Ziekenhuis, Leiden, Netherlands"
    "|Dept, of Cells, Seoul, Korea, Republic of",
    "Study Documents": "",
}


def as_csv(*rows: dict[str, str]) -> bytes:
    """Rows as the site's export has them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def test_the_csv_export_gives_the_same_as_far_as_its_columns_go(refresh: Refresh, data: Path) -> None:
    content = as_csv(ROW, ROW | {"NCT Number": "NCT00000002", "Sponsor": "", "Locations": "", "Enrollment": ""})
    assert refresh(content)[0] == 2
    code, _, err = refresh(b"\xef\xbb\xbf" + content, args=("--date", "2026-03-01"))
    assert (code, err.count("\n")) == (0, 2), err
    first, second = snapshots(data)["2026-03-01.jsonl"]
    untold = ("officialTitle", "keywords", "statusVerified", "minimumAge", "maximumAge", "conditionMesh")
    expected = {k: v for k, v in FACTS.items() if k not in (*untold, "interventionMesh") and not k.endswith("nType")}
    del expected["startType"], expected["enrolmentType"]
    expected["secondaryIds"] = [{"id": "2020-000001-01"}, {"id": "X-9"}]
    expected["collaborators"] = [{"name": "Invented Company"}]
    expected["interventions"] = [
        {"type": "BIOLOGICAL", "name": "Invented cells"},
        {"type": "DRUG", "name": "Saline"},
    ]
    site = {key: value for key, value in FACTS["locations"][1].items() if key != "status"}
    expected["locations"] = [{"country": "Korea, Republic of"}, FACTS["locations"][0], site]
    assert first == expected
    assert second["sponsor"] == {"class": "OTHER"}
    assert "locations" not in second and "enrolment" not in second
    assert refresh(gzip.compress(content), args=("--date", "2026-03-01"))[1] == ""


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_a_column_that_is_not_there_is_named(refresh: Refresh, data: Path, column: str) -> None:
    code, _, err = refresh(as_csv({k: v for k, v in ROW.items() if k != column}), args=("--date", "2026"))
    assert code == 1
    assert f"file-0:1: {column}: the export has no column {column}. Download the CSV with all columns" in err
    assert snapshots(data) == {}


def test_a_row_that_is_cut_short_writes_nothing(refresh: Refresh, data: Path) -> None:
    for length in (60, len(ROW["Locations"]) + 3):
        code, _, err = refresh(as_csv(ROW, ROW)[:-length], args=("--date", "2026"))
        assert code == 1, err
        assert snapshots(data) == {}


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--date", "soon"), "--date 'soon' is no date"),
        (("--since", "2026-13-01"), "--since '2026-13-01' is no day"),
        (("--query", "x"), "--query and --since are for asking the registry"),
    ],
)
def test_wrong_use_is_told(refresh: Refresh, args: tuple[str, ...], told: str) -> None:
    code, _, err = refresh(lines(study()), args=args)
    assert code == 2
    assert told in err


json_values = st.recursive(
    st.sampled_from([None, True, 0, -1, 1.5, "", "x", "\ud800", "NCT00000001", "2026-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "id", "date"]), inner),
    max_leaves=6,
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_study_is_too_odd_to_read(rules: Rules, data: st.DataObject) -> None:
    odd = study(1)
    inner: Any = odd
    while isinstance(inner, dict) and inner:
        key = data.draw(st.sampled_from(sorted(inner)))
        if data.draw(st.booleans()) or not isinstance(inner[key], dict):
            inner[key] = data.draw(json_values)
            break
        inner = inner[key]
    read = facts_of(odd, rules)
    for facts in filter(None, [read.facts]):
        json.dumps(facts, ensure_ascii=False).encode()
        assert set(facts) <= set(FACTS)
