"""Mistakes that plans could make, each put in by replacing a function of theirs: the differential check must see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import graphql
import pytest
from graphql.execution import collect_fields as collecting
from graphql.execution.values import VariableValues

from api import reading
from api.budget import Budget
from api.plan import arguments, compiler, kept, marks, operations, run, variables

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Mutation:
    """A mistake: what it does, and a sign in the text of the query or of the answers that shows why it is seen."""

    name: str
    make: Callable[[Patch], None]
    sign: str = ""


def replaced(owner: Any, name: str, change: Callable[[Any], Any]) -> Callable[[Patch], None]:
    """Puts in the place of a function what ``change`` makes of it."""
    return lambda patch: patch.setattr(owner, name, change(getattr(owner, name)))


# ---------------------------------------------------------------- what is selected


def _collected_with(name: str, value: Any) -> Callable[[Patch], None]:
    """While a plan collects fields, a function that graphql-core asks gives this."""

    def change(collect: Any) -> Any:
        def collected(*given: Any) -> Any:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(collecting, name, lambda *_, **__: value)
                return collect(*given)

        return collected

    def make(patch: Patch) -> None:
        for function in ("collect_fields", "collect_subfields"):
            replaced(compiler, function, change)(patch)

    return make


def _first_selection_only(collect: Any) -> Any:
    return lambda *given: collect(*given[:-1], given[-1][:1])


def _without_alias(fields: Any) -> Any:
    def named(self: Any, kind: Any, found: Mapping[str, Any]) -> list[tuple[str, Any]]:
        written = fields(self, kind, found)
        names = [asked[0].node.name.value for asked in found.values()]
        return [(name, write) for name, (_, write) in zip(names, written, strict=True)]

    return named


def _sorted_fields(fields: Any) -> Any:
    return lambda self, kind, found: fields(self, kind, dict(sorted(found.items())))


def _one_type(of_interface: Any) -> Any:
    """An interface is answered for all objects as for the first that was met."""

    def written(self: Any, kind: Any, asked: Any) -> Any:
        first: list[str] = []
        tell = kind.resolve_type

        def told(*given: Any) -> str:
            first.append(tell(*given))
            return first[0]

        kind.resolve_type = told
        try:
            return of_interface(self, kind, asked)
        finally:
            kind.resolve_type = tell

    return written


# ---------------------------------------------------------------- arguments and variables


def _without_argument(name: str) -> Callable[[Any], Any]:
    return lambda values: (
        lambda self, variables: {given: value for given, value in values(self, variables).items() if given != name}
    )


def _given_once(given: Any) -> Any:
    """What variables stand for in arguments is worked out in the first run and stays."""
    known: dict[Any, Any] = {}
    return lambda self, asked: known.setdefault(asked, given(self, asked))


def _variables(keep: Callable[[str, Any, Mapping[str, Any]], bool]) -> Callable[[Any], Any]:
    def change(values: Any) -> Any:
        def changed(self: Any, given: Mapping[str, Any]) -> VariableValues:
            coerced = values(self, given).coerced
            return VariableValues({}, {name: value for name, value in coerced.items() if keep(name, value, given)})

        return changed

    return change


def _first_operation(make: Any) -> Any:
    def made(self: Any, parts: Any, document: graphql.DocumentNode, _name: str | None) -> None:
        first = next(one for one in document.definitions if isinstance(one, graphql.OperationDefinitionNode))
        make(self, parts, document, first.name.value if first.name else None)

    return made


def _steered_once(steering: Any) -> Any:
    """An operation is asked again with the plan for the directives of the first time."""
    first: dict[int, Any] = {}
    return lambda self, variables: first.setdefault(id(self), steering(self, variables))


# ---------------------------------------------------------------- what is kept


def _for_good(make: Any) -> Any:
    """JSON is kept for one release and found for the next."""
    shared = make()
    return lambda: shared


def _values_forgotten(_with_values: Any) -> Any:
    return lambda self, _values: self.digest


def _absent_as_null(_with_values: Any) -> Any:
    return lambda self, values: repr((self.digest, [values.get(name) for name in self.names])).encode()


def _selection_forgotten(of: Any) -> Any:
    def made(self: Any, type_name: str, nodes: Any) -> marks.Mark:
        found = of(self, type_name, nodes)
        return marks.Mark(type_name.encode(), found.names)

    return made


def _fragments_forgotten(of: Any) -> Any:
    def made(self: Any, type_name: str, nodes: Any) -> marks.Mark:
        names = of(self, type_name, nodes).names
        self._fragments = ""
        return marks.Mark(of(self, type_name, nodes).digest, names)

    return made


def _first_text_only(of: Any) -> Any:
    return lambda self, type_name, nodes: of(self, type_name, nodes[:1])


def _entity_forgotten(find: Any) -> Any:
    return lambda self, key: (
        find(self, key) or next((self._young[one] for one in self._young if one[0] == key[0]), None)
    )


# ---------------------------------------------------------------- cost and errors


def _for_nothing(keep: Any) -> Any:
    return lambda self, key, part: keep(self, key, (part[0], 0))


def _long_texts_for_nothing(leaf: Any) -> Any:
    def written(*kind: Any) -> Any:
        write = leaf(*kind)

        def free(value: Any, going: Any) -> bytes:
            before = going.context.budget.cost
            found: bytes = write(value, going)
            going.context.budget.cost = before
            return found

        return free

    return written


def _error_as_null(nullable: Any) -> Any:
    def changed(*write: Any) -> Any:
        inner = nullable(*write)

        def written(value: Any, going: Any) -> bytes:
            try:
                found: bytes = inner(value, going)
            except Exception:  # whatever it is, as the mistake has it
                return b"null"
            return found

        return written

    return changed


def _nothing(_again: Any) -> Any:
    return lambda self: None


MUTATIONS = (
    Mutation("drop directives", _collected_with("should_include_node", True), "@"),
    Mutation("forget the type condition of fragments", _collected_with("does_fragment_condition_match", True), "on "),
    Mutation("merge no second selection", replaced(compiler, "collect_subfields", _first_selection_only)),
    Mutation("ignore aliases", replaced(compiler.Compiler, "_fields", _without_alias), ": "),
    Mutation("order the fields", replaced(compiler.Compiler, "_fields", _sorted_fields)),
    Mutation("take all for the first type", replaced(compiler.Compiler, "_of_interface", _one_type)),
    *(
        Mutation(f"skip {name}", replaced(arguments.Arguments, "values", _without_argument(name)), f"{name}: ")
        for name in ("where", "orderBy", "first", "last", "after", "before", "field", "under")
    ),
    Mutation("work variables out once", replaced(run.Run, "given", _given_once), "$"),
    Mutation("lose defaults", replaced(variables.Variables, "read", _variables(lambda n, _, g: n in g)), " = "),
    Mutation("lose nulls", replaced(variables.Variables, "read", _variables(lambda _, v, __: v is not None)), "null"),
    Mutation("answer the first operation", replaced(operations.Operation, "__init__", _first_operation), "query Q1"),
    Mutation("steer once", replaced(operations.Operation, "_steering", _steered_once), "(if: $"),
    Mutation("keep JSON across releases", replaced(reading, "KeptJson", _for_good)),
    Mutation("forget variables in the key", replaced(marks.Mark, "with_values", _values_forgotten), "$"),
    Mutation("take what is absent for null in the key", replaced(marks.Mark, "with_values", _absent_as_null), "null"),
    Mutation("forget the selection in the key", replaced(marks.Marks, "of", _selection_forgotten)),
    Mutation("forget fragments in the key", replaced(marks.Marks, "of", _fragments_forgotten), "..."),
    Mutation("forget merged selections in the key", replaced(marks.Marks, "of", _first_text_only)),
    Mutation("forget the entity in the key", replaced(kept.KeptJson, "find", _entity_forgotten)),
    Mutation("keep JSON for nothing", replaced(kept.KeptJson, "keep", _for_nothing), "cost"),
    Mutation("write long texts for nothing", replaced(compiler, "leaf", _long_texts_for_nothing), "cost"),
    Mutation("write null for errors", replaced(compiler, "nullable", _error_as_null), "errors"),
    Mutation("count what a plan spent before an error", replaced(Budget, "again", _nothing), "spent"),
)
