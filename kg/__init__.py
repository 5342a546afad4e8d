"""The ATMP knowledge graph itself: ontology and records in, one checked release out."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("atmp-kg")
except PackageNotFoundError:  # a checkout on the path that was never installed: the version says so
    __version__ = "0+uninstalled"
