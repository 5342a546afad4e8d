"""What a peer in another language needs to answer as we do: our schema, our read model, and what the ontology declares.

Three files in a folder: ``schema.graphql``, ``model.json`` and ``ontology.json``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from api.facetable import Facetable, facetable
from api.filters import tree_link
from api.ordering import orderable
from api.schema import AtmpSchema, print_sdl
from api.wording import order_value
from kg.model import Model
from kg.schema import DATA, EntityType, Field, Schema, Vocabulary, enum_name
from kg.turtle import RDFS


def write_files(folder: Path, schema: AtmpSchema, model: Model) -> Path:
    """Write the files into a folder that is there; returns the folder."""
    (folder / "schema.graphql").write_text(print_sdl(schema), encoding="utf-8")
    (folder / "model.json").write_bytes(orjson.dumps({"ids": list(model.ids), "columns": _columns(model)}))
    (folder / "ontology.json").write_bytes(orjson.dumps(declared(model.schema)))
    return folder


def _columns(model: Model) -> dict[str, dict[str, Any]]:
    return {
        kind.name: {name: list(model.column(kind.name, name)) for name in kind.fields}
        for kind in model.schema.entity_types()
    }


def declared(schema: Schema) -> dict[str, Any]:
    """What the ontology declares, as JSON holds it."""
    return {
        "data": DATA,
        "entityTypes": {enum_name(kind.slug): kind.name for kind in schema.entity_types()},
        "types": {name: _type(schema, kind) for name, kind in schema.types.items()},
        "vocabularies": {slug: _vocabulary(one) for slug, one in schema.vocabularies.items()},
    }


def _type(schema: Schema, kind: EntityType) -> dict[str, Any]:
    return {
        "slug": kind.slug,
        "enum": enum_name(kind.slug),
        "title": kind.label,
        "singular": kind.singular,
        "plural": kind.plural,
        "abstract": kind.abstract,
        "concrete": [below.name for below in schema.concrete(kind.name)],
        "label": next((f.name for f in kind.fields.values() if f.predicate == RDFS + "label"), None),
        "tree": tree_link(kind),
        "fields": {name: _field(field) for name, field in kind.fields.items()},
        "orders": {order_value(field): field.name for field in orderable(kind)},
        "facets": {facet.value: _facet(facet) for facet in facetable(schema, kind).values()},
    }


def _field(field: Field) -> dict[str, Any]:
    return {"kind": field.kind, "many": field.many, "target": field.target, "scheme": field.scheme}


def _facet(facet: Facetable) -> dict[str, Any]:
    path = [{"name": field.name, **_field(field)} for field in facet.path]
    return {"name": facet.name, "label": facet.label, "path": path, "steps": facet.steps}


def _vocabulary(vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "iri": vocabulary.iri,
        "label": vocabulary.label,
        "labelNl": vocabulary.label_nl or None,
        "definition": vocabulary.definition or None,
        "names": {slug: concept.enum for slug, concept in vocabulary.concepts.items()},
        "concepts": [
            {
                "id": f"{concept.scheme}/{concept.slug}",
                "iri": concept.iri,
                "slug": concept.slug,
                "value": concept.enum,
                "label": concept.label,
                "labelNl": concept.label_nl or None,
                "altLabels": concept.alt_labels,
                "definition": concept.definition or None,
                "rank": concept.rank,
                "broader": concept.broader,
                "notations": [{"register": register, "code": code} for register, code in concept.notations],
            }
            for concept in vocabulary.concepts.values()
        ],
    }
