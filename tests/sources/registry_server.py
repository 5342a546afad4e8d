"""A local HTTP server that plays the API of ClinicalTrials.gov: pages with tokens, and the faults a test asks for."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sources.json_server import Answer, serving, unchanged

Make = Callable[[int], dict[str, Any]]


@dataclass
class Registry:
    """``faults`` are given before the page they are for, by the number of the request; ``hold`` stops a page."""

    count: int
    make: Make
    page_size: int = 2
    base_url: str = ""
    faults: dict[int, Answer] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    tokens: Callable[[int], str] = "page-{}".format
    holds_at: int | None = None
    held: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)

    def answer(self, query: dict[str, str]) -> Answer:
        """The page that a query asks for."""
        number = len(self.asked)
        self.asked.append(query)
        if fault := self.faults.get(number):
            return fault
        token = query.get("pageToken", "")
        if token in self.refused:
            return Answer(b"bad token", 400)
        page = int(token.rpartition("-")[2]) if token else 0
        if self.holds_at == number:
            self.held.set()
            self.free.wait(30)
        first, last = page * self.page_size, min((page + 1) * self.page_size, self.count)
        said: dict[str, Any] = {} if token else {"totalCount": self.count}
        said["studies"] = [self.make(index) for index in range(first, last)]
        if last < self.count:
            said["nextPageToken"] = self.tokens(page + 1)
        body = json.dumps(said).encode()
        return Answer(body, 200, {"ETag": f'"{hashlib.sha256(body).hexdigest()}"'})


@contextmanager
def registry(count: int, make: Make, page_size: int = 2) -> Iterator[Registry]:
    """A registry with ``count`` studies on a free port of this machine."""
    playing = Registry(count, make, page_size)

    def respond(path: str, headers: Mapping[str, str]) -> Answer:
        playing.headers.append(dict(headers))
        query = {key: values[0] for key, values in parse_qs(urlsplit(path).query).items()}
        answer = unchanged(playing.answer(query), headers)
        playing.statuses.append(answer.status)
        return answer

    with serving(respond) as url:
        playing.base_url = f"{url}/api/v2"
        try:
            yield playing
        finally:
            playing.free.set()
