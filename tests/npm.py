"""Packages of npm, installed as a committed lock has them; a test that cannot have them is skipped, and says so."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_COMMAND = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000"]


class NoPackagesError(Exception):
    """Why the packages cannot be had."""


def install(files: Path, into: Path) -> Path:
    """A copy of the files in a folder, with the packages of their lock beside them; raises NoPackagesError."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NoPackagesError("there is no node with npm here. Install Node.js 20 or newer.")
    for file in files.iterdir():
        if file.is_file():
            shutil.copy(file, into)
    try:
        done = subprocess.run(_COMMAND, cwd=into, capture_output=True, encoding="utf-8", timeout=120, check=False)
    except subprocess.TimeoutExpired as late:
        raise NoPackagesError("npm did not install the packages within two minutes.") from late
    if done.returncode:
        raise NoPackagesError(f"npm could not install the packages: {done.stderr.strip()[-400:]}")
    return into


def installed(files: Path, into: Path, undone: str) -> Path:
    """What ``install`` gives; where it cannot, tests are skipped with ``undone`` for what is then not done."""
    try:
        return install(files, into)
    except NoPackagesError as reason:
        pytest.skip(f"{undone}: {reason}")
