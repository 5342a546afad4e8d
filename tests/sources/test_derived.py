"""Facts of registries become records: classified, linked and resolved at the build, beside what curators wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg.cli import cli
from kg.graph import Compiled
from kg.inputs import digest_inputs
from kg.schema import DATA
from kg.worklist import listings
from tests.conftest import Curate, write_records
from tests.records.test_snapshots import values

OLD, NEW = "registry/clinicaltrials/2025-01-01.jsonl", "registry/clinicaltrials/2026-01-01.jsonl"
CAR_T = {
    "id": "NCT00000002",
    "title": "CD19 CAR-T Cells for Lymphoma",
    "orgStudyId": "CART-X",
    "secondaryIds": [{"id": "2020-000001-01"}],
    "status": "RECRUITING",
    "start": "2025-02",
    "sponsor": {"name": "The Hospital", "class": "OTHER"},
    "collaborators": [{"name": "Invented Biotech, Inc.", "class": "INDUSTRY"}],
    "conditions": ["The Disease", "Something Else"],
    "studyType": "INTERVENTIONAL",
    "phases": ["PHASE1", "PHASE2"],
    "enrolment": 12,
    "enrolmentType": "ESTIMATED",
    "stdAges": ["ADULT"],
    "interventions": [{"type": "BIOLOGICAL", "name": "CAR-T cells"}],
    "locations": [{"facility": "Leiden Centre for Cells", "city": "Leiden", "country": "Netherlands"}],
}


def facts(path: Path, name: str, *rows: Mapping[str, Any]) -> None:
    """Write a snapshot of facts."""
    write_records(path, {name: "".join(json.dumps(row) + "\n" for row in rows)})


def test_a_trial_of_the_registry_becomes_a_record(curate: Curate, data_folder: Path) -> None:
    facts(data_folder, NEW, CAR_T)
    centre = "name: Leiden Centre for Cells\ntype: hospital\ncountry: nl\nsources: [registry-page]\nreview: verified\n"
    compiled = curate({"organisation/centre": centre})
    assert compiled.errors == []
    trial = "trial/nct00000002"
    assert values(compiled, trial, "nctId") == {"NCT00000002"}
    assert values(compiled, trial, "eudract") == {"2020-000001-01"}
    assert values(compiled, trial, "phase") == {"phase-1-2"}
    assert values(compiled, trial, "newestStatus") == {"recruiting"}
    assert values(compiled, trial, "newestStatusDate") == {"2026-01-01"}
    assert values(compiled, trial, "enrolmentPlanned") == {"12"}
    assert values(compiled, trial, "modality") == {"car-t"}
    assert values(compiled, trial, "studiedCondition") == {"disease"}
    assert values(compiled, trial, "conditionTerm") == {"The Disease", "Something Else"}
    assert values(compiled, trial, "sponsor") == {"hospital"}
    assert values(compiled, trial, "trialSite") == {"centre"}
    assert values(compiled, trial, "country") == {"nl"}
    assert values(compiled, trial, "review") == {"unreviewed"}
    assert values(compiled, trial, "phase", "source/clinicaltrials-2026-01-01") == {"phase-1-2"}


def test_a_guess_names_its_rule(curate: Curate, data_folder: Path) -> None:
    facts(data_folder, NEW, CAR_T)
    compiled = curate({})
    (evidence,) = (e for e in values(compiled, "trial/nct00000002", "evidence") if "modality" in e)
    (where,) = values(compiled, f"evidence/{evidence}", "locator")
    assert where.startswith("rule ")


def test_a_sponsor_without_a_record_gets_one_that_nobody_reviewed(curate: Curate, data_folder: Path) -> None:
    facts(data_folder, NEW, CAR_T)
    compiled = curate({})
    (slug,) = values(compiled, "trial/nct00000002", "collaborator")
    assert values(compiled, f"organisation/{slug}", "organisationType") == {"company"}
    assert values(compiled, f"organisation/{slug}", "review") == {"unreviewed"}
    assert ("Invented Biotech, Inc.", 1, slug) in listings(compiled.derived)["organisations"].rows


def test_what_is_no_atmp_is_not_loaded_and_is_counted(curate: Curate, data_folder: Path) -> None:
    pill = {
        "id": "NCT00000003",
        "title": "Aspirin for Headache",
        "interventions": [{"type": "DRUG", "name": "Aspirin"}],
    }
    facts(data_folder, NEW, CAR_T, pill)
    compiled = curate({})
    assert not any("nct00000003" in str(quad.subject) for quad in compiled.quads)
    assert ("trials that test no ATMP, not loaded", 1, 2) in listings(compiled.derived)["summary"].rows


def test_a_curated_trial_keeps_its_words_and_gains_the_entry(curate: Curate, data_folder: Path) -> None:
    facts(data_folder, NEW, CAR_T | {"id": "NCT00000001", "title": "Registered title", "status": "COMPLETED"})
    compiled = curate({})
    assert compiled.errors == []
    labels = {str(q.object) for q in compiled.quads if str(q.subject) == f"<{DATA}trial/first>" and "abel>" in str(q)}
    assert {'"First trial"', '"Registered title"'} <= labels
    assert values(compiled, "trial/first", "registryRecord") == {"first.nct", "first.ctgov-2026-01-01", "first.euctr"}
    assert values(compiled, "trial/first", "newestStatus") == {"completed"}
    assert values(compiled, "trial/first", "modality") == {"msc"}, "the modality of its product, not of the words"


def test_a_change_of_status_is_history_and_no_conflict(curate: Curate, data_folder: Path) -> None:
    facts(data_folder, OLD, CAR_T | {"phases": ["PHASE1"]})
    facts(data_folder, NEW, CAR_T | {"status": "COMPLETED", "locations": []})
    compiled = curate({})
    trial = "trial/nct00000002"
    assert values(compiled, trial, "newestStatus") == {"completed"}
    assert values(compiled, "registry-record/nct00000002.ctgov-2025-01-01", "recruitmentStatus") == {"recruiting"}
    disputed = {
        field for c in values(compiled, trial, "conflict") for field in values(compiled, f"conflict/{c}", "field")
    }
    assert disputed == {"phase"}, "the newest phase is shown, the other kept"
    assert values(compiled, trial, "phase") == {"phase-1-2"}


def test_of_one_registry_the_newest_list_stands(curate: Curate, data_folder: Path) -> None:
    elsewhere = [{"facility": "Other Hospital", "city": "Ghent", "country": "Belgium"}]
    facts(data_folder, OLD, CAR_T | {"sponsor": {"name": "The Company"}})
    facts(data_folder, NEW, CAR_T | {"locations": elsewhere})
    compiled = curate({})
    assert values(compiled, "trial/nct00000002", "country") == {"be"}
    assert values(compiled, "trial/nct00000002", "location") == {"nct00000002.ghent-other-hospital"}
    assert values(compiled, "trial/nct00000002", "sponsor") == {"hospital"}
    older = "source/clinicaltrials-2025-01-01"
    assert values(compiled, "trial/nct00000002", "location", older) == {"nct00000002.leiden-leiden-centre-for-cells"}
    assert not values(compiled, "location/nct00000002.leiden-leiden-centre-for-cells", "city"), "stated, and not shown"


def test_a_less_precise_date_is_no_conflict(curate: Curate, data_folder: Path) -> None:
    facts(data_folder, OLD, CAR_T)
    facts(data_folder, NEW, CAR_T | {"start": "2025-02-11"})
    compiled = curate({})
    assert values(compiled, "trial/nct00000002", "conflict") == set()
    assert values(compiled, "trial/nct00000002", "startDate") == {"2025-02-11"}


def test_a_number_that_two_trials_claim_belongs_to_neither(curate: Curate, data_folder: Path) -> None:
    facts(data_folder, NEW, CAR_T, CAR_T | {"id": "NCT00000004"})
    compiled = curate({})
    assert compiled.errors == []
    assert values(compiled, "trial/nct00000002", "eudract") == set()


def test_a_product_is_linked_by_name_and_never_by_likeness(curate: Curate, data_folder: Path) -> None:
    record = "name: Inventocel\ninn: inventagene autoleucel\ncodes: [XYZ-101]\nlegalCategory: gene-therapy\n"
    record += "legalCategoryBasis: curator\nmodality: car-t\nsources: [registry-page]\nreview: verified\n"
    rows = [
        CAR_T | {"id": "NCT00000005", "secondaryIds": [], "interventions": [{"name": "XYZ 101 infusion"}]},
        CAR_T | {"id": "NCT00000006", "secondaryIds": [], "interventions": [{"name": "XYZ-1012"}]},
        CAR_T | {"id": "NCT00000007", "secondaryIds": [], "title": "Long-Term Follow-up of INVENTOCEL®"},
    ]
    facts(data_folder, NEW, *rows)
    compiled = curate({"product/inventocel": record})
    linked = {n for n in (5, 6, 7) if values(compiled, f"trial/nct0000000{n}", "product") == {"inventocel"}}
    assert linked == {5, 7}


def test_codes_that_no_list_has_are_left_out_and_told(curate: Curate, data_folder: Path) -> None:
    facts(data_folder, NEW, CAR_T | {"status": "PAUSED_FOREVER"})
    compiled = curate({})
    assert compiled.errors == []
    assert values(compiled, "trial/nct00000002", "newestStatus") == set()
    assert ("recruitment-status", "PAUSED_FOREVER", 1) in listings(compiled.derived)["codes"].rows


@pytest.mark.parametrize(
    ("table", "text", "told"),
    [
        ("trial-rules.tsv", "rule\torder\n", "trial-rules.tsv:1: the header is not as it should be"),
        ("condition-terms.tsv", "term\tmondo\tbasis\treason\nX y\tMONDO:1\tguess\t\n", "'guess' is no basis"),
    ],
)
def test_a_bad_table_is_named(curate: Curate, data_folder: Path, table: str, text: str, told: str) -> None:
    facts(data_folder, NEW, CAR_T)
    assert any(told in str(fault) for fault in curate({f"mappings/{table}": text}).errors)


def test_a_rule_changed_is_another_release(data_folder: Path, ontology_folder: Path) -> None:
    before = digest_inputs(ontology_folder, data_folder)
    write_records(data_folder, {"mappings/product-names-refused.tsv": "name\twhy\nInventocel\ta word\n"})
    assert digest_inputs(ontology_folder, data_folder) != before


def test_the_command_lists_what_is_unlinked(curate: Curate, data_folder: Path) -> None:
    facts(data_folder, NEW, CAR_T)
    told = CliRunner().invoke(cli, ["worklist", "conditions", "--data", str(data_folder)])
    assert told.exit_code == 0 and "Something Else\t1" in told.stdout
    as_json = CliRunner().invoke(cli, ["worklist", "--format", "json", "--data", str(data_folder)])
    assert {"what": "trials of 2026-01-01 loaded", "count": 1, "of": 1} in json.loads(as_json.stdout)


def test_nothing_is_said_of_a_folder_without_registries(curate: Curate) -> None:
    compiled: Compiled = curate({})
    assert compiled.derived.layers == [] and listings(compiled.derived)["organisations"].rows == []
