"""The ontology's pages: every term where its IRI leads, from the ontology that serves, whatever that says."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from kg.export import FORMATS, Format
from kg.ontology import read_schema
from kg.release import Release
from kg.schema import CONCEPTS, TERMS, EntityType, Schema
from kg.turtle import SH, Table
from tests.api.conftest import MINI, ONTOLOGY, MemoryReleases, release_of
from tests.pages import Page

FILES = ("atmp.ttl", "vocabularies.ttl", "rules.ttl")
TABLE = Table.read(ONTOLOGY / name for name in FILES)
MATCHES = [line.split("\t") for line in (ONTOLOGY / "alignments.sssom.tsv").read_text("utf-8").splitlines()]
ROWS = [row for row in MATCHES if not row[0].startswith("#")][1:]
HOSTILE = "<script>alert('x')</script>\"&"
RDF_FORMATS = [form for form in FORMATS.values() if not form.archive]


@pytest.fixture(scope="module")
def client(declared: Schema) -> Iterator[TestClient]:
    site = create_app(MemoryReleases(release_of(declared, MINI)))
    with TestClient(site, headers={"Accept": "text/html"}, follow_redirects=False) as found:
        yield found


@pytest.fixture(scope="module")
def shipped_client(shipped: Release) -> Iterator[TestClient]:
    with TestClient(create_app(MemoryReleases(shipped)), headers={"Accept": "text/html"}) as found:
        yield found


@pytest.fixture(scope="module")
def index(client: TestClient) -> Page:
    return page(client, "/ontology")


def page(client: TestClient, address: str, status: int = 200) -> Page:
    """The page at an address."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


def ids(found: Page) -> list[str]:
    """The places of a page to which a fragment leads."""
    return [str(given["id"]) for _, given in found.elements if given.get("id")]


def said(found: Page) -> str:
    """The text of a page in one line."""
    return " ".join(found.text.split())


def test_every_term_is_told_where_its_address_leads(index: Page) -> None:
    named = {str(t.subject.value) for t in TABLE.triples if isinstance(t.subject, ox.NamedNode)}
    places = Counter(ids(index))
    assert {iri.removeprefix(TERMS) for iri in named if iri.startswith(TERMS)} <= places.keys()
    assert [place for place, count in places.items() if count > 1] == []


def test_every_term_that_the_graph_uses_is_told(index: Page, shipped: Release) -> None:
    text = shipped.dump("ntriples").read_text("utf-8")
    used = set(re.findall(f"<{re.escape(TERMS)}([^>]+)>", text))
    assert len(used) > 100
    assert used <= {*ids(index)}


def test_the_index_says_what_the_ontology_is(index: Page, declared: Schema) -> None:
    text = said(index)
    assert f"version {declared.version}" in text
    assert f"https://w3id.org/atmp/ontology/{declared.version}" in text
    assert "https://creativecommons.org/licenses/by/4.0/" in index.all("a", "href")
    for rule in (iri for iri in TABLE.of_type(SH + "NodeShape") if TABLE.value(iri, SH + "message")):
        assert " ".join(TABLE.text(rule, SH + "message", "en").split()) in text


def test_every_type_has_a_page_with_all_of_its_fields(client: TestClient, index: Page, declared: Schema) -> None:
    for kind in declared.types.values():
        assert f"/ontology/{kind.name}" in index.all("a", "href")
        found = page(client, f"/ontology/{kind.name}")
        text = said(found)
        assert kind.definition in text and kind.label_nl in text and kind.iri in text
        assert f"/docs/reference/{kind.name}" in found.all("a", "href")
        places = ids(found)
        assert len(places) == len({*places})
        for field in kind.fields.values():
            assert field.iri.removeprefix(TERMS) in places
            assert field.description.replace("`", "") in text
            if field.scheme:
                assert f"/concept/{field.scheme}" in found.all("a", "href")
            if field.target:
                assert f"/ontology/{field.target}" in found.all("a", "href")


def test_a_type_tells_what_is_special_about_a_field(client: TestClient) -> None:
    trial = said(page(client, "/ontology/Trial"))
    assert "the identifier of each of the registryRecords whose registry is ClinicalTrials.gov." in trial
    assert "the status of each of the registryRecords, but only of the one with the latest statusDate." in trial
    assert "those that share a registry only the latest counts" in trial
    for told in (
        "Identifies one trial: no two have the same.",
        "Has the form ^NCT[0-9]{8}$.",
        "For example NCT04797260.",
    ):
        assert told in trial
    assert "text, exactly one." in trial
    assert "link to condition, any number." in trial
    assert "value of the list Trial phase, at most one." in trial
    assert "registry record, nested in the trial, any number." in trial
    assert "The inverse of atmp:buildsOn" in trial
    assert "Fields of every context" in trial
    product = page(client, "/ontology/Product")
    assert "gene therapy medicinal product: legalCategory is gene therapy" in said(product)
    assert "/ontology/Trial#Trial.products" in product.all("a", "href")


