"""Packages of npm for a test, installed as a committed lock has them; without them the test is skipped, and says so."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_COMMAND = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000"]


def installed(files: Path, into: Path, undone: str) -> Path:
    """A copy of the files in a folder, with the packages of their lock beside them.

    Where there is no Node.js or no registry, tests are skipped with ``undone`` for what is then not done.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip(f"{undone}: there is no node with npm here. Install Node.js 18 or newer.")
    for file in files.iterdir():
        if file.is_file():
            shutil.copy(file, into)
    done = subprocess.run(_COMMAND, cwd=into, capture_output=True, encoding="utf-8", timeout=120, check=False)
    if done.returncode:
        pytest.skip(f"{undone}: npm could not install the packages: {done.stderr.strip()[-400:]}")
    return into
