"""Bad records: every fault is reported with file, line, field and remedy, and none hides another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.errors import NotFoundError
from kg.graph import compile_graph
from tests.conftest import Curate

CASES = Path(__file__).parent.parent / "cases" / "records"


def _cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(pytest.param(case["records"], case["expect"], id=f"{path.stem}: {case['case']}"))
    return found


@pytest.mark.parametrize(("records", "expect"), _cases())
def test_a_curator_is_told_what_is_wrong_and_what_to_do(
    curate: Curate, records: dict[str, str], expect: list[str]
) -> None:
    told = [str(fault) for fault in curate(records).errors]
    assert len(told) == len(expect), "\n".join(told)
    for message, wanted in zip(told, expect, strict=True):
        assert message.startswith(wanted), f"{message!r} does not begin with {wanted!r}"


def test_the_base_records_have_no_fault(curate: Curate) -> None:
    assert curate({}).faults == []


def test_bytes_that_are_not_utf8_are_named_with_their_line(curate: Curate, data_folder: Path) -> None:
    (data_folder / "product" / "latin.yaml").write_bytes("name: A\nnote: caf\xe9\n".encode("latin-1"))
    (fault,) = curate({}).errors
    assert str(fault) == "data/product/latin.yaml:2: byte 17 is not UTF-8. Save the file as UTF-8."


def test_a_link_out_of_the_folder_is_refused(curate: Curate, data_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("name: Secret\nsources: [registry-page]\n")
    (data_folder / "product" / "linked.yaml").symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "outside").mkdir()
    (data_folder / "trial" / "outside").symlink_to(tmp_path / "outside", target_is_directory=True)
    told = [str(fault) for fault in curate({}).errors]
    assert told[0] == (
        "data/product/linked.yaml: a link that leads out of the data folder. Replace it by the file itself."
    )
    assert all("Secret" not in str(quad) for quad in curate({}).quads)


def test_a_record_of_more_than_a_megabyte_is_refused(curate: Curate) -> None:
    (fault,) = curate({"product/huge": "name: Huge\nnote: " + "x" * 1_000_001 + "\n"}).errors
    assert "more than the 1,000,000 that a record may have" in str(fault)


def test_a_file_that_does_not_parse_does_not_make_links_to_it_dangle(curate: Curate) -> None:
    told = [str(fault) for fault in curate({"product/cells": "name: [unclosed\n"}).errors]
    assert len(told) == 1
    assert told[0].startswith("data/product/cells.yaml:2: not valid YAML")


def test_a_data_folder_that_is_not_there_is_said_so(ontology_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such data folder"):
        compile_graph(ontology_folder, tmp_path / "nowhere")