def test_a_type_tells_the_rules_that_hold_for_it(client: TestClient) -> None:
    trial, product = (said(page(client, f"/ontology/{name}")) for name in ("Trial", "Product"))
    assert "The trial has no sponsor. Add an involvement with the role sponsor" in trial
    assert "The trial has no sponsor." not in product
    assert "combined product needs a device blocks a release" in product
    assert "The record is deprecated and names no successor." in product, "a rule of a type above"
    assert "It begins after it ends." in trial, "a rule of a property that the type has"
    assert "It was decided after it was converted." not in trial


def test_an_example_on_record_is_linked(shipped_client: TestClient, shipped: Release) -> None:
    for kind in shipped.schema.types.values():
        found = page(shipped_client, f"/ontology/{kind.name}")
        assert shipped.model.number(kind.example) is not None, kind.example
        assert f"/{kind.example}" in found.all("a", "href")
    assert shipped_client.get(f"/{shipped.schema.types['Product'].example}").status_code == 200


def test_every_alignment_stands_with_its_term(client: TestClient, declared: Schema) -> None:
    read: dict[str, str] = {}
    for subject, _, predicate, match, label, *_rest in ROWS:
        prefix, _, local = subject.partition(":")
        address = f"/ontology/{local}" if local in declared.types else "/ontology"
        if prefix != "atmp":
            address = f"/concept/{prefix.removeprefix('c-')}"
        if address not in read:
            read[address] = said(page(client, address))
        words = re.sub("(?<=[a-z])(?=[A-Z])", " ", predicate.removeprefix("skos:")).lower()
        assert f"{words} {match} {label}".rstrip() in read[address]


def test_every_list_has_a_page_with_all_of_its_values(client: TestClient, index: Page, declared: Schema) -> None:
    for slug, vocabulary in declared.vocabularies.items():
        assert f"/concept/{slug}" in index.all("a", "href")
        found = page(client, f"/concept/{slug}")
        text = said(found)
        assert vocabulary.definition in text and vocabulary.iri in text
        for concept in vocabulary.concepts.values():
            assert f"/concept/{slug}/{concept.slug}" in found.all("a", "href")
            assert concept.label in text and concept.label_nl in text
        places = ids(found)
        for concept in vocabulary.concepts.values():
            above = [places.index(parent) for parent in concept.broader]
            assert not above or min(above) < places.index(concept.slug)
        first = next(iter(vocabulary.concepts))
        assert client.get(f"/concept/{slug}/{first}").status_code == 200


def test_a_list_names_the_fields_that_hold_it_and_keeps_its_order(client: TestClient) -> None:
    phase = page(client, "/concept/phase")
    assert "/ontology/Trial#Trial.phase" in phase.all("a", "href")
    assert "/ontology#ctgov" in phase.all("a", "href")
    places = ids(phase)
    assert places.index("phase-1") < places.index("phase-2") < places.index("phase-3")


def test_links_within_lead_somewhere(client: TestClient, declared: Schema) -> None:
    pages = ["/ontology", *(f"/ontology/{name}" for name in declared.types), "/concept/role", "/concept/phase"]
    found = {address: page(client, address) for address in pages}
    places = {address: {*ids(one)} for address, one in found.items()}
    links = {(address, link) for address, one in found.items() for link in one.all("a", "href")}
    followed: set[str] = set()
    for address, link in sorted(links):
        path, _, fragment = link.partition("#")
        if fragment and (path or address) in places:
            assert fragment in places[path or address], (address, link)
        concept = path.startswith("/concept/") and path.count("/") == 3
        if concept:
            assert CONCEPTS + path.removeprefix("/concept/") in declared.concepts, (address, link)
        elif path.startswith(("/ontology", "/docs/reference/", "/concept/")) and path not in followed:
            followed.add(path)
            if not path.startswith("/concept/") or "." not in path:  # a list as RDF needs a dump: see below
                assert client.get(path).status_code == 200, (address, link)


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
def test_the_whole_ontology_is_a_file(client: TestClient, form: Format) -> None:
    by_suffix = client.get(f"/ontology.{form.suffix}")
    asked = client.get("/ontology", headers={"Accept": form.media_type})
    assert by_suffix.content == asked.content
    assert asked.headers["content-type"].startswith(form.media_type)
    assert "Accept" in asked.headers["vary"]
    read = [quad.triple for quad in ox.parse(asked.content, format=form.syntax)]
    assert len(read) == len({str(triple) for triple in TABLE.triples})
    assert client.get("/ontology", headers={"Accept": "image/png"}).status_code == 406
    again = client.get("/ontology.ttl", headers={"If-None-Match": client.get("/ontology.ttl").headers["etag"]})
    assert again.status_code == 304


def test_the_alignments_are_a_file(client: TestClient) -> None:
    assert client.get("/ontology.sssom.tsv").content == (ONTOLOGY / "alignments.sssom.tsv").read_bytes()


