"""Entities and concepts as RDF at their own address: what a client gets, and that it is what the dumps say."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from kg.export import FORMATS, Format
from kg.release import Release
from kg.schema import DATA, Schema
from tests.api.conftest import MINI, MemoryReleases, release_of, triples

FORMS = [form for form in FORMATS.values() if not form.archive]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
KYMRIAH = "product/kymriah"
OWNED = {KYMRIAH, "indication/kymriah.all", "involvement/product.kymriah.developer"}


@pytest.fixture(scope="module")
def client(declared: Schema, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("dumps")
    lines = sorted(ox.serialize([one], format=ox.RdfFormat.N_TRIPLES) or b"" for one in triples(declared, MINI))
    (folder / "ntriples").write_bytes(b"".join(lines))
    with TestClient(create_app(MemoryReleases(release_of(declared, MINI, folder=folder)))) as found:
        found.follow_redirects = False
        yield found


def subjects(content: bytes, syntax: ox.RdfFormat) -> set[str]:
    """The ids of what a document says something of."""
    return {str(quad.subject)[1:-1].removeprefix(DATA) for quad in ox.parse(content, format=syntax)}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_one_address_answers_in_the_format_that_is_accepted(client: TestClient, form: Format) -> None:
    answer = client.get(f"/{KYMRIAH}", headers={"Accept": f"{form.media_type}, text/html;q=0.5"})
    assert answer.headers["content-type"].startswith(form.media_type)
    assert "Accept" in answer.headers["vary"]
    assert subjects(answer.content, form.syntax) == OWNED
    ending = client.get(f"/{KYMRIAH}.{form.suffix}", headers={"Accept": BROWSER})
    assert ending.content == answer.content


def test_a_browser_gets_the_page_and_the_page_names_the_other_forms(client: TestClient) -> None:
    answer = client.get(f"/{KYMRIAH}", headers={"Accept": BROWSER})
    assert answer.headers["content-type"].startswith("text/html")
    assert "Accept" in answer.headers["vary"]
    for form in FORMS:
        assert f'type="{form.media_type}" href="/{KYMRIAH}.{form.suffix}"' in answer.text


def test_the_path_of_the_iris_leads_to_the_page_or_to_the_format(client: TestClient) -> None:
    page = client.get(f"/id/{KYMRIAH}", headers={"Accept": BROWSER})
    data = client.get(f"/id/{KYMRIAH}", headers={"Accept": "text/turtle"})
    named = client.get(f"/id/{KYMRIAH}.nt", headers={"Accept": "text/turtle"})
    assert [a.status_code for a in (page, data, named)] == [303, 303, 303]
    found = [answer.headers["location"] for answer in (page, data, named)]
    assert found == [f"/{KYMRIAH}", f"/{KYMRIAH}.ttl", f"/{KYMRIAH}.nt"]
    assert client.get("/id//evil.example/product").status_code == 404  # and not a way to another site


def test_what_is_not_on_offer_is_refused_with_what_is(client: TestClient) -> None:
    answer = client.get(f"/{KYMRIAH}", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.text


def test_a_client_that_has_it_is_told_so(client: TestClient) -> None:
    first = client.get(f"/{KYMRIAH}.ttl")
    again = client.get(f"/{KYMRIAH}.ttl", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_id_that_ends_like_a_format_is_still_an_id(declared: Schema, tmp_path: Path) -> None:
    (tmp_path / "ntriples").write_bytes(b"")
    records = {"trial/a": {"title": "A"}, "registry-record/a.nt": {"identifier": "X 1", "label": "A at X"}}
    with TestClient(create_app(MemoryReleases(release_of(declared, records, folder=tmp_path)))) as client:
        page = client.get("/registry-record/a.nt", headers={"Accept": BROWSER})
        assert page.headers["content-type"].startswith("text/html")
        lines = client.get("/registry-record/a.nt.nt", headers={"Accept": BROWSER})
        assert lines.headers["content-type"].startswith("application/n-triples")


def test_every_entity_and_concept_says_what_the_dump_says(shipped: Release) -> None:
    """Compared with the Turtle dump, another file than the one that is read."""
    dump: dict[str, set[str]] = defaultdict(set)
    for quad in ox.parse(path=str(shipped.dump("turtle")), format=ox.RdfFormat.TURTLE):
        dump[str(quad.subject)[1:-1]].add(str(quad.triple))
    dice, by_type = random.Random(7), _ids_by_type(shipped)
    ids = [one for ids in by_type.values() for one in dice.sample(ids, min(12, len(ids)))]
    with TestClient(create_app(MemoryReleases(shipped))) as client:
        for entity in ids:
            found: dict[str, set[str]] = defaultdict(set)
            for quad in ox.parse(client.get(f"/{entity}.ttl").content, format=ox.RdfFormat.TURTLE):
                found[str(quad.subject)[1:-1]].add(str(quad.triple))
            assert DATA + entity in found, entity
            assert found == {iri: dump[iri] for iri in found}, entity
        for iri, concept in dice.sample(sorted(shipped.schema.concepts.items()), 40):
            answer = client.get(f"/concept/{concept.scheme}/{concept.slug}", headers={"Accept": "text/turtle"})
            assert {str(q.triple) for q in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)} == dump[iri], iri


def _ids_by_type(release: Release) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entity in release.model.ids:
        found[entity.partition("/")[0]].append(entity)
    return found
