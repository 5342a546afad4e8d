"""From what a client names an entity by (id, slug, address, natural key) to its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from rapidfuzz import fuzz, process

from api import limits
from api.reading import Request
from api.wording import article
from kg.errors import NotFoundError, UsageError
from kg.folding import fold
from kg.schema import DATA, EntityType

_CANDIDATES = 20_000
_ALIKE = 65
"""Percent of letters that a name has to share with a text to be offered in its place."""


def any_entity(request: Request, text: str) -> int:
    """The entity of a full id, of whatever type."""
    found = request.model.number(text)
    if found is not None:
        return found
    slug, slash, _ = text.partition("/")
    if slash and slug in request.schema.by_slug:
        raise _unknown(request, text, request.schema.by_slug[slug])
    hint = _near_ids(request, text, request.model.ids)
    example = next((kind.example for kind in request.schema.entity_types()), "")
    raise NotFoundError(f"No entity has the id '{text}'. Write {{type}}/{{slug}}, such as {example}.{hint}")


def entity(request: Request, text: str, kind: EntityType) -> int:
    """The entity of a type by its full id or, where the type is concrete, by its slug alone."""
    full = text if "/" in text or kind.abstract else f"{kind.slug}/{text}"
    found = request.model.number(full)
    if found is None:
        slug, _, _ = full.partition("/")
        other = request.schema.by_slug.get(slug)
        if other is not None and other not in request.schema.concrete(kind.name):
            raise _wrong(full, other, kind)
        raise _unknown(request, full, kind)
    if request.model.kind(found) not in request.schema.concrete(kind.name):
        raise _wrong(full, request.model.kind(found), kind)
    return found


def by_iri(request: Request, iri: str) -> int:
    """The entity of an address."""
    if not iri.startswith(DATA):
        raise NotFoundError(f"No entity has the address '{iri}'. Addresses of entities begin with {DATA}.")
    return any_entity(request, iri.removeprefix(DATA))


def by_one_key(request: Request, kind: EntityType, given: Mapping[str, str | None], names: Iterable[str]) -> int:
    """The entity of a type by exactly one of its id and natural keys."""
    keys = {name: value for name, value in given.items() if value is not None}
    if len(keys) != 1:
        asked = ", ".join(names)
        raise UsageError(f"{kind.singular}: {len(keys)} keys were given. Give exactly one of {asked}.")
    ((name, value),) = keys.items()
    if name == "id":
        return entity(request, value, kind)
    found = request.model.by_key(kind.name, name, value)
    if found is None:
        known = (str(key) for key in request.model.inverted(kind.name, name))
        raise NotFoundError(f"No {kind.label} has {name} '{value}'.{near(value, known)}")
    return found


def field_name(kind: EntityType, name: str) -> str:
    """The name of a field of a type; raises UsageError if it has no such field."""
    if name not in kind.fields:
        raise UsageError(f"{article(kind.label).capitalize()} has no field '{name}'.{near(name, kind.fields)}")
    return name


def near(text: str, known: Iterable[str]) -> str:
    """A sentence that offers what is spelt nearly like the text, or nothing."""
    return _offer(close(text, known))


def close(text: str, known: Iterable[str]) -> list[str]:
    """The names that are spelt nearly like the text, nearest first, three at most."""
    length = max(3, len(text) // 2)
    rough = {fold(one): one for one in islice(known, _CANDIDATES) if abs(len(one) - len(text)) <= length}
    near = process.extract(fold(text), list(rough), scorer=fuzz.ratio, limit=3, score_cutoff=_ALIKE)
    return [rough[found] for found, _, _ in near]


def _near_ids(request: Request, full: str, ids: Iterable[str]) -> str:
    """A sentence that offers the ids whose slug is spelt nearly like the one of this id, or nothing."""
    by_slug = {one.partition("/")[2]: one for one in islice(ids, _CANDIDATES)}
    request.spend(len(by_slug) // limits.ROWS)
    request.tick()
    return _offer([by_slug[slug] for slug in close(full.rpartition("/")[2], by_slug)])


def _offer(found: list[str]) -> str:
    listed = [f"'{name}'" for name in found]
    return f" Did you mean {' or '.join(filter(None, [', '.join(listed[:-1]), listed[-1]]))}?" if listed else ""


def _unknown(request: Request, full: str, kind: EntityType) -> NotFoundError:
    ids = (request.model.ids[row] for row in request.model.rows(kind.name))
    return NotFoundError(f"No {kind.label} has the id '{full}'.{_near_ids(request, full, ids)}")


def _wrong(full: str, found: EntityType, wanted: EntityType) -> UsageError:
    return UsageError(
        f"'{full}' is {article(found.label)}, not {article(wanted.label)}. Ask for it with `{found.singular}(id:)`."
    )
