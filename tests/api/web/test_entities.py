"""The page of an entity: every type has one, every fact says who states it, and nothing in the data is code."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.execute import execute
from api.schema import AtmpSchema
from kg.errors import UsageError
from kg.schema import Schema
from kg.settings import TRACKER_VARIABLE
from tests.api.conftest import MINI, MemoryRelease, MemoryReleases, Records, release_of
from tests.browser.hostile import FIRST, TEXT, hostile_release
from tests.pages import Page

BROWSER = {"Accept": "text/html"}
TRACKER = "https://tracker.example/new?title={title}&body={body}"
MANY = 130
"""Trials of a sponsor: more than a page of a list holds."""

DISPUTED = {"field": "enrolmentActual", "source": "source/paper"}
RECORDS: Records = {
    **MINI,
    "authorisation/x.eu": {"status": "granted", "statusDate": "2025-03", "label": "X in the EU"},
    "trial/disputed": {
        "title": "Disputed",
        "enrolmentActual": "5",
        "evidence": ["evidence/trial.disputed.one", "evidence/trial.disputed.two"],
        "conflicts": ["conflict/trial.disputed.n"],
    },
    "evidence/trial.disputed.one": DISPUTED | {"value": "2", "date": "2024"},
    "evidence/trial.disputed.two": DISPUTED | {"value": "5", "date": "2025", "locator": "table 1"},
    "conflict/trial.disputed.n": {
        "field": "enrolmentActual",
        "shown": "5",
        "reason": "The number grew.",
        "values": ["evidence/trial.disputed.one", "evidence/trial.disputed.two"],
    },
    "trial/thin": {
        "title": "Thin",
        "unknown": ["startDate", "enrolmentActual"],
        "review": "unreviewed",
        "confidence": "medium",
    },
    "product/old": {"name": "Old", "deprecated": "true"},
    "organisation/hospital": {"name": "The hospital"},
    "organisation/partner": {"name": "The partner"},
    "trial/shared": {
        "title": "Shared",
        "involvements": ["involvement/trial.shared.one", "involvement/trial.shared.two"],
    },
    "involvement/trial.shared.one": {"agent": "organisation/hospital", "role": "sponsor"},
    "involvement/trial.shared.two": {"agent": "organisation/partner", "role": "collaborator"},
}


def serving(release: MemoryRelease) -> TestClient:
    """A browser that follows no redirects."""
    return TestClient(create_app(MemoryReleases(release)), headers=BROWSER, follow_redirects=False)


@pytest.fixture(scope="module")
def client(declared: Schema) -> Iterator[TestClient]:
    with serving(release_of(declared, RECORDS)) as found:
        yield found


@pytest.fixture(scope="module")
def hostile(declared: Schema) -> Iterator[TestClient]:
    with serving(hostile_release(declared)) as found:
        yield found


@pytest.fixture(scope="module")
def busy(declared: Schema) -> Iterator[TestClient]:
    """A sponsor of many trials."""
    records: dict[str, Mapping[str, Any]] = {"organisation/lumc": {"name": "LUMC"}, "source/paper": {"title": "Paper"}}
    for number in range(MANY):
        involved = f"involvement/trial.t{number:03}.sponsor"
        records[involved] = {"agent": "organisation/lumc", "role": "sponsor", "sources": ["source/paper"]}
        records[f"trial/t{number:03}"] = {
            "title": f"=Trial {number:03}",
            "involvements": [involved],
            "sources": ["source/paper"],
        }
    with serving(release_of(declared, records)) as found:
        yield found


def page(client: TestClient, address: str, status: int = 200) -> Page:
    """The page at an address."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


def words(found: Page) -> str:
    """The text of a page with single blanks."""
    return " ".join(found.text.split())


# ---------------------------------------------------------------- every type


def test_every_type_has_a_page_on_which_hostile_values_are_text(hostile: TestClient, declared: Schema) -> None:
    for kind in declared.entity_types():
        answer = hostile.get(f"/{kind.slug}/{FIRST}")
        assert answer.status_code == 200, kind.name
        found = Page(answer.text)
        assert kind.label in found.text
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text, kind.name
        assert all(attributes.get("src") for tag, attributes in found.elements if tag == "script"), kind.name
        assert not any(name.startswith("on") for _, attributes in found.elements for name in attributes), kind.name
        assert not [link for link in found.all("a", "href") if link.startswith(("javascript:", "data:"))], kind.name
        if any(f.kind == "string" and not f.derived for f in kind.fields.values()):
            assert TEXT in found.text, kind.name


