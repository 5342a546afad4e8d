"""The RDF dataset of a release: SPARQL and rdflib's API over Oxigraph, in memory and never changed.

The stored form of a release is its canonical, sorted N-Quads file, bulk-loaded when the store is opened. Oxigraph's
own files on disk are not kept: they are not the same bytes from the same input, and a release has to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from rdflib import Dataset, Graph
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from kg.errors import ReleaseError, UsageError

QueryResult = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SKIPPED = re.compile(
    r"<[^<>\"{}|^`\\\x00-\x20]*>"  # an IRI
    r"|\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}"  # a long string
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"  # a string
    r"|#[^\n]*",  # a comment
    re.DOTALL,
)
_SERVICE = re.compile(r"(?<![\w?$:.\-])service(?![\w:\-])", re.IGNORECASE)


class GraphStore:
    """A release's dataset: the resolved default graph and one named graph a source. Safe to read from many threads."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    @classmethod
    def load(cls, nquads: Path) -> GraphStore:
        """Load a release's N-Quads file; raises ``ReleaseError`` if it cannot be read."""
        store = ox.Store()
        try:
            store.bulk_load(path=str(nquads), format=ox.RdfFormat.N_QUADS)
        except (OSError, SyntaxError, ValueError) as error:
            raise ReleaseError(f"{nquads}: cannot be loaded: {error}. Build the release anew.") from error
        return cls(store)

    def __len__(self) -> int:
        return len(self._store)

    def query(self, sparql: str) -> QueryResult:
        """Answer a SPARQL query on the default graph; ``GRAPH`` reaches what each source stated.

        Raises ``UsageError`` if the query does not parse or asks other servers.
        """
        _refuse_service(sparql)
        try:
            return self._store.query(sparql)
        except SyntaxError as error:
            raise UsageError(f"the query does not parse: {error}. Mend it.") from error

    def query_file(self, path: Path) -> QueryResult:
        """Answer the query that a ``.rq`` file holds."""
        return self.query(path.read_text(encoding="utf-8"))

    def triples(self) -> Iterator[ox.Triple]:
        """The statements of the default graph, in no particular order."""
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, ox.DefaultGraph()))

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(name.value for name in self._store.named_graphs())

    def rdflib_dataset(self) -> Dataset:
        """The same dataset through rdflib's API; reading only."""
        return Dataset(store=_ReadOnly(store=self._store))


class _ReadOnly(OxigraphStore):
    """rdflib's way into the store, with the ways to change it closed."""

    def add(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise _unchangeable()

    def addN(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise _unchangeable()

    def remove(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise _unchangeable()

    def update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise _unchangeable()

    def remove_graph(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise _unchangeable()

    def add_graph(self, graph: Graph) -> None:
        """Called for each graph that rdflib is asked for; a graph without statements is none."""

    def query(self, query: Query | str, *args: Any, **kwargs: Any) -> Result:
        if isinstance(query, str):
            _refuse_service(query)
        return super().query(query, *args, **kwargs)


def _unchangeable() -> ReleaseError:
    return ReleaseError("a release is never changed. Change the data and build a new one.")


def _refuse_service(sparql: str) -> None:
    plain = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16) % 0x110000), sparql)
    if _SERVICE.search(_SKIPPED.sub(" ", plain)):
        raise UsageError("SERVICE is not answered: the graph speaks for itself alone. Take it out of the query.")
