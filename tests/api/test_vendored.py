"""The vendored browser files: each as the manifest says, with its licence, and none that it does not name."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "api" / "static" / "vendor"
PACKAGES: list[dict[str, Any]] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))["packages"]
FILES = {file["file"] for package in PACKAGES for file in package["files"]}
OURS = {"manifest.json", "fetch.py"}


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the script says of the files beside it, without a network."""
    return subprocess.run([sys.executable, str(folder / "fetch.py"), "--check"], capture_output=True, text=True)


def test_the_files_are_as_the_manifest_says() -> None:
    found = check(FOLDER)
    assert (found.returncode, found.stderr) == (0, "")
    assert all(re.fullmatch("[0-9a-f]{64}", file["sha256"]) for package in PACKAGES for file in package["files"])


def test_there_is_no_file_that_the_manifest_does_not_name() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.name != "__pycache__"} == FILES | OURS


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_a_package_is_pinned_and_lies_beside_its_licence(package: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
    (licence,) = [file["file"] for file in package["files"] if file["file"].endswith(".LICENSE")]
    text = (FOLDER / licence).read_text("utf-8")
    assert package["licence"] == "MIT" and "Permission is hereby granted, free of charge" in text
    assert "Copyright" in text


@pytest.mark.parametrize("change", ["byte", "missing"])
def test_a_file_that_was_changed_is_noticed(change: str, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "vendor")
    victim = tmp_path / "vendor" / sorted(FILES)[0]
    victim.unlink() if change == "missing" else victim.write_bytes(victim.read_bytes() + b"\n")
    found = check(tmp_path / "vendor")
    assert found.returncode == 1
    assert victim.name in found.stderr


def test_every_vendored_script_and_style_is_used_by_a_page() -> None:
    rooms = FOLDER.parents[1]
    pages = [path for folder in ("templates", "static/web") for path in (rooms / folder).rglob("*.*")]
    text = "".join(path.read_text("utf-8") for path in pages if path.suffix in (".html", ".js"))
    assert [file for file in FILES if file.endswith((".js", ".css")) and f"/static/vendor/{file}" not in text] == []