def test_every_list_of_every_type_has_a_page_and_a_file(hostile: TestClient, declared: Schema) -> None:
    for kind in declared.entity_types():
        for field in kind.fields.values():
            if field.kind == "link" and field.many and not field.hidden:
                address = f"/{kind.slug}/{FIRST}?list={field.name}"
                answer = hostile.get(address)
                assert answer.status_code == 200 and "<script>alert" not in answer.text, address
                table = hostile.get(f"{address}&format=csv")
                assert table.status_code == 200 and table.headers["content-type"].startswith("text/csv"), address


def test_the_query_that_a_page_offers_is_answered(client: TestClient, schema: AtmpSchema, mini: MemoryRelease) -> None:
    for kind in {one.partition("/")[0]: one for one in MINI}.values():
        links = page(client, f"/{kind}").all("a", "href") if kind != "organisation/azl" else set()
        for link in (link for link in links if link.startswith("/graphql?query=")):
            answer = execute(schema, mini, parse_qs(urlsplit(link).query)["query"][0])
            assert "errors" not in answer, answer
            (found,) = answer["data"].values()
            assert found["id"] == kind


# ---------------------------------------------------------------- what a page says


def test_a_fact_shows_its_label_its_day_and_who_states_it(client: TestClient) -> None:
    answer = client.get("/trial/a")
    found = Page(answer.text)
    assert {"/concept/phase/phase-1", "/product/rag1", "/concept/region/nl"} <= found.all("a", "href")
    said = words(found)
    assert "Countries Germany; Netherlands" in said
    assert "States actual enrolment: 2; date 2020" in said
    assert "Start date 2020 " in said
    notes = {attributes["id"] for tag, attributes in found.elements if tag == "li" and attributes.get("id")}
    cited = {link[1:] for link in found.all("a", "href") if link.startswith("#note-")}
    assert cited and cited <= notes


def test_a_status_stands_with_the_day_for_which_it_is_stated(client: TestClient) -> None:
    assert "granted as of 2025-03" in words(page(client, "/authorisation/x.eu"))


def test_sources_that_disagree_stand_side_by_side(client: TestClient) -> None:
    said = words(page(client, "/trial/disputed"))
    assert "sources disagree on 1 field" in said
    assert "2 2024" in said and "5 2025" in said and "The number grew." in said
    assert "locator table 1" in said


def test_what_was_sought_and_not_found_and_how_sure_a_record_is_stand_in_words(client: TestClient) -> None:
    said = words(page(client, "/trial/thin"))
    assert "Looked for and not found: actual enrolment, start date" in said
    assert "Review state unreviewed" in said and "Confidence medium" in said


def test_a_source_leads_to_all_that_it_supports_and_to_what_falls_with_it(client: TestClient) -> None:
    found = page(client, "/source/paper")
    assert {"/product/kymriah", "/product/rag1", "/trial/a"} <= found.all("a", "href")
    assert "/source/paper?list=supports&type=product" in found.all("a", "href")
    products = page(client, "/source/paper?list=supports&type=product").all("a", "href")
    assert "/product/rag1" in products and "/trial/a" not in products
    alone = page(client, "/source/paper?list=supports&alone=true").all("a", "href")
    assert {"/product/kymriah", "/trial/a"} <= alone and "/product/rag1" not in alone
    assert "/trial/a" in page(client, "/evidence/trial.a.one").all("a", "href")


def test_an_organisation_is_drawn_among_its_partners_and_has_a_brief(client: TestClient) -> None:
    found = page(client, "/organisation/hospital")
    assert any(tag == "svg" for tag, _ in found.elements)
    assert {"/organisation/partner", "/organisation/hospital/brief"} <= found.all("a", "href")
    assert "The partner: 1 shared record" in words(page(client, "/organisation/hospital/brief"))


def test_what_is_drawn_stands_in_a_table_and_in_a_file(client: TestClient) -> None:
    found = page(client, "/organisation/hospital")
    assert "The drawing as a table" in found.text
    assert "/network/tie?a=hospital&b=partner" in found.all("a", "href")
    file = client.get("/organisation/hospital?list=ties&format=csv")
    assert [*csv.reader(io.StringIO(file.text.removeprefix("\ufeff")))] == [
        ["organisation", "other organisation", "records", "last active"],
        ["The hospital", "The partner", "1", ""],
    ]
    assert "atmp-organisation-hospital-ties-test-1.csv" in file.headers["Content-Disposition"]
    assert "The drawing as a table" not in page(client, "/organisation/novartis").text
    page(client, "/organisation/hospital?list=ties", 400)


# ---------------------------------------------------------------- lists


def test_a_long_list_begins_on_the_page_and_goes_on_page_by_page(busy: TestClient) -> None:
    first = page(busy, "/organisation/lumc").all("a", "href")
    rest = "/organisation/lumc?list=involvedIn"
    assert rest in first
    assert len([link for link in first if link.startswith("/trial/t")]) < MANY
    pages = [page(busy, rest), page(busy, f"{rest}&page=2")]
    shown = [{link for link in found.all("a", "href") if link.startswith("/trial/")} for found in pages]
    assert len(shown[0] | shown[1]) == MANY and not shown[0] & shown[1]
    assert f"{rest}&page=2" in pages[0].all("a", "href")


