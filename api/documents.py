"""Queries parsed and checked, kept while they are asked for again, within a bound of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

import graphql
from graphql import DocumentNode, GraphQLError, GraphQLSchema
from graphql.validation import ASTValidationRule, ValidationContext, specified_rules
from graphql.validation.rules import overlapping_fields_can_be_merged

from api import limits
from kg.errors import UsageError

Tick = Callable[[], None]
Prepared = tuple[DocumentNode | None, tuple[Exception, ...]]
"""The document of a query's text, None if it cannot be read, and what is wrong with it."""

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = limits.COMPARISONS


class _Ticking(ASTValidationRule):
    """No rule, but a look at the clock every few nodes of a document that is checked."""

    def __init__(self, context: ValidationContext, tick: Tick) -> None:
        super().__init__(context)
        self._tick = tick
        self._nodes = 0

    def enter(self, *_: Any) -> None:
        """Count one node."""
        self._nodes += 1
        if not self._nodes % limits.TICK:
            self._tick()


class Documents:
    """The documents of a schema. Those that are refused are not kept: their faults hold more than they tell."""

    def __init__(self, core: GraphQLSchema) -> None:
        self._core = core
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def prepare(self, query: str, tick: Tick = lambda: None) -> Prepared:
        """The document of a query's text, or what is wrong with it; ``tick`` is called while it is checked."""
        with self._lock:
            found = self._kept.get(query)
            if found is not None:
                self._kept.move_to_end(query)
                return found
        found = self._prepared(query, tick)
        if not found[1]:
            self._keep(query, found)
        return found

    def parsed(self, query: str) -> DocumentNode:
        """The document of a text, unchecked but for its size; raises GraphQLError or LimitError."""
        limits.check_text(query)
        return graphql.parse(query, max_lexical_tokens=limits.TOKENS)

    def _prepared(self, query: str, tick: Tick) -> Prepared:
        try:
            document = self.parsed(query)
            tick()
            limits.check_document(document)
        except (GraphQLError, UsageError) as error:
            return None, (error,)
        tick()
        rules: list[Any] = [*specified_rules, lambda context: _Ticking(context, tick)]
        return document, tuple(graphql.validate(self._core, document, rules))

    def _keep(self, query: str, found: Prepared) -> None:
        """Remember a document, and forget those that were not asked for the longest."""
        with self._lock:
            if query not in self._kept:
                self._characters += len(query)
            self._kept[query] = found
            while len(self._kept) > limits.DOCUMENTS or self._characters > limits.KEPT_TEXT:
                forgotten, _ = self._kept.popitem(last=False)
                self._characters -= len(forgotten)
