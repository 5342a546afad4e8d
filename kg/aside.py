"""Files that are written whole or not at all: aside first, then put in their place with one rename."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.errors import UsageError


def check_folder(path: Path) -> None:
    """Raise ``UsageError`` if the folder that a file is to be written in is not there."""
    if not path.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}. Make it, or write elsewhere.")


@contextmanager
def written_aside(path: Path) -> Iterator[BinaryIO]:
    """A file to write; it becomes ``path`` when the block ends, and is gone if the block raises."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    finally:
        Path(aside).unlink(missing_ok=True)