def test_a_list_as_a_file_has_all_rows_with_labels_and_runs_no_formula(busy: TestClient) -> None:
    answer = busy.get("/organisation/lumc?list=sponsorOf&format=csv")
    busy_rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert 'filename="atmp-organisation-lumc-sponsorOf-test-1.csv"' in answer.headers["content-disposition"]
    answer = busy.get("/organisation/lumc?list=involvedIn&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == MANY and rows[0]["Role"] == "sponsor"
    assert not busy_rows and not any(cell.startswith("=") for row in rows for cell in row.values())


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("list=involvdIn", "involvedIn"),
        ("list=involvedIn&page=3", "page"),
        ("list=involvedIn&page=0", "page"),
        ("list=involvedIn&page=1e9", "page"),
        ("list=involvedIn&type=trial", "type"),
        ("list=involvedIn&alone=maybe", "alone"),
        ("list=involvedIn&format=xls", "format"),
        ("page=2", "list"),
        ("colour=red", "colour"),
        ("list=<script>alert(1)</script>", "list"),
    ],
)
def test_an_absurd_parameter_gives_a_page_that_says_what_is_wrong(busy: TestClient, asked: str, told: str) -> None:
    answer = busy.get(f"/organisation/lumc?{asked}")
    assert answer.status_code == 400
    assert told in Page(answer.text).text and "<script>alert" not in answer.text


# ---------------------------------------------------------------- addresses


def test_an_id_that_was_given_up_leads_to_what_took_its_place(client: TestClient) -> None:
    for address, place in [
        ("/organisation/azl", "/organisation/lumc"),
        ("/organisation/azl.ttl", "/organisation/lumc.ttl"),
        ("/organisation/azl/brief", "/organisation/lumc/brief"),
    ]:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["location"]) == (308, place)


def test_what_was_given_up_for_nothing_still_has_its_page(client: TestClient) -> None:
    assert "This record was given up" in words(page(client, "/product/old"))


def test_an_unknown_id_gives_a_page_that_offers_what_is_spelt_like_it(client: TestClient) -> None:
    assert "/product/kymriah" in page(client, "/product/kymirah", 404).all("a", "href")
    assert client.get("/product/kymirah", headers={"Accept": "application/json"}).json()["errors"]
    page(client, "/concept/phase/phase-9", 404)
    page(client, "/nothing/there", 404)
    page(client, "/product/kymriah/brief", 404)


# ---------------------------------------------------------------- concepts


def test_a_concept_tells_what_it_means_where_it_stands_and_what_has_it(client: TestClient, declared: Schema) -> None:
    found = page(client, "/concept/phase/phase-1")
    concept = declared.vocabularies["phase"].concepts["phase-1"]
    assert concept.label in found.text and concept.label_nl in found.text and concept.definition in found.text
    assert {"/trial/a", "/concept/phase"} <= found.all("a", "href")
    narrow = next(c for c in declared.vocabularies["modality"].concepts.values() if c.broader)
    above = f"/concept/modality/{narrow.broader[0]}"
    assert above in page(client, f"/concept/modality/{narrow.slug}").all("a", "href")
    assert f"/concept/modality/{narrow.slug}" in page(client, above).all("a", "href")


def test_every_controlled_list_has_concepts_with_pages(client: TestClient, declared: Schema) -> None:
    for vocabulary in declared.vocabularies.values():
        concept = list(vocabulary.concepts.values())[-1]
        assert concept.label in page(client, f"/concept/{concept.scheme}/{concept.slug}").text


# ---------------------------------------------------------------- reports


def test_every_fact_can_be_reported_where_a_tracker_is_configured(
    declared: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRACKER_VARIABLE, TRACKER)
    with serving(release_of(declared, MINI)) as client:
        links = page(client, "/trial/a").all("a", "href")
    reports = {unquote(link) for link in links if link.startswith("https://tracker.example/")}
    assert any("Field: phase" in link and "https://w3id.org/atmp/id/trial/a" in link for link in reports)


def test_without_a_tracker_nothing_is_offered(client: TestClient) -> None:
    assert "report an error" not in page(client, "/trial/a").text


@pytest.mark.parametrize("address", ["javascript:alert(1)//{title}{body}", "https://tracker.example/new"])
def test_a_tracker_that_cannot_take_a_report_is_refused_at_the_start(
    declared: Schema, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(TRACKER_VARIABLE, address)
    with pytest.raises(UsageError, match=TRACKER_VARIABLE):
        serving(release_of(declared, MINI))
