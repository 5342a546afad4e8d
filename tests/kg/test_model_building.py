"""The read model says what the triples say, however odd these are: a slow reading, straight from them, agrees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.model import Model
from kg.schema import CONCEPTS, DATA, TERMS, EntityType, Field
from kg.terms import Value, node, to_value
from kg.turtle import RDF, XSD
from tests.kg.library import BOOK, LIBRARY

FIELDS = [one for declared in LIBRARY.entity_types() for one in declared.fields.values() if one.stored]
IDS = [f"{slug}/{letter}" for slug in LIBRARY.by_slug for letter in "cab"]
NODES = [node(DATA + one) for one in [*IDS, "nothing/a", "book", "book/a/b"]]
ELSEWHERE = node("https://w3id.org/else/id/book/a")
"""Its IRI is as long as that of an entity, and ends alike."""
BLANK = ox.BlankNode("book")
QUOTED = ox.Triple(NODES[0], node(FIELDS[0].predicate), NODES[0])
TEXTS = ["", "a", "Z", "é", "10", "9", "true", "2024-02", "book/a", DATA + "book/b", DATA]
LITERALS = [
    *(ox.Literal(text) for text in TEXTS),
    ox.Literal("a", language="nl"),
    ox.Literal("a", language="en"),
    ox.Literal("a", datatype=node(XSD + "anyURI")),
    ox.Literal("2024", datatype=node(XSD + "gYear")),
]
NUMBERS = [ox.Literal(text, datatype=node(XSD + "integer")) for text in ("10", "9", "-1", "010", str(2**53 + 1))]
DECIMALS = [ox.Literal(text, datatype=node(XSD + "decimal")) for text in ("10", "10.0", "9.5", "-1")]
TRUTHS = [ox.Literal(text, datatype=node(XSD + "boolean")) for text in ("true", "false")]
CONCEPT = [node(f"{CONCEPTS}{slug}") for slug in ("topic/b", "topic/a", "genre/a", "genre/b")]
CLASSES = [node(one.iri) for one in LIBRARY.types.values()]
SUBJECTS = st.sampled_from([*NODES, *NODES, ELSEWHERE, BLANK])


def objects(one: Field) -> st.SearchStrategy[Any]:
    """What may be stated by a predicate: what belongs there, and other things that can be read in its place."""
    match one.kind:
        case "integer":
            return st.sampled_from([*NUMBERS, BLANK])
        case "decimal":
            return st.sampled_from([*NUMBERS, *DECIMALS, BLANK])
        case "boolean":
            return st.sampled_from([*TRUTHS, ox.Literal("1"), ELSEWHERE, BLANK])
        case "enum":
            return st.sampled_from([*CONCEPT, *NODES, ELSEWHERE, BLANK])
    return st.sampled_from([*NODES, *NODES, *LITERALS, *CONCEPT, ELSEWHERE, BLANK, QUOTED])


def statements() -> st.SearchStrategy[list[ox.Triple]]:
    """What is stated of something by a predicate of the schema or by another, or that it is of some type."""
    facts = st.sampled_from(FIELDS).flatmap(lambda one: said(one.predicate, objects(one)))
    types = [*CLASSES, *(ox.Literal(one.value) for one in CLASSES), BLANK, node(TERMS + "Unknown")]
    undeclared = said(TERMS + "undeclared", st.sampled_from(LITERALS))
    return facts | facts | facts | said(RDF + "type", st.sampled_from(types)) | undeclared


def said(predicate: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[ox.Triple]]:
    """Up to four things that are stated of one by a predicate."""
    return st.builds(
        lambda subject, found: [ox.Triple(subject, node(predicate), one) for one in found],
        SUBJECTS,
        st.lists(values, min_size=1, max_size=4),
    )


@st.composite
def graphs(draw: st.DrawFn) -> list[ox.Triple]:
    """Some entities, and things that are said of them and of others."""
    kinds = LIBRARY.by_slug
    typed = [
        ox.Triple(node(DATA + one), node(RDF + "type"), node(kinds[one.partition("/")[0]].iri))
        for one in draw(st.sets(st.sampled_from(IDS)))
    ]
    return [*typed, *chain.from_iterable(draw(st.lists(statements(), max_size=20)))]


class Slowly:
    """Reads each cell from all triples."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.said = [
            (subject.value.removeprefix(DATA), predicate.value, obj)
            for subject, predicate, obj in triples
            if isinstance(subject, ox.NamedNode) and subject.value.startswith(DATA)
            if isinstance(obj, ox.NamedNode | ox.Literal)
        ]
        self.kinds: Mapping[str, EntityType] = {
            one: declared
            for declared in LIBRARY.entity_types()
            for one, predicate, obj in sorted(self.said, key=lambda said: said[0])
            if predicate == RDF + "type" and obj == node(declared.iri) and one.partition("/")[0] == declared.slug
        }

    def values(self, entity: str, of: Field) -> set[Value]:
        if not of.inverse:
            found = {to_value(of, obj) for one, name, obj in self.said if (one, name) == (entity, of.predicate)}
            return found & set(self.kinds) if of.kind == "link" else found
        sources = (
            (one, declared) for one, declared in self.kinds.items() if declared in LIBRARY.concrete(str(of.target))
        )
        return {
            one
            for one, declared in sources
            for way in declared.fields.values()
            if way.stored and way.predicate == of.predicate and entity in self.values(one, way)
        }

    def cells(self) -> dict[tuple[str, str], tuple[Value, ...]]:
        """The values of every field of every entity, in the order that the model promises; a single one's least."""
        place = {one: number for number, one in enumerate(self.kinds)}
        found = {}
        for entity, declared in self.kinds.items():
            for of in declared.fields.values():
                links = of.kind == "link"
                values = sorted(self.values(entity, of), key=lambda value: place[str(value)] if links else value)
                found[entity, of.name] = tuple(values if of.many else values[:1])
        return found


def cells(model: Model) -> dict[tuple[str, str], tuple[Value, ...]]:
    """The same of a model, links as ids."""
    return {
        (entity_id, of.name): tuple(model.ids[one] for one in model.links(number, of.name))
        if of.kind == "link"
        else model.values(number, of.name)
        for number, entity_id in enumerate(model.ids)
        for of in model.kind(number).fields.values()
    }


@given(graphs())
@example([ox.Triple(BLANK, node(RDF + "type"), node(TERMS + BOOK))])
def test_every_cell_is_what_the_triples_say(triples: list[ox.Triple]) -> None:
    slowly, model = Slowly(triples), Model.from_triples(LIBRARY, iter(triples))
    assert model.ids == list(slowly.kinds)
    assert cells(model) == slowly.cells()


@given(graphs())
def test_the_order_of_the_triples_and_their_repetition_change_nothing(triples: list[ox.Triple]) -> None:
    again = Model.from_triples(LIBRARY, [*reversed(triples), *triples])
    assert again.to_bytes() == Model.from_triples(LIBRARY, triples).to_bytes()


def test_a_number_that_is_none_is_not_passed_over() -> None:
    subject = node(DATA + "book/a")
    typed = ox.Triple(subject, node(RDF + "type"), node(TERMS + BOOK))
    pages = ox.Triple(subject, node(TERMS + "pages"), ox.Literal("many"))
    with pytest.raises(ValueError, match="many"):
        Model.from_triples(LIBRARY, [typed, pages])
