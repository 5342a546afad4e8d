"""Runs what a recipe tells its reader to run, as the reader would."""

from __future__ import annotations

import io
import runpy
import subprocess
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def run_program(text: str) -> tuple[dict[str, Any], str]:
    """What a Python program has named when it ends, and what it prints."""
    with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()) as printed:
        path = Path(folder) / "recipe.py"
        path.write_text(text, encoding="utf-8")
        return runpy.run_path(str(path)), printed.getvalue()


def run_command(text: str) -> str:
    """What a shell command prints; fails if it does."""
    return subprocess.run(["bash", "-e"], input=text, capture_output=True, text=True, check=True, timeout=30).stdout
