"""A lock of the operating system on a file or folder: it dies with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import AtmpError


@contextmanager
def locked(path: Path, held: Callable[[], str], refusal: type[AtmpError] = AtmpError) -> Iterator[int]:
    """Hold the lock of a file (made if it is not there) or folder and give its handle; raises ``refusal`` with what
    ``held`` says if it is taken. A folder is locked itself, so that nothing is written into it.
    """
    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT
    handle = os.open(path, flags | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise refusal(held()) from error
        yield handle
    finally:
        os.close(handle)
