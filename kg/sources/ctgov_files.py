"""Reads files of ClinicalTrials.gov records as a stream: JSON Lines, a JSON array, an API page or a CSV export.

Any of them may be compressed with gzip. A file that is cut short raises ``DataError``, wherever it ends.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ijson

from kg.errors import DataError, Fault
from kg.sources.ctgov_csv import is_csv, read_csv
from kg.sources.ctgov_facts import Read, facts_of
from kg.sources.ctgov_rules import NO_RULES, Rules

_GZIP, _MARK = b"\x1f\x8b", b"\xef\xbb\xbf"
_AGAIN = "The file is cut short or damaged: fetch it again. Nothing was written."
_PAGE, _STUDY = "studies", "protocolSection"
_HEAD = 4096


def read_file(path: Path, rules: Rules = NO_RULES) -> Iterator[Read]:
    """The records of a file in its order; raises ``DataError`` with file and line if it is not whole."""
    try:
        with _opened(path) as file:
            head = file.peek(_HEAD).lstrip()[:_HEAD]
            if is_csv(head):
                with io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
                    yield from read_csv(str(path), text, rules)
                return
            for study in _studies(path, file, head):
                yield facts_of(study, rules) if isinstance(study, dict) else _no_record(study)
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise DataError([Fault(str(path), 0, "", f"the file cannot be read to its end ({error})", _AGAIN)]) from error
    except ijson.JSONError as error:
        raise DataError([Fault(str(path), 0, "", f"the JSON is not whole ({_brief(error)})", _AGAIN)]) from error


def _studies(path: Path, file: io.BufferedReader, head: bytes) -> Iterator[Any]:
    if head.startswith(b"["):
        yield from ijson.items(file, "item", use_float=True)
    elif not head.startswith(b"{"):
        what = "the file holds neither JSON nor a CSV export" if head else "the file is empty"
        remedy = "Give JSON Lines, a JSON array, an API page or a CSV export of ClinicalTrials.gov."
        raise DataError([Fault(str(path), 1, "", what, remedy)])
    elif _is_page(path):
        yield from ijson.items(file, f"{_PAGE}.item", use_float=True)
    else:
        yield from _lines(path, file)


def _lines(path: Path, file: io.BufferedReader) -> Iterator[Any]:
    """A record a line; or, where the first line is no whole record, records over several lines."""
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except ValueError as error:
            if number == 1 and _spreads(path):
                with _opened(path) as again:
                    yield from ijson.items(again, "", multiple_values=True, use_float=True)
                return
            what = f"the line is no whole JSON record ({_brief(error)})"
            raise DataError([Fault(str(path), number, "", what, _AGAIN)]) from error


def _is_page(path: Path) -> bool:
    """Whether the outermost object is an answer of the API with a list of studies, not a study."""
    with _opened(path) as file:
        try:
            for prefix, event, value in ijson.parse(file, multiple_values=True):
                if event == "map_key" and prefix == "" and value in (_PAGE, _STUDY):
                    return bool(value == _PAGE)
                if event == "end_map" and prefix == "":
                    return False
        except ijson.JSONError:
            return False  # said with its line by the reader of lines
    return False


def _spreads(path: Path) -> bool:
    """Whether an object goes on after the first line, as it does where the file is set out for people."""
    with _opened(path) as file:
        first = file.readline()
        return first.strip() == b"{" or not (first.rstrip().endswith(b"}") or file.read(1) == b"")


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader]:
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        source: Any = gzip.GzipFile(fileobj=raw) if packed else raw
        with io.BufferedReader(source) as file:
            if file.peek(len(_MARK)).startswith(_MARK):
                file.read(len(_MARK))
            yield file


def _no_record(value: Any) -> Read:
    return facts_of({"protocolSection": value})


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:80]
