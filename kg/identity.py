"""What makes a release the one it is: the digest of its inputs and of what made it, behind its day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

import kg

SHOWN = 12
"""Hexadecimal digits of the fingerprint that stand in a release's id."""


@cache
def generator() -> Mapping[str, str]:
    """What makes releases: the versions of this package and of the RDF library, and a digest of the code."""
    digest = sha256()
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        code = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(b"%s\0%s\0" % (path.relative_to(package).as_posix().encode(), code))
    return {"atmp-kg": kg.__version__, "code": digest.hexdigest(), "pyoxigraph": ox.__version__}


def fingerprint(inputs: Mapping[str, str], maker: Mapping[str, str]) -> str:
    """One digest of all inputs, by name, and of what makes a release out of them."""
    stated = {"inputs": dict(inputs), "generator": dict(maker)}
    return sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def release_id(day: str, digest: str) -> str:
    """The id of a release: its day and the beginning of its fingerprint."""
    return f"{day}-{digest[:SHOWN]}"
