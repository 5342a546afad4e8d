"""What a registry calls a disease links by name, synonym, table or MeSH; what does not surely mean one does not."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError
from kg.sources.condition_terms import BASES, NO_DISEASE, Claim, ConditionTerms, Standing, read_table
from kg.sources.wordforms import normal_form
from tests.conftest import ROOT, write_records

DATA = ROOT / "data"
CLAIMS = [
    Claim("aml", "Acute myeloid leukaemia", ("AML", "acute myelocytic leukaemia"), "MONDO:0000001", "MESH:D000001"),
    Claim("aml", synonyms=("acute myelogenous leukemia",)),  # what another source says of the same condition
    Claim("crohn", "Crohn's disease", (), "MONDO:0000002", "MESH:D000002"),
    Claim("t1d", "Type 1 diabetes", ("juvenile diabetes",), "MONDO:0000003"),
    Claim("t2d", "Type 2 diabetes", (), "MONDO:0000004"),
    Claim("lymphoma", "B-cell lymphoma", ("B-cell cancer", "lymph cancer")),
    Claim("leukaemia", "Leukaemia", ("B-cell cancer",), "", "MESH:D000005"),
    Claim("lymph", "Lymph cancer", (), "", "MESH:D000005"),
    Claim("burn", "Burn"),
]
HEADER = "term\tmondo\tbasis\treason\n"
ROWS = (
    "AML\tMONDO:0000001\tabbreviation\tthe usual one\n"
    "Stage II Burn\tcondition/burn\tnarrower-dropped\tadds the stage\n"
    "Safety\t-\t\tno disease\n"
    "Frailty\t\t\tlacks\n"
    "Gone\tMONDO:0000009\tsynonym\tnot in the graph\n"
    "Type 1 diabetes\tMONDO:0000004\tsynonym\tthe table stands above names\n"
)


def table(tmp_path: Path, text: str) -> ConditionTerms:
    """The conditions with a table of this text."""
    write_records(tmp_path / "data", {"mappings/condition-terms.tsv": text})
    return ConditionTerms(CLAIMS, read_table(tmp_path / "data"))


@pytest.mark.parametrize(
    ("term", "slug", "how"),
    [
        ("Acute Myeloid Leukemia", "aml", "name"),
        ("ACUTE MYELOID LEUKÆMIA".replace("Æ", "AE"), "aml", "name"),
        ("Leukemia, Myeloid, Acute", "aml", "name"),
        ("Acute myeloid leukemias", "aml", "name"),
        ("Acute Myeloid Leukemia (AML)", "aml", "name"),
        ("Acute-Myelogenous Leukaemia", "aml", "synonym"),
        ("Crohn Disease", "crohn", "name"),
        ("Crohn’s diseases", "crohn", "name"),
        ("Crohns disease", "crohn", "name"),
        ("Diabetes, Type 1", "t1d", "name"),
        ("Diabetes type I", "t1d", "name"),
        ("Lymph cancer", "lymph", "name"),  # a name, though it is another's synonym
        ("Burns", "burn", "name"),
    ],
)
def test_spellings_of_a_name_link(term: str, slug: str, how: str) -> None:
    link = ConditionTerms(CLAIMS).link(term)
    assert link is not None
    assert (link.slug, link.how) == (slug, how)


@pytest.mark.parametrize(
    ("term", "standing"),
    [
        ("B-cell cancer", Standing.AMBIGUOUS),
        ("AML", Standing.UNKNOWN),  # an abbreviation, without the table
        ("Chronic myeloid leukaemia", Standing.UNKNOWN),
        ("Acute myeloid leukaemia in children", Standing.UNKNOWN),
        ("Patients with Crohn's disease", Standing.UNKNOWN),
        ("Crohn's disease (mild)", Standing.UNKNOWN),
        ("Crohn's disease (XY)", Standing.UNKNOWN),  # not its initials
        ("Type 3 diabetes", Standing.UNKNOWN),
        ("Diabetes", Standing.UNKNOWN),
        ("Lymphomas of B cells", Standing.UNKNOWN),
        ("", Standing.UNKNOWN),
        ("???", Standing.UNKNOWN),
    ],
)
def test_what_is_not_surely_one_condition_does_not_link(term: str, standing: Standing) -> None:
    terms = ConditionTerms(CLAIMS)
    assert terms.link(term) is None
    assert terms.standing(term) is standing


def test_the_claimants_of_an_ambiguous_wording_are_told() -> None:
    assert ConditionTerms(CLAIMS).claimants("Cancer, B-Cell") == ["leukaemia", "lymphoma"]


def test_the_table_decides_first(tmp_path: Path) -> None:
    terms = table(tmp_path, HEADER + ROWS)
    link = terms.link("aml")
    assert link is not None
    assert (link.slug, link.how, link.evidence) == ("aml", "table", "AML -> MONDO:0000001 (abbreviation)")
    assert [getattr(terms.link(t), "slug", None) for t in ("Stage II burns", "Type I Diabetes")] == ["burn", "t2d"]
    assert [terms.standing(t) for t in ("SAFETY", "Frailty", "Gone")] == [
        Standing.NO_DISEASE,
        Standing.LACKING,
        Standing.LACKING,
    ]


@pytest.mark.parametrize("written", ["D000002", "MESH:D000002"])
def test_a_mesh_heading_links_to_the_one_condition_it_means(written: str) -> None:
    terms = ConditionTerms(CLAIMS)
    link = terms.link_mesh(written)
    assert link is not None
    assert (link.slug, link.how, link.evidence) == ("crohn", "mesh", "MESH:D000002")
    assert terms.link_mesh("D000005") is None  # two conditions have it
    assert terms.link_mesh("D999999") is None


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Burn\tburn\tsynonym\tr\n", "condition-terms.tsv:2: mondo: 'burn' is no condition"),
        ("Burn\tMONDO:0000001\tguess\tr\n", ":2: basis: 'guess' is no basis"),
        ("Burn\tMONDO:0000001\n", ":2: 2 cells"),
        ("!\t-\t\tr\n", ":2: term: the term has no letters"),
        ("Burn\t-\t\tr\nBURNS\t-\t\tr\n", ":3: term: 'BURNS' stands in line 2 already"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, rows: str, told: str) -> None:
    with pytest.raises(DataError) as caught:
        table(tmp_path, HEADER + rows)
    assert told in "\n".join(map(str, caught.value.faults))


WORDS = st.lists(
    st.sampled_from(["acute", "chronic", "myeloid", "leukaemia", "tumour", "oedema", "cell", "of"]), min_size=1
)


@given(WORDS, st.randoms(use_true_random=False))
def test_case_punctuation_and_order_make_no_difference(words: list[str], chance: random.Random) -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)
    other = chance.choice([" ", ", ", "-", " / "]).join(chance.choice([w, w.upper(), w.title()]) for w in shuffled)
    assert normal_form(other) == normal_form(" ".join(words))


@given(WORDS, st.integers(0, 9), st.integers(0, 9))
def test_numbers_stay_with_their_word(words: list[str], one: int, other: int) -> None:
    forms = {normal_form(f"type {a} stage {b} {' '.join(words)}") for a, b in ((one, other), (other, one))}
    assert len(forms) == (1 if one == other else 2)


@given(st.text())
def test_a_normal_form_is_made_of_any_text(text: str) -> None:
    form = normal_form(text)
    assert form == " ".join(sorted(form.split()))


@given(st.text(min_size=1))
def test_no_wording_links_but_by_what_a_condition_claims(text: str) -> None:
    link = ConditionTerms(CLAIMS).link(text)
    claimed = {normal_form(name) for claim in CLAIMS for name in (claim.name, *claim.synonyms)}
    assert link is None or normal_form(text) in claimed or "(" in text


# -------------------------------------------------------------- what is shipped


def _shipped_claims() -> list[Claim]:
    rows = []
    for path in sorted((DATA / "registry/condition").glob("*.jsonl")):
        rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Claim(r["id"], r.get("name", ""), tuple(r.get("synonyms", ())), r.get("mondo", ""), r.get("mesh", ""))
        for r in rows
        if not r.get("deprecated")
    ]


def test_the_shipped_table_names_conditions_of_the_shipped_data() -> None:
    claims = _shipped_claims()
    known = {claim.mondo for claim in claims} | {f"condition/{p.stem}" for p in (DATA / "condition").glob("*.yaml")}
    rows = read_table(DATA)
    assert len(rows) > 900
    assert not [row.term for row in rows.values() if row.target not in ("", NO_DISEASE) and row.target not in known]
    assert not [row.term for row in rows.values() if not row.reason]
    assert {row.basis for row in rows.values() if row.basis} == set(BASES)


def test_no_two_shipped_conditions_have_one_mondo_id() -> None:
    held: dict[str, set[str]] = {}
    for claim in _shipped_claims():
        if claim.mondo:
            held.setdefault(claim.mondo, set()).add(claim.slug)
    assert not {mondo: slugs for mondo, slugs in held.items() if len(slugs) > 1}


@pytest.mark.parametrize(
    ("term", "slug"),
    [
        ("Osteoarthritis of Knee", "knee-osteoarthritis"),  # MONDO lists it under a susceptibility
        ("GVHD", "graft-versus-host-disease"),
        ("Chronic Allograft Nephropathy", None),  # MONDO lists it under a syndrome of the skull
        ("Mesenchymal Stem Cells", None),
        ("Hematologic Malignancies", "haematological-malignancy"),
        ("Stage IV Breast Cancer", "breast-cancer"),
        ("Stroke", "stroke-disorder"),
        ("AML", "acute-myeloid-leukaemia"),
    ],
)
def test_the_shipped_conditions_link(term: str, slug: str | None) -> None:
    curated = [Claim(path.stem, "", (), "", "") for path in (DATA / "condition").glob("*.yaml")]
    terms = ConditionTerms([*curated, *_shipped_claims()], read_table(DATA))
    assert getattr(terms.link(term), "slug", None) == slug
