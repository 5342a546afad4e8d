"""GraphQL over HTTP as its authors audit it: their package asks a real server of ours, and finds nothing to mend."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import TypedDict

import pytest

from api.app import create_app
from kg.schema import Schema
from tests.api.conftest import MINI, MemoryReleases, release_of
from tests.npm import installed
from tests.serving import served

FOLDER = Path(__file__).with_name("audit")
SIZE = {"MUST": 13, "SHOULD": 23, "MAY": 25}
"""How many audits graphql-http 1.23.1 has at each level of demand."""


class Result(TypedDict):
    """One audit: its name begins with its level, its status is ``ok`` if it is met."""

    id: str
    name: str
    status: str
    reason: str | None


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit's folder with the locked packages in it; tests are skipped where these cannot be had."""
    return installed(FOLDER, tmp_path_factory.mktemp("audit"), "NOT AUDITED")


def test_graphql_http_finds_nothing_to_mend(audit: Path, declared: Schema) -> None:
    with served(create_app(MemoryReleases(release_of(declared, MINI)))) as address:
        done = subprocess.run(
            ["node", "audit.mjs", f"{address}/graphql"],
            cwd=audit,
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=60,
        )
    results: list[Result] = json.loads(done.stdout)
    assert [one for one in results if one["status"] != "ok"] == []
    assert Counter(one["name"].partition(" ")[0] for one in results) == SIZE


def test_the_lock_names_no_host() -> None:
    locked = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in locked.items() if name)
