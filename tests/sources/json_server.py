"""A local HTTP server that plays a registry of JSON: it gives the answers a test lists and notes what was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """One answer; ``cut`` is how many bytes of the body are missing when the connection is dropped."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0


@dataclass
class Server:
    """Answers by path (with its query); of several for one path each is given once, and the last again and again."""

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def add(self, path: str, *answers: Answer) -> str:
        """Add answers for a path and give its address."""
        self.answers.setdefault(path, []).extend(answers)
        return self.url + path

    def next(self, path: str) -> Answer:
        """The next answer for a path."""
        left = self.answers.get(path, [Answer(b"not here", 404)])
        return left.pop(0) if len(left) > 1 else left[0]


Respond = Callable[[str, Mapping[str, str]], Answer]
"""What answers a path (with its query) and the headers of a request."""


@contextmanager
def serving(respond: Respond) -> Iterator[str]:
    """A server on a free port of this machine, by its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the name that http.server calls
            answer = respond(self.path, dict(self.headers))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) - answer.cut])
            self.close_connection = answer.cut > 0

        def handle(self) -> None:
            """A client that went away in mid-answer is no fault of the registry."""
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def unchanged(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """The answer, or that nothing changed if the client has it already."""
    etag = answer.headers.get("ETag")
    known = answer.status == 200 and etag is not None and headers.get("If-None-Match") == etag
    return Answer(b"", 304, answer.headers) if known else answer


@contextmanager
def json_server() -> Iterator[Server]:
    """A server of the answers that a test adds."""
    server = Server("")

    def respond(path: str, headers: Mapping[str, str]) -> Answer:
        server.asked.append((path, dict(headers)))
        return unchanged(server.next(path), headers)

    with serving(respond) as url:
        server.url = url
        yield server
