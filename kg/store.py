"""The RDF dataset of a release: SPARQL and rdflib's API over Oxigraph, in memory and never changed.

The stored form of a release is its canonical, sorted N-Quads file, bulk-loaded when the store is opened. Oxigraph's
own files on disk are not kept: they are not the same bytes from the same input, and a release has to be.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import ReleaseError, UsageError
from kg.sparql import refuse_service

if TYPE_CHECKING:
    from rdflib import Dataset

QueryResult = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


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
        refuse_service(sparql)
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
        from kg.rdflib_view import dataset_over  # half a second to import, and serving needs none of it

        return dataset_over(self._store)
