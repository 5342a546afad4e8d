"""MONDO's part of the conditions: drawn from either form of a release, the same each time, and told apart by source."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.execute import execute
from api.schema import make_schema
from kg.build import build
from kg.cli import cli
from kg.command import run
from kg.release import Release
from kg.settings import Settings
from tests.conftest import BASE, ROOT, write_records

OBO = """\
format-version: 1.2
data-version: releases/2026-01-06
ontology: mondo

[Term]
id: MONDO:0000100
name: blood disorder

[Term]
id: MONDO:0000101
name: leukemia
synonym: "blood cell cancer" EXACT [NCIT:C1]
synonym: "LK" EXACT ABBREVIATION []
synonym: "white disease" RELATED []
xref: MESH:D000101 {source="MONDO:equivalentTo"}
is_a: MONDO:0000100 {source="X:1"} ! blood disorder

[Term]
id: MONDO:0000102
name: obscure grouping
is_a: MONDO:0000101 ! leukemia

[Term]
id: MONDO:0000103
name: grouped by rule
is_a: MONDO:0000102 ! obscure grouping

[Term]
id: MONDO:0000104
name: acute leukemia
synonym: "leukemia, acute" EXACT []
synonym: "acute leukaemia \\"AL\\"" EXACT []
xref: NCIT:C104 {source="MONDO:equivalentTo", source="X:2"}
xref: NCIT:C105 {source="MONDO:equivalentTo"}
xref: Orphanet:104 {source="MONDO:equivalentTo"}
xref: MESH:D000104 {source="X:3"}
is_a: MONDO:0000103 ! grouped by rule

[Term]
id: MONDO:0000105
name: chronic leukemia
is_a: MONDO:0000103 ! grouped by rule

[Term]
id: MONDO:0000106
name: obsolete thing
is_obsolete: true
replaced_by: MONDO:0000105

[Term]
id: HP:0000001
name: of another ontology

[Typedef]
id: has_part
"""
TABLE = """\
id\tlabel\tis_a\txrefs\tsynonyms
MONDO:0000100\tblood disorder\t\t\t
MONDO:0000101\tleukemia\tMONDO:0000100\tMESH:D000101\tblood cell cancer
MONDO:0000102\tobscure grouping\tMONDO:0000101\t\t
MONDO:0000103\tgrouped by rule\tMONDO:0000102\t\t
MONDO:0000104\tacute leukemia\tMONDO:0000103\tNCIT:C104\tleukemia, acute|acute leukaemia "AL"
MONDO:0000105\tchronic leukemia\tMONDO:0000103\t\t
"""
SSSOM = """\
# curie_map:
#   MONDO: http://purl.obolibrary.org/obo/MONDO_
# mapping_set_version: http://purl.obolibrary.org/obo/mondo/releases/2026-08-04/mappings/x.sssom.tsv
subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification
MONDO:0000104\tacute leukemia\tskos:exactMatch\tOrphanet:104\tsemapv:ManualMappingCuration
MONDO:0000104\tacute leukemia\tskos:closeMatch\tmesh:D000104\tsemapv:ManualMappingCuration
MONDO:0000101\tleukemia\tskos:exactMatch\tmesh:D000101\tsemapv:ManualMappingCuration
"""
GROUPS = """\
mondo\tuse\tlabel\tcondition\treason
MONDO:0000100\tgroup\tBlood disorder\tblood\tby organ
MONDO:0000101\tgroup\tLeukaemia\t\tfamily
MONDO:0000999\tgroup\tNot in the release\t\tnone
"""
CITED = "sources: [registry-page]\nreview: verified\n"
CONDITIONS = {
    "condition/acute": "name: Acute leukemia\nmondo: MONDO:0000104\n" + CITED,
    "condition/chronic": "name: Chronic leukemia\nmondo: MONDO:0000105\nmesh: MESH:D000105\n" + CITED,
    "condition/blood": "name: Blood diseases\ncloseMatch: [MONDO:0000100]\n" + CITED,
    "condition/subtype": "name: A subtype\nbroadMatch: [MONDO:0000104]\n" + CITED,
    "mappings/condition-groups.tsv": GROUPS,
}
Refresh = Callable[..., tuple[int, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with curated conditions and a list of groups."""
    write_records(tmp_path / "data", BASE)
    for name, text in CONDITIONS.items():
        write_records(tmp_path / "data", {name: text})
    return tmp_path / "data"


