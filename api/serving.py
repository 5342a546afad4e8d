"""The release that serves now, loaded, with the GraphQL schema of its ontology."""

from __future__ import annotations

import gc
from collections.abc import Callable
from threading import Lock, Thread, Timer

from api import limits
from api.admission import Turnstile
from api.budget import Stopped
from api.errors import log
from api.reading import Reader, Release, Releases
from api.schema import AtmpSchema, make_schema

Served = tuple[Release, AtmpSchema]


class Serving:
    """Follows the current release. While one thread loads a new one the others go on with the old one."""

    def __init__(self, releases: Releases, plans: bool = True) -> None:
        self.turnstile = Turnstile()
        """Where all that is answered from the release takes turns."""
        self.ahead: list[Callable[[Reader], object]] = []
        """What to do in the background as soon as a release serves, so that its first readers need not wait for it.

        It is done once ``begin`` was called.
        """
        self._begun = False
        self._releases = releases
        self._plans = plans
        self._served: Served | None = None
        self._lock = Lock()

    def now(self) -> Served:
        """The release and its schema; one answer uses one pair throughout."""
        served = self._served
        if served is not None and (served[0] is self._releases.current() or self._lock.locked()):
            return served
        with self._lock:
            release = self._releases.current()
            if self._served is None or self._served[0] is not release:
                self._served = self._loaded(release)
            return self._served

    def begin(self) -> Thread:
        """Load the release in the background before anybody asks, and later ones once they are there; the thread."""
        self._begun = True
        thread = Thread(target=self.now, name="release", daemon=True)
        thread.start()
        return thread

    def standing(self) -> Served | None:
        """What ``now`` would give, if it could be given at once."""
        served = self._served
        return served if served is not None and self._releases.stands(served[0]) else None

    def _loaded(self, release: Release) -> Served:
        """The release with its model read, kept out of the garbage collector's rounds while it serves."""
        gc.unfreeze()
        declared, _ = release.schema, release.model
        known = self._served[1] if self._served else None
        schema = known if known and known.declared == declared else make_schema(declared, self._plans)
        gc.freeze()
        reader = schema.reader(release)
        reader.finder.warm()
        if self._begun:
            later = Timer(limits.AHEAD, self._ahead, (reader,))
            later.daemon = True
            later.start()
        return release, schema

    def _ahead(self, reader: Reader) -> None:
        for do in self.ahead:
            try:
                do(reader)
            except (Stopped, Exception):  # who asks for it meets it again, and is told
                log.warning("not made ahead of readers", exc_info=True)
