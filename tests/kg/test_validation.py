"""Every rule on a record that breaks it and on one that does not, by every engine: all must find the same.

A case is Turtle with one comment a finding, ``# expect: <severity> <id> <field> <part of what is said>``. Its findings
are those of the rule that the file is named after, or of the fields and rules that ``# about:`` names.
"""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest

from kg import shacl_engines, validation
from kg.dates import first_day, last_day
from kg.errors import OntologyError, UsageError
from kg.schema import DATA, TERMS, Schema
from kg.terms import FIRST, LAST, node
from kg.turtle import RDF, RDFS, SH, XSD, Table
from kg.validation import Finding, check_graph, deprecated_links, duplicate_keys, explain

ROOT = Path(__file__).parents[2]
ONTOLOGY = ROOT / "ontology"
CASES = sorted((ROOT / "tests" / "cases" / "rules").glob("*.ttl"))
REFERENCE = "pyshacl"
ENGINES = shacl_engines.available()
OTHERS = [engine for engine in ENGINES if engine != REFERENCE]
RULE_TABLE = Table.read([ONTOLOGY / "rules.ttl"])
RULES = sorted(s for kind in ("NodeShape", "PropertyShape") for s in RULE_TABLE.of_type(SH + kind))


class Expected(NamedTuple):
    """One finding as a case states it."""

    severity: str
    id: str
    field: str
    part: str


def read_case(path: Path) -> tuple[list[Expected], set[str]]:
    """What a case expects, and the shapes it is about."""
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [Expected(*line.split(": ", 1)[1].split(" ", 3)) for line in lines if line.startswith("# expect: ")]
    named = [line.split(": ", 1)[1].split() for line in lines if line.startswith("# about: ")]
    return expected, {TERMS + name for name in (named[0] if named else [f"rule-{path.stem}"])}


def triples_of(path: Path) -> list[ox.Triple]:
    """The triples of a case, with the first and last day of each partial date, as a build adds them."""
    triples = Table.read([path]).triples
    dates = {XSD + "gYear", XSD + "gYearMonth", XSD + "date"}
    return [*triples, *(day for t in triples if _datatype(t.object) in dates for day in _days(t))]


def _datatype(term: object) -> str:
    return term.datatype.value if isinstance(term, ox.Literal) else ""


def _days(triple: ox.Triple) -> Iterator[ox.Triple]:
    assert isinstance(triple.object, ox.Literal)
    for ending, day in ((FIRST, first_day), (LAST, last_day)):
        literal = ox.Literal(day(triple.object.value), datatype=node(XSD + "date"))
        yield ox.Triple(triple.subject, node(triple.predicate.value + ending), literal)


def said(finding: Finding, schema: Schema) -> str:
    """A finding as a case writes it."""
    field, what, remedy = explain(finding, schema)
    return f"{finding.severity} {finding.focus.removeprefix(DATA)} {field} {what}. {remedy}"


@pytest.fixture(scope="module")
def findings(schema: Schema) -> Callable[[Path, str], list[Finding]]:
    """What an engine finds in a case."""
    return cache(lambda path, engine: check_graph(ONTOLOGY, schema, triples_of(path), engine))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, engine: str, findings: Callable[[Path, str], list[Finding]], schema: Schema) -> None:
    expected, about = read_case(path)
    told = [said(finding, schema) for finding in findings(path, engine) if finding.shape in about]
    for want in expected:
        start = f"{want.severity} {want.id} {want.field} "
        fits = [line for line in told if line.startswith(start) and want.part in line]
        assert len(fits) == 1, f"{path.stem}: {want} is not among {told}"
        told.remove(fits[0])
    assert told == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_engines_agree(path: Path, findings: Callable[[Path, str], list[Finding]]) -> None:
    for engine in OTHERS:
        assert findings(path, engine) == findings(path, REFERENCE)


@pytest.mark.parametrize("seed", range(6))
def test_engines_agree_on_graphs_gone_wrong(seed: int, schema: Schema) -> None:
    """Triples lost and values of any kind added: all cases in one graph, broken at random.

    Types and derived days stay whole, as a build makes them.
    """
    chance = random.Random(seed)
    days = (FIRST, LAST)
    kept = (*days, RDF + "type")
    whole = sorted({t for path in CASES for t in triples_of(path)}, key=str)
    fields = {k.slug: [node(f.predicate) for f in k.fields.values() if f.stored] for k in schema.entity_types()}
    objects = [t.object for t in whole if not t.predicate.value.endswith(days)]
    broken = []
    for triple in whole:
        if triple.predicate.value.endswith(kept) or chance.random() < 0.8:
            broken.append(triple)
        if chance.random() < 0.3:
            assert isinstance(triple.subject, ox.NamedNode)
            slug = triple.subject.value.removeprefix(DATA).partition("/")[0]
            broken.append(ox.Triple(triple.subject, chance.choice(fields[slug]), chance.choice(objects)))
    reference = check_graph(ONTOLOGY, schema, broken, REFERENCE)
    assert len(reference) > 100
    for engine in OTHERS:
        assert check_graph(ONTOLOGY, schema, broken, engine) == reference


def test_every_rule_has_a_case_with_both_outcomes(schema: Schema) -> None:
    covered = {}
    for path in CASES:
        expected, about = read_case(path)
        subjects = {str(getattr(t.subject, "value", "")).removeprefix(DATA) for t in triples_of(path)}
        for shape in about:
            covered[shape] = bool(expected) and bool(subjects - {want.id for want in expected})
    assert [rule for rule in RULES if not covered.get(rule)] == []


