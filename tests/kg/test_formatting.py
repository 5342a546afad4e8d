"""The common form of a record: ordered, laid out, nothing lost, nothing to do the second time."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import DataError
from kg.files import RecordFile, find_records
from kg.formatting import format_record
from kg.ontology import read_schema
from kg.schema import Schema
from tests.conftest import ROOT

MESSY = """\
# yaml-language-server: $schema=../.schema/product.json
# About: a record of our own writing

# sources come last
sources: [ a,   b ]   # trailing
review: verified

# the name
# in two lines
name:   "No"
inn: NO
codes:
- 007
-   "x: y" # on an item
- 1e3
indications:
    # the first
    zz-b: {stage: phase-1,   condition: disease,  sources: [a]}
    aa:
        # about the stage
        stage: phase-1
        # about the condition
        condition: disease

        sources:
        - a
        # the end of aa
note: >
  folded
  # no comment
  text

legalCategory: gene-therapy
evidence:
  e1: {field: name, source: a,
       value: "many # hash"}
aliases: [a, 'b''c']
stageDate: 2020-07-01
# the end
"""

TIDY = """\
# yaml-language-server: $schema=../.schema/product.json
# About: a record of our own writing

# the name
# in two lines
name: "No"
inn: NO
codes:
  - 007
  - "x: y"  # on an item
  - 1e3
aliases: [a, 'b''c']
legalCategory: gene-therapy
stageDate: 2020-07-01
indications:
  # the first
  zz-b: {condition: disease, stage: phase-1, sources: [a]}
  aa:
    # about the condition
    condition: disease

    # about the stage
    stage: phase-1
    sources:
      - a
      # the end of aa
# sources come last
sources: [a, b]  # trailing
evidence:
  e1: {field: name, value: "many # hash", source: a}
review: verified

note: >
  folded
  # no comment
  text

# the end
"""


def record(schema: Schema, folder: Path, text: str, name: str = "product/x.yaml") -> RecordFile:
    """A record file with this text."""
    path = folder / "data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return RecordFile(path, f"data/{name}", schema.by_slug[name.partition("/")[0]], path.stem)


def formatted(schema: Schema, folder: Path, text: str, name: str = "product/x.yaml") -> str | None:
    """What the formatter makes of a text."""
    return format_record(schema, record(schema, folder, text, name), folder / "data")


def test_a_messy_record_is_put_into_form_once(schema: Schema, tmp_path: Path) -> None:
    assert formatted(schema, tmp_path, MESSY) == TIDY
    assert formatted(schema, tmp_path, TIDY) is None


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("sources: [a]\nname: X\n", "name: X\nsources: [a]\n"),
        ("sources: [a]\r\nname: X\r\n", "name: X\nsources: [a]\n"),
        ("\n\nname: X  \nsources: [a]", "name: X\nsources: [a]\n"),
        ("--- \nname: X\nsources: [a]\n", "name: X\nsources: [a]\n"),
        ("{sources: [a], name: X}\n", None),
        ("name: X\nunheard: [b]\nsources: [a]\n", "name: X\nsources: [a]\nunheard: [b]\n"),
        ("name: 'X'\nsources: [a]\n", None),
        ("name:\nsources: []\n", None),
        ("name: a\n  b\nsources: [a]\n", "name: a b\nsources: [a]\n"),
        ("name: Ünï — ‘x’\nsources: [a]\n", None),
    ],
)
def test_small_things(schema: Schema, tmp_path: Path, given_text: str, expected: str | None) -> None:
    assert formatted(schema, tmp_path, given_text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: [a\n", "not valid YAML"),
        ("name: a\nname: b\n", "the key stands twice"),
        ("name: &x a\n", "the anchor &x"),
        ("", "the file is empty"),
        ("- a\n", "no mapping of fields"),
    ],
)
def test_what_does_not_read_is_refused_and_left_alone(schema: Schema, tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        formatted(schema, tmp_path, text)
    assert message in str(caught.value.faults[0])
    assert (tmp_path / "data/product/x.yaml").read_text() == text


def test_shipped_records_are_in_form(schema: Schema) -> None:
    data = ROOT / "data"
    records, _ = find_records(schema, data)
    untidy = [r.name for r in records[::10] if format_record(schema, r, data) is not None]
    assert untidy == [], "run `atmp-kg format`"


@cache
def shipped_schema() -> Schema:
    """The schema, kept out of the arguments that hypothesis prints."""
    return read_schema(ROOT / "ontology")


COMMENT = st.sampled_from(["", "# about it", "# more: of [it", "#x"])
VALUE = st.sampled_from(
    ["NO", "'it''s'", '"a # b"', "12:30", "0x1F", "~", "2020-07", ">-\n  some\n  # text", "[a, b]", "a: b"[:1]]
)
FIELDS = st.sampled_from(["name", "inn", "sources", "note", "stage", "review", "codes", "transgene", "device", "odd"])


@given(st.dictionaries(FIELDS, st.tuples(COMMENT, VALUE, COMMENT, st.booleans()), min_size=1))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_record_keeps_what_it_says(tmp_path: Path, fields: dict[str, tuple[str, str, str, bool]]) -> None:
    schema = shipped_schema()
    lines = []
    for name, (above, value, behind, gap) in fields.items():
        plain = "\n" not in value
        lines += [above] * bool(above) + [f"{name}: {value}{'   ' + behind if behind and plain else ''}"] + [""] * gap
    text = "\n".join(lines) + "\n"
    result = formatted(schema, tmp_path, text) or text
    assert yaml.load(result, Loader=yaml.BaseLoader) == yaml.load(text, Loader=yaml.BaseLoader)
    assert result.count("# about it") == text.count("# about it")
    order = list(schema.types["Product"].fields)
    names = [name for name in yaml.load(result, Loader=yaml.BaseLoader) if name in order]
    assert names == sorted(names, key=order.index)
    assert formatted(schema, tmp_path, result) is None


def test_a_comment_goes_where_its_field_goes(schema: Schema, tmp_path: Path) -> None:
    text = dedent(
        """\
        name: X
        # of the sources
        sources: [a]
        # of the name of the substance
        inn: y
        """
    )
    assert formatted(schema, tmp_path, text) == dedent(
        """\
        name: X
        # of the name of the substance
        inn: y
        # of the sources
        sources: [a]
        """
    )
