"""The schema as a whole: described throughout, the same each time, and what the ontology says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import graphql
from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLObjectType, get_introspection_query

from api.schema import AtmpSchema, make_schema, print_sdl
from api.schema_changes import changes
from api.schema_lint import lint
from kg.errors import OntologyError
from kg.schema import Schema, Vocabulary, pascal
from tests.api.conftest import ONTOLOGY, Ask

COMMITTED = Path(__file__).resolve().parents[2] / "api" / "schema.graphql"
BASELINE = Path(__file__).with_name("schema.baseline.graphql")


def test_everything_is_described(schema: AtmpSchema) -> None:
    assert [str(flaw) for flaw in lint(schema.core)] == []


def test_no_query_of_the_published_schema_is_broken(schema: AtmpSchema) -> None:
    broken = changes(BASELINE.read_text("utf-8"), schema.core).breaking
    assert broken == (), "mend it, or if it has to be: say so in CHANGELOG.md and run `make baseline`"


def test_types_fields_and_values_are_those_of_the_ontology(schema: AtmpSchema, declared: Schema) -> None:
    for kind in declared.types.values():
        made = schema.core.type_map[kind.name]
        assert isinstance(made, GraphQLInterfaceType if kind.abstract else GraphQLObjectType)
        shown = {field.name for field in kind.fields.values() if not field.hidden}
        assert shown | {"id", "iri"} <= set(made.fields)
        assert not {field.name for field in kind.fields.values() if field.hidden} & set(made.fields)
        assert {"Node", *kind.ancestors} == {one.name for one in made.interfaces}
        assert kind.example in (made.description or "")
    for vocabulary in declared.vocabularies.values():
        enum = schema.core.type_map[pascal(vocabulary.slug)]
        assert isinstance(enum, GraphQLEnumType)
        assert set(enum.values) == {concept.enum for concept in vocabulary.concepts.values()}


def test_facts_may_be_null_and_lists_may_not(schema: AtmpSchema, declared: Schema) -> None:
    for kind in declared.types.values():
        made = schema.core.type_map[kind.name]
        assert isinstance(made, GraphQLObjectType | GraphQLInterfaceType)
        for field in kind.fields.values():
            if not field.hidden and field.name != "label":
                assert graphql.is_non_null_type(made.fields[field.name].type) is field.many, field.iri


def test_introspection_always_works(data: Ask) -> None:
    found = data(get_introspection_query(input_value_deprecation=True, specified_by_url=True))
    assert graphql.build_client_schema(found)  # type: ignore[arg-type]  # a dict at run time


def test_the_text_is_the_committed_one(schema: AtmpSchema) -> None:
    assert print_sdl(schema) == COMMITTED.read_text("utf-8"), (
        "print it anew with `atmp-kg schema` and read the difference"
    )


def test_the_text_is_the_same_whatever_the_hash_seed(schema: AtmpSchema) -> None:
    program = (
        "from pathlib import Path; from api.schema import make_schema, print_sdl; from kg.ontology import read_schema; "
        f"print(print_sdl(make_schema(read_schema(Path({str(ONTOLOGY)!r})))), end='')"
    )
    for seed in ("1", "77"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ONTOLOGY.parent)},
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        assert done.stdout == print_sdl(schema)


def test_a_name_that_is_taken_is_an_error_of_the_ontology(declared: Schema) -> None:
    clash = Vocabulary("x", "trial", "Trial", "Trial", "A list.", {})
    doubled = Schema(
        declared.version,
        declared.types,
        {**declared.vocabularies, "trial": clash},
        declared.prefixes,
        declared.defined_classes,
    )
    try:
        make_schema(doubled)
    except OntologyError as error:
        assert "Trial" in error.message
    else:
        raise AssertionError("two types of one name were taken")