@pytest.fixture
def refresh(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refresh:
    """Refresh from files given by name and content: exit code and messages."""

    def command(**files: str) -> tuple[int, str]:
        args = []
        for name, text in files.items():
            path = tmp_path / name.replace("__", ".")
            path.write_text(text, encoding="utf-8")
            args += ["--from", str(path)]
        code = run(cli, ["refresh", "mondo", *args, "--data", str(data), "--home", str(tmp_path / "home")])
        return code, capsys.readouterr().err

    return command


def lines(data: Path, name: str) -> dict[str, dict[str, Any]]:
    """The records of a snapshot by id."""
    rows = [json.loads(line) for line in (data / "registry" / name).read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    return {row["id"]: row for row in rows}


def test_a_release_completes_curated_conditions_and_adds_groups(data: Path, refresh: Refresh) -> None:
    assert refresh(mondo__obo=OBO)[0] == 0
    found = lines(data, "condition/mondo-2026-01-06.jsonl")
    assert found["acute"] == {
        "id": "acute",
        "sources": ["mondo-2026-01-06"],
        "mondo": "MONDO:0000104",
        "synonyms": ['acute leukaemia "AL"'],  # not what differs in the order of words only
        "orphanet": "ORPHA:104",  # not ncit, which has two; not mesh, which is not exact
        "broader": ["grouped-by-rule"],
    }
    assert found["leukaemia"]["name"] == "Leukaemia"
    assert found["leukaemia"]["grouping"] is True
    assert found["leukaemia"]["synonyms"] == ["leukemia", "blood cell cancer"]  # no related name, no short one
    assert found["leukaemia"]["mesh"] == "MESH:D000101"
    assert found["grouped-by-rule"]["broader"] == ["leukaemia"]  # it joins two; the obscure one between is passed
    assert "obscure-grouping" not in found


def test_what_mondo_does_not_itself_state_says_so(data: Path, refresh: Refresh) -> None:
    refresh(mondo__obo=OBO)
    found = lines(data, "condition/mondo-2026-01-06.jsonl")
    assert found["subtype"]["broader"] == ["acute"]
    assert found["subtype"]["evidence"]["broader-acute"]["knowledge"] == "implied"
    assert found["leukaemia"]["broader"] == ["blood"]  # a stand-in of a close term
    assert found["leukaemia"]["evidence"]["broader-blood"]["knowledge"] == "inferred"


def test_refreshing_again_changes_no_byte(data: Path, refresh: Refresh) -> None:
    refresh(mondo__obo=OBO)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (data / "registry").rglob("*.jsonl")}
    assert refresh(mondo__obo=OBO)[0] == 0
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (data / "registry").rglob("*") if p.is_file()} == before


def test_tables_and_matches_of_another_release_are_told_apart(data: Path, refresh: Refresh) -> None:
    assert refresh(**{"mondo_terms_2024-07__tsv": TABLE, "orphanet__sssom__tsv": SSSOM})[0] == 0
    terms, matches = (lines(data, f"condition/{name}.jsonl") for name in ("mondo-2024-07", "mondo-mappings-2026-08-04"))
    assert terms["acute"]["broader"] == ["grouped-by-rule"]
    assert "orphanet" not in terms["acute"]
    assert matches["acute"] == {"id": "acute", "sources": ["mondo-mappings-2026-08-04"], "orphanet": "ORPHA:104"}
    assert lines(data, "source/mondo-2024-07.jsonl")["mondo-2024-07"]["licence"] == "CC BY 4.0"


def studied(data: Path, *conditions: str, mesh: str = "") -> None:
    """A snapshot of one trial that studies these conditions."""
    trial = {"id": "NCT00000002", "conditions": list(conditions)}
    headings = {"conditionMesh": [{"id": mesh, "term": "a heading"}]} if mesh else {}
    path = data / "registry/clinicaltrials/2026-01-01.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(trial | headings) + "\n", encoding="utf-8")


