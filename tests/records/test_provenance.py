"""Who states what: each source's graph, the one shown value, conflicts, and what the build derives."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.dates import first_day, is_partial_date, last_day
from kg.graph import Compiled
from kg.model import Model
from kg.schema import DATA, TERMS, Schema
from tests.conftest import Curate

ENROLLED = TERMS + "enrolmentActual"


def graphs_of(compiled: Compiled, subject: str, predicate: str, value: str) -> list[str]:
    """The names of the graphs in which a statement stands, the default graph as ``default``, sorted."""
    found = []
    for quad in compiled.quads:
        at = quad.graph_name
        if (
            isinstance(quad.subject, ox.NamedNode)
            and quad.subject.value == DATA + subject
            and quad.predicate.value == predicate
            and isinstance(quad.object, ox.NamedNode | ox.Literal)
            and quad.object.value == value
        ):
            found.append(at.value.removeprefix(DATA) if isinstance(at, ox.NamedNode) else "default")
    return sorted(found)


def model_of(compiled: Compiled) -> Model:
    """The read model of the default graph."""
    default = (q.triple for q in compiled.quads if isinstance(q.graph_name, ox.DefaultGraph))
    return Model.from_triples(compiled.schema, default)


def values_of(model: Model, entity_id: str, field: str) -> list[object]:
    """The values of a field, links as ids."""
    number = model.number(entity_id)
    assert number is not None, entity_id
    kind = model.kind(number).fields[field].kind
    return [model.ids[v] if kind == "link" and isinstance(v, int) else v for v in model.values(number, field)]


THREE = """
    title: Counted trial
    enrolmentActual: 5
    sources: [registry-page, press-page, third-page]
    review: verified
    """


def test_a_statement_of_three_sources_stands_once_in_the_resolved_view(curate: Curate) -> None:
    third = {"source/third-page": "title: A third page\nkind: dataset\n", "trial/counted": THREE}
    compiled = curate(third)
    assert compiled.errors == []
    assert graphs_of(compiled, "trial/counted", ENROLLED, "5") == [
        "default",
        "source/press-page",
        "source/registry-page",
        "source/third-page",
    ]
    assert model_of(compiled).get(model_of(compiled).number("trial/counted") or -1, "enrolmentActual") == 5


DISPUTED = """
    title: Counted trial
    enrolmentActual: 5
    sources: [registry-page]
    review: verified
    evidence:
      seed: {field: enrolmentActual, value: 2, source: press-page, date: 2024-02-29}
      later: {field: enrolmentActual, value: 5, source: registry-page, date: 2025-03}
    conflicts:
      enrolment: {field: enrolmentActual, reason: the later count}
    """


def test_sources_that_disagree_each_keep_their_word_and_one_value_is_shown(curate: Curate) -> None:
    compiled = curate({"trial/counted": DISPUTED})
    assert compiled.errors == []
    assert graphs_of(compiled, "trial/counted", ENROLLED, "5") == ["default", "source/registry-page"]
    assert graphs_of(compiled, "trial/counted", ENROLLED, "2") == ["source/press-page"]
    model = model_of(compiled)
    conflict = "conflict/trial.counted.enrolment"
    assert values_of(model, "trial/counted", "conflicts") == [conflict]
    assert values_of(model, conflict, "shown") == ["5"]
    assert values_of(model, conflict, "reason") == ["the later count"]
    assert values_of(model, conflict, "values") == ["evidence/trial.counted.later", "evidence/trial.counted.seed"]


def test_where_the_record_is_silent_the_surest_then_newest_evidence_is_shown(curate: Curate) -> None:
    silent = DISPUTED.replace("    enrolmentActual: 5\n", "").replace("date: 2024-02-29", "confidence: high")
    model = model_of(curate({"trial/counted": silent.replace("reason: the later count", "reason: r")}))
    assert values_of(model, "trial/counted", "enrolmentActual") == [2]
    newest = DISPUTED.replace("    enrolmentActual: 5\n", "")
    assert values_of(model_of(curate({"trial/counted": newest})), "trial/counted", "enrolmentActual") == [5]


def test_a_conflict_nobody_wrote_is_found_all_the_same(curate: Curate) -> None:
    unwritten = DISPUTED.partition("    conflicts:")[0]
    model = model_of(curate({"trial/counted": unwritten}))
    assert values_of(model, "trial/counted", "conflicts") == ["conflict/trial.counted.enrolment-actual"]


def test_evidence_is_a_standard_rdf_statement(curate: Curate) -> None:
    compiled = curate({"trial/counted": DISPUTED})
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    seed = "evidence/trial.counted.seed"
    assert graphs_of(compiled, seed, rdf + "subject", DATA + "trial/counted") == ["default"]
    assert graphs_of(compiled, seed, rdf + "predicate", ENROLLED) == ["default"]
    assert graphs_of(compiled, seed, rdf + "object", "2") == ["default"]


REGISTERED = """
    title: Registered trial
    registryRecords:
      nct:
        registry: clinicaltrials-gov
        identifier: NCT00000007
        status: recruiting
        statusDate: 2023-05
        sources: [registry-page]
      euctr: {registry: euctr, identifier: 2019-000007-14, status: completed, statusDate: 2024, sources: [press-page]}
    involvements:
      sponsor: {agent: organisation/hospital, role: sponsor, sources: [registry-page]}
      helper: {agent: organisation/company, role: collaborator, sources: [registry-page]}
      lead: {agent: person/scientist, role: principal-investigator, sources: [press-page]}
    sources: [registry-page]
    review: verified
    """


def test_a_trial_shows_its_numbers_and_the_newest_status_and_lists_the_disagreement(curate: Curate) -> None:
    model = model_of(curate({"trial/registered": REGISTERED}))
    trial = "trial/registered"
    assert values_of(model, trial, "nctId") == ["NCT00000007"]
    assert values_of(model, trial, "eudract") == ["2019-000007-14"]
    assert values_of(model, trial, "status") == ["completed"]
    assert values_of(model, trial, "statusDate") == ["2024"]
    (conflict,) = values_of(model, trial, "conflicts")
    evidence = values_of(model, str(conflict), "values")
    assert [values_of(model, str(e), "value") for e in evidence] == [["completed"], ["recruiting"]]
    assert [values_of(model, str(e), "source") for e in evidence] == [["source/press-page"], ["source/registry-page"]]


def test_shortcuts_follow_roles_both_ways(curate: Curate) -> None:
    model = model_of(curate({"trial/registered": REGISTERED}))
    assert values_of(model, "trial/registered", "sponsors") == ["organisation/hospital"]
    assert values_of(model, "trial/registered", "collaborators") == ["organisation/company"]
    assert values_of(model, "trial/registered", "investigators") == ["person/scientist"]
    assert values_of(model, "organisation/hospital", "sponsorOf") == ["trial/first", "trial/registered"]
    assert values_of(model, "person/scientist", "leads") == ["trial/registered"]


def test_a_relation_is_called_by_what_it_relates(curate: Curate) -> None:
    model = model_of(curate({"trial/registered": REGISTERED}))
    number = model.number("involvement/trial.registered.helper")
    assert number is not None
    assert model.label(number) == "Registered trial: The Company, collaborator"
    indication = model.number("indication/cells.disease")
    assert indication is not None
    assert model.label(indication) == "Cells: The Disease, clinical, phase 1"


def test_a_legal_category_makes_the_product_one_of_its_class(curate: Curate) -> None:
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    assert graphs_of(curate({}), "product/cells", rdf_type, TERMS + "SomaticCellTherapyProduct") == ["default"]
    assert graphs_of(curate({}), "product/cells", rdf_type, TERMS + "GeneTherapyProduct") == []


def test_partial_dates_stay_partial_and_say_what_days_they_may_mean(curate: Curate) -> None:
    compiled = curate({})
    record, date = "registry-record/first.nct", TERMS + "statusDate"
    assert graphs_of(compiled, record, date, "2024") == ["default", "source/registry-page"]
    assert graphs_of(compiled, record, date + ".first", "2024-01-01") == ["default"]
    assert graphs_of(compiled, record, date + ".last", "2024-12-31") == ["default"]


def test_the_graph_has_no_blank_nodes_and_no_double_statements(curate: Curate) -> None:
    quads = curate({"trial/registered": REGISTERED}).quads
    assert len(quads) == len(set(quads))
    assert not any(isinstance(part, ox.BlankNode) for quad in quads for part in (quad.subject, quad.object))


def test_every_statement_of_a_record_is_somebodys(curate: Curate) -> None:
    """Whatever a curator wrote in the resolved view stands in the graph of at least one source."""
    compiled = curate({"trial/registered": REGISTERED, "trial/counted": DISPUTED})
    stated = {q.triple for q in compiled.quads if isinstance(q.graph_name, ox.NamedNode)}
    for quad in compiled.quads:
        if isinstance(quad.graph_name, ox.DefaultGraph) and _written(compiled.schema, quad):
            assert quad.triple in stated, quad


def _written(schema: Schema, quad: ox.Quad) -> bool:
    subject = quad.subject
    if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(DATA):
        return False
    kind = schema.by_slug[subject.value.removeprefix(DATA).partition("/")[0]]
    if kind.name == "Conflict" or ".registered.status-" in f"{subject} {quad.object}":  # what the build itself makes
        return False
    fields = [f for f in kind.fields.values() if f.predicate == quad.predicate.value and f.stored]
    return any(f.written and f.name != "conflicts" for f in fields) and not all(f.derived for f in fields)


DATES = st.one_of(
    st.dates().map(lambda d: d.isoformat()),
    st.dates().map(lambda d: d.isoformat()[:7]),
    st.dates().map(lambda d: d.isoformat()[:4]),
)


@given(DATES)
def test_the_days_of_a_partial_date_frame_it(text: str) -> None:
    assert is_partial_date(text)
    first, last = first_day(text), last_day(text)
    assert first.startswith(text)
    assert last.startswith(text)
    assert first <= last
    assert is_partial_date(first)
    assert is_partial_date(last)


@given(st.text(max_size=12))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_other_text_is_no_date_or_is_shaped_like_one(text: str) -> None:
    if is_partial_date(text):
        assert len(text) in (4, 7, 10)
        assert text.isascii()
