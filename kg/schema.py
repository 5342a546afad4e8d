"""The declaration as Python values: entity types, fields and vocabularies, as the ontology states them.

Frozen values only; ``kg.ontology`` reads them from Turtle and everything else is derived from them.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

ONTOLOGY_IRI = "https://w3id.org/atmp/ontology"
TERMS = ONTOLOGY_IRI + "#"
CONCEPTS = "https://w3id.org/atmp/concept/"
DATA = "https://w3id.org/atmp/id/"

ENTITY = "Entity"
"""The interface of all that sources state facts of; sources, evidence and conflicts are not of it."""

Node = TypeVar("Node", bound=Hashable)

Kind = Literal["string", "boolean", "integer", "decimal", "date", "uri", "iri", "enum", "link", "field-name"]
"""What a field holds: ``date`` is a partial date, ``uri`` a web address, ``iri`` a term of another vocabulary,
``enum`` a concept's slug, ``link`` another entity, ``field-name`` the name of a field of the same type."""

Searched = Literal["name", "code", "identifier", "synonym"]
"""What the values of a field are to one who looks for the entity, the most telling first."""


def closure(start: Node, below: Mapping[Node, Iterable[Node]]) -> frozenset[Node]:
    """The start and everything that can be reached from it, circles and all."""
    seen: set[Node] = set()
    todo = [start]
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo.extend(below.get(current, ()))
    return frozenset(seen)


def kebab(name: str) -> str:
    """``RegistryRecord`` or ``enrolmentActual`` as ``registry-record``, ``enrolment-actual``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def enum_name(slug: str) -> str:
    """A concept's slug as its GraphQL enum value: ``gene-therapy`` is ``GENE_THERAPY``."""
    return slug.replace("-", "_").upper()


def pascal(slug: str) -> str:
    """A scheme's slug as its GraphQL enum type: ``organisation-type`` is ``OrganisationType``."""
    return "".join(part.capitalize() for part in slug.split("-"))


@dataclass(frozen=True)
class Shortcut:
    """A derived field: follow ``link``, keep targets whose ``keep_field`` is among ``keeps``, take ``takes``.

    With ``newest_by`` only the target with the latest value of that date field counts. Targets that share the value
    of ``per`` are successive states of one thing: older ones do not contradict the newest of them.
    """

    link: str
    keep_field: str | None
    keeps: tuple[str, ...]
    takes: str
    newest_by: str | None
    per: str | None = None


@dataclass(frozen=True)
class Field:
    """One field of an entity type.

    ``predicate`` is the IRI of the RDF property, read backwards if ``inverse``. ``target`` is the linked type's
    name, ``scheme`` the slug of the vocabulary. ``counted`` marks a field by whose values coverage counts the
    entities, ``searched`` one by whose values search finds them. ``facet_by`` of a link names the fields of its target
    by which lists are counted through it. ``as_of`` names the date field that says for which day the value is stated.
    ``owns`` marks the link under which owned records are nested.
    """

    iri: str
    name: str
    predicate: str
    inverse: bool
    kind: Kind
    many: bool
    required: bool
    label: str
    description: str
    order: int
    target: str | None = None
    scheme: str | None = None
    pattern: str | None = None
    example: str | None = None
    natural_key: bool = False
    counted: bool = False
    facet_by: tuple[str, ...] = ()
    searched: Searched | None = None
    as_of: str | None = None
    hidden: bool = False
    derived: bool = False
    owns: bool = False
    shortcut: Shortcut | None = None

    @property
    def written(self) -> bool:
        """Whether a curator may write the field: not inverse, not derived, not a shortcut."""
        return not (self.inverse or self.derived or self.shortcut)

    @property
    def stored(self) -> bool:
        """Whether the field has triples of its own in the graph: everything that is not read backwards."""
        return not self.inverse


