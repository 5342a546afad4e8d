"""From what people type to the entity that they mean; where several may be meant, a page to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from api import lookup, reading
from api.reading import Reader
from api.web.asking import Query
from api.web.site import Site
from kg.folding import fold
from kg.network.records import ORGANISATION, canonical
from kg.schema import EntityType
from kg.search.finder import Hit

OFFERED = 12
"""Entities to choose from."""
KINDS = ("country", "type")
"""The fields that say what kind of organisation one is; each has a vocabulary."""


@dataclass(frozen=True)
class Unclear:
    """A text of a parameter that may mean several entities, or, if not ``known``, is the name of none.

    ``offers`` are entities, each with the name by which it was found; what is near if not ``known``.
    """

    name: str
    text: str
    kind: EntityType
    known: bool
    offers: Sequence[tuple[int, str]]


class Names:
    """Finds what the parameters of a page name; ``unclear`` are those for which somebody has to choose."""

    def __init__(self, asked: reading.Request, query: Query) -> None:
        self._asked = asked
        self._query = query
        self.unclear: list[Unclear] = []

    def one(self, parameter: str, type_name: str = ORGANISATION) -> int | None:
        """The entity that a parameter names, None without it or if it is unclear."""
        text = self._query.one(parameter)
        return None if text is None else self._named(parameter, text, type_name)

    def many(self, parameter: str, type_name: str = ORGANISATION) -> tuple[int, ...]:
        """The same for all values of a parameter, without those that are unclear."""
        named = (self._named(parameter, text, type_name) for text in self._query.many(parameter))
        return tuple(dict.fromkeys(entity for entity in named if entity is not None))

    def typed(self, entity: int) -> str:
        """What stands in an input for an entity: its label, if that alone means it, else its slug."""
        label = self._asked.model.label(entity)
        return label if self._meant(label, self._asked.model.kind(entity)) == (entity, ()) else self._slug(entity)

    def _named(self, parameter: str, text: str, type_name: str) -> int | None:
        kind = self._asked.schema.types[type_name]
        found, hits = self._meant(text, kind)
        if found is None:
            known = any(_holds(hit.name.text, text) for hit in hits)
            offers = [(hit.entity, hit.name.text) for hit in hits] or self._near(text, kind)
            self.unclear.append(Unclear(parameter, text, kind, known, offers[:OFFERED]))
        else:
            self._query.say(parameter, text, self._slug(found))
        return found

    def _slug(self, entity: int) -> str:
        return self._asked.model.ids[entity].partition("/")[2]

    def _meant(self, text: str, kind: EntityType) -> tuple[int | None, tuple[Hit, ...]]:
        """The entity by its id, its slug or a name that is its alone; else what may be meant, the nearest first."""
        model = self._asked.model
        by_id = model.number(text if "/" in text else f"{kind.slug}/{text}")
        if by_id is not None and model.kind(by_id) == kind:
            return self._stands(by_id), ()
        hits = self._hits(text, kind)
        exact = [hit for hit in hits if fold(hit.name.text) == fold(text)]
        best = [hit for hit in exact if hit.score == exact[0].score]
        holds = best or [hit for hit in hits if _holds(hit.name.text, text)]
        return (self._stands(holds[0].entity), ()) if len(holds) == 1 and (best or len(hits) == 1) else (None, hits)

    def _near(self, text: str, kind: EntityType) -> list[tuple[int, str]]:
        """What is spelt nearly like a name that search does not find."""
        labels = {self._asked.model.label(entity): entity for entity in self._asked.model.rows(kind.name)}
        return [(labels[label], label) for label in lookup.close(text, labels)]

    def _hits(self, text: str, kind: EntityType) -> tuple[Hit, ...]:
        """What search finds of a type, each thing once."""
        found: dict[int, Hit] = {}
        for hit in self._asked.reader.finder.find(text, self._asked.tick):
            if self._asked.model.kind(hit.entity) == kind:
                found.setdefault(self._stands(hit.entity), hit)
        return tuple(found.values())

    def _stands(self, entity: int) -> int:
        """The entity, or the one that took its place."""
        return canonical(self._asked.model, entity) if "replacedBy" in self._asked.model.kind(entity).fields else entity


def kinds(reader: Reader) -> Callable[[int], str]:
    """What kind of organisation an entity is, in words; nothing for what is none."""
    model, fields = reader.model, reader.schema.types[ORGANISATION].fields

    def told(entity: int) -> str:
        if model.kind(entity).name != ORGANISATION:
            return ""
        found = ((fields[name].scheme or "", model.get(entity, name)) for name in reversed(KINDS))
        labels = [reader.schema.vocabularies[scheme].concepts[str(slug)].label for scheme, slug in found if slug]
        return ", ".join(labels)

    return told


def _holds(name: str, text: str) -> bool:
    """Whether a name has every word of a text."""
    return all(word in fold(name) for word in fold(text).split())


def choice(
    site: Site, request: Request, reader: Reader, query: Query, names: Names, asked: Mapping[str, str]
) -> Response:
    """The page on which to choose; ``asked`` says by parameter what it is for. A 404 if nobody has a name."""

    def ways(unclear: Unclear) -> Iterator[tuple[int, str, str]]:
        others = [text for text in query.many(unclear.name) if text != unclear.text]
        for entity, name in unclear.offers:
            slug = reader.model.ids[entity].partition("/")[2]
            yield entity, name, query.address({unclear.name: [*others, slug]})

    questions = [(asked[unclear.name], unclear, list(ways(unclear))) for unclear in names.unclear]
    unknown = [unclear for unclear in names.unclear if not unclear.known]
    said = {(unclear.name, unclear.text) for unclear in names.unclear}
    clear = {one.name: [t for t in query.many(one.name) if (one.name, t) not in said] for one in names.unclear}
    shown = {"questions": questions, "unknown": unknown, "kinds": kinds(reader), "without": query.address(clear)}
    return site.page(request, reader, "choice", 404 if unknown else 200, **shown)
