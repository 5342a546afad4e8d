"""Answers as tables: the rows and columns of a query, CSV that reads back, all pages; by the command and by HTTP."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

import api.cli  # noqa: F401 - adds its commands
from api import csv_http, query_cli
from api.app import create_app
from api.execute import execute
from api.flatten import Cell
from api.schema import AtmpSchema
from api.tables import Table, make_table
from api.tabular import write_csv, write_table
from kg.cli import cli
from kg.command import run
from kg.errors import UsageError
from kg.schema import Schema
from tests.api.conftest import MINI, MemoryRelease, MemoryReleases, Records, release_of

ODD: Records = {
    **MINI,
    "product/formula": {"name": "=1+2", "codes": ["-7", "@x"]},
    "product/quoted": {"name": 'A "quoted", name;\nin two lines', "codes": ["é", "名"]},
}
"""The small graph, and names that are hard to write down."""

Read = Callable[..., tuple[list[str], list[tuple[Cell, ...]]]]


@pytest.fixture(scope="module")
def odd(declared: Schema) -> MemoryRelease:
    return release_of(declared, ODD)


@pytest.fixture(scope="module")
def tabled(schema: AtmpSchema) -> Callable[..., Table]:
    """The table of a query that can be executed."""

    def make(query: str, rows: str | None = None, **variables: Any) -> Table:
        table = make_table(schema, query, variables, None, rows)
        assert table is not None
        return table

    return make


@pytest.fixture(scope="module")
def read(schema: AtmpSchema, odd: MemoryRelease, tabled: Callable[..., Table]) -> Read:
    """The header and the rows of a query."""

    def answer(query: str, rows: str | None = None, **variables: Any) -> tuple[list[str], list[tuple[Cell, ...]]]:
        table = tabled(query, rows, **variables)
        page = table.page(lambda text: execute(schema, odd, text, variables))
        assert "errors" not in page.answer, page.answer
        return list(table.layout.header), list(page.rows)

    return answer


def as_csv(header: list[str], rows: list[tuple[Cell, ...]]) -> str:
    """CSV as it is written."""
    file = io.StringIO(newline="")
    write_csv(file, header, rows)
    return file.getvalue()


def from_csv(text: str) -> list[list[str]]:
    """CSV as the library reads it, header and all."""
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("query", "header", "rows"),
    [
        (
            "{ trials(first: 2) { totalCount nodes { t: title nctId enrolmentActual } pageInfo { endCursor } } }",
            "t nctId enrolmentActual",
            [("Trial A", "NCT04797260", 2), ("Trial B", None, 30)],
        ),
        (
            "{ trials(first: 1) { edges { node { title phase countries } } } }",
            "node.title node.phase node.countries",
            [("Trial A", "phase 1", "Germany; Netherlands")],
        ),
        (
            '{ product(id: "kymriah") { name combined indications { condition { mondo name } population } } }',
            "name combined indications.condition.mondo indications.condition.name indications.population",
            [("Kymriah", False, None, "Acute leukaemia", None)],
        ),
        (
            '{ product(id: "alpha") { name indications { condition { name } } sources { title } stage } }',
            "name indications.condition.name sources.title stage",
            [("alpha", None, None, None)],
        ),
        (
            '{ product(id: "rag1") { sources { title date } } }',
            "sources.title sources.date",
            [("A paper; A site", "2019-03; ")],
        ),
        (
            '{ organisation(id: "lumc") { possiblySameAs { nodes { id replacedBy { id ... on Organisation { name } }'
            " } } } }",
            "possiblySameAs.nodes.id possiblySameAs.nodes.replacedBy.id possiblySameAs.nodes.replacedBy.name",
            [("organisation/azl", "organisation/lumc", "LUMC")],
        ),
        (
            '{ trial(id: "a") { products { nodes { codes } } conditions { nodes { synonyms } } } }',
            "products.nodes.codes conditions.nodes.synonyms",
            [("RAG-1 | RAG1", "Bubble disease | Severe combined immunodeficiency")],
        ),
        (
            'query ($no: Boolean = false) { nodes(ids: ["trial/a", "product/alpha"]) { ...T id ... on Product { name '
            "stage @include(if: $no) } } } fragment T on Trial { title @skip(if: true) nctId }",
            "nctId id name",
            [("NCT04797260", "trial/a", None), (None, "product/alpha", "alpha")],
        ),
        ("{ a: trials { totalCount } products { totalCount } }", "a.totalCount products.totalCount", [(4, 5)]),
        ("{ trials { totalCount } }", "totalCount", [(4,)]),
        (
            "{ trials { facets(fields: [PHASE]) { field buckets { label count } } } }",
            "field buckets.label buckets.count",
            [("phase", "phase 1", 1)],
        ),
        (
            "{ trials { groupBy(rows: PHASE, columns: COUNTRIES) { missing cells { row column count } } } }",
            "row column count",
            [("PHASE_1", "DE", 1), ("PHASE_1", "NL", 1)],
        ),
        (
            '{ trials(where: {title: {eq: "none"}}) { nodes { id conditions { nodes { name } } } } }',
            "id conditions.nodes.name",
            [],
        ),
    ],
    ids=[
        "nodes, alias, null, number",
        "edges, enums",
        "one entity, object in list",
        "empty lists",
        "gaps in a list",
        "link of an interface",
        "list in list",
        "fragments, skip, include",
        "no list",
        "a count alone",
        "facets",
        "cross table",
        "no rows",
    ],
)
def test_rows_and_columns(read: Read, query: str, header: str, rows: list[tuple[Cell, ...]]) -> None:
    assert read(query) == (header.split(), rows)


def test_a_list_within_rows_is_opened_when_named(read: Read) -> None:
    query = "{ products(first: 9) { nodes { name sources { title } stage codes } } }"
    header, rows = read(query, "products.nodes.sources")
    assert header == ["name", "sources.title", "stage", "codes"]
    assert rows == [
        ("Kymriah", "A paper", "authorised", None),
        ("Ménière RAG1", "A paper", None, "RAG-1; RAG1"),
        ("Ménière RAG1", "A site", None, "RAG-1; RAG1"),
    ]
    assert read(query, "products") == read(query)


def test_several_lists_are_refused_with_their_names_until_one_is_chosen(read: Read) -> None:
    query = "{ trials { nodes { title } facets(fields: [PHASE]) { field } } products(first: 1) { nodes { name } } }"
    with pytest.raises(UsageError, match=r"trials\.nodes, trials\.facets, products\.nodes") as refused:
        read(query)
    assert refused.value.details["rows"] == ["trials.nodes", "trials.facets", "products.nodes"]
    assert read(query, "products.nodes")[0] == ["name"]
    assert read(query, "trials.facets")[1] == [("phase",)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("trials.edges", r"no list 'trials\.edges'.*trials\.nodes, trials\.nodes\.sources"),
        ("trials.nodes.title", "no list"),
        ("trials.nodes.replacedBy", "no list"),
        ("..", "no list"),
    ],
)
def test_rows_that_are_no_list_are_refused(read: Read, rows: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read("{ trials { nodes { title sources { title } } } }", rows)
    with pytest.raises(UsageError, match="is one thing in each item of a list"):
        read("{ trials { nodes { replacedBy { id } } } }", "trials.nodes.replacedBy")


def test_nothing_selected_is_no_table(read: Read) -> None:
    with pytest.raises(UsageError, match="selects no values"):
        read("{ trials { nodes { title @skip(if: true) } } }")


def test_csv_reads_back_and_does_not_calculate(read: Read) -> None:
    header, rows = read('{ products(where: {name: {startsWith: ""}}) { nodes { name codes } } }')
    text = as_csv(header, rows)
    assert text.startswith("name,codes\r\n")
    found = {row[0]: row[1] for row in from_csv(text)}
    assert found["'=1+2"] == "'-7; @x"
    assert found['A "quoted", name;\nin two lines'] == "é; 名"


def unprotected(cell: str) -> str:
    """A cell of CSV as the promise of ``protected`` has it back."""
    return cell[1:] if re.match(r"'+[=+\-@\t\r\n\0]", cell) else cell


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.from_regex(
    r"'{0,2}[=+@\t\r\n-].?", fullmatch=True
)


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "title": texts | st.none(),
                "enrolmentActual": st.integers(-(2**31), 2**31) | st.none(),
                "deprecated": st.booleans() | st.none(),
                "replacedBy": st.fixed_dictionaries({"label": texts}) | st.none(),
                "countries": st.lists(st.sampled_from(["NL", "DE"])),
            }
        )
    )
)
def test_what_is_written_reads_back_equal(tabled: Callable[..., Table], nodes: list[dict[str, Any]]) -> None:
    layout = tabled("{ trials { nodes { title enrolmentActual deprecated replacedBy { label } countries } } }").layout
    names = {"NL": "Netherlands", "DE": "Germany"}
    expected = [
        [
            node["title"] or "",
            "" if node["enrolmentActual"] is None else str(node["enrolmentActual"]),
            {True: "true", False: "false", None: ""}[node["deprecated"]],
            node["replacedBy"]["label"] if node["replacedBy"] else "",
            "; ".join(names[one] for one in node["countries"]),
        ]
        for node in nodes
    ]
    found = from_csv(as_csv(list(layout.header), list(layout.rows({"trials": {"nodes": nodes}}))))
    assert found[0] == ["title", "enrolmentActual", "deprecated", "replacedBy.label", "countries"]
    numbers = [row[1] for row in found[1:]]
    assert [[unprotected(cell) for cell in row] for row in found[1:]] == expected
    assert numbers == [row[1] for row in expected]


def test_pandas_reads_the_values_of_the_json(schema: AtmpSchema, odd: MemoryRelease, read: Read) -> None:
    query = '{ trials { nodes { id title startDate enrolmentActual } } organisation(id: "lumc") { latitude } }'
    frame = pandas.read_csv(io.StringIO(as_csv(*read(query))), dtype={"startDate": str})
    nodes = execute(schema, odd, query)["data"]["trials"]["nodes"]
    expected = pandas.DataFrame(nodes)
    assert frame["enrolmentActual"].dtype == expected["enrolmentActual"].dtype == "float64"
    pandas.testing.assert_frame_equal(frame, expected, check_dtype=False)


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize(
    ("query", "questions"),
    [
        ("{ trials(first: 1) { nodes { id } } }", 4),
        ("{ trials(first: 3) { edges { node { id } } pageInfo { hasNextPage } } }", 2),
        (
            "query ($size: Int = 2, $from: String) { trials(first: $size, after: $from) { ...Ids } } "
            "fragment Ids on TrialConnection { nodes { id } }",
            2,
        ),
        ("{ trials { nodes { id products { nodes { id } } } } }", 1),
        (
            '{ trials(first: 3) { ...Ids } other: trials(last: 1, where: {title: {eq: "x"}}) { pageInfo { ...End } } } '
            "fragment Ids on TrialConnection { nodes { id } pageInfo { ...End } } "
            "fragment End on PageInfo { endCursor }",
            2,
        ),
    ],
    ids=["first", "edges", "variables and a fragment", "without first", "beside other fields"],
)
def test_all_pages_give_what_walking_gives(
    schema: AtmpSchema, odd: MemoryRelease, tabled: Callable[..., Table], query: str, questions: int
) -> None:
    asked = []

    def ask(text: str) -> dict[str, Any]:
        asked.append(text)
        return execute(schema, odd, text)

    pages = tabled(query).pages(ask)
    found = [row[0] for row in next(pages).rows]
    assert len(asked) == 1  # the rest is asked for when it is wanted
    found += [row[0] for page in pages for row in page.rows]
    walked: list[str] = []
    after: str | None = None
    step = "query ($after: String) { trials(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }"
    for _ in range(4):
        trials = execute(schema, odd, step, {"after": after})["data"]["trials"]
        walked += [node["id"] for node in trials["nodes"]]
        after = trials["pageInfo"]["endCursor"]
    assert (found, len(asked)) == (walked, questions)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('{ product(id: "alpha") { name } }', "not of one"),
        ("{ trials { facets(fields: [PHASE]) { field } } }", "not of one"),
        ("{ trials(last: 2) { nodes { id } } }", "Leave out last"),
        ('{ trials(first: 2, after: "x") { nodes { id } } }', "Leave out after"),
    ],
)
def test_all_pages_of_what_has_none_or_of_a_part_are_refused(
    tabled: Callable[..., Table], query: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        next(tabled(query).pages(lambda _text: {"data": {}}))


def test_the_pages_of_a_list_of_one_entity(
    schema: AtmpSchema, odd: MemoryRelease, tabled: Callable[..., Table]
) -> None:
    table = tabled('{ source(id: "paper") { title supports(first: 1) { nodes { id } } } }', "source.supports.nodes")
    pages = list(table.pages(lambda text: execute(schema, odd, text)))
    assert table.layout.header == ("title", "supports.nodes.id")
    assert len(pages) > 2
    assert len({row[1] for page in pages for row in page.rows}) == len(pages)


# ---------------------------------------------------------------- tables for a terminal


def drawn(width: int | None, header: list[str], rows: list[tuple[Cell, ...]]) -> list[str]:
    file = io.StringIO()
    write_table(file, header, rows, width)
    return file.getvalue().splitlines()


def test_a_table_keeps_all_of_a_long_cell_and_fits() -> None:
    long = "word " * 60 + "end"
    piped = drawn(None, ["name", "n"], [(long, 5), ("x", None)])
    assert [line.split() for line in piped if "word" in line] == [[*long.split(), "5"]]
    narrow = drawn(40, ["name", "n"], [(long, 5)])
    assert max(map(len, narrow)) <= 40
    assert "".join(narrow).replace(" ", "").count("word") == 60


def test_a_table_with_too_many_columns_has_a_line_a_value() -> None:
    names = [f"heading{n}" for n in range(9)]
    lines = drawn(60, names, [tuple(range(9)), tuple("abcdefghi")])
    assert [line.split() for line in lines if "heading3" in line] == [["heading3", "3"], ["heading3", "d"]]


def test_what_a_cell_says_does_not_steer_the_terminal() -> None:
    (line,) = [line for line in drawn(None, ["name"], [("[red]a\x1b[31m\nb :smile:",)]) if "a" in line and "b" in line]
    assert line.strip() == "[red]a [31m b :smile:"


# ---------------------------------------------------------------- the command


@pytest.fixture
def query(
    odd: MemoryRelease,
    schema: AtmpSchema,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str, str]]:
    """Runs ``atmp-kg query`` over the small graph: exit code, results, messages."""
    monkeypatch.setattr(query_cli, "release_at", lambda _settings: odd)
    monkeypatch.setattr("api.schema.make_schema", lambda _declared: schema)

    def command(text: str, *args: str) -> tuple[int, str, str]:
        file = tmp_path / "query.graphql"
        file.write_text(text, encoding="utf-8")
        code = run(cli, ["query", str(file), *args])
        return code, *capfd.readouterr()

    return command


Command = Callable[..., tuple[int, str, str]]


def test_the_command_writes_csv_and_tells_what_is_left(query: Command) -> None:
    text = "{ trials(first: 1) { nodes { title sources { title } products(first: 0) { nodes { id } } } } }"
    code, out, err = query(text, "--format", "csv")
    assert (code, out) == (0, "title,sources.title,products.nodes.id\r\nTrial A,A paper,\r\n")
    assert "the list goes on after these rows: --all" in err
    assert "products is cut in some rows" in err
    code, out, err = query("{ trials(first: 1) { nodes { title } } }", "--format", "csv", "--all")
    assert (code, out, err) == (0, "title\r\nTrial A\r\nTrial B\r\ntrial c\r\nTrial D\r\n", "")


def test_the_command_writes_a_file_whole_or_not_at_all(query: Command, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert query("{ trials { nodes { title } } }", "--format", "csv", "--output", str(target)) == (0, "", "")
    before = target.read_bytes()
    assert before.count(b"\r\n") == 5
    code, out, err = query('{ nodes(ids: ["trial/a", "trial/zz"]) { id } }', "--format", "csv", "--output", str(target))
    assert (code, out) == (1, "")
    assert "NOT_FOUND" in err
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"out.csv", "query.graphql"}
    assert query("{ trials { nodes { title } } }", "--format", "table", "--output", str(target))[0] == 0
    assert "Trial D" in target.read_text(encoding="utf-8")
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    query("{ trials(first: 1) { nodes { title } } }", "--format", "csv", "--output", str(link))
    assert link.is_symlink()
    assert target.read_bytes() == b"title\r\nTrial A\r\n"


@pytest.mark.parametrize("form", ["csv", "table"])
@pytest.mark.parametrize(
    "text", ["{ trialz { nodes { id } } }", "{", "query ($n: Int!) { trials(first: $n) { nodes { id } } }"]
)
def test_the_command_tells_errors_and_writes_nothing(query: Command, form: str, text: str) -> None:
    code, out, err = query(text, "--format", form)
    assert (code, out) == (1, "")
    assert err.startswith("atmp-kg: BAD_USER_INPUT: ")


@pytest.mark.parametrize(
    ("text", "args", "message"),
    [
        ("{ trials { nodes { id } } }", ["--all"], "--format csv and table"),
        ("{ trials { nodes { id } } products { nodes { id } } }", ["--format", "csv"], "--rows trials.nodes"),
        ('{ trial(id: "a") { id } }', ["--format", "csv", "--all"], "--all walks the pages of a connection"),
        ("{ trials { nodes { id } } }", ["--output", "no/such/folder/x"], "there is no folder no/such/folder"),
    ],
)
def test_wrong_use_of_the_command_exits_2(query: Command, text: str, args: list[str], message: str) -> None:
    code, out, err = query(text, *args)
    assert (code, out) == (2, "")
    assert message in err


# ---------------------------------------------------------------- HTTP


@pytest.fixture(scope="module")
def client(odd: MemoryRelease) -> Iterator[TestClient]:
    with TestClient(create_app(MemoryReleases(odd)), raise_server_exceptions=False) as found:
        yield found


ASK = {"query": "{ trials(first: 3) { nodes { title } } }"}
ACCEPT = {"Accept": "text/csv"}


def test_get_gives_csv_and_knows_it_again(client: TestClient) -> None:
    answer = client.get("/graphql", params=ASK, headers=ACCEPT)
    assert answer.status_code == 200
    assert answer.content == b"title\r\nTrial A\r\nTrial B\r\ntrial c\r\n"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == 'attachment; filename="atmp-trials-test-1.csv"'
    assert answer.headers["x-atmp-release"] == "test-1"
    assert "Accept" in answer.headers["vary"]
    known = {**ACCEPT, "If-None-Match": answer.headers["etag"]}
    again = client.get("/graphql", params=ASK, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    as_json = client.get("/graphql", params=ASK, headers={**known, "Accept": "application/json"})
    assert (as_json.status_code, as_json.headers["etag"] == answer.headers["etag"]) == (200, False)


def test_an_address_alone_gives_csv_and_leads_to_the_next_page(client: TestClient) -> None:
    ask = {
        "query": "query Q($n: Int, $where: TrialWhere) { trials(first: $n, where: $where) { nodes { title } } }",
        "variables": '{"n": 3}',
        "operationName": "Q",
        "format": "csv",
    }
    browser = {"Accept": "text/html,*/*;q=0.8"}
    first = client.get("/graphql", params=ask, headers=browser)
    assert first.text.splitlines()[1:] == ["Trial A", "Trial B", "trial c"]
    second = client.get(first.links["next"]["url"], headers=browser)
    assert second.text.splitlines()[1:] == ["Trial D"]
    assert "link" not in second.headers
    refused = client.get("/graphql", params={**ask, "format": "excel"})
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")


def test_rows_are_chosen_in_the_address_and_cut_cells_are_told(client: TestClient) -> None:
    ask = {"query": "{ trials(first: 1) { nodes { id products(first: 0) { nodes { id } } sources { title } } } }"}
    answer = client.get("/graphql", params={**ask, "rows": "trials.nodes.sources"}, headers=ACCEPT)
    assert answer.text == "id,products.nodes.id,sources.title\r\ntrial/a,,A paper\r\n"
    assert answer.headers["x-atmp-cut"] == "products"


def test_a_value_that_stands_in_many_rows_is_bounded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_http, "LARGEST", 20)
    ask = {"query": '{ source(id: "paper") { title supports { nodes { id } } } }', "rows": "source.supports.nodes"}
    answer = client.get("/graphql", params=ask, headers=ACCEPT)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "QUERY_TOO_COMPLEX")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("{ trialz }", 400, "BAD_USER_INPUT"),
        ("{ trials(first: -1) { nodes { id } } }", 400, "BAD_USER_INPUT"),
        ('{ trial(id: "zz") { id } }', 404, "NOT_FOUND"),
        ("{ trials { nodes { id } } products { nodes { id } } }", 400, "BAD_USER_INPUT"),
        ("mutation { drop }", 405, "BAD_USER_INPUT"),
    ],
)
def test_errors_come_as_json(client: TestClient, query: str, status: int, code: str) -> None:
    answer = client.get("/graphql", params={"query": query}, headers=ACCEPT)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == code


def test_csv_is_given_when_asked_for_and_for_get_alone(client: TestClient) -> None:
    def kind(accept: str) -> str:
        found: str = client.get("/graphql", params=ASK, headers={"Accept": accept}).headers["content-type"]
        return found.partition(";")[0]

    assert kind("*/*") == "application/json"
    assert kind("text/csv;q=0.5, application/json") == "application/json"
    assert kind("application/json;q=0.5, text/csv") == "text/csv"
    assert kind("text/html, text/csv;q=0.9") == "text/html"
    refused = client.post("/graphql", json=ASK, headers=ACCEPT)
    assert refused.status_code == 406
    assert "GET" in refused.json()["errors"][0]["message"]
