"""EMA's reports: which rows are kept, what of them, and how they stand beside curated values."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from kg.command import run
from kg.layering import lay_under
from kg.locks import locked
from kg.provenance import statements
from kg.records import read_records
from kg.refresh_ema_cli import ema
from kg.schema import Schema
from kg.snapshots import Layer, Row, read_layer
from kg.sources import ema_facts, fetch
from kg.sources.beside import Beside
from kg.sources.ema_records import compare, read_statuses
from kg.sources.families import MEDICINES, ORPHANS
from tests.conftest import BASE, ROOT, VERIFIED, write_records
from tests.sources.json_server import Answer, Server, json_server

Refresh = Callable[..., tuple[int, str, str]]

CURATED = {
    "organisation/ema": "name: European Medicines Agency\ntype: regulator\ncountry: eu\n" + VERIFIED,
    "organisation/holder": "name: Holder B.V.\naliases: [Holder Europe]\ntype: company\ncountry: nl\n" + VERIFIED,
    "source/ema-page": "title: A page\nurl: https://www.ema.europa.eu/en/medicines/human/EPAR/pagedcel\nkind: news\n",
    "product/cellvance": dedent(
        """\
        name: Cellvance
        inn: examplagene autocel
        authorisations:
          eu:
            regulator: ema
            region: eu
            number: EMEA/H/C/009001
            outcome: granted
            decided: 2020-01-31
            status: granted
            statusDate: 2024-05-01
            holder: holder
            sources: [registry-page]
        designations:
          orphan:
            type: orphan-eu
            number: EU/3/18/9001
            granted: 2018-03-01
            status: granted
            statusDate: 2024-05-01
            sources: [registry-page]
        """
    )
    + VERIFIED,
    "product/pagedcel": dedent(
        """\
        name: Pagedcel
        inn: pagedgene autocel
        authorisations:
          eu: {regulator: ema, region: eu, status: granted, sources: [ema-page]}
        """
    )
    + VERIFIED,
}


def medicine(**fields: Any) -> dict[str, Any]:
    """A row in exactly the form of EMA's medicines report, of our own writing."""
    return {
        "category": "Human",
        "name_of_medicine": "Cellvance",
        "ema_product_number": "EMEA/H/C/009001",
        "medicine_status": "Authorised",
        "opinion_status": "",
        "latest_procedure_affecting_product_information": "II/0009",
        "international_non_proprietary_name_common_name": "Examplagene autocel",
        "active_substance": "examplagene autocel",
        "therapeutic_area_mesh": "Leukemia;  Lymphoma",
        "species_veterinary": "",
        "patient_safety": "No",
        "atc_code_human": "L01XL99",
        "atcvet_code_veterinary": "",
        "pharmacotherapeutic_group_human": "Antineoplastic agents",
        "therapeutic_indication": "Cellvance is for a long text that is not kept.",
        "accelerated_assessment": "No",
        "additional_monitoring": "Yes",
        "advanced_therapy": "Yes",
        "biosimilar": "No",
        "conditional_approval": "No",
        "exceptional_circumstances": "No",
        "generic_or_hybrid": "No",
        "orphan_medicine": "Yes",
        "prime_priority_medicine": "Yes",
        "marketing_authorisation_developer_applicant_holder": "Holder Europe",
        "european_commission_decision_date": "01/02/2026",
        "opinion_adopted_date": "12/12/2019",
        "withdrawal_of_application_date": "",
        "marketing_authorisation_date": "31/01/2020",
        "refusal_of_marketing_authorisation_date": "",
        "withdrawal_expiry_revocation_lapse_of_marketing_authorisation_date": "",
        "suspension_of_marketing_authorisation_date": "",
        "revision_number": "9",
        "first_published_date": "01/02/2020",
        "last_updated_date": "02/06/2026",
        "medicine_url": "https://www.ema.europa.eu/en/medicines/human/EPAR/cellvance",
    } | fields


