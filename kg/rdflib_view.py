"""rdflib's API over the store of a release: for people who know it, for reading only."""

from __future__ import annotations

from typing import Any, NoReturn

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from rdflib import Dataset, Graph
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from kg.errors import ReleaseError
from kg.sparql import refuse_service


def dataset_over(store: ox.Store) -> Dataset:
    """An rdflib dataset that reads the store and refuses to change it."""
    return Dataset(store=_ReadOnly(store=store))


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
            refuse_service(query)
        return super().query(query, *args, **kwargs)


def _unchangeable() -> ReleaseError:
    return ReleaseError("a release is never changed. Change the data and build a new one.")
