"""The one exception tree: every failure a user can meet, with its exit code and GraphQL code.

AtmpError                      1  INTERNAL_SERVER_ERROR
├── UsageError                 2  BAD_USER_INPUT        the command or request is worded wrongly
│   ├── NotFoundError          2  NOT_FOUND             no such entity, concept, source, format
│   ├── CursorError            2  BAD_CURSOR            a cursor of another list, filter or order
│   └── LimitError             2  QUERY_TOO_COMPLEX     a query past a limit
│       ├── DepthError         2  QUERY_TOO_DEEP
│       └── TimeLimitError     2  TIMEOUT               a query that takes too long
├── BusyError                  1  OVERLOADED            a server that has too much to do
├── OntologyError              1  INTERNAL_SERVER_ERROR the ontology cannot be read as declared
├── DataError                  1  INTERNAL_SERVER_ERROR faults in curated data, all of them
└── ReleaseError               1  INTERNAL_SERVER_ERROR a release cannot be built, opened or trusted
    └── BuildRunningError      1  INTERNAL_SERVER_ERROR another build holds the lock
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in one place: file, line (0 if the whole file), field, what is wrong and what to do.

    ``severity`` is ``error`` (blocks a release) or ``warning`` (reported only). Ordered by place.
    """

    file: str
    line: int
    field: str
    what: str
    remedy: str
    severity: str = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        field = f" {self.field}:" if self.field else ""
        label = "warning: " if self.severity == "warning" else ""
        return f"{place}:{field} {label}{self.what}. {self.remedy}"

    def as_dict(self) -> dict[str, str | int]:
        """The fault as plain JSON-ready values."""
        return {
            "file": self.file,
            "line": self.line,
            "field": self.field,
            "what": self.what,
            "remedy": self.remedy,
            "severity": self.severity,
        }


class AtmpError(Exception):
    """Any failure of the project: a message that says what and what to do, an exit code and a GraphQL code."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = details

    @property
    def extensions(self) -> dict[str, Any]:
        """What stands in ``errors[].extensions`` of a GraphQL answer."""
        return {"code": self.code, **self.details}


class UsageError(AtmpError):
    """The command or request is worded wrongly."""

    exit_code = 2
    code = "BAD_USER_INPUT"


class NotFoundError(UsageError):
    """No such entity, concept, source, file or format."""

    code = "NOT_FOUND"


class CursorError(UsageError):
    """A cursor that was made for another list, filter or order, or by nobody."""

    code = "BAD_CURSOR"


class LimitError(UsageError):
    """A query past a limit; the details say which limit and what was asked."""

    code = "QUERY_TOO_COMPLEX"


class DepthError(LimitError):
    """A query nested deeper than allowed."""

    code = "QUERY_TOO_DEEP"


class TimeLimitError(LimitError):
    """A query that was stopped because it took too long."""

    code = "TIMEOUT"


class BusyError(AtmpError):
    """More requests at once than a server takes."""

    code = "OVERLOADED"


class OntologyError(AtmpError):
    """The ontology says something that the engine does not read; names the term."""


class DataError(AtmpError):
    """Faults in curated data: all faults of all files, sorted by file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        files = len({fault.file for fault in self.faults})
        super().__init__(f"{len(self.faults)} fault{'s'[: len(self.faults) != 1]} in {files} file{'s'[: files != 1]}")


class ReleaseError(AtmpError):
    """A release cannot be built, opened or trusted."""


class BuildRunningError(ReleaseError):
    """Another build holds the lock of this home."""
