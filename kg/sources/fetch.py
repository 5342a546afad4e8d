"""Fetches JSON from a registry, politely: not too fast, again after a while when it fails, and only if it changed."""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from kg.aside import written_aside
from kg.errors import AtmpError

PAUSE = 0.2
"""Seconds between two requests at least."""
TRIES = 6
LONGEST = 120.0
"""Seconds that are waited at most before a request is tried again."""
_GONE = (404, 410)
_LATER = (408, 425, 429, 500, 502, 503, 504)
_TIMEOUT = urllib3.Timeout(connect=20, read=60)
_ONCE = urllib3.Retry(
    connect=0, read=0, other=0, status=0, redirect=5, respect_retry_after_header=False, raise_on_status=False
)
"""Redirects are followed; when to try again is for ``Fetcher`` to say."""


class Fetcher:
    """Gets JSON. ``cache`` is a folder for answers that have an ETag; ``sleep``, ``now`` and ``tell`` are for tests."""

    def __init__(
        self,
        cache: Path | None = None,
        *,
        pause: float = PAUSE,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        tell: Callable[[str], None] = lambda message: None,
    ) -> None:
        self.cache = cache
        self.pause = pause
        self.sleep = sleep
        self.now = now
        self.tell = tell
        self._pool = urllib3.PoolManager(retries=_ONCE, timeout=_TIMEOUT)
        self._last = 0.0

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def get(self, url: str, params: Mapping[str, str]) -> Any:
        """The JSON at an address, None if nothing is there; raises ``AtmpError`` once trying again has not helped."""
        address = f"{url}?{urlencode(params)}" if params else url
        why = ""
        for attempt in range(1, TRIES + 1):
            self._pause()
            try:
                response = self._request(address)
                if response.status in _GONE:
                    return None
                if response.status in (200, 304):
                    return self._answer(address, response)
                why, wait = f"status {response.status}", self._asked(response)
                if response.status not in _LATER:
                    message = f"{address}: the registry refuses the request ({why}). Nothing was written."
                    raise AtmpError(message, status=response.status)
            except (urllib3.exceptions.HTTPError, ValueError) as error:
                why, wait = _reason(error), None
            if attempt < TRIES:
                seconds = min(LONGEST, 2.0 ** (attempt - 1) if wait is None else wait)
                self.tell(f"{address}: {why}; trying again in {seconds:.0f} s")
                self.sleep(seconds)
        raise AtmpError(f"{address}: no answer after {TRIES} tries ({why}). Nothing was written; try again later.")

    def _pause(self) -> None:
        left = self.pause - (self.now() - self._last)
        if 0 < left <= self.pause:
            self.sleep(left)
        self._last = self.now()

    def _request(self, address: str) -> urllib3.BaseHTTPResponse:
        kept = self._kept(address)
        headers = {"User-Agent": _agent(), "Accept": "application/json", "Accept-Encoding": "gzip"}
        if kept is not None:
            headers["If-None-Match"] = kept[0]
        return self._pool.request("GET", address, headers=headers)

    def _answer(self, address: str, response: urllib3.BaseHTTPResponse) -> Any:
        """What an answer holds; raises ``ValueError`` for one that was cut short."""
        if response.status == 304:
            kept = self._kept(address)
            if kept is None:
                raise ValueError("says that nothing changed, but nothing is kept here")
            self._path(address).touch()
            return kept[1]
        value = json.loads(response.data.decode("utf-8-sig"))
        etag = response.headers.get("ETag")
        if etag and self.cache:
            _write(self._path(address), {"address": address, "etag": etag, "value": value})
        return value

    def _asked(self, response: urllib3.BaseHTTPResponse) -> float | None:
        """The seconds that the registry asks to wait, as a number or as a time of day."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isdigit():
            return float(text)
        try:
            return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - self.now()) if text else None
        except ValueError:
            return None

    def _path(self, address: str) -> Path:
        return (self.cache or Path()) / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.json.gz"

    def _kept(self, address: str) -> tuple[str, Any] | None:
        """The ETag and value of an earlier answer; a file that is broken counts for nothing."""
        if self.cache is None:
            return None
        try:
            kept = json.loads(gzip.decompress(self._path(address).read_bytes()))
            return (kept["etag"], kept["value"]) if kept["address"] == address else None
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return None


def forget(cache: Path, before: float) -> None:
    """Remove the answers that were last of use before a time."""
    for path in cache.glob("*.json.gz"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return "the answer is no JSON, or cut short"
    return f"{type(error).__name__}: {error}"[:160]


def _agent() -> str:
    try:
        return f"atmp-kg/{version('atmp-kg')} (knowledge graph of advanced therapies)"
    except PackageNotFoundError:
        return "atmp-kg (knowledge graph of advanced therapies)"


def _write(path: Path, kept: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(path) as file:
        file.write(gzip.compress(json.dumps(kept).encode(), 6))
