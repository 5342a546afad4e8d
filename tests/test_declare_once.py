"""Declare once: a new field, a new type and a new enum value are Turtle only, and can be asked for at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import rdflib

from api.docs_reference import Reference, Use
from api.execute import execute
from api.schema import make_schema, print_sdl
from kg.build import build
from kg.errors import OntologyError
from kg.jsonschema import json_schemas
from kg.ontology import read_schema
from kg.settings import Settings
from tests.conftest import write_records

NEW_FIELD = """
atmp:Product.storage a sh:PropertyShape ; sh:path atmp:storage ; sh:name "storage" ; sh:order 26 ; sh:maxCount 1 ;
  sh:datatype xsd:string ; atmp:searched "synonym" .
atmp:Product sh:property atmp:Product.storage .
atmp:storage a owl:DatatypeProperty ; rdfs:label "storage"@en ; skos:definition "How the product is kept."@en ;
  dcterms:source <https://w3id.org/atmp/ontology> .
"""
NEW_TYPE = """
atmp:Guideline a owl:Class , sh:NodeShape ; rdfs:subClassOf atmp:Entity ;
  rdfs:label "guideline"@en , "richtlijn"@nl ; atmp:plural "guidelines" ; sh:order 50 ; skos:example "guideline/gmp" ;
  skos:definition "A text that says how something is to be done."@en ; dcterms:source <https://w3id.org/atmp/ontology> ;
  sh:property atmp:Guideline.name , atmp:Guideline.covers , atmp:Guideline.issued .
atmp:Guideline.name a sh:PropertyShape ; sh:path rdfs:label ; sh:name "name" ; sh:order 1 ; sh:minCount 1 ;
  sh:maxCount 1 ; sh:datatype xsd:string ; sh:description "The name of the guideline." .
atmp:Guideline.covers a sh:PropertyShape ; sh:path atmp:covers ; sh:name "covers" ; sh:order 2 ; sh:class atmp:Product .
atmp:Guideline.issued a sh:PropertyShape ; sh:path atmp:date ; sh:name "issued" ; sh:order 3 ; sh:maxCount 1 ;
  sh:node atmp:PartialDate .
atmp:covers a owl:ObjectProperty ; rdfs:label "covers"@en ; skos:definition "A product that it is about."@en ;
  dcterms:source <https://w3id.org/atmp/ontology> .
atmp:Product.guidelines a sh:PropertyShape ; sh:path [ sh:inversePath atmp:covers ] ; sh:name "guidelines" ;
  sh:order 36 ; sh:class atmp:Guideline ; sh:description "Guidelines that cover the product." .
atmp:Product sh:property atmp:Product.guidelines .
"""
NEW_VALUE = """
<https://w3id.org/atmp/concept/modality/exosomes> a skos:Concept ;
  skos:inScheme <https://w3id.org/atmp/concept/modality> ;
  skos:broader <https://w3id.org/atmp/concept/modality/cell-therapy> ;
  skos:prefLabel "exosomes"@en , "exosomen"@nl ; skos:definition "Vesicles that cells shed."@en ;
  dcterms:source <https://w3id.org/atmp/ontology> .
