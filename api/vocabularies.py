"""The controlled lists in GraphQL: their values as enums, and as concepts with labels, definitions and the tree."""

from __future__ import annotations

from collections.abc import Iterable

import strawberry

from api import lookup
from api.definitions import Definitions, GraphType, answered
from api.reading import Request
from api.scalars import IRI
from kg import schema as ontology
from kg.errors import NotFoundError
from kg.schema import CONCEPTS, pascal


def make_enums(definitions: Definitions, schema: ontology.Schema) -> dict[str, GraphType]:
    """An enum per vocabulary, by its slug."""
    return {
        slug: definitions.enum(
            pascal(slug),
            f'{vocabulary.definition} Labels and the tree are at `vocabulary(id: "{slug}")`.',
            [
                (concept.enum, concept.slug, concept.definition or concept.label)
                for concept in vocabulary.concepts.values()
            ],
        )
        for slug, vocabulary in schema.vocabularies.items()
    }


def enum_labels(schema: ontology.Schema) -> dict[str, dict[str, str]]:
    """What the values of each enum are called in English, by the enum's name."""
    return {
        pascal(slug): {concept.enum: concept.label for concept in vocabulary.concepts.values()}
        for slug, vocabulary in schema.vocabularies.items()
    }


@strawberry.type(description="The code of a concept in a registry or standard.")
class Notation:
    """A code of a concept."""

    register: str = strawberry.field(description="The registry or standard that uses the code.")
    code: str = strawberry.field(description="The code, written as there.")


@strawberry.type(
    description="One value of a controlled list. For example `role/sponsor`. A field is null if the list does not say."
)
class Concept:
    """A SKOS concept."""

    stated: strawberry.Private[ontology.Concept]
    vocabulary_: strawberry.Private[ontology.Vocabulary]

    @answered("The id: the list and the value. For example `role/sponsor`.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"{self.stated.scheme}/{self.stated.slug}")

    @answered("The address of the concept.")
    def iri(self) -> IRI:
        return IRI(self.stated.iri)

    @answered("The value of the list's enum that stands for it. For example `SPONSOR`.")
    def value(self) -> str:
        return self.stated.enum

    @answered("The list that it belongs to.")
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(stated=self.vocabulary_)

    @answered("What it is called in English.")
    def label(self) -> str:
        return self.stated.label

    @answered("What it is called in Dutch.")
    def label_nl(self) -> str | None:
        return self.stated.label_nl or None

    @answered("Other names.")
    def alt_labels(self) -> list[str]:
        return list(self.stated.alt_labels)

    @answered("What it means.")
    def definition(self) -> str | None:
        return self.stated.definition or None

    @answered("Its place in a list that is ordered; a higher number is further or better.")
    def rank(self) -> int | None:
        return self.stated.rank

    @answered("The concepts right above it in the tree.")
    def broader(self) -> list[Concept]:
        return _concepts(self.vocabulary_, self.stated.broader)

    @answered("The concepts right below it in the tree.")
    def narrower(self) -> list[Concept]:
        return _concepts(self.vocabulary_, self.vocabulary_.narrower[self.stated.slug])

    @answered("The codes that registries and standards use for it.")
    def notations(self) -> list[Notation]:
        return [Notation(register=register, code=code) for register, code in self.stated.notations]


@strawberry.type(description="A controlled list. For example `role`. A field is null if the list does not say.")
class Vocabulary:
    """A SKOS scheme."""

    stated: strawberry.Private[ontology.Vocabulary]

    @answered("The id. For example `organisation-type`.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.stated.slug)

    @answered("The address of the list.")
    def iri(self) -> IRI:
        return IRI(self.stated.iri)

    @answered("What it is called in English.")
    def label(self) -> str:
        return self.stated.label

    @answered("What it is called in Dutch.")
    def label_nl(self) -> str | None:
        return self.stated.label_nl or None

    @answered("What it lists.")
    def definition(self) -> str | None:
        return self.stated.definition or None

    @answered("All its concepts, by slug.")
    def concepts(self) -> list[Concept]:
        return _concepts(self.stated, self.stated.concepts)

    @answered("The concepts with none above them.")
    def top_concepts(self) -> list[Concept]:
        return _concepts(self.stated, [c.slug for c in self.stated.concepts.values() if not c.broader])


def _concepts(vocabulary: ontology.Vocabulary, slugs: Iterable[str]) -> list[Concept]:
    return [Concept(stated=vocabulary.concepts[slug], vocabulary_=vocabulary) for slug in slugs]


def find_vocabulary(request: Request, name: str) -> Vocabulary:
    """The list of a slug or address."""
    known = request.schema.vocabularies
    slug = name.removeprefix(CONCEPTS)
    if slug not in known:
        raise NotFoundError(f"No controlled list has the id '{name}'.{lookup.near(slug, known)}")
    return Vocabulary(stated=known[slug])


def find_concept(request: Request, name: str) -> Concept:
    """The concept of an id or address."""
    known = request.schema.concepts
    found = known.get(name if name.startswith(CONCEPTS) else CONCEPTS + name)
    if found is None:
        ids = (iri.removeprefix(CONCEPTS) for iri in known)
        hint = lookup.near(name.removeprefix(CONCEPTS), ids)
        raise NotFoundError(f"No concept has the id '{name}'. Write {{list}}/{{value}}, such as role/sponsor.{hint}")
    return Concept(stated=found, vocabulary_=request.schema.vocabularies[found.scheme])
