"""A schema of three types with fields of every kind, small enough that drawn graphs have much to say of each entity."""

from __future__ import annotations

from typing import Any

from kg.schema import ENTITY, TERMS, EntityType, Field, Kind, Schema

BOOK, SHELF, NOTE = "Book", "Shelf", "Note"


def _field(name: str, kind: Kind, many: bool = False, of: str | None = None, **more: Any) -> Field:
    """A field that reads the predicate of its own name, or of another."""
    predicate = TERMS + (of or name)
    plain = {"inverse": False, "required": False, "label": name, "description": "", "order": 0}
    return Field(iri=TERMS + name, name=name, predicate=predicate, kind=kind, many=many, **{**plain, **more})


def _kind(name: str, *fields: Field, ancestors: tuple[str, ...] = (ENTITY,), abstract: bool = False) -> EntityType:
    """A type of these fields."""
    words = dict.fromkeys(("label", "label_nl", "plural", "definition", "example", "source"), name)
    by_name = {one.name: one for one in fields}
    return EntityType(
        name, TERMS + name, **words, order=0, ancestors=ancestors, abstract=abstract, owner=None, fields=by_name
    )


LIBRARY = Schema(
    "0",
    {
        one.name: one
        for one in (
            _kind(ENTITY, ancestors=(), abstract=True),
            _kind(
                NOTE,
                _field("about", "link", many=True, target=ENTITY),
                _field("text", "string", many=True),
                _field("day", "date"),
                ancestors=(),
            ),
            _kind(
                BOOK,
                _field("title", "string"),
                _field("titles", "string", many=True, of="title"),
                _field("pages", "integer"),
                _field("weights", "decimal", many=True),
                _field("lent", "boolean"),
                _field("topics", "enum", many=True, scheme="topic"),
                _field("genre", "enum", scheme="genre"),
                _field("shelf", "link", target=SHELF),
                _field("about", "link", many=True, target=ENTITY),
                _field("booksAbout", "link", many=True, of="about", inverse=True, target=BOOK),
                _field("told", "link", many=True, of="about", inverse=True, target=ENTITY),
                _field("note", "link", of="about", inverse=True, target=NOTE),
            ),
            _kind(
                SHELF,
                _field("books", "link", many=True, of="shelf", inverse=True, target=BOOK),
                _field("first", "link", of="shelf", inverse=True, target=BOOK),
                _field("title", "string"),
            ),
        )
    },
    {},
    {},
    (),
)
