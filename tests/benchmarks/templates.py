"""The operations of the benchmark's mix, each with variables that are drawn over all of a graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from api import cursors
from kg.model import Model
from kg.schema import enum_name

FIELDS: Mapping[str, str] = {
    "trial": "id; title; nctId; phase; status; kind; modality; began: startDate; completionDate; enrolmentPlanned; "
    "countries; acronym; label; review; statusDate; allocation; aliases; sponsors { id label }; "
    "collaborators(first: 5) { label }; conditions(first: 3) { nodes { id name } }; products(first: 3) { totalCount }; "
    "registryRecords(first: 2) { registry identifier status }; sources(first: 3) { title url }; __typename",
    "organisation": "id; iri; name; type; country; city; ror; wikidata; aliases; founded; website; latitude; "
    "parent { id name }; sponsored: sponsorOf(first: 5) { id label }; involvedIn(first: 5) { totalCount }; review; "
    "trialLocations(first: 3) { nodes { city country } }; sources(first: 2) { title }",
    "condition": "id; name; synonyms; mondo; mesh; orphanet; grouping; label; broader(first: 3) { nodes { id name } }; "
    "narrower(first: 5) { totalCount nodes { name } }; trials(first: 5) { totalCount }; review; confidence",
    "product": "id; name; codes; aliases; modality; legalCategory; stage; delivery; donor; vectorType; transgene; "
    "developers { id label }; indications(first: 3) { stage condition { name } }; "
    "targets(first: 2) { nodes { name } }; authorisations(first: 3) { region outcome }; "
    "trials(first: 5) { totalCount }; sources(first: 2) { title }",
    "source": "id; title; url; publisher; date; accessed; kind; language; label; supports(first: 5) { totalCount }",
    "agreement": "id; name; type; signed; value; currency; licensors { label }; licensees { label }; label; review; "
    "scope(first: 3) { nodes { name } }; involvements(first: 4) { role agent { label } }",
    "involvement": "id; label; role; agent { id label }; in { id label }; title; sources(first: 1) { title }",
    "location": "id; label; facility; city; country; organisation { name }; trial { id title }",
    "record": "id; registry; identifier; status; statusDate; snapshotDate; phase; url; trial { id title }",
    "counts": "PHASE; MODALITY; KIND; AGE_GROUPS; ALLOCATION; COUNTRIES; START_DATE; INTERVENTION_MODEL; REVIEW",
    "entity": "id; iri; label; review; confidence; sources(first: 2) { title }; __typename; unknown",
}
"""What may be asked of each type; every operation takes some of it."""


Draw = Callable[["Drawn"], Any]
"""Draws the value of a variable."""


@dataclass(frozen=True)
class Template:
    """An operation of which fields and variables are still to be drawn; ``~trial`` stands for some of its fields."""

    kind: str
    text: str
    draws: Mapping[str, Draw]

    def written(self, random: Random) -> str:
        """The text with some fields in place of each ``~``."""
        return re.sub(r"~(\w+)", lambda found: _some(FIELDS[found[1]], random), self.text)


class Drawn:
    """Draws values of variables over all of a graph."""

    def __init__(self, model: Model, random: Random) -> None:
        self.model = model
        self.random = random
        self._stated: dict[tuple[str, str], Sequence[int]] = {}

    def entity(self, kind: str, field: str | None = None) -> int:
        """An entity of a type, or of those of it that have something in a field."""
        rows = self.model.rows(kind)
        if field is None:
            return self.random.choice(rows)
        key = (kind, field)
        if key not in self._stated:
            cells = zip(rows, self.model.column(kind, field), strict=True)
            self._stated[key] = [row for row, cell in cells if cell not in (None, ())]
        return self.random.choice(self._stated[key])

    def value(self, kind: str, field: str) -> Any:
        """A value that a field has."""
        return self.random.choice(self.model.values(self.entity(kind, field), field))


def _some(fields: str, random: Random) -> str:
    """From six to twelve of the fields, in an order of their own."""
    every = fields.split("; ")
    return " ".join(random.sample(every, min(random.randint(6, 12), len(every))))


# ---------------------------------------------------------------- variables


def _id(kind: str, field: str | None = None) -> Draw:
    return lambda drawn: drawn.model.ids[drawn.entity(kind, field)]


def _ids(kind: str, many: int) -> Draw:
    return lambda drawn: [drawn.model.ids[drawn.entity(kind)] for _ in range(many)]


def _iri(kind: str) -> Draw:
    return lambda drawn: drawn.model.iri(drawn.entity(kind))


def _value(kind: str, field: str) -> Draw:
    return lambda drawn: drawn.value(kind, field)


def _enum(kind: str, field: str) -> Draw:
    return lambda drawn: enum_name(drawn.value(kind, field))


def _linked(kind: str, field: str) -> Draw:
    """The id of what a link of some entity leads to."""
    return lambda drawn: drawn.model.ids[drawn.value(kind, field)]


def _word(kind: str, field: str) -> Draw:
    """A word of a name, the longest."""
    return lambda drawn: max(re.findall(r"\w+", drawn.value(kind, field)), key=len)


def _begun(kind: str, field: str) -> Draw:
    """The beginning of a name, as one types it."""
    return lambda drawn: (text := drawn.value(kind, field))[: max(3, len(text) // 2)].strip()


def _size(drawn: Drawn) -> int:
    return drawn.random.choice((10, 20, 50))


def _any(*values: str) -> Draw:
    return lambda drawn: drawn.random.choice(values)


def _year(drawn: Drawn) -> str:
    return str(drawn.random.randint(2005, 2024))


def _cursor(plural: str, kind: str) -> Draw:
    """Where a page of all entities of a type may begin: after any of them."""
    mark = cursors.fingerprint(plural, None, [])
    return lambda drawn: cursors.write(mark, [], drawn.model.ids[drawn.entity(kind)])


# ---------------------------------------------------------------- operations


def _one(root: str, argument: str, scalar: str, draw: Draw, fields: str) -> Template:
    """One entity by a key."""
    return Template("node", f"query One($key: {scalar}!) {{ {root}({argument}: $key) {{ {fields} }} }}", {"key": draw})


def _list(plural: str, kind: str, fields: str) -> Template:
    """A page of all entities of a type, anywhere in the list."""
    page = f"pageInfo {{ hasNextPage endCursor }} nodes {{ {fields} }}"
    text = f"query Page($first: Int, $after: String) {{ {plural}(first: $first, after: $after) {{ {page} }} }}"
    return Template("list", text, {"first": _size, "after": _cursor(plural, kind)})


def _sorted(plural: str, kind: str, fields: str, *orders: str) -> Template:
    """The front of a list in an order, as the head of a column asks for it."""
    head = f"query Sorted($first: Int, $field: {kind}OrderField!, $way: OrderDirection)"
    order = "orderBy: [{field: $field, direction: $way}]"
    text = f"{head} {{ {plural}(first: $first, {order}) {{ totalCount nodes {{ {fields} }} }} }}"
    return Template("list", text, {"first": _size, "field": _any(*orders), "way": _any("ASC", "DESC")})


def _filter(plural: str, where: str, declared: str, fields: str, **draws: Draw) -> Template:
    """The front of a list that meets a condition."""
    arguments = f"where: {{{where}}}, first: $first"
    text = f"query Found($first: Int, {declared}) {{ {plural}({arguments}) {{ nodes {{ {fields} }} }} }}"
    return Template("filter", text, {"first": _size, **draws})


def _nest(root: str, kind: str, fields: str) -> Template:
    """One entity with what is around it, links of links."""
    return Template("nest", f"query Around($id: ID!) {{ {root}(id: $id) {{ {fields} }} }}", {"id": _id(kind)})


def _facet(plural: str, where: str, declared: str, fields: str, **draws: Draw) -> Template:
    """The counts beside a list that meets a condition."""
    facets = f"facets(fields: [{fields}], first: 5) {{ field missing buckets {{ value count }} }}"
    shown = f"{facets} totalCount nodes {{ ~entity }}"
    text = f"query Counts($first: Int, {declared}) {{ {plural}(where: {{{where}}}, first: $first) {{ {shown} }} }}"
    return Template("facet", text, {"first": _size, **draws})


def _search(more: str, draw: Draw) -> Template:
    """What the search box asks."""
    hits = "edges { score matched { field text } node { id ... on Entity { ~entity } } }"
    return Template(
        "search", f"query Find($text: String!) {{ search(text: $text{more}) {{ {hits} }} }}", {"text": draw}
    )


_NODE = "id ... on Trial { ~trial } ... on Organisation { ~organisation }"
_TIES = "ties: involvedIn(first: 10) { totalCount nodes { role in { ~entity ... on Trial { title phase } } } }"
_STUDIES = "studies: trials(first: 10) { totalCount nodes { ~trial } }"
_PARTIES = "involvements(first: 10) { role agent { id label ... on Organisation { country city } } }"

TEMPLATES = (
    _one("trial", "nctId", "NctId", _value("Trial", "nctId"), "~trial"),
    _one("organisation", "id", "ID", _id("Organisation"), "~organisation"),
    _one("condition", "mondo", "Mondo", _value("Condition", "mondo"), "~condition"),
    _one("node", "id", "ID", _id("Trial"), _NODE),
    _one("product", "id", "ID", _id("Product"), "~product"),
    _one("entity", "iri", "IRI", _iri("Agreement"), "iri ... on Entity { ~entity }"),
    _one("nodes", "ids", "[ID!]", _ids("Organisation", 5), "id ... on Entity { ~entity }"),
    _one("source", "id", "ID", _id("Source"), "~source"),
    _one("organisation", "ror", "Ror", _value("Organisation", "ror"), "~organisation"),
    _one("location", "id", "ID", _id("Location"), "~location"),
    _list("trials", "Trial", "~trial"),
    _list("organisations", "Organisation", "~organisation"),
    _sorted("trials", "Trial", "~trial", "START_DATE", "TITLE", "ENROLMENT_PLANNED"),
    _list("conditions", "Condition", "~condition"),
    _list("involvements", "Involvement", "~involvement"),
    _list("sources", "Source", "~source"),
    _sorted("organisations", "Organisation", "~organisation", "NAME", "FOUNDED"),
    _list("products", "Product", "~product"),
    _list("registryRecords", "RegistryRecord", "~record"),
    _filter("trials", "sponsors: {some: {eq: $id}}", "$id: ID!", "~trial", id=_linked("Trial", "sponsors")),
    _filter(
        "trials",
        "status: {eq: $status}, phase: {eq: $phase}",
        "$status: RecruitmentStatus!, $phase: Phase!",
        "~trial",
        status=_enum("Trial", "status"),
        phase=_enum("Trial", "phase"),
    ),
    _filter(
        "organisations",
        "country: {eq: $country}, type: {eq: $type}",
        "$country: Region!, $type: OrganisationType!",
        "~organisation",
        country=_enum("Organisation", "country"),
        type=_enum("Organisation", "type"),
    ),
    _filter("trials", "conditions: {some: {under: $id}}", "$id: ID!", "~trial", id=_linked("Trial", "conditions")),
    _filter("trials", "startDate: {gte: $from, lte: $from}", "$from: Date!", "~trial", **{"from": _year}),
    _filter("trials", "title: {contains: $text}", "$text: String!", "~trial", text=_word("Trial", "title")),
    _filter(
        "involvements",
        "role: {eq: $role}, agent: {eq: $id}",
        "$role: Role!, $id: ID!",
        "~involvement",
        role=_enum("Involvement", "role"),
        id=_linked("Involvement", "agent"),
    ),
    _filter("locations", "city: {eq: $city}", "$city: String!", "~location", city=_value("Location", "city")),
    _filter("conditions", "trials: {some: {eq: $id}}", "$id: ID!", "~condition", id=_id("Trial", "conditions")),
    _filter("agreements", "type: {eq: $type}", "$type: AgreementType!", "~agreement", type=_enum("Agreement", "type")),
    _nest("organisation", "Organisation", f"~organisation {_TIES}"),
    _nest("condition", "Condition", f"~condition {_STUDIES}"),
    _nest("trial", "Trial", f"~trial {_PARTIES} given: products(first: 5) {{ nodes {{ ~product }} }}"),
    _nest("product", "Product", f"~product {_STUDIES} {_PARTIES}"),
    _nest("source", "Source", "~source stated: supports(first: 10) { totalCount nodes { ~entity } }"),
    Template(
        "nest",
        "query Products($first: Int, $after: String) { products(first: $first, after: $after) { nodes { name"
        f" indications {{ condition {{ name }} stage }} {_STUDIES} }} }} }}",
        {"first": _size, "after": _cursor("products", "Product")},
    ),
    _facet("trials", "status: {eq: $is}", "$is: RecruitmentStatus!", "~counts", **{"is": _enum("Trial", "status")}),
    _facet("trials", "startDate: {gte: $from}", "$from: Date!", "~counts", **{"from": _year}),
    _facet("organisations", "country: {eq: $is}", "$is: Region!", "TYPE", **{"is": _enum("Organisation", "country")}),
    _search(", first: 5", _begun("Trial", "title")),
    _search(", first: 10, types: [ORGANISATION]", _word("Organisation", "name")),
    _search(", first: 5", _value("Condition", "name")),
)