STUDIED = OBO.replace(
    "[Typedef]",
    """[Term]
id: MONDO:0000107
name: anemia, rare
synonym: "rare anemia" EXACT []
synonym: "blood weakness" EXACT []
synonym: "weak blood" EXACT []
synonym: "Acute leukemia" EXACT []
xref: MESH:D000107 {source="MONDO:equivalentTo"}
is_a: MONDO:0000100 ! blood disorder

[Term]
id: MONDO:0000108
name: rare anemia, susceptibility to, 1
synonym: "pale blood" EXACT []
synonym: "weak blood" EXACT []
is_a: MONDO:0000107 ! anemia, rare

[Typedef]""",
)


@pytest.mark.parametrize(
    ("wording", "heading"),
    [("Rare Anaemia", ""), ("Blood Weakness", ""), ("Weak Blood", ""), ("Wan Blood", ""), ("", "D000107")],
)
def test_a_condition_that_trials_study_is_drawn(data: Path, refresh: Refresh, wording: str, heading: str) -> None:
    studied(data, "Acute Leukemia", "Pale Blood", "Nothing Known", *filter(None, [wording]), mesh=heading)
    row = "term\tmondo\tbasis\treason\nWan blood\tMONDO:0000107\tsynonym\tpale is wan\n"
    write_records(data, {"mappings/condition-terms.tsv": row})
    assert refresh(mondo__obo=STUDIED)[0] == 0
    found = lines(data, "condition/mondo-2026-01-06.jsonl")
    drawn = found["rare-anemia"]
    assert (drawn["name"], drawn["mondo"], drawn["review"]) == ("Rare anemia", "MONDO:0000107", "unreviewed")
    assert drawn["mesh"] == "MESH:D000107"
    assert drawn["broader"] == ["blood"]
    assert sorted(drawn["synonyms"]) == ["blood weakness", "weak blood"]  # not the name of the curated condition
    assert "grouping" not in drawn
    assert not {row.get("mondo") for row in found.values()} & {"MONDO:0000108"}  # a susceptibility is no disease
    before = (data / "registry/condition/mondo-2026-01-06.jsonl").read_bytes()
    assert refresh(mondo__obo=STUDIED)[0] == 0
    assert (data / "registry/condition/mondo-2026-01-06.jsonl").read_bytes() == before


def test_a_curated_condition_is_not_drawn_again(data: Path, refresh: Refresh) -> None:
    refresh(mondo__obo=STUDIED)
    without = lines(data, "condition/mondo-2026-01-06.jsonl")
    studied(data, "Leukemia, Acute", "Chronic Leukemia", mesh="D000105")
    refresh(mondo__obo=STUDIED)
    assert lines(data, "condition/mondo-2026-01-06.jsonl") == without


def test_a_group_above_what_trials_study_is_kept(data: Path, refresh: Refresh) -> None:
    groups = GROUPS + "MONDO:0000107\tgroup\tAnaemia\t\tblood\n"
    (data / "mappings/condition-groups.tsv").write_text(groups, encoding="utf-8")
    studied(data, "Weak Blood")
    refresh(mondo__obo=STUDIED)
    found = lines(data, "condition/mondo-2026-01-06.jsonl")["anaemia"]
    assert found["grouping"] is True
    assert "weak blood" in found["synonyms"]


def test_a_snapshot_of_trials_that_cannot_be_read_is_named(data: Path, refresh: Refresh) -> None:
    studied(data, "Acute Leukemia")
    path = data / "registry/clinicaltrials/2026-01-01.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '{"id": "NCT', encoding="utf-8")
    code, messages = refresh(mondo__obo=STUDIED)
    assert code == 1
    assert "2026-01-01.jsonl:2: no JSON record with an id" in messages


def test_a_group_that_is_kept_no_longer_still_resolves(data: Path, refresh: Refresh) -> None:
    refresh(mondo__obo=OBO)
    chronic = "name: Chronic\nmondo: MONDO:0000103\n" + CITED
    write_records(data, {"condition/chronic": chronic})
    refresh(mondo__obo=OBO.replace("2026-01-06", "2026-02-03"))
    assert not (data / "registry/condition/mondo-2026-01-06.jsonl").exists()
    gone = lines(data, "condition/mondo-2026-02-03.jsonl")["grouped-by-rule"]
    assert gone["deprecated"] is True
    assert gone["replacedBy"] == "condition/chronic"


