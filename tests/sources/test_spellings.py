"""Spellings of sponsors: each to the organisation that is meant, by table, name, ROR or rule, never to another one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError
from kg.mappings import read_rows
from kg.ontology import read_schema
from kg.records import read_records
from kg.sources.deltas import read_states
from kg.sources.ror_records import RorNames, names_by_ror
from kg.sources.spelling_known import Known, curated
from kg.sources.spelling_rules import RULE_COLUMNS, RULES, WORDS, Rules, read_rules
from kg.sources.spelling_tables import MERGE_COLUMNS, MERGES, ORGANISATION_COLUMNS, ORGANISATIONS
from kg.sources.spellings import Spellings
from tests.conftest import ROOT

DATA = ROOT / "data"
RULES_AS_SHIPPED = read_rules(DATA)

ORGANISATIONS_HERE = {
    "zolvia": Known(["Zolvia Therapeutics", "ZVT"], country="us", former=["Kelmar Bio"]),
    "kelmar": Known(["Kelmar Biologics", "Old Kelmar Sciences"], country="se", former=["Old Kelmar Sciences"]),
    "dorvik": Known(["Dorvik Pharma GmbH"], country="de"),
    "brenholt": Known(["University of Brenholt"], country="nl", city="Brenholt"),
    "brenholt-hospital": Known(["Brenholt University Hospital"], country="nl", city="Brenholt"),
    "janssen-part": Known(["Janssen Biotech", "Janssen"], country="us"),
    "merck-co": Known(["Merck & Co."], country="us"),
    "noplace": Known(["Quillon Cells"]),
    "birches": Known(["Birches"], country="us"),
}
ROR_HERE = {
    "https://ror.org/01aaaaa11": RorNames(("Larkenburg University", "LU"), "BE", "Larkenburg", "Larkenburg University"),
    "https://ror.org/02aaaaa22": RorNames(
        ("Universidad de los Robles",), "CL", "Santiago", "Universidad de los Robles"
    ),
    "https://ror.org/03aaaaa33": RorNames(("Universidad de los Robles",), "CO", "Bogotá", "Universidad de los Robles"),
    "https://ror.org/04aaaaa44": RorNames(("University Hospital",), "BE", "Larkenburg", "University Hospital"),
    "https://ror.org/05aaaaa55": RorNames(("Emmer Institute (EI)", "EMMER"), "GB", "Leeds", "Emmer Institute"),
}
MERGE_ROWS = [
    ("Zolvia Rx", "zolvia"),
    ("Anna Example", "-"),
    ("Tarn Cellworks", "tarn"),
]
REVIEWED_ROWS = [("tarn", "Tarn Cells", "", "company", "tarn-group"), ("tarn-group", "Tarn Group", "", "company", "")]


def write(folder: Path, file: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    (folder / "mappings").mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(columns), *("\t".join(row) for row in rows)]
    (folder / "mappings" / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def merge_rows(pairs: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    return [(spelling, slug, "seen in a page", "2026-11-24", "a test") for spelling, slug in pairs]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("spellings") / "data"
    write(made, MERGES, MERGE_COLUMNS, merge_rows(MERGE_ROWS))
    write(made, ORGANISATIONS, ORGANISATION_COLUMNS, [(*row, "a page") for row in REVIEWED_ROWS])
    for file in (RULES, WORDS):
        shutil.copy(DATA / "mappings" / file, made / "mappings" / file)
    return made


def spellings(folder: Path, *found: str) -> Spellings:
    return Spellings.read(folder, ORGANISATIONS_HERE, ROR_HERE, [(spelling, 1) for spelling in found])


@pytest.mark.parametrize(
    ("spelling", "organisation", "how", "rule"),
    [
        ("Zolvia Rx", "zolvia", "table", ""),
        ("Anna Example", "-", "table", ""),
        ("Tarn Cells", "tarn", "name", ""),
        ("ZOLVIA  THERAPEUTICS", "zolvia", "name", ""),
        ("Merck and Co", "merck-co", "name", ""),
        ("Old Kelmar Sciences", "kelmar", "name", "former-name"),
        ("Lärkenburg University", "larkenburg-university", "ror", ""),
        ("Zolvia Therapeutics, Inc.", "zolvia", "rule", "legal-form"),
        ("Zolvia Therapeutics, LLC", "zolvia", "rule", "legal-form"),
        ("Kelmar Biologics AB", "kelmar", "rule", "legal-form"),
        ("Dorvik Pharma", "dorvik", "rule", "legal-form"),
        ("Tarn Cells Co., Ltd", "tarn", "rule", "legal-form"),
        ("The University of Brenholt", "brenholt", "rule", "small-words"),
        ("Zolvia Therapeutics (ZT)", "zolvia", "rule", "acronym"),
        ("Zolvia Therapeutics, a Kelmar Company", "zolvia", "rule", "owner-said"),
        ("Zolvia Therapeutics, a Subsidiary of Kelmar", "zolvia", "rule", "owner-said"),
        ("Zolvia Therapeutics (formerly Something Else)", "zolvia", "rule", "former-name"),
        ("Brandnew Name, formerly Kelmar Biologics", "kelmar", "rule", "former-name"),
        ("Larkenburg University, Belgium", "larkenburg-university", "rule", "known-place"),
        ("Larkenburg University, Larkenburg, Belgium", "larkenburg-university", "rule", "known-place"),
        ("Universidad de los Robles, Chile", "universidad-de-los-robles-02aaaaa22", "rule", "known-place"),
        ("Department of Cells, University of Brenholt", "brenholt", "rule", "department"),
        ("Dept. of Cells, 3994, University of Brenholt, Netherlands", "brenholt", "rule", "department + known-place"),
    ],
)
def test_a_spelling_leads_to_its_organisation(
    folder: Path, spelling: str, organisation: str, how: str, rule: str
) -> None:
    found = spellings(folder, spelling).resolve(spelling)
    assert (found.organisation, found.how, found.rule) == (organisation, how, rule)
    assert found.evidence


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("Orrin’s Hospital", "Orrin's Hospital", "same-form"),
        ("Guangzhou 8th Hospital of Orrin", "Guangzhou Eighth Hospital of Orrin", "spelling"),
        ("Orrin Paediatric Centre", "Orrin Pediatric Center", "spelling"),
        ("Orrin Bio-technology Co., Ltd", "Orrin Biotechnology Inc.", "legal-form"),
        ("Orrin Biotechnology Co.,LTD", "Orrin Biotechnology", "legal-form"),
        ("Nanfang Hospital, Orrin University", "Nanfang Hospital of Orrin University", "small-words"),
        ("Wuhan Orrin Hospital, China", "Wuhan Orrin Hospital", "place-said-twice"),
        ("Wuhan Orrin Co., Ltd., Hubei, China.", "Wuhan Orrin Co., Ltd", "place-said-twice"),
        ("Shanghai Orrin Laboratory, Shanghai, China", "Shanghai Orrin Laboratory", "place-said-twice"),
        (
            "Orrin Hospital, School of Medicine, Elm University",
            "Orrin Hospital of Elm University",
            "school-of-hospital",
        ),
        ("National Orrin Institute (NOI)", "National Orrin Institute", "acronym"),
    ],
)
def test_two_spellings_of_one_unknown_organisation_are_joined(folder: Path, one: str, other: str, rule: str) -> None:
    found = spellings(folder, one, other)
    assert found.resolve(one).organisation == found.resolve(other).organisation
    assert rule in " ".join(row.rule for row in found.log())
    assert found.unresolved() == []
    (only,) = found.registered()
    assert {only.name, *only.aliases} == {one, other}
    assert only.how == "own"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University Hospital, Ghent", "University Hospital, Basel"),
        ("University Hospital, Ghent", "University Hospital"),
        ("University Hospital, Basel, Switzerland", "University Hospital, Switzerland"),
        ("Children's Hospital, Orrin", "Children's Hospital"),
        ("First Affiliated Hospital of Orrin University", "First Affiliated Hospital of Elm University"),
        ("First Affiliated Hospital of Orrin University", "Second Affiliated Hospital of Orrin University"),
        ("Fujian Medical University", "Fujian Medical University Union Hospital"),
        ("Orrin University School of Medicine", "Orrin University"),
        ("Hospital of Orrin University", "Orrin University Hospital"),
        ("Washington University", "University of Washington"),
        ("Pfizer", "Pfizer Japan"),
        ("Merck KGaA", "Merck Sharp & Dohme Corp."),
        ("Merck KGaA", "Merck & Co."),
        ("Merck KGaA", "Merck"),
        ("Merck Inc.", "Merck & Co."),
        ("Janssen, LP", "Janssen Research & Development"),
        ("Janssen, LP", "Janssen Biotech"),
        ("Janssen Inc.", "Janssen Biotech"),
        ("Novartis", "Novartis Vaccines"),
        ("Zolvia Therapeutics GmbH", "Zolvia Therapeutics"),
        ("Zolvia Therapeutics K.K.", "Zolvia Therapeutics"),
        ("Zolvia Therapeutics Japan, Inc.", "Zolvia Therapeutics, Inc."),
        ("Zolvia Therapeutics (KMB)", "Zolvia Therapeutics"),
        ("Quillon Cells B.V.", "Quillon Cells"),
        ("Orrin Cells Pte. Ltd.", "Orrin Cells Sdn. Bhd."),
        ("Stem Orrin Pvt Ltd", "Stem Orrin"),
        ("Dorvik Pharma, Inc.", "Dorvik Pharma GmbH"),
        ("Universidad de los Robles", "Universidad de los Robles, Chile"),
        ("Universidad de los Robles, Chile", "Universidad de los Robles, Colombia"),
        ("Universidad de los Robles, Peru", "Universidad de los Robles, Chile"),
        ("Larkenburg University, France", "Larkenburg University"),
        ("Larkenburg University, Ghent", "Larkenburg University"),
        ("LU", "Larkenburg University"),
        ("University Hospital, Belgium", "University Hospital"),
        ("Orrin Hospital, China", "Orrin Hospital"),
        ("Wuhan Orrin Hospital, Beijing", "Wuhan Orrin Hospital"),
        ("Ministry of Health, Spain", "Ministry of Health, France"),
        ("Center for Cells, University of Brenholt", "University of Brenholt"),
        ("Department of Cells, Orrin University", "Orrin University"),
        ("Cell Therapy Ltd", "Cell Therapy"),
        ("Haematology Hospital", "Hematology Hospital"),
        ("Genesis Limited", "Genesis Inc."),
        ("Zolvia Therapeutic", "Zolvia Therapeutics"),
        ("Instituto de Terapia (ABC)", "Instituto de Terapia"),
    ],
)
def test_two_organisations_stay_two(folder: Path, one: str, other: str) -> None:
    found = spellings(folder, one, other)
    assert found.resolve(one).organisation != found.resolve(other).organisation


def test_an_own_id_is_never_that_of_a_known_organisation(folder: Path) -> None:
    """``tarn-group`` is the id of another organisation than the one that a name so spelt would make of itself."""
    organisations = {**ORGANISATIONS_HERE, "alder-cells": Known(["Something Different"])}
    found = Spellings.read(folder, organisations, {}, [("Alder Cells", 1)])
    assert found.resolve("Alder Cells").organisation == "alder-cells-registered"


def test_a_curated_organisation_stands_for_its_ror_entry(folder: Path) -> None:
    organisations = {**ORGANISATIONS_HERE, "lu": Known(["The Place"], ror="https://ror.org/01aaaaa11")}
    found = Spellings.read(folder, organisations, ROR_HERE, [("Larkenburg University", 2)])
    assert found.resolve("Larkenburg University").organisation == "lu"
    assert found.registered() == []


def test_what_is_registered_says_what_it_is(folder: Path) -> None:
    found = spellings(
        folder, "Tarn Cellworks", "Larkenburg University", "Orrin Cells Inc.", "Zolvia Rx", "Anna Example"
    )
    listed = {row.organisation: row for row in found.registered()}
    assert sorted(listed) == ["larkenburg-university", "orrin-cells", "tarn", "tarn-group"]
    assert (listed["tarn"].parent, listed["tarn"].type, listed["tarn"].aliases) == (
        "tarn-group",
        "company",
        ("Tarn Cellworks",),
    )
    assert listed["larkenburg-university"].ror == "https://ror.org/01aaaaa11"
    assert {slug: row.how for slug, row in listed.items()} == {
        "larkenburg-university": "ror",
        "orrin-cells": "own",
        "tarn": "table",
        "tarn-group": "table",
    }


def test_the_work_list_begins_with_what_is_named_most(folder: Path) -> None:
    pairs = [("Orrin Cells", 1), ("Elm Cells", 5), ("Zolvia Rx", 9), ("Anna Example", 2)]
    found = Spellings.read(folder, ORGANISATIONS_HERE, ROR_HERE, pairs)
    assert [(row.spelling, row.mentions) for row in found.unresolved()] == [("Elm Cells", 5), ("Orrin Cells", 1)]
    shares = found.shares()
    assert shares["all"] == (4, 17)
    assert shares["resolved"] == (2, 11)
    assert shares["left-out"] == (1, 2)


def test_a_facility_is_an_organisation_only_by_its_name_and_country(folder: Path) -> None:
    found = spellings(folder)
    assert found.facility("Larkenburg University", "be") == "larkenburg-university"
    assert found.facility("Larkenburg University", "nl") is None
    assert found.facility("Larkenburg University, Ward 3", "be") is None
    assert found.facility("Brenholt University Hospital", "nl") == "brenholt-hospital"
    assert found.facility("University Hospital", "be") is None
    assert found.facility("Zolvia Therapeutics", None) is None
    assert [row.organisation for row in found.registered()] == ["larkenburg-university"]


PARTS = [
    "Orrin",
    "Zolvia",
    "Therapeutics",
    "Larkenburg",
    "University",
    "Hospital",
    "Hospital,",
    "of",
    "The",
    "&",
    "and",
    "First",
    "Wuhan",
    "Shanghai,",
    "China",
    "Chile,",
    "Inc.",
    "Co.,",
    "Ltd.",
    "GmbH",
    "(ZT)",
    "Department",
    "(formerly",
    "Kelmar)",
    "-",
    "Centre",
    "Bio-technology",
    "8th",
    "Ørsted",
    "İzmir",
    "№",
    "医院",
    "a",
    "Company",
]
NAMES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=7).map(" ".join) | st.text(min_size=1, max_size=30)


@given(st.lists(NAMES, max_size=6), st.randoms(use_true_random=False))
def test_an_answer_depends_on_nothing_but_the_spelling(folder: Path, names: list[str], random: object) -> None:
    together = spellings(folder, *names)
    backwards = spellings(folder, *reversed(names))
    assert together.registered() == backwards.registered()
    for name in names:
        alone = spellings(folder, name).resolve(name)
        assert alone == together.resolve(name) == backwards.resolve(name)


@given(NAMES)
def test_a_form_is_final(name: str) -> None:
    form = RULES_AS_SHIPPED.form(name)
    again = RULES_AS_SHIPPED.form(" ".join(form.words))
    assert again.words == form.words
    assert again.legal == ()


@pytest.mark.parametrize(
    ("file", "columns", "rows", "said"),
    [
        (MERGES, MERGE_COLUMNS, merge_rows([("X", "nobody")]), "there is no organisation 'nobody'"),
        (MERGES, MERGE_COLUMNS, merge_rows([("X", "zolvia"), ("X", "dorvik")]), "leads to two organisations"),
        (ORGANISATIONS, ORGANISATION_COLUMNS, [("Tarn", "T", "", "", "", "e")], "is no id with a name"),
        (ORGANISATIONS, ORGANISATION_COLUMNS, [("zolvia", "Z", "", "", "", "e")], "stands already"),
        (
            ORGANISATIONS,
            ORGANISATION_COLUMNS,
            [("tarn", "T", "", "", "nobody", "e")],
            "there is no organisation 'nobody'",
        ),
        (RULES, RULE_COLUMNS, [("x", "sometimes", "a", "", "d", "w")], "is no kind of rule"),
        (RULES, RULE_COLUMNS, [("x", "always", "", "", "d", "w")], "has no pattern"),
        (RULES, RULE_COLUMNS, [("x", "always", "(", "", "d", "w")], "is no regular expression"),
        (RULES, RULE_COLUMNS, [("x", "always", "a", "", "d", "")], "is empty"),
        (WORDS, ("kind", "word", "means", "why"), [("x", "a", "", "")], "is no kind of word"),
        (WORDS, ("kind", "word", "means", "why"), [("generic", "S.p.A.", "", "")], "is not as spellings are compared"),
    ],
)
def test_a_row_that_is_not_in_form_is_told_with_its_place(
    folder: Path, tmp_path: Path, file: str, columns: tuple[str, ...], rows: list[tuple[str, ...]], said: str
) -> None:
    made = tmp_path / "data"
    shutil.copytree(folder, made)
    if file in (MERGES, ORGANISATIONS):
        (made / "mappings" / MERGES).unlink()
    write(made, file, columns, rows)
    with pytest.raises(DataError) as caught:
        spellings(made)
    assert said in str(caught.value.faults[0])
    assert f"data/mappings/{file}:" in str(caught.value.faults[0])


def test_a_folder_without_rules_has_those_of_the_project(tmp_path: Path) -> None:
    found = Spellings.read(tmp_path / "data", ORGANISATIONS_HERE, {}, [])
    assert found.resolve("Zolvia Therapeutics, Inc.").organisation == "zolvia"


# ------------------------------------------------------------------ the tables as they are


@pytest.fixture(scope="module")
def real() -> Spellings:
    records = read_records(read_schema(ROOT / "ontology"), DATA)
    ror = names_by_ror(read_states(DATA, "ror"))
    rows = [row for _, _, row in read_rows(DATA, MERGES, MERGE_COLUMNS)]
    return Spellings.read(DATA, curated(records.nodes.values()), ror, [(row["spelling"], 1) for row in rows])


def test_every_reviewed_spelling_leads_to_an_organisation(real: Spellings) -> None:
    known = {*real.organisations, *real.reviewed, "-"}
    for spelling in real.mentions:
        found = real.resolve(spelling)
        assert found.how == "table"
        assert found.organisation in known


@pytest.mark.parametrize(
    ("spelling", "organisation"),
    [("Vericel Corporation", "vericel"), ("The Netherlands Cancer Institute", "nki"), ("NCI (x)", "nci-x")],
)
def test_the_rules_as_they_are_work_on_the_records_as_they_are(
    real: Spellings, spelling: str, organisation: str
) -> None:
    assert real.resolve(spelling).organisation == organisation


@pytest.mark.parametrize(
    "spelling",
    [
        "Janssen, LP",
        "Janssen Inc.",
        "Merck KGaA",
        "Pfizer Japan Inc.",
        "CSL Limited",
        "Novartis Vaccines",
        "Autolus",
        "Gilead Sciences B.V.",
        "IRCCS San Raffaele",
        "Guangdong Provincial People's Hospital",
        "Northwestern University",
    ],
)
def test_a_doubtful_spelling_stays_open(real: Spellings, spelling: str) -> None:
    found = real.resolve(spelling)
    assert found.how == "table" or found.organisation not in real.organisations


def test_every_rule_says_what_it_does_and_why() -> None:
    rules: Rules = RULES_AS_SHIPPED
    assert len(rules.does) >= 10
    for _, _, row in read_rows(DATA, RULES, RULE_COLUMNS):
        assert row["does"]
        assert row["why"]
