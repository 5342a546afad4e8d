"""The ontology files as a ``Schema``: a closed set of terms is read, any other is refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

from kg.errors import OntologyError
from kg.schema import CONCEPTS, TERMS, DefinedClass, EntityType, Field, Kind, Schema, Searched, Shortcut, Vocabulary
from kg.turtle import DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD, Table
from kg.vocabularies import read_vocabularies

FILES = ("atmp.ttl", "vocabularies.ttl")
_ONTOLOGY = TERMS.rstrip("#")

_CLASS_TERMS = frozenset(
    [RDF + "type", RDFS + "label", RDFS + "subClassOf", DCTERMS + "source", SH + "property", SH + "order"]
    + [SKOS + term for term in ("definition", "example", "altLabel")]
    + [TERMS + term for term in ("plural", "ownedBy")]
)
_SHAPE_TERMS = frozenset(
    [RDF + "type", RDFS + "label", DCTERMS + "source", SKOS + "definition", SKOS + "example"]
    + [SH + term for term in ("path", "name", "description", "order", "minCount", "maxCount")]
    + [SH + term for term in ("datatype", "class", "pattern", "nodeKind", "node")]
    + [TERMS + t for t in ("naturalKey", "scheme", "hidden", "derived", "counted", "facetBy", "searched", "asOf")]
    + [TERMS + t for t in ("shortcut", "keeps", "takes", "newestBy", "per")]
)
_DATATYPES: Mapping[str, Kind] = {
    XSD + "string": "string",
    XSD + "boolean": "boolean",
    XSD + "integer": "integer",
    XSD + "decimal": "decimal",
    XSD + "anyURI": "uri",
    TERMS + "fieldName": "field-name",
}
_SEARCHED: Mapping[str, Searched] = {kind: kind for kind in get_args(Searched)}
_OTHER_KINDS = "xsd:string, xsd:boolean, xsd:integer, xsd:decimal, xsd:anyURI or atmp:fieldName"


def read_schema(folder: Path) -> Schema:
    """Read the ontology folder; raises ``OntologyError`` that names the term and what to do."""
    return schema_from(Table.read(folder / name for name in FILES))


def schema_from(table: Table) -> Schema:
    """The schema that a triple table declares."""
    vocabularies = read_vocabularies(table)
    reader = _Reader(table, vocabularies)
    types = reader.types()
    return Schema(
        version=table.value(_ONTOLOGY, OWL + "versionInfo") or "0",
        types=types,
        vocabularies=vocabularies,
        prefixes=_prefixes(table),
        defined_classes=tuple(_defined_classes(table, types, vocabularies)),
    )


def _local(iri: str) -> str:
    return iri.removeprefix(TERMS)


def _prefixes(table: Table) -> dict[str, str]:
    pairs = (
        (table.value(d, SH + "prefix"), table.value(d, SH + "namespace"))
        for d in table.values(_ONTOLOGY, SH + "declare")
    )
    return {prefix: namespace for prefix, namespace in pairs if prefix and namespace}


class _Reader:
    """Reads the blocks of entity types, superclasses first, so that fields are inherited and may be narrowed."""

    def __init__(self, table: Table, vocabularies: Mapping[str, Vocabulary]) -> None:
        self.table = table
        self.vocabularies = vocabularies
        self.shapes = table.of_type(SH + "NodeShape")
        classes = set(table.of_type(OWL + "Class"))
        self.classes = [iri for iri in self.shapes if iri in classes]
        self.owners = {iri: owner for iri in self.classes if (owner := table.value(iri, TERMS + "ownedBy"))}

    def types(self) -> dict[str, EntityType]:
        order = sorted(self.classes, key=lambda iri: (self._number(iri, SH + "order"), iri))
        types = {_local(iri): self._type(iri) for iri in order}
        for kind in types.values():
            for field in kind.fields.values():
                if field.target is not None and field.target not in types:
                    raise OntologyError(
                        f"{field.iri}: sh:class {field.target} is not a type. Declare it or mend the name."
                    )
        return types

    def _type(self, iri: str) -> EntityType:
        table = self.table
        self._closed(iri, _CLASS_TERMS, "an entity type")
        ancestors = self._ancestors(iri)
        owner = self.owners.get(iri)
        plural = table.value(iri, TERMS + "plural")
        label = table.text(iri, RDFS + "label", "en")
        if not plural or not label:
            raise OntologyError(f"{iri}: a type needs rdfs:label and atmp:plural. Add them to its block.")
        return EntityType(
            name=_local(iri),
            iri=iri,
            label=label,
            label_nl=table.text(iri, RDFS + "label", "nl"),
            plural=plural,
            definition=table.text(iri, SKOS + "definition", "en"),
            example=table.value(iri, SKOS + "example") or "",
            source=table.value(iri, DCTERMS + "source") or "",
            order=self._number(iri, SH + "order"),
            ancestors=tuple(_local(a) for a in ancestors),
            abstract=any(iri in table.values(other, RDFS + "subClassOf") for other in self.classes),
            owner=_local(owner) if owner else None,
            fields=self._fields(iri, ancestors),
        )

    def _ancestors(self, iri: str) -> list[str]:
        found: list[str] = []
        todo = [p for p in self.table.values(iri, RDFS + "subClassOf") if p in self.classes]
        while todo:
            parent = todo.pop(0)
            if parent == iri:
                raise OntologyError(f"{iri}: is its own superclass. Break the circle of rdfs:subClassOf.")
            if parent not in found:
                found.append(parent)
                todo += [p for p in self.table.values(parent, RDFS + "subClassOf") if p in self.classes]
        return found

    def _fields(self, iri: str, ancestors: list[str]) -> dict[str, Field]:
        fields: dict[str, Field] = {}
        lineage = {iri, *ancestors}
        for declaring in [*reversed(ancestors), iri]:
            own: set[str] = set()
            for shape in self.table.values(declaring, SH + "property"):
                field = self._field(shape, lineage)
                if field.name in own:
                    raise OntologyError(f"{shape}: the name {field.name} is used twice in {declaring}. Rename one.")
                own.add(field.name)
                fields[field.name] = field
        return dict(sorted(fields.items(), key=lambda item: (item[1].order, item[0])))

    def _field(self, shape: str, lineage: set[str]) -> Field:
        table = self.table
        if not table.row(shape):
            raise OntologyError(f"{shape}: is named in sh:property but not declared. Declare the property shape.")
        self._closed(shape, _SHAPE_TERMS, "a field")
        predicate, inverse = self._path(shape)
        name = table.value(shape, SH + "name")
        if not name:
            raise OntologyError(f"{shape}: a field needs sh:name. Add it.")
        kind, target, scheme = self._kind(shape)
        shortcut = self._shortcut(shape)
        owner = self.owners.get(TERMS + target) if target else None
        return Field(
            iri=shape,
            name=name,
            predicate=predicate,
            inverse=inverse,
            kind=kind,
            many=table.value(shape, SH + "maxCount") != "1",
            required=self._number(shape, SH + "minCount") > 0,
            label=table.text(predicate, RDFS + "label", "en") or name,
            description=table.text(shape, SH + "description", "en") or table.text(predicate, SKOS + "definition", "en"),
            order=self._number(shape, SH + "order"),
            target=target,
            scheme=scheme,
            pattern=table.value(shape, SH + "pattern"),
            example=table.value(shape, SKOS + "example"),
            natural_key=table.value(shape, TERMS + "naturalKey") == "true",
            counted=table.value(shape, TERMS + "counted") == "true",
            facet_by=self._facet_by(shape),
            searched=self._searched(shape),
            as_of=self._as_of(shape),
            hidden=table.value(shape, TERMS + "hidden") == "true",
            derived=table.value(shape, TERMS + "derived") == "true",
            owns=not inverse and shortcut is None and owner in lineage,
            shortcut=shortcut,
        )

    def _path(self, shape: str) -> tuple[str, bool]:
        path = self.table.value(shape, SH + "path")
        if path is None:
            raise OntologyError(f"{shape}: a field needs sh:path. Name the predicate.")
        inverse = self.table.value(path, SH + "inversePath")
        if inverse is not None:
            return inverse, True
        if path.startswith("_:"):
            raise OntologyError(f"{shape}: sh:path is neither a predicate nor its inverse. Only these are read.")
        return path, False

    def _kind(self, shape: str) -> tuple[Kind, str | None, str | None]:
        table = self.table
        if target := table.value(shape, SH + "class"):
            return "link", _local(target), None
        if scheme := table.value(shape, TERMS + "scheme"):
            slug = scheme.removeprefix(CONCEPTS)
            if slug not in self.vocabularies:
                raise OntologyError(f"{shape}: atmp:scheme {scheme} is no concept scheme. Add it to vocabularies.ttl.")
            return "enum", None, slug
        if table.value(shape, SH + "node") == TERMS + "PartialDate":
            return "date", None, None
        if table.value(shape, SH + "nodeKind") == SH + "IRI":
            return "iri", None, None
        datatype = table.value(shape, SH + "datatype")
        if datatype is None or datatype not in _DATATYPES:
            raise OntologyError(
                f"{shape}: says not what it holds ({datatype or 'no sh:datatype'}). Give sh:class, atmp:scheme, "
                f"sh:nodeKind sh:IRI, sh:node atmp:PartialDate, or sh:datatype {_OTHER_KINDS}."
            )
        return _DATATYPES[datatype], None, None

    def _searched(self, shape: str) -> Searched | None:
        """What search finds the entity by; a natural key is an identifier without being told so."""
        stated = self.table.value(shape, TERMS + "searched")
        if stated is None:
            return "identifier" if self.table.value(shape, TERMS + "naturalKey") == "true" else None
        if stated not in _SEARCHED:
            raise OntologyError(f"{shape}: atmp:searched {stated!r} is not known. Write {' or '.join(_SEARCHED)}.")
        return _SEARCHED[stated]

    def _as_of(self, shape: str) -> str | None:
        """The date field that says for which day a value is stated."""
        stated = self.table.value(shape, TERMS + "asOf")
        if stated and self.table.value(stated, SH + "node") != TERMS + "PartialDate":
            raise OntologyError(f"{shape}: atmp:asOf {stated} holds no date. Name a date field of the same type.")
        return self._name(stated) if stated else None

    def _facet_by(self, shape: str) -> tuple[str, ...]:
        """The fields of the linked type by which lists are counted through a link."""
        beyond = self.table.values(shape, TERMS + "facetBy")
        names = tuple(sorted(self._name(one) for one in beyond))
        if names and (not all(names) or self.table.value(shape, SH + "class") is None):
            raise OntologyError(f"{shape}: atmp:facetBy stands on a link and names declared fields. Mend it.")
        return names

    def _shortcut(self, shape: str) -> Shortcut | None:
        table = self.table
        link = table.value(shape, TERMS + "shortcut")
        if link is None:
            return None
        takes = table.value(shape, TERMS + "takes")
        if takes is None or not table.row(takes) or not table.row(link):
            raise OntologyError(f"{shape}: a shortcut needs atmp:shortcut and atmp:takes that name declared fields.")
        keeps = table.values(shape, TERMS + "keeps")
        newest = table.value(shape, TERMS + "newestBy")
        per = table.value(shape, TERMS + "per")
        return Shortcut(
            link=self._name(link),
            keep_field=self._keep_field(shape, link, keeps) if keeps else None,
            keeps=tuple(sorted(concept.rsplit("/", 1)[1] for concept in keeps)),
            takes=self._name(takes),
            newest_by=self._name(newest) if newest else None,
            per=self._name(per) if per else None,
        )

    def _keep_field(self, shape: str, link: str, keeps: list[str]) -> str:
        """The enum field of the linked type whose scheme the kept concepts come from."""
        schemes = {concept.rsplit("/", 1)[0] for concept in keeps}
        target = self.table.value(link, SH + "class") or ""
        for candidate in self.table.values(target, SH + "property"):
            if self.table.value(candidate, TERMS + "scheme") in schemes and len(schemes) == 1:
                return self._name(candidate)
        raise OntologyError(f"{shape}: no field of {target} has the scheme of atmp:keeps. Mend atmp:keeps.")

    def _name(self, shape: str) -> str:
        return self.table.value(shape, SH + "name") or ""

    def _number(self, subject: str, predicate: str) -> int:
        return int(self.table.value(subject, predicate) or 0)

    def _closed(self, subject: str, allowed: frozenset[str], what: str) -> None:
        for predicate in self.table.row(subject):
            if predicate not in allowed:
                raise OntologyError(
                    f"{subject}: <{predicate}> is not read in the block of {what}. "
                    "Take it out, or put a cross-record rule in rules.ttl."
                )


def _defined_classes(
    table: Table, types: Mapping[str, EntityType], vocabularies: Mapping[str, Vocabulary]
) -> Iterator[DefinedClass]:
    """Classes of the form ``type and (property value v)``, the only OWL definition that the build follows."""
    concepts = {c.iri: c.slug for vocabulary in vocabularies.values() for c in vocabulary.concepts.values()}
    for iri in table.of_type(OWL + "Class"):
        for node in table.values(iri, OWL + "equivalentClass"):
            head = table.value(node, OWL + "intersectionOf")
            members = table.list(head) if head else []
            named = [_local(m) for m in members if _local(m) in types]
            values = [(table.value(m, OWL + "onProperty"), table.value(m, OWL + "hasValue")) for m in members]
            pairs = [(p, v) for p, v in values if p and v]
            if len(named) != 1 or len(pairs) != 1:
                raise OntologyError(f"{iri}: only a type with one property value defines a class. Simplify it.")
            (predicate, value), kind = pairs[0], types[named[0]]
            field = next((f for f in kind.fields.values() if f.predicate == predicate and not f.inverse), None)
            if field is None:
                raise OntologyError(f"{iri}: {predicate} is not a field of {kind.name}. Mend owl:onProperty.")
            yield DefinedClass(iri, kind.name, field.name, concepts.get(value, value))