"""
RECORDS = {
    "product/vesicles": """
        name: Vesicles
        modality: exosomes
        storage: below -150 degrees
        sources: [registry-page]
        review: verified
        """,
    "guideline/storage": """
        name: Storage guideline
        covers: [vesicles]
        issued: 2024-06
        sources: [registry-page]
        review: verified
        """,
}
QUERY = """
{
  products(where: { modality: { eq: EXOSOMES }, storage: { contains: "150" } }) {
    totalCount
    nodes {
      id
      modality
      storage
      guidelines(where: { issued: { gte: "2024" } }) { nodes { name issued covers { nodes { name } } } }
    }
  }
  guideline(id: "storage") { name sources { title } }
  search(text: "150 degrees") { nodes { id } edges { matched { field } } }
}
"""


@pytest.fixture
def grown(ontology_folder: Path, tmp_path: Path) -> Path:
    """A copy of the ontology with a field, a type and an enum value more."""
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder, folder)
    with (folder / "atmp.ttl").open("a", encoding="utf-8") as types:
        types.write(NEW_FIELD + NEW_TYPE)
    with (folder / "vocabularies.ttl").open("a", encoding="utf-8") as lists:
        lists.write(NEW_VALUE)
    return folder


def test_what_turtle_declares_can_be_written_and_asked_for(grown: Path, data_folder: Path, tmp_path: Path) -> None:
    write_records(data_folder, RECORDS)
    release = build(Settings(home=tmp_path / "home", ontology=grown, data=data_folder)).release
    answer = execute(make_schema(release.schema), release, QUERY)
    assert "errors" not in answer, answer
    assert answer["data"] == {
        "products": {
            "totalCount": 1,
            "nodes": [
                {
                    "id": "product/vesicles",
                    "modality": "EXOSOMES",
                    "storage": "below -150 degrees",
                    "guidelines": {
                        "nodes": [
                            {
                                "name": "Storage guideline",
                                "issued": "2024-06",
                                "covers": {"nodes": [{"name": "Vesicles"}]},
                            }
                        ]
                    },
                }
            ],
        },
        "guideline": {"name": "Storage guideline", "sources": [{"title": "A registry page"}]},
        "search": {"nodes": [{"id": "product/vesicles"}], "edges": [{"matched": {"field": "storage"}}]},
    }
    dump = rdflib.Graph().parse(release.dump("turtle"), format="turtle")
    covers = rdflib.URIRef("https://w3id.org/atmp/ontology#covers")
    assert [str(s).rsplit("/", 1)[1] for s in dump.subjects(covers)] == ["storage"]


def test_editors_and_the_printed_schema_know_it_too(grown: Path) -> None:
    schema = read_schema(grown)
    product = json.dumps(json_schemas(schema))
    assert "How the product is kept." in product
    assert "exosomes" in product
    made = make_schema(schema)
    sdl = print_sdl(made)
    assert "type Guideline implements Entity & Node" in sdl
    assert "How the product is kept." in sdl
    assert Use("Product", "guidelines") in Reference(made.core).uses["GuidelineConnection"].given


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ("atmp:Product sh:closed true .", "closed> is not read in the block of an entity type"),
        ("atmp:Product.name sh:minLength 3 .", "minLength> is not read in the block of a field"),
        ("atmp:Product sh:property atmp:Product.colour .", "Product.colour: is named in sh:property but not declared"),
        (
            'atmp:Product.colour a sh:PropertyShape ; sh:path atmp:code ; sh:name "colour" ; sh:datatype xsd:float .\n'
            "atmp:Product sh:property atmp:Product.colour .",
            "Product.colour: says not what it holds",
        ),
        (
            'atmp:Product.colour a sh:PropertyShape ; sh:path atmp:code ; sh:name "name" ; sh:datatype xsd:string .\n'
            "atmp:Product sh:property atmp:Product.colour .",
            "the name name is used twice",
        ),
        (
            'atmp:Product.combined atmp:searched "nickname" .',
            "atmp:searched 'nickname' is not known. Write name or code",
        ),
        (
            'atmp:Product.colour a sh:PropertyShape ; sh:path atmp:code ; sh:name "colour" ; sh:class atmp:Colour .\n'
            "atmp:Product sh:property atmp:Product.colour .",
            "sh:class Colour is not a type",
        ),
        ("atmp:Product.combined atmp:asOf atmp:Product.device .", "Product.device holds no date"),
        ("atmp:Entity rdfs:subClassOf atmp:Product .", "is its own superclass"),
        ("atmp:Product atmp:plural", "not valid Turtle"),
    ],
)
def test_what_the_engine_does_not_read_is_refused_by_name(grown: Path, added: str, told: str) -> None:
    with (grown / "atmp.ttl").open("a", encoding="utf-8") as types:
        types.write("\n" + added + "\n")
    with pytest.raises(OntologyError) as error:
        read_schema(grown)
    assert told in error.value.message