def test_class_tree_is_all_the_ontology_the_data_need(schema: Schema) -> None:
    """SHACL users are told to merge the whole ontology into the data; the build merges the class tree only."""
    shapes = Table.read(ONTOLOGY / name for name in validation.SHAPES).triples
    whole = [*shapes, *Table.read([ONTOLOGY / "vocabularies.ttl"]).triples]
    tree = [t for t in whole if t.predicate.value == RDFS + "subClassOf"]
    data = [t for path in CASES for t in triples_of(path)]
    for engine in ENGINES:
        fewer = set(shacl_engines.run(engine, shapes, [*data, *tree]))
        assert set(shacl_engines.run(engine, shapes, [*data, *whole])) == fewer


@pytest.mark.parametrize("rule", RULES, ids=lambda iri: iri.removeprefix(TERMS))
def test_rule_speaks_to_a_curator(rule: str, schema: Schema) -> None:
    message = RULE_TABLE.text(rule, SH + "message", "en")
    what, separator, remedy = message.partition(". ")
    assert separator and what and remedy.endswith(".") and ". " not in remedy
    assert not any(word in message for word in ("shape", "Violation", "http", "minCount", "predicate"))
    assert RULE_TABLE.value(rule, SH + "severity") in (SH + "Violation", SH + "Warning")
    assert any(RULE_TABLE.value(rule, SH + t) for t in ("targetClass", "targetSubjectsOf"))
    stated = {f.predicate for kind in schema.types.values() for f in kind.fields.values()}
    path = RULE_TABLE.value(rule, SH + "path") or ""
    named = [*RULE_TABLE.values(rule, RDFS + "seeAlso"), path.removesuffix(FIRST).removesuffix(LAST)]
    assert all(predicate in stated for predicate in named if predicate and not predicate.startswith("_:"))
    assert path.startswith("http") or path == "" or RULE_TABLE.value(path, SH + "inversePath") or len(named) > 1


def test_fields_that_rules_let_be_unknown_exist(schema: Schema) -> None:
    names = {f.name for kind in schema.types.values() for f in kind.fields.values()}
    literals = [t.object for t in RULE_TABLE.triples if _datatype(t.object) == TERMS + "fieldName"]
    assert literals
    assert {str(getattr(literal, "value", "")) for literal in literals} <= names


def test_hospital_exemption_knows_every_region_above_a_country(schema: Schema) -> None:
    regions = schema.vocabularies["region"]
    above = {c.iri for c in regions.concepts.values() if len(c.slug) > 2 or c.slug == "eu"}
    listed = {str(getattr(t.object, "value", "")) for t in RULE_TABLE.triples if t.predicate.value == RDF + "first"}
    assert above == {iri for iri in listed if iri.startswith(regions.iri + "/")}


def test_without_the_fast_engine_pyshacl_serves(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    """``shacl`` has no wheel for Linux on ARM."""
    path = ROOT / "tests" / "cases" / "rules" / "field-missing.ttl"
    before = check_graph(ONTOLOGY, schema, triples_of(path))
    find_spec = importlib.util.find_spec

    def found(name: str, *rest: Any) -> Any:
        return None if name == "shacl" else find_spec(name, *rest)

    monkeypatch.setattr(shacl_engines, "find_spec", found)
    assert shacl_engines.available() == (REFERENCE,)
    assert check_graph(ONTOLOGY, schema, triples_of(path)) == before


def test_unknown_engine_is_named(schema: Schema) -> None:
    with pytest.raises(UsageError, match=r"no SHACL engine 'topbraid' here\. Use auto"):
        check_graph(ONTOLOGY, schema, [], "topbraid")


def test_missing_rules_are_an_error(schema: Schema, tmp_path: Path) -> None:
    (tmp_path / "atmp.ttl").write_bytes((ONTOLOGY / "atmp.ttl").read_bytes())
    with pytest.raises(OntologyError, match=r"rules\.ttl: no such file"):
        check_graph(tmp_path, schema, [])


def test_empty_graph_is_in_order(schema: Schema) -> None:
    assert check_graph(ONTOLOGY, schema, []) == []


def test_findings_do_not_depend_on_the_order_of_triples(schema: Schema) -> None:
    triples = [t for path in CASES for t in triples_of(path)]
    there, back = (check_graph(ONTOLOGY, schema, order) for order in (triples, list(reversed(triples))))
    assert there == back
    assert len(set(there)) == len(there)


def test_keys_and_deprecated_links_can_be_checked_alone(schema: Schema) -> None:
    keys, links = (triples_of(p) for p in CASES if p.stem in ("key-used-twice", "link-to-deprecated"))
    assert [f.focus.removeprefix(DATA) for f in duplicate_keys(schema, keys)] == [
        "organisation/double",
        "organisation/other",
    ]
    assert {f.focus.removeprefix(DATA) for f in deprecated_links(schema, links)} == {"trial/bad"}


def test_what_belongs_to_no_type_is_still_explained(schema: Schema) -> None:
    finding = Finding(
        "https://example.org/x", None, None, "It is odd. Mend it.", "error", "Or", "https://example.org/s"
    )
    assert explain(finding, schema) == ("", "it is odd", "Mend it.")