def orphan(**fields: Any) -> dict[str, Any]:
    """A row in exactly the form of EMA's orphan designations report, of our own writing."""
    return {
        "medicine_name": "",
        "related_ema_product_number": "",
        "active_substance": "autologous T cells transduced with a vector containing a gene",
        "date_of_designation_or_refusal": "01/03/2018",
        "intended_use": "Treatment of something that is not kept",
        "eu_designation_number": "EU/3/18/9001",
        "status": "Positive",
        "first_published_date": "02/03/2018",
        "last_updated_date": "",
        "orphan_designation_url": "https://www.ema.europa.eu/en/medicines/human/orphan-designations/eu-3-18-9001",
    } | fields


def report(*rows: Mapping[str, Any], day: str = "2026-06-02") -> bytes:
    """A report as EMA serves it."""
    meta = {"total_records": len(rows), "timestamp": f"{day}T06:07:09Z"}
    return json.dumps({"meta": meta, "data": rows}, ensure_ascii=False).encode()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with two products that the EU authorised, and the tables that ship."""
    folder = tmp_path / "data"
    write_records(folder, BASE | CURATED)
    (folder / "mappings").mkdir()
    for name in ("ema-statuses.tsv", "ema-substances.tsv"):
        (folder / "mappings" / name).write_bytes((ROOT / "data" / "mappings" / name).read_bytes())
    return folder


@pytest.fixture
def refresh(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refresh:
    """Runs the command on reports: the exit code, what it printed, and what it said beside that."""

    def refreshed(*reports: bytes, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        args = ["--data", str(data), *options]
        for number, content in enumerate(reports):
            path = tmp_path / f"report-{number}.json"
            path.write_bytes(content)
            args += ["--from", str(path)]
        code = run(ema, args)
        out, err = capsys.readouterr()
        return code, out, err

    return refreshed


def lines(data: Path, family: str, day: str = "2026-06-02") -> list[dict[str, Any]]:
    """The records of a snapshot."""
    path = data / "registry" / family / f"{day}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def test_facts_are_kept_in_a_fixed_order_and_texts_are_not(refresh: Refresh, data: Path) -> None:
    code, out, _ = refresh(report(medicine()), report(orphan()))
    assert code == 0
    assert [Path(line).parent.name for line in out.splitlines()] == [MEDICINES, ORPHANS]
    (kept,) = lines(data, MEDICINES)
    assert list(kept.items())[:7] == [
        ("id", "EMEA/H/C/009001"),
        ("name", "Cellvance"),
        ("status", "Authorised"),
        ("inn", "Examplagene autocel"),
        ("substance", "examplagene autocel"),
        ("atc", ["L01XL99"]),
        ("areas", ["Leukemia", "Lymphoma"]),
    ]
    assert (kept["advancedTherapy"], kept["conditional"], kept["authorised"]) == (True, False, "2020-01-31")
    (designation,) = lines(data, ORPHANS)
    assert designation == {
        "id": "EU/3/18/9001",
        "substance": "autologous T cells transduced with a vector containing a gene",
        "status": "Positive",
        "decided": "2018-03-01",
        "url": "https://www.ema.europa.eu/en/medicines/human/orphan-designations/eu-3-18-9001",
    }
    written = "".join(path.read_text(encoding="utf-8") for path in (data / "registry").rglob("*.jsonl"))
    assert "not kept" not in written


def test_a_refresh_that_changes_nothing_writes_nothing_and_a_changed_status_is_one_line(
    refresh: Refresh, data: Path
) -> None:
    other = medicine(name_of_medicine="Other", ema_product_number="EMEA/H/C/009002")
    refresh(report(medicine(), other))
    edited = medicine(last_updated_date="03/06/2026", revision_number="10", therapeutic_indication="Another text")
    code, out, err = refresh(report(other, edited, day="2026-06-03"))
    assert (code, out) == (0, "")
    assert "0 new, 0 changed, 2 unchanged" in err
    refresh(report(other, medicine(medicine_status="Suspended"), day="2026-06-04"))
    assert [(row["id"], row["status"]) for row in lines(data, MEDICINES, "2026-06-04")] == [
        ("EMEA/H/C/009001", "Suspended")
    ]


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (medicine(ema_product_number="EMEA/H/C/009009"), True),
        (medicine(advanced_therapy="No"), True),
        (medicine(advanced_therapy="", ema_product_number="EMEA/H/C/009009", name_of_medicine="CELLVANCE"), True),
        (
            medicine(
                advanced_therapy="No",
                ema_product_number="EMEA/H/C/009009",
                name_of_medicine="Newname (previously Cellvance)",
            ),
            True,
        ),
        (medicine(advanced_therapy="No", ema_product_number="EMEA/H/C/009009", name_of_medicine="Pill"), False),
        (medicine(category="Veterinary"), False),
    ],
)
def test_advanced_therapies_are_those_that_ema_flags_or_curators_know(
    refresh: Refresh, data: Path, row: dict[str, Any], kept: bool
) -> None:
    sure = medicine(ema_product_number="EMEA/H/C/009100", name_of_medicine="Sure")
    refresh(report(sure, row))
    assert len(lines(data, MEDICINES)) == 1 + kept


@pytest.mark.parametrize(
    ("substance", "kept"),
    [
        ("allogeneic mesenchymal stromal cells, expanded ex vivo", True),
        ("adeno-associated viral vector serotype 8 containing the human FIX gene", True),
        ("nonsensogene exemplaparvovec", True),
        ("human keratinocytes", True),
        ("allogeneic mesenchymal stromal cells secretome", False),
        ("peptide fused to a cell-penetrating peptide", False),
        ("humanised monoclonal antibody that binds T cells", False),
        ("antisense oligonucleotide against a gene", False),
        ("nonsensinib", False),
    ],
)
def test_designations_are_kept_by_their_substance(refresh: Refresh, data: Path, substance: str, kept: bool) -> None:
    page = "https://www.ema.europa.eu/en/medicines/human/orphan-designations/eu-3-19-1"
    row = orphan(eu_designation_number="EU/3/19/1", active_substance=substance, orphan_designation_url=page)
    refresh(report(orphan(active_substance="whatever it is called"), row))
    assert [row["id"] for row in lines(data, ORPHANS)] == ["EU/3/18/9001"] + ["EU/3/19/1"] * kept


def test_rows_without_a_number_of_their_own_go_by_their_page(refresh: Refresh, data: Path) -> None:
    page = "https://www.ema.europa.eu/en/medicines/human/orphan-designations/"
    twin = orphan(orphan_designation_url=f"{page}eu-3-18-9001-0", date_of_designation_or_refusal="05/06/2025")
    refused = orphan(eu_designation_number="-", status="Negative", orphan_designation_url=f"{page}refusal-of-cells")
    refresh(report(twin, orphan(), refused), report(medicine(ema_product_number="")))
    kept = {row["id"]: row for row in lines(data, ORPHANS)}
    assert list(kept) == ["EU/3/18/9001", "eu-3-18-9001-0", "refusal-of-cells"]
    assert kept["EU/3/18/9001"]["decided"] == "2018-03-01"
    assert kept["eu-3-18-9001-0"]["number"] == "EU/3/18/9001"
    assert [row["id"] for row in lines(data, MEDICINES)] == ["EPAR/cellvance"]


def test_what_is_new_in_a_report_is_kept_and_told(refresh: Refresh, data: Path) -> None:
    row = medicine(
        medicine_status="Paused",
        orphan_medicine=True,
        conditional_approval="Perhaps",
        atc_code_human=["L01XL99", "L01XL98"],
        marketing_authorisation_date="soon",
    )
    code, _, err = refresh(report(row))
    (kept,) = lines(data, MEDICINES)
    assert code == 0
    assert (kept["status"], kept["orphan"], kept["conditional"]) == ("Paused", True, "Perhaps")
    assert (kept["atc"], kept["authorised"]) == (["L01XL99", "L01XL98"], "soon")
    for told in ("'Paused' is new", "changed its type to bool", "changed its type to list", "no date", "neither Yes"):
        assert told in err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (report(medicine())[:-40], "cut short"),
        (gzip.compress(report(medicine()))[:-20], "gzip file is broken"),
        (b"\xff\xfe not utf-8", "is not UTF-8"),
        (b"[]", "there are no rows"),
        (b'{"error": "gone"}', "there are no rows"),
        (b'{"meta": {"total_records": 2}, "data": [{"status": "x"}]}', "1 rows where the report says 2"),
        (b'[{"species": "dog"}]', "no report that is known"),
        (
            report(medicine(advanced_therapy="No", ema_product_number="1", name_of_medicine="Pill")),
            "none of its 1 rows",
        ),
    ],
)
def test_a_broken_report_stops_everything(refresh: Refresh, data: Path, content: bytes, told: str) -> None:
    code, out, err = refresh(report(orphan()), content)
    assert (code, out) == (1, "")
    assert told in err
    assert not list(data.rglob("*.jsonl"))


def test_the_day_is_that_of_the_report_unless_one_is_given(refresh: Refresh, data: Path) -> None:
    bare = json.dumps([medicine()]).encode()
    code, _, err = refresh(bare)
    assert (code, "--date" in err) == (2, True)
    assert refresh(bare, options=("--date", "June"))[0] == 2
    refresh(gzip.compress(report(medicine())), options=("--date", "2026-05"))
    assert len(lines(data, MEDICINES, "2026-05")) == 1


@pytest.fixture
def beside(schema: Schema, data: Path) -> Callable[..., Beside]:
    """Compares states of a family by day with the curated records."""

    def compared(family: str, states: Mapping[str, list[dict[str, Any]]]) -> Beside:
        return compare(read_records(schema, data).nodes, family, states, lambda day: f"ema-{day}", data)

    return compared


FACTS = {
    "id": "EMEA/H/C/009001",
    "name": "Cellvance",
    "status": "Authorised",
    "inn": "Examplagene autocel",
    "holder": "Holder Europe",
    "conditional": False,
    "exceptional": False,
    "authorised": "2020-01-31",
}


def test_equal_values_stand_under_the_same_key(beside: Callable[..., Beside]) -> None:
    found = beside(MEDICINES, {"2026-06-02": [FACTS]})
    assert found.records == {
        "2026-06-02": [
            (
                "product",
                {
                    "id": "cellvance",
                    "authorisations": {
                        "eu": {
                            "number": "EMEA/H/C/009001",
                            "currentType": "standard",
                            "outcome": "granted",
                            "decided": "2020-01-31",
                            "status": "granted",
                            "holder": "holder",
                            "sources": ["ema-2026-06-02"],
                        }
                    },
                    "inn": "examplagene autocel",
                    "sources": ["ema-2026-06-02"],
                },
            )
        ]
    }
    assert (found.counts["agreed"], found.counts["differing"], found.counts["added"]) == (6, 0, 1)


def test_a_newer_state_that_differs_is_told_and_an_older_one_is_history(beside: Callable[..., Beside]) -> None:
    ended = FACTS | {"status": "Withdrawn", "ended": "2026-05-15"}
    newer = beside(MEDICINES, {"2026-06-02": [ended]})
    assert newer.names["differing"] == ["authorisation/cellvance.eu status: granted here, withdrawn-by-holder there"]
    older = beside(MEDICINES, {"2019-12-20": [FACTS | {"status": "Opinion"}]})
    assert (older.counts["earlier"], older.names["differing"]) == (1, [])
    several = beside(MEDICINES, {"2026-06-01": [FACTS], "2026-06-02": [ended]})
    assert several.counts["superseded"] == 1
    (_, first), (_, second) = (several.records[day][0] for day in ("2026-06-01", "2026-06-02"))
    assert "status" not in first["authorisations"]["eu"]
    assert second["authorisations"]["eu"]["ended"] == "2026-05-15"


def test_names_alone_join_nothing(beside: Callable[..., Beside]) -> None:
    found = beside(MEDICINES, {"2026-06-02": [FACTS | {"id": "EMEA/H/C/000001", "holder": "Holder"}]})
    assert found.records == {}
    assert found.names["medicines without a record"] == ["EMEA/H/C/000001 Cellvance"]
    unknown = beside(MEDICINES, {"2026-06-02": [FACTS | {"holder": "Holder of Europe Ltd"}]})
    assert "holder" not in unknown.records["2026-06-02"][0][1]["authorisations"]["eu"]
    assert unknown.names["holders without a record"] == ["Holder of Europe Ltd"]


def test_a_decision_without_a_number_is_found_by_the_page_it_cites_or_by_the_table(
    beside: Callable[..., Beside], data: Path
) -> None:
    page = "https://www.ema.europa.eu/en/medicines/human/EPAR/pagedcel"
    facts = {"id": "EMEA/H/C/009002", "name": "Pagedcel", "status": "Authorised", "url": page}
    ((_, record),) = beside(MEDICINES, {"2026-06-02": [facts]}).records["2026-06-02"]
    assert (record["id"], record["authorisations"]["eu"]["number"]) == ("pagedcel", "EMEA/H/C/009002")
    table = data / "mappings" / "ema-medicines.tsv"
    table.write_text("medicine\tproduct\tevidence\nEMEA/H/C/009003\tpagedcel\tread\n")
    found = beside(MEDICINES, {"2026-06-02": [facts | {"id": "EMEA/H/C/009003", "url": ""}]})
    assert found.counts["medicines matched"] == 1


def test_a_special_kind_that_holds_now_held_at_first(beside: Callable[..., Beside]) -> None:
    found = beside(MEDICINES, {"2026-06-02": [FACTS | {"conditional": True}]})
    said = found.records["2026-06-02"][0][1]["authorisations"]["eu"]
    assert (said["type"], said["currentType"]) == ("conditional", "conditional")
    unsure = {key: value for key, value in FACTS.items() if key != "exceptional"}
    assert (
        "currentType"
        not in beside(MEDICINES, {"2026-06-02": [unsure]}).records["2026-06-02"][0][1]["authorisations"]["eu"]
    )


def test_designations_go_by_their_number_and_dates_of_other_years_are_left_out(beside: Callable[..., Beside]) -> None:
    facts = {"id": "EU/3/18/9001", "status": "Withdrawn", "decided": "2025-07-01"}
    found = beside(ORPHANS, {"2026-06-02": [facts]})
    said = found.records["2026-06-02"][0][1]["designations"]["orphan"]
    assert said == {"number": "EU/3/18/9001", "status": "withdrawn-by-holder", "sources": ["ema-2026-06-02"]}
    agreed = beside(ORPHANS, {"2026-06-02": [facts | {"status": "Positive", "decided": "2018-03-01"}]})
    assert (agreed.counts["agreed"], agreed.counts["differing"]) == (3, 0)


def test_a_new_designation_needs_the_very_substance_or_the_number_of_the_medicine(
    beside: Callable[..., Beside],
) -> None:
    facts = {"id": "EU/3/20/9", "status": "Positive", "decided": "2020-02-03"}
    same = beside(ORPHANS, {"2026-06-02": [facts | {"substance": "Pagedgene autocel"}]})
    ((_, record),) = same.records["2026-06-02"]
    assert (record["id"], list(record["designations"])) == ("pagedcel", ["orphan-eu-3-20-9"])
    assert record["designations"]["orphan-eu-3-20-9"]["knowledge"] == "inferred"
    like = beside(ORPHANS, {"2026-06-02": [facts | {"substance": "pagedgene autocel, thawed"}]})
    assert (like.records, like.counts["designations without a record"]) == ({}, 1)
    named = beside(ORPHANS, {"2026-06-02": [facts | {"substance": "x", "product": ["EMEA/H/C/009001"]}]})
    ((_, record),) = named.records["2026-06-02"]
    assert (record["id"], "knowledge" in record["designations"]["orphan-eu-3-20-9"]) == ("cellvance", False)


def test_the_shipped_tables_hold_values_of_the_lists(schema: Schema) -> None:
    statuses = schema.vocabularies["regulatory-status"].concepts
    for status, outcome in read_statuses(ROOT / "data").values():
        assert {status, outcome} - {""} <= statuses.keys()


def test_a_curated_product_that_cannot_be_read_stops_the_refresh(refresh: Refresh, data: Path) -> None:
    (data / "product" / "cellvance.yaml").write_text("name: [broken\n", encoding="utf-8")
    code, out, err = refresh(report(medicine()))
    assert (code, out) == (1, "")
    assert "data/product/cellvance.yaml" in err


def test_agreement_and_conflict_show_in_the_graph(schema: Schema, data: Path) -> None:
    write_records(data, {"source/ema-day": "title: EMA's report\nurl: https://ema.example\nkind: dataset\n"})
    nodes = read_records(schema, data).nodes
    facts = FACTS | {"authorised": "2020-02-01"}
    derived = compare(nodes, MEDICINES, {"2026-06-02": [facts]}, lambda day: "ema-day", data).records["2026-06-02"]
    rows = [Row(number, kind, record) for number, (kind, record) in enumerate(derived, start=1)]
    name = f"data/registry/{MEDICINES}/2026-06-02.jsonl"
    layer, faults = read_layer(schema, Layer(MEDICINES, "2026-06-02", {}), name, rows)
    assert faults == []
    stated = {(s.subject, s.field): s.value for s in statements(layer.nodes, {}) if s.source == "source/ema-day"}
    assert stated["authorisation/cellvance.eu", "status"] == "granted"
    lay_under(schema, nodes, [layer])
    assert nodes["authorisation/cellvance.eu"].first("decided") == "2020-01-31"
    assert nodes["authorisation/cellvance.eu"].first("currentType") == "standard"
    conflicts = [node for node in nodes.values() if node.kind.name == "Conflict"]
    assert [(node.owner, node.first("field"), node.first("shown")) for node in conflicts] == [
        ("authorisation/cellvance.eu", "decided", "2020-01-31")
    ]
    said = {
        nodes[evidence].first("source"): nodes[evidence].first("value") for evidence in conflicts[0].values["values"]
    }
    assert said == {"source/registry-page": "2020-01-31", "source/ema-day": "2020-02-01"}


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """EMA on this machine: two addresses that wait for answers."""
    monkeypatch.setattr(fetch, "PAUSE", 0.0)
    monkeypatch.setattr(fetch, "LONGEST", 0.0)
    with json_server() as server:
        for family in ema_facts.URLS:
            monkeypatch.setitem(ema_facts.URLS, family, f"{server.url}/{family}")
        yield server


def test_both_reports_are_fetched_past_failures_and_only_once(
    registry: Server, refresh: Refresh, data: Path, tmp_path: Path
) -> None:
    body = report(medicine())
    registry.add(f"/{MEDICINES}", Answer(b"", 500), Answer(body, cut=20), Answer(body, headers={"ETag": '"1"'}))
    registry.add(f"/{ORPHANS}", Answer(b"", 429, {"Retry-After": "1"}), Answer(report(orphan())))
    options = ("--home", str(tmp_path / "home"))
    code, out, _ = refresh(options=options)
    assert (code, len(out.splitlines())) == (0, 2)
    assert len(lines(data, MEDICINES)) == len(lines(data, ORPHANS)) == 1
    assert refresh(options=options)[:2] == (0, "")
    assert registry.asked[-2][1]["If-None-Match"] == '"1"'


def test_if_one_report_fails_neither_is_written(registry: Server, refresh: Refresh, data: Path, tmp_path: Path) -> None:
    registry.add(f"/{MEDICINES}", Answer(report(medicine())))
    code, out, err = refresh(options=("--home", str(tmp_path / "home")))
    assert (code, out) == (1, "")
    assert f"/{ORPHANS}" in err
    assert not (data / "registry").exists()


def test_two_refreshes_at_once_do_not_mix(refresh: Refresh, data: Path) -> None:
    with locked(data, lambda: "held"):
        code, out, err = refresh(report(medicine()))
    assert (code, out) == (1, "")
    assert "another command writes" in err
    assert not list(data.rglob("*.jsonl"))