@dataclass(frozen=True)
class EntityType:
    """One entity type: its names, definition, fields (inherited ones included, in order) and place in the tree."""

    name: str
    iri: str
    label: str
    label_nl: str
    plural: str
    definition: str
    example: str
    source: str
    order: int
    ancestors: tuple[str, ...]
    abstract: bool
    owner: str | None
    fields: Mapping[str, Field]

    @cached_property
    def slug(self) -> str:
        """The type as it stands in ids and folder names: ``registry-record``."""
        return kebab(self.name)

    @cached_property
    def is_entity(self) -> bool:
        """Whether sources state facts of it; false for the sources themselves, evidence and conflicts."""
        return ENTITY in (self.name, *self.ancestors)

    @cached_property
    def singular(self) -> str:
        """The name of the root field that fetches one: ``registryRecord``."""
        return self.name[0].lower() + self.name[1:]


@dataclass(frozen=True)
class Concept:
    """One value of a controlled list; ``notations`` are the registries' own codes as (register, code)."""

    iri: str
    slug: str
    scheme: str
    label: str
    label_nl: str
    definition: str
    alt_labels: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    notations: tuple[tuple[str, str], ...] = ()
    rank: int | None = None

    @cached_property
    def enum(self) -> str:
        """The GraphQL enum value."""
        return enum_name(self.slug)


@dataclass(frozen=True)
class Vocabulary:
    """One SKOS scheme: its names and its concepts by slug, in the order of slug."""

    iri: str
    slug: str
    label: str
    label_nl: str
    definition: str
    concepts: Mapping[str, Concept]

    @cached_property
    def narrower(self) -> Mapping[str, tuple[str, ...]]:
        """The direct narrower concepts of each concept, by slug."""
        found: dict[str, list[str]] = {slug: [] for slug in self.concepts}
        for concept in self.concepts.values():
            for parent in concept.broader:
                found[parent].append(concept.slug)
        return {slug: tuple(children) for slug, children in found.items()}

    def descendants(self, slug: str) -> frozenset[str]:
        """The concept and everything narrower, by slug."""
        return closure(slug, self.narrower)


@dataclass(frozen=True)
class DefinedClass:
    """A class that OWL defines by one value: instances of ``type`` whose ``field`` is ``value`` belong to it."""

    iri: str
    type: str
    field: str
    value: str


@dataclass(frozen=True, eq=False)
class Schema:
    """Everything the ontology declares: types by name, vocabularies by slug, CURIE prefixes, defined classes."""

    version: str
    types: Mapping[str, EntityType]
    vocabularies: Mapping[str, Vocabulary]
    prefixes: Mapping[str, str]
    defined_classes: tuple[DefinedClass, ...]

    @cached_property
    def by_slug(self) -> Mapping[str, EntityType]:
        """Concrete types by their slug, as in ids and folder names."""
        return {kind.slug: kind for kind in self.types.values() if not kind.abstract}

    @cached_property
    def by_iri(self) -> Mapping[str, EntityType]:
        """Types by the IRI of their class."""
        return {kind.iri: kind for kind in self.types.values()}

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """Concepts of all vocabularies by IRI."""
        return {c.iri: c for vocabulary in self.vocabularies.values() for c in vocabulary.concepts.values()}

    @cached_property
    def _concrete(self) -> Mapping[str, tuple[EntityType, ...]]:
        return {
            name: tuple(k for k in self.types.values() if not k.abstract and (k.name == name or name in k.ancestors))
            for name in self.types
        }

    def concrete(self, name: str) -> tuple[EntityType, ...]:
        """The concrete types that a link to ``name`` may point at: itself, or all below an interface."""
        return self._concrete[name]

    def entity_types(self) -> Iterator[EntityType]:
        """Concrete types in the order of declaration."""
        return (kind for kind in self.types.values() if not kind.abstract)

    def iri(self, entity_id: str) -> str:
        """The IRI of an entity's id: ``product/kymriah`` is ``https://w3id.org/atmp/id/product/kymriah``."""
        return DATA + entity_id
