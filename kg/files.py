"""The files of a data folder: which are records, and what is wrong with those that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from kg.errors import Fault, NotFoundError
from kg.schema import EntityType, Schema

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LARGEST = 1_000_000
"""Bytes that a record may have at the most; a bigger one is no record of facts."""

_OTHER_FOLDERS = frozenset({"registry", "mappings"})


@dataclass(frozen=True)
class RecordFile:
    """One curated file: its path relative to the data folder's parent, its type and slug."""

    path: Path
    name: str
    kind: EntityType
    slug: str


def find_records(schema: Schema, folder: Path) -> tuple[list[RecordFile], list[Fault]]:
    """All record files by name, and a fault for each file or folder that is in the wrong place.

    Raises ``NotFoundError`` if there is no such folder.
    """
    if not folder.is_dir():
        raise NotFoundError(
            f"{folder}: no such data folder. Point --data to a folder with {{type}}/{{slug}}.yaml files."
        )
    found: list[RecordFile] = []
    faults: list[Fault] = []
    for path in _walk(folder):
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        result = _record_file(schema, folder, path, name)
        if isinstance(result, Fault):
            faults.append(result)
        elif result is not None:
            found.append(result)
    return found, faults + list(_twice(found))


def read_text(file: RecordFile, root: Path) -> str | Fault:
    """The text of a record, or the fault that keeps it from being read."""
    path = file.path
    if not path.resolve().is_relative_to(root.resolve()):
        return Fault(file.name, 0, "", "a link that leads out of the data folder", "Replace it by the file itself.")
    size = path.stat().st_size
    if size > LARGEST:
        what = f"{size:,} bytes, more than the {LARGEST:,} that a record may have"
        return Fault(file.name, 0, "", what, "Split it, or keep bulk data in registry/.")
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Fault(file.name, line, "", f"byte {error.start} is not UTF-8", "Save the file as UTF-8.")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` Did you mean ...?`` with the nearest known words, or nothing."""
    near = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(near)}?" if near else ""


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _OTHER_FOLDERS:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from (p for p in sorted(path.rglob("*")) if not p.is_dir() and not p.name.startswith("."))
        elif path.is_dir():
            yield path


def _record_file(schema: Schema, folder: Path, path: Path, name: str) -> RecordFile | Fault | None:
    relative = path.relative_to(folder)
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return Fault(name, 0, "", "a link that leads out of the data folder", "Replace it by the file itself.")
    type_slug = relative.parts[0]
    kind = schema.by_slug.get(type_slug)
    if kind is None or kind.owner is not None:
        top = [slug for slug, k in schema.by_slug.items() if k.owner is None]
        hint = did_you_mean(type_slug, top) or f"Types are {', '.join(sorted(top))}."
        return Fault(name, 0, "", f"the folder {type_slug} is no type of record", hint)
    if len(relative.parts) != 2 or path.is_dir():
        return Fault(name, 0, "", "a record in a folder of its own", f"Move it to {folder.name}/{type_slug}/.")
    if path.suffix not in (".yaml", ".yml"):
        return Fault(name, 0, "", "not a record", "Records end in .yaml; move other files out.")
    if not SLUG.fullmatch(path.stem):
        remedy = "Name it with lower-case letters and digits, joined by single hyphens."
        return Fault(name, 0, "", f"the file name {path.stem} is no id", remedy)
    if path.suffix == ".yml" and not path.with_suffix(".yaml").exists():
        return Fault(name, 0, "", "the file ends in .yml", "Rename it to .yaml.")
    return RecordFile(path, name, kind, path.stem)


def _twice(files: list[RecordFile]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], RecordFile] = {}
    for file in files:
        first = seen.setdefault((file.kind.name, file.slug), file)
        if first is not file:
            what = f"the id {file.kind.slug}/{file.slug} is given twice (also by {first.name})"
            yield Fault(file.name, 0, "", what, "Merge the two records and remove one file.")
