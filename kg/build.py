"""The build: inputs compiled and checked, a release written aside, then swapped in with one rename of the pointer.

Kill it at any point and the standing release is the current one still: a release's folder gets its name only when it
is whole and on the disk, and the pointer is replaced by one rename. What a killed build leaves is cleared away by the
next one. A lock of the operating system keeps two builds apart and dies with the process that holds it.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import BuildRunningError, DataError, Fault, ReleaseError
from kg.graph import Compiled, compile_graph
from kg.identity import SHOWN, fingerprint, generator
from kg.inputs import digest_inputs
from kg.locks import locked
from kg.release import CURRENT, Release, Releases
from kg.settings import Settings
from kg.writing import STEPS as WRITING_STEPS
from kg.writing import sync, write_release

LOCK = "lock"
_ASIDE = "building-"

Report = Callable[[str], None]
"""What a build calls at the beginning of each step, with the step's name."""

STEPS = 2 + WRITING_STEPS
"""How many steps a build reports at the most."""


@dataclass(frozen=True)
class Built:
    """What a build came to: the release that is current now, and whether it had to be made or stood already."""

    release: Release
    made: bool


def build(settings: Settings, force: bool = False, report: Report = lambda step: None) -> Built:
    """Build a release of the inputs and make it the current one; a release that stands already is checked and used.

    Raises ``DataError`` with all faults, ``BuildRunningError`` if another build works on this home, and
    ``ReleaseError`` if the release cannot be written; the standing release is untouched then. ``force`` builds even
    if the release stands.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReleaseError(f"{settings.home}: cannot hold releases: {error.strerror}. Name another --home.") from error
    with _locked(settings.home):
        report("looking for a release of these inputs")
        releases = Releases(settings.home)
        found = _standing(releases, settings) if not force else None
        _clear(releases, found.id if found else None)
        release = found or _make(releases, settings, report)
        _point(releases, release.id)
        _clear(releases, None)
    return Built(release, made=found is None)


def _standing(releases: Releases, settings: Settings) -> Release | None:
    """The release of exactly these inputs, if it stands and is as it was built."""
    inputs = digest_inputs(settings.ontology, settings.data)
    digest = fingerprint(inputs, generator()) if inputs else "-"
    for name in releases.ids():
        if name.endswith(digest[:SHOWN]):
            try:
                release = Release.open(releases.path(name))
            except ReleaseError:  # damaged: it is built anew and replaced
                return None
            return release if release.info["fingerprint"] == digest else None
    return None


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from looking through millions of quads again and again: none of them is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_no_collection()
def _make(releases: Releases, settings: Settings, report: Report) -> Release:
    report("reading and checking the records")
    compiled = compile_graph(settings.ontology, settings.data)
    if compiled.errors:
        raise DataError(compiled.errors)
    compiled = _with_plain_names(compiled, settings.data.name)
    aside = Path(tempfile.mkdtemp(prefix=f"{_ASIDE}{os.getpid()}-", dir=releases.home))
    try:
        aside.chmod(0o755)
        info = write_release(compiled, settings.ontology, aside, report)
        return _settle(releases, aside, info)
    finally:
        shutil.rmtree(aside, ignore_errors=True)  # gone already if it was given its name


def _with_plain_names(compiled: Compiled, folder: str) -> Compiled:
    """The faults under ``data/``, whatever the data folder is called: a release knows no paths of its machine."""
    return replace(compiled, faults=[renamed(fault, folder, "data") for fault in compiled.faults])


def renamed(fault: Fault, old: str, new: str) -> Fault:
    """The fault with the first folder of its file named otherwise."""
    head, slash, rest = fault.file.partition("/")
    if head != old or not slash:
        return fault
    return Fault(f"{new}/{rest}", fault.line, fault.field, fault.what, fault.remedy, fault.severity)


def _settle(releases: Releases, aside: Path, info: Mapping[str, Any]) -> Release:
    """Give the whole release its name; a damaged release of the same name makes room first."""
    target = releases.path(info["id"])
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        try:
            standing = Release.open(target)
        except ReleaseError:
            target.rename(releases.home / f"{_ASIDE}replaced-{target.name}")
        else:
            if standing.info != info:
                raise ReleaseError(f"the same inputs gave other bytes than {target}. Report this; nothing was changed.")
            return standing
    aside.rename(target)
    sync(target.parent)
    return Release.open(target)


def _point(releases: Releases, name: str) -> None:
    """Make a release the current one; the one that was stays as the one before."""
    before = releases.pointers()
    if before[:1] == (name,):
        return
    kept = [name, *(old for old in before if old != name)][:2]
    aside = releases.home / f"{_ASIDE}{CURRENT}"
    aside.write_text("".join(f"{line}\n" for line in kept), encoding="ascii")
    sync(aside)
    aside.replace(releases.home / CURRENT)
    sync(releases.home)


def _clear(releases: Releases, spare: str | None) -> None:
    """Remove what killed builds left, and releases that are neither current nor the one before nor spared."""
    for path in releases.home.glob(f"{_ASIDE}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    kept = {*releases.pointers(), spare}
    for name in releases.ids():
        if name not in kept:
            shutil.rmtree(releases.path(name))


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    path = home / LOCK

    def held() -> str:
        who = path.read_text(encoding="ascii").strip() or "unknown"
        return f"another build (process {who}) works on {home}. Wait until it is done."

    with locked(path, held, BuildRunningError) as handle:
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
