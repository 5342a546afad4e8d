"""Reads ROR's records from files: the data dump, zip, gzip or plain, a JSON array, JSON Lines or an answer of the API.

Records are read one by one, so that a dump of any size needs little memory.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, cast

import ijson

from kg.errors import DataError, Fault

_SECOND = "_schema_v2.json"
_DAY = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_AGAIN = "Fetch the file again."


def file_date(path: Path) -> str:
    """The day in a dump's name (``v1.45-2024-04-11-ror-data.zip``), empty if there is none."""
    match = _DAY.search(path.name)
    return match[1] if match else ""


def read_file(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file; raises ``DataError`` where it is cut short or holds something else."""
    number = 0
    with ExitStack() as stack:
        try:
            file = _opened(path, stack)
            for value in _values(file):
                for record in value["items"] if "number_of_results" in value else (value,):
                    number += 1
                    yield record
        except (ijson.JSONError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
            what = f"no JSON objects, or cut short, after {number} records ({error})"
            raise DataError([Fault(str(path), 0, "", what, _AGAIN)]) from error
        except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error) as error:
            what = f"the packed file is broken after {number} records ({error})"
            raise DataError([Fault(str(path), 0, "", what, _AGAIN)]) from error
    if not number:
        raise DataError([Fault(str(path), 0, "", "there is no record in the file", _AGAIN)])


def _opened(path: Path, stack: ExitStack) -> IO[bytes]:
    file = stack.enter_context(path.open("rb"))
    start = file.read(4)
    file.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], stack.enter_context(gzip.GzipFile(fileobj=file)))
    if not start.startswith(b"PK"):
        return file
    packed = stack.enter_context(zipfile.ZipFile(file))
    inside = [name for name in packed.namelist() if name.endswith((".json", ".jsonl"))]
    chosen = [name for name in inside if name.endswith(_SECOND)] or inside
    if len(chosen) != 1:
        what = f"{len(chosen)} files of JSON are in it, of which one would be ROR's records"
        raise DataError([Fault(str(path), 0, "", what, "Unpack it and give the file ending in _schema_v2.json.")])
    return stack.enter_context(packed.open(chosen[0]))


def _values(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    start = b" "
    while start.isspace():
        start = file.read(1)
    file.seek(0)
    prefix = "item" if start == b"[" else ""
    for value in ijson.items(file, prefix, multiple_values=True, use_float=True):
        if not isinstance(value, dict):
            raise TypeError(f"{type(value).__name__} where a record is wanted")
        yield value