def test_a_list_is_to_be_had_as_rdf(shipped_client: TestClient, shipped: Release) -> None:
    asked = shipped_client.get("/concept/phase", headers={"Accept": "text/turtle"})
    assert asked.headers["content-type"].startswith("text/turtle")
    assert shipped_client.get("/concept/phase.ttl").content == asked.content
    found = {str(quad.subject.value) for quad in ox.parse(asked.content, format=ox.RdfFormat.TURTLE)}
    vocabulary = shipped.schema.vocabularies["phase"]
    assert found == {vocabulary.iri, *(concept.iri for concept in vocabulary.concepts.values())}


def test_the_rows_of_a_page_are_a_table(client: TestClient, declared: Schema) -> None:
    def table(address: str, name: str) -> list[dict[str, str]]:
        answer = client.get(address, params={"format": "csv"})
        assert f'filename="atmp-{name}-test-1.csv"' in answer.headers["content-disposition"]
        return list(csv.DictReader(io.StringIO(answer.text)))

    trial: EntityType = declared.types["Trial"]
    fields = table("/ontology/Trial", "ontology-trial")
    assert [row["Field"] for row in fields] == list(trial.fields)
    assert ("link", "condition") in {(row["Holds"].removeprefix("a "), row["Links to"]) for row in fields}
    assert {row["Value"] for row in table("/concept/phase", "list-phase")} == {*declared.vocabularies["phase"].concepts}
    terms = {row["IRI"] for row in table("/ontology", "ontology-terms")}
    assert {*TABLE.of_type(SH + "NodeShape")} <= terms, "types and rules"
    assert {kind.iri for kind in declared.types.values()} <= terms


def test_a_term_without_a_page_is_led_to_its_place(client: TestClient, declared: Schema) -> None:
    for name, place in (
        ("inn", "/ontology#inn"),
        ("Product.inn", "/ontology#Product.inn"),
        (declared.version, "/ontology"),
    ):
        answer = client.get(f"/ontology/{name}")
        assert (answer.status_code, answer.headers["location"]) == (303, place)


def test_what_does_not_exist_is_said_with_what_is_near(client: TestClient) -> None:
    assert "Did you mean 'Trial'" in page(client, "/ontology/Trail", 404).text
    assert "Did you mean 'modality'" in page(client, "/concept/modalty", 404).text
    assert "/ontology.ttl" in page(client, "/ontology.xls", 404).text
    for address in (f"/ontology/{HOSTILE[:8]}", f"/ontology?format={HOSTILE}", f"/ontology?{HOSTILE}=1"):
        answer = client.get(address)
        assert answer.status_code in (400, 404)
        assert "<script>" not in answer.text
        assert "<script" in Page(answer.text).text


def test_what_an_ontology_says_is_shown_as_text(tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY, folder)
    written = HOSTILE.replace('"', '\\"')
    changes = [
        ("atmp.ttl", "A clinical study in which", f"{written} in which"),
        ("atmp.ttl", 'rdfs:label "trial"@en', f'rdfs:label "{written}"@en'),
        ("atmp.ttl", '"klinische proef"@nl', f'"{written}"@nl'),
        ("vocabularies.ttl", 'skos:prefLabel "phase 1"@en', f'skos:prefLabel "{written}"@en'),
        ("vocabularies.ttl", 'rdfs:label "Trial phase"@en', f'rdfs:label "{written}"@en'),
        ("rules.ttl", "The trial has no sponsor.", f"{written}."),
        ("rules.ttl", 'rdfs:label "trial has a sponsor"@en', f'rdfs:label "{written}"@en'),
        ("alignments.sssom.tsv", "\tMedicalTrial\t", f"\t{HOSTILE}\t"),
    ]
    for name, text, hostile in changes:
        content = (folder / name).read_text("utf-8")
        assert text in content, text
        (folder / name).write_text(content.replace(text, hostile), "utf-8")
    source = "dcterms:source <http://data.europa.eu/eli/reg/2014/536/oj>"
    changed = (folder / "atmp.ttl").read_text("utf-8")
    (folder / "atmp.ttl").write_text(changed.replace(source, "dcterms:source <javascript:alert(1)>"), "utf-8")
    release = release_of(read_schema(folder), MINI, ontology=folder)
    with TestClient(create_app(MemoryReleases(release)), headers={"Accept": "text/html"}) as client:
        for address in ("/ontology", "/ontology/Trial", "/concept/phase"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "<script>" not in answer.text
            found = Page(answer.text)
            assert HOSTILE in found.text
            assert not any(link.startswith("javascript:") for link in found.all("a", "href"))


@pytest.mark.parametrize("address", ["/ontology", "/ontology/Trial", "/concept/phase"])
def test_a_page_is_strict_and_known_again(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-atmp-release"] == "test-1"
    assert "Accept" in answer.headers["vary"]
    assert client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    found = Page(answer.text)
    assert not any(tag == "style" or "style" in given for tag, given in found.elements)
    for sheet in found.all("link", "href") - {"data:,"}:
        assert sheet.startswith("/")