def test_conditions_are_found_under_a_group(data: Path, refresh: Refresh, tmp_path: Path) -> None:
    refresh(mondo__obo=OBO)
    release = build(Settings(home=tmp_path / "home", ontology=ROOT / "ontology", data=data)).release
    schema = make_schema(release.schema)
    answer = execute(schema, release, '{ conditions(where: {under: "leukaemia"}) { nodes { id } } }')
    found = [node["id"] for node in answer["data"]["conditions"]["nodes"]]
    names = ("acute", "chronic", "grouped-by-rule", "leukaemia", "subtype")
    assert sorted(found) == [f"condition/{name}" for name in names]
    answer = execute(schema, release, '{ condition(id: "blood") { narrower { nodes { name grouping } } } }')
    assert answer["data"]["condition"]["narrower"]["nodes"] == [{"name": "Leukaemia", "grouping": True}]


def test_the_shipped_products_are_found_by_group(shipped: Release) -> None:
    query = """{ products(where: {indications: {some: {condition: {under: "%s"}}}}, first: 100) { nodes { id } } }"""
    schema = make_schema(shipped.schema)
    for group, product in (
        ("leukaemia", "kymriah"),
        ("haematological-malignancy", "carvykti"),
        ("cancer", "kymriah"),
        ("lysosomal-storage-disease", "libmeldy"),
        ("haemoglobinopathy", "casgevy"),
        ("eye-disorder", "luxturna"),
        ("neuromuscular-disease", "zolgensma"),
        ("arthropathy", "spherox"),
    ):
        nodes = execute(schema, shipped, query % group)["data"]["products"]["nodes"]
        assert f"product/{product}" in {node["id"] for node in nodes}, group


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"mondo__obo": OBO[:-40]}, "the last line is not complete"),
        ({"mondo__obo": OBO.replace("id: MONDO:0000101\n", "id: MONDO:0000901\n")}, "which is not there"),
        ({"mondo__obo": OBO.replace("data-version", "date")}, "does not say of which release"),
        ({"mondo__obo": OBO.replace("name: obscure grouping\n", "")}, "mondo.obo:18: name: a term has none"),
        ({"notes__txt": "hello\n"}, "neither OBO nor a table"),
        ({"m_2024-07__tsv": TABLE.replace("\tis_a", "\tparents")}, "the table has no column is_a"),
        ({"m_2024-07__tsv": TABLE.replace("\tMONDO:0000100\tMESH", "\tMESH")}, ":3: 4 cells where the header has 5"),
        ({"m_2024-07__tsv": TABLE.replace("MONDO:0000105\tc", "105\tc")}, ":7: id: '105' is no term"),
        ({"terms__tsv": TABLE}, "the file's name does not say"),
        ({"orphanet__sssom__tsv": SSSOM}, "there are no terms"),
        ({"a__obo": OBO, "b__obo": OBO}, "b.obo: a second file of terms"),
        ({"a__obo": OBO, "b__sssom__tsv": SSSOM.replace("mapping_set", "set")}, "does not say its release"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_written(
    data: Path, refresh: Refresh, files: dict[str, str], told: str
) -> None:
    code, messages = refresh(**files)
    assert code == 1
    assert told in messages
    assert not (data / "registry").exists()


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        (GROUPS.replace("\treason", "\twhy"), "condition-groups.tsv:1: the header"),
        (GROUPS.replace("\tgroup\tLeuk", "\tkeep\tLeuk"), "condition-groups.tsv:3: use: 'keep' is no use"),
        (GROUPS.replace("\tblood\t", "\tbloed\t"), "bloed, which is no curated condition"),
        (GROUPS.replace("\t\tfamily", "\tfamily"), ":3: 4 cells where the header has 5"),
    ],
)
def test_a_bad_list_of_groups_is_named(data: Path, refresh: Refresh, groups: str, told: str) -> None:
    (data / "mappings/condition-groups.tsv").write_text(groups, encoding="utf-8")
    code, messages = refresh(mondo__obo=OBO)
    assert code == 1
    assert told in messages
