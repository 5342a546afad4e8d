"""Releases on disk: one dated, checked, immutable state of the graph each, and which one is current."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import Fault, NotFoundError, ReleaseError
from kg.export import FORMATS, get_format
from kg.identity import fingerprint, release_id
from kg.model import Model
from kg.ontology import read_schema
from kg.schema import Schema
from kg.store import GraphStore

if TYPE_CHECKING:  # networkx takes a while to import, and not every command asks for it
    from kg.network.standing import ReleaseNetwork

CURRENT, RELEASES = "current", "releases"
INFO, VALIDATION, MODEL = "release.json", "validation.json", "model.json"
ONTOLOGY, SCHEMAS = "ontology", "schemas"
CONSTANTS, NETWORK, BACKTEST = "network.yaml", "network.json", "backtest"

_REBUILD = "Run `atmp-kg build --force`."
_log = logging.getLogger(__name__)


class Release:
    """One release: ``id``, ``date``, ``path``, and ``info`` as release.json states it.

    ``schema``, ``model``, ``network`` and ``store`` are read from the release's own files when first asked for.
    """

    def __init__(self, path: Path, info: Mapping[str, Any]) -> None:
        self.path = path
        self.info = info
        self.id: str = info["id"]
        self.date: str = info["date"]
        self._lock = threading.RLock()
        self._schema: Schema | None = None
        self._model: Model | None = None
        self._network: ReleaseNetwork | None = None
        self._store: GraphStore | None = None
        self._unchecked: set[str] = set()

    @classmethod
    def open(cls, path: Path, dumps_later: bool = False) -> Release:
        """Open a release and check every file against its checksum; raises ``ReleaseError`` if one is not as built.

        With ``dumps_later`` each dump is checked when it is first asked for: they are most of a release's bytes.
        """
        try:
            info = json.loads((path / INFO).read_bytes())
            files, made = info["files"], release_id(info["date"], fingerprint(info["inputs"], info["generator"]))
            release = cls(path, info)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ReleaseError(f"{path / INFO}: cannot be read: {error}. {_REBUILD}") from error
        if not made == release.id == path.name:
            raise ReleaseError(f"{path / INFO}: states an id that is not of its inputs. {_REBUILD}")
        dumps = {form.file_name for form in FORMATS.values()}
        release._unchecked = {name for name in files if dumps_later and name in dumps}
        for name in files.keys() - release._unchecked:
            release._check(name)
        return release

    def _check(self, name: str) -> None:
        if checksum(self.path / name) != self.info["files"][name]:
            raise ReleaseError(f"{self.path / name}: not as it was built. {_REBUILD}")

    @property
    def ontology(self) -> Path:
        """The folder of the release's own copy of the ontology."""
        return self.path / ONTOLOGY

    @property
    def schema(self) -> Schema:
        """What the release's own copy of the ontology declares."""
        with self._lock:
            if self._schema is None:
                self._schema = read_schema(self.ontology)
            return self._schema

    @property
    def model(self) -> Model:
        """The read model of the default graph."""
        with self._lock:
            if self._model is None:
                self._model = Model.from_bytes(self.schema, (self.path / MODEL).read_bytes())
            return self._model

    @property
    def network(self) -> ReleaseNetwork:
        """The collaborator network, by the release's own constants and with what its build worked out.

        Raises ``ReleaseError`` if the release was built before there was one.
        """
        from kg.network.constants import Section
        from kg.network.standing import ReleaseNetwork, from_bytes

        with self._lock:
            if self._network is None:
                if NETWORK not in self.info["files"]:
                    raise ReleaseError(f"{self.path}: was built without a network. {_REBUILD}")
                constants, standings = Section.read(self.path / CONSTANTS), (self.path / NETWORK).read_bytes()
                known = from_bytes(self.model, standings)
                self._network = ReleaseNetwork(self.model, constants, int(self.date[:4]), known)
            return self._network

    @property
    def store(self) -> GraphStore:
        """The dataset, for SPARQL and for rdflib."""
        with self._lock:
            if self._store is None:
                self._store = GraphStore.load(self.dump("nquads"))
            return self._store

    def dump(self, format: str) -> Path:
        """The file of a dump; raises ``NotFoundError`` if there is no such format, ``ReleaseError`` like ``open``."""
        name = get_format(format).file_name
        with self._lock:
            if name in self._unchecked:
                self._check(name)
                self._unchecked.discard(name)
        return self.path / name

    def faults(self) -> tuple[Fault, ...]:
        """What validation had to say of the release: warnings, as no release is built with errors."""
        return tuple(Fault(**row) for row in json.loads((self.path / VALIDATION).read_bytes())["faults"])

    def backtest(self) -> Mapping[str, Any]:
        """The backtest of partner fit as the build wrote it; empty if it wrote none."""
        name = f"{BACKTEST}.json"
        found: dict[str, Any] = json.loads((self.path / name).read_bytes()) if name in self.info["files"] else {}
        return found


