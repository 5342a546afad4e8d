"""The command ``atmp-kg query``: a GraphQL query answered without a server, as JSON, CSV or a table."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
import orjson

from kg.aside import check_folder, written_aside
from kg.command import common_options, current_settings, example, say, text_of
from kg.current import release_at
from kg.errors import UsageError

if TYPE_CHECKING:  # as in kg.cli: --help and faults of use are quick
    from api.flatten import Cell
    from api.tables import Page

_FORMAT = click.Choice(["json", "table", "csv"])
_OUTPUT = click.Path(path_type=Path, dir_okay=False, writable=True)


@click.command(epilog=example("""echo '{ products { nodes { name stage } } }' | atmp-kg query - --format table"""))
@click.argument("file", type=click.File("rb"))
@click.option("--variables", metavar="JSON", help="The values of the operation's variables, as a JSON object.")
@click.option("--operation", metavar="NAME", help="Which operation of the file to run.")
@click.option("--format", "form", type=_FORMAT, default="json", show_default=True, help="How the answer is written.")
@click.option("--rows", metavar="LIST", help="Which list gives the rows of csv and table, such as products.nodes.")
@click.option("--all", "every", is_flag=True, help="Give the rows of all pages of the list, for csv and table.")
@click.option("--output", type=_OUTPUT, metavar="FILE", help="Write there, whole or not at all.")
@common_options
def query(
    file: BinaryIO,
    variables: str | None,
    operation: str | None,
    form: str,
    rows: str | None,
    every: bool,
    output: Path | None,
) -> int:
    """Answer the GraphQL query in FILE (- for standard input). Builds a release if there is none.

    csv and table have a row for each item of the operation's list, or one for a single entity, and a column for each
    value selected: enums by their English labels, values of lists within a row joined with "; ". In csv a text that a
    spreadsheet would calculate has an apostrophe before it.

    The exit code is 1 if the answer has errors: json shows them, the others write nothing.
    """
    values, question = _variables(variables), text_of(file)
    _check(form == "json" and (every or rows is not None), output)
    from api.execute import execute
    from api.schema import make_schema
    from api.tables import make_table

    release = release_at(current_settings())
    schema = make_schema(release.schema)
    ask = partial(execute, schema, release, variables=values, operation_name=operation)
    if form == "json":
        return _write_json(ask(question), output)
    table = make_table(schema, question, values, operation, rows)
    if table is None:
        return _tell(ask(question))
    pages = table.pages(ask) if every else iter([table.page(ask)])
    remarks: list[str] = []
    with _whole(output) as whole:
        _write(whole, form, table.layout.header, _rows(pages, every, remarks), wide=output is not None)
    for remark in remarks:
        say(remark)
    return 0


def _check(tabular: bool, output: Path | None) -> None:
    """Refuse what goes wrong for certain, before a release is opened."""
    if tabular:
        raise UsageError("--all and --rows are for --format csv and table. Choose one of these, or leave them out.")
    if output is not None:
        check_folder(output)


def _write_json(answer: Mapping[str, Any], output: Path | None) -> int:
    with _whole(output) as whole:
        whole.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return 1 if answer.get("errors") else 0


def _rows(pages: Iterator[Page], every: bool, remarks: list[str]) -> Iterator[tuple[Cell, ...]]:
    """The rows of all pages, and remarks on what they do not hold; stops the command at an answer with errors."""
    cut: set[str] = set()
    for page in pages:
        if page.answer.get("errors"):
            raise click.exceptions.Exit(_tell(page.answer))
        yield from page.rows
        cut.update(page.cut)
        if page.next and not every:
            remarks.append("the list goes on after these rows: --all gives all of them, a larger `first` more")
    for name in sorted(cut):
        remarks.append(f"{name} is cut in some rows: ask for more with its `first`")


def _write(file: BinaryIO, form: str, header: tuple[str, ...], rows: Iterator[tuple[Cell, ...]], *, wide: bool) -> None:
    from api.tabular import write_csv, write_table

    lines = io.TextIOWrapper(file, encoding="utf-8", newline="")
    if form == "csv":
        write_csv(lines, header, rows)
    else:
        write_table(
            lines, header, rows, None if wide or not sys.stdout.isatty() else shutil.get_terminal_size().columns
        )
    lines.detach()


def _tell(answer: Mapping[str, Any]) -> int:
    """Say the errors of an answer."""
    for error in answer["errors"]:
        say(f"atmp-kg: {error['extensions']['code']}: {error['message']}")
    return 1


@contextmanager
def _whole(output: Path | None) -> Iterator[BinaryIO]:
    """A file that comes to its place, or (None) to standard output, when all of it is written."""
    if output is not None and (output.is_file() or not output.exists()):
        with written_aside(output.resolve()) as file:
            yield file
        return
    with tempfile.TemporaryFile() as file:
        yield file
        file.seek(0)
        if output is None:
            shutil.copyfileobj(file, sys.stdout.buffer)
            return
        with output.open("wb") as place:  # a pipe or a device, which a rename would do away with
            shutil.copyfileobj(file, place)


def _variables(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"--variables is not JSON: {error}. Write an object like '{{\"first\": 5}}'.") from error
    if not isinstance(values, dict):
        raise UsageError("--variables is no JSON object. Write one like '{\"first\": 5}'.")
    return values
