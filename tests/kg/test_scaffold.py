"""Beginning a record, what an editor checks it with, and the guide: all follow from the ontology."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ruamel.yaml import YAML

from kg.errors import Fault, NotFoundError, UsageError
from kg.files import find_records
from kg.formatting import format_record
from kg.graph import compile_graph
from kg.guide import annotated, guide
from kg.jsonschema import json_schemas
from kg.records import Node, RecordReader
from kg.scaffold import new_record, record_text
from kg.schema import EntityType, Schema
from kg.yamltext import parse
from tests.conftest import BASE, ROOT

TOP = [
    "product",
    "condition",
    "trial",
    "organisation",
    "person",
    "agreement",
    "site",
    "target",
    "programme",
    "event",
    "source",
]


def as_an_editor_reads(text: str) -> Any:
    """YAML 1.2 as editors read it: typed scalars, dates as text."""
    return plain(YAML(typ="safe").load(text))


def plain(value: Any) -> Any:
    """The value with dates as text, as JSON has no dates."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def test_the_types_with_files_are_those_that_have_schemas(schema: Schema) -> None:
    assert list(json_schemas(schema)) == TOP


@pytest.mark.parametrize("slug", TOP)
def test_a_new_record_has_every_field_and_opens_the_required(schema: Schema, slug: str) -> None:
    kind = schema.by_slug[slug]
    text = record_text(schema, kind)
    written = [f for f in kind.fields.values() if f.written]
    opened = yaml.load(text, Loader=yaml.BaseLoader)
    assert list(opened) == [f.name for f in written if f.required]
    for field in written:
        assert f"\n{field.name}:" in text or f"\n# {field.name}:" in text
    assert all(len(line) <= 102 or " " not in line[2:] for line in text.splitlines())


def test_a_new_record_is_written_and_says_what_is_still_missing(schema: Schema, data_folder: Path) -> None:
    path = new_record(schema, data_folder, "Product", "strimvelis")
    assert path == data_folder / "product/strimvelis.yaml"
    assert path.read_text().startswith("# yaml-language-server: $schema=../.schema/product.json\n")
    assert json.loads((data_folder / ".schema/product.json").read_text()) == json_schemas(schema)["product"]
    faults = [f for f in compile_graph(ROOT / "ontology", data_folder).faults if f.file.endswith("strimvelis.yaml")]
    assert {f.field for f in faults if f.severity == "error"} == {"name", "sources"}
    record = next(r for r in find_records(schema, data_folder)[0] if r.slug == "strimvelis")
    assert format_record(schema, record, data_folder) is None


@pytest.mark.parametrize(
    ("type_name", "slug", "message"),
    [
        ("prodct", "x", "there is no type 'prodct'. Did you mean product?"),
        ("wheel", "x", "Types are product, condition, trial"),
        ("indication", "x", "Write one in its product's, under `indications:`"),
        ("Evidence", "x", "under `evidence:`"),
        ("product", "My Product", "Perhaps my-product?"),
        ("product", "--", "'--' is no id: use lower-case letters and digits, joined by single hyphens."),
        ("product", "../x", "is no id"),
        ("product", "cells", "is there already. Edit it, or choose another id."),
    ],
)
def test_what_cannot_be_begun(schema: Schema, data_folder: Path, type_name: str, slug: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        new_record(schema, data_folder, type_name, slug)
    assert message in caught.value.message
    assert (data_folder / "product/cells.yaml").read_text() == BASE["product/cells"]


def test_a_data_folder_has_to_be_there(schema: Schema, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such data folder"):
        new_record(schema, tmp_path / "nowhere", "product", "x")


@pytest.mark.parametrize("slug", TOP)
def test_json_schemas_are_schemas(schema: Schema, slug: str) -> None:
    shape = json_schemas(schema)[slug]
    jsonschema.Draft202012Validator.check_schema(shape)
    assert all("description" in field for field in shape["properties"].values())


def test_shipped_records_pass_their_json_schema(schema: Schema) -> None:
    validators = {slug: jsonschema.Draft202012Validator(shape) for slug, shape in json_schemas(schema).items()}
    records, _ = find_records(schema, ROOT / "data")
    by_type: dict[str, list[Path]] = {}
    for record in records:
        by_type.setdefault(record.kind.slug, []).append(record.path)
    chosen = [(slug, path) for slug, paths in by_type.items() for path in paths[:: max(1, len(paths) // 8)]]
    for slug, path in chosen:
        errors = [e.message for e in validators[slug].iter_errors(as_an_editor_reads(path.read_text(encoding="utf-8")))]
        assert errors == [], path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"nmae": "X"}, "Additional properties are not allowed"),
        ({"legalCategory": "gene"}, "is not valid under any of the given schemas"),
        ({"sources": "a"}, "is not of type 'array'"),
        ({"stageDate": "July"}, "is not valid under any of the given schemas"),
        ({"targets": ["target/x"]}, "does not match"),
        ({"involvements": {"Key!": {}}}, "does not match"),
        ({"involvements": {"key": {"role": "holder"}}}, "'agent' is a required property"),
    ],
)
def test_an_editor_marks_mistakes(schema: Schema, change: dict[str, Any], message: str) -> None:
    validator = jsonschema.Draft202012Validator(json_schemas(schema)["product"])
    good = {"name": "X", "sources": ["a"]}
    assert validator.is_valid(good)
    assert any(message in error.message for error in validator.iter_errors(good | change))


@pytest.mark.parametrize("slug", TOP)
def test_the_annotated_record_reads_without_a_fault(schema: Schema, slug: str) -> None:
    kind = schema.by_slug[slug]
    assert faults(schema, kind, "\n".join(annotated(schema, kind))) == []


def faults(schema: Schema, kind: EntityType, text: str) -> list[Fault]:
    """What the reading of a record finds wrong with it, links aside."""
    tree, found = parse(text, "x.yaml")
    assert tree is not None
    reader = RecordReader(schema, "x.yaml")
    reader.read(tree, Node(f"{kind.slug}/x", kind, "x.yaml", 1))
    return found + reader.faults


def test_the_guide_that_is_shipped_is_up_to_date(schema: Schema) -> None:
    shipped = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert shipped == guide(schema), "run `atmp-kg guide > data/README.md`"
    assert "{{" not in shipped