class Releases:
    """The releases of a home. ``current`` may be called by any thread, as often as one likes."""

    def __init__(self, home: Path, dumps_later: bool = False) -> None:
        """``dumps_later`` as ``Release.open`` has it."""
        self.home = home
        self._dumps_later = dumps_later
        self._pointer = home / CURRENT
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._release: Release | None = None

    def pointers(self) -> tuple[str, ...]:
        """The ids of the current release and of the one before it, as far as there are any."""
        try:
            return tuple((self.home / CURRENT).read_text(encoding="ascii").split())
        except FileNotFoundError:
            return ()

    def path(self, release: str) -> Path:
        """Where a release of this id stands."""
        return self.home / RELEASES / release

    def open(self, release: str) -> Release:
        """Open a release by its id; raises ``NotFoundError`` if it is not kept."""
        if release not in self.ids():
            kept = ", ".join(self.ids()) or "none"
            raise NotFoundError(f"there is no release {release!r} in {self.home}. Kept are: {kept}.")
        return Release.open(self.path(release))

    def ids(self) -> tuple[str, ...]:
        """The ids of all releases that are kept, sorted."""
        folder = self.home / RELEASES
        return tuple(sorted(path.name for path in folder.iterdir())) if folder.is_dir() else ()

    def current(self) -> Release:
        """The current release, opened anew only when another was swapped in; raises ``ReleaseError`` if there is none.

        While one thread opens a new release the others go on with the old one. A new release that cannot be opened
        is reported in the log once and the old one stays.
        """
        seen = self._stamp()
        if self._release is not None and seen == self._seen:
            return self._release
        if self._release is not None and self._lock.locked():
            return self._release
        with self._lock:
            if self._release is None or seen != self._seen:
                self._release = self._open_current(self._release)
                self._seen = seen
            return self._release

    def stands(self, release: object) -> bool:
        """Whether a release is still the current one, without opening another."""
        return self._release is release and self._stamp() == self._seen

    def _open_current(self, standing: Release | None) -> Release:
        pointers = self.pointers()
        if standing is not None and (not pointers or pointers[0] == standing.id):
            return standing
        if not pointers:
            raise ReleaseError(f"there is no release in {self.home} yet. Run `atmp-kg build`.")
        try:
            return Release.open(self.path(pointers[0]), self._dumps_later)
        except ReleaseError as error:
            if standing is None:
                raise
            _log.error("release %s is served on: %s", standing.id, error.message)
            return standing

    def _stamp(self) -> tuple[int, ...]:
        try:
            stat = self._pointer.stat()
        except FileNotFoundError:
            return ()
        return stat.st_ino, stat.st_mtime_ns, stat.st_size


def checksum(path: Path) -> dict[str, str | int]:
    """The digest and size of a file as release.json states them; raises ``ReleaseError`` if it cannot be read."""
    try:
        with path.open("rb") as handle:
            return {"sha256": file_digest(handle, "sha256").hexdigest(), "size": path.stat().st_size}
    except OSError as error:
        raise ReleaseError(f"{path}: cannot be read: {error.strerror}. {_REBUILD}") from error
