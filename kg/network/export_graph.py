"""A projection as plain nodes and edges: typed attributes alone, each name in one line, what is absent left out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from math import fsum

from kg.model import Model
from kg.network.constants import Section
from kg.network.network import Network
from kg.network.projection import Contribution, Options, Pair, Projection
from kg.network.records import ORGANISATION, Record
from kg.network.rules import NONE
from kg.network.selecting import KIND, LEAST, ROLE
from kg.network.selection import EVERYTHING, Selection
from kg.network.standing import rounded
from kg.schema import Schema

Attribute = str | int | float | bool
Attributes = dict[str, Attribute]

_SOURCES = "sources"
_FIGURES = ("degree", "strength", "records", "lastActive", _SOURCES)
_TIE = ("weight", "records", "lastActive", "kinds", "undated", _SOURCES, "inHouse")
_UNFIT = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
"""What XML does not have or what would break a line."""


@dataclass(frozen=True)
class ExportRules:
    """What a file says of organisations: fields by their name in it. ``colours`` are those of the values of one field,
    others are ``otherwise``.
    """

    fields: Mapping[str, str]
    colour: str
    colours: Mapping[str, str]
    otherwise: str


@dataclass(frozen=True)
class Exported:
    """``nodes`` by organisation's id, ``edges`` by pair of ids, ``colours`` (#rrggbb) by organisation's id.

    ``about`` says of which release and under which options; all in an order that is the same on every machine.
    ``node_columns`` and ``edge_columns`` are the attributes that there may be.
    """

    about: Attributes
    node_columns: tuple[str, ...]
    edge_columns: tuple[str, ...]
    nodes: Mapping[str, Attributes]
    edges: Mapping[tuple[str, str], Attributes]
    colours: Mapping[str, str]

    def told(self) -> list[str]:
        """``about`` in words, an entry each."""
        return [
            f"{name}: {str(value).lower() if isinstance(value, bool) else value}" for name, value in self.about.items()
        ]


def read_export_rules(schema: Schema, whole: Section) -> ExportRules:
    """The section ``exports``; raises ``DataError`` for what cannot be used."""
    section = whole.section("exports")
    section.refuse_others(("organisation", "colour", "colours", "otherwise"))
    fields = {field.name: field for field in schema.types[ORGANISATION].fields.values() if not field.target}
    listed = {name: field for name, field in fields.items() if field.scheme}
    single = [name for name, field in fields.items() if not field.many]
    told = section.section("organisation")
    colour, colours = section.text("colour", listed), section.section("colours")
    colours.refuse_others(schema.vocabularies[listed[colour].scheme or ""].concepts)
    return ExportRules(
        fields={name: told.text(name, single) for name in tuple(told.keys())},
        colour=colour,
        colours={value: colours.colour(value) for value in tuple(colours.keys())},
        otherwise=section.colour("otherwise"),
    )


def exported(network: Network, options: Options, release: str, selection: Selection = EVERYTHING) -> Exported:
    """A projection of a release; raises ``UsageError`` for a grade or half-life that is not offered.

    An organisation has ``degree`` ties of ``strength`` in all, and is in ``records``; a tie has a ``weight`` by its
    ``records``, of which ``undated`` state no year, and ``inHouse`` if it is between units of one organisation. Each
    says how many ``sources`` it rests on.
    """
    projection, model = network.projection(options, selection), network.model
    rules = read_export_rules(model.schema, network.constants)
    edges = {(one, other): _edge(network, projection, (one, other)) for one, other in _pairs(projection)}
    records = _records(projection.records)
    nodes = {one: _node(model, rules, projection, one, records[one]) for one in sorted(projection.graph)}
    about = _about(release, options) | _selected(network, selection) | {"organisations": len(nodes), "ties": len(edges)}
    ids = model.ids
    return Exported(
        about=about,
        node_columns=("label", *rules.fields, *_FIGURES, "iri"),
        edge_columns=_TIE,
        nodes={ids[one]: node for one, node in nodes.items()},
        edges={(ids[one], ids[other]): edge for (one, other), edge in edges.items()},
        colours={ids[one]: colour_of(model, rules, one) for one in nodes},
    )


def one_line(text: str) -> str:
    """A text without line ends, control characters and what else XML cannot hold."""
    return " ".join(_UNFIT.sub(" ", text).split())


def _about(release: str, options: Options) -> Attributes:
    """Of which release a file is, and what was asked, in the order of the options."""
    asked = {_camel(name): value for name, value in asdict(options).items() if value is not None}
    return {"release": release} | asked | {"halfLife": options.half_life or NONE}


def _selected(network: Network, selection: Selection) -> Attributes:
    """What was selected, as far as anything was."""
    types, lists = network.model.schema.types, network.selecting.vocabularies
    values = {ROLE: selection.roles} | dict(selection.about) | dict(selection.among)
    labels = {name: [lists[name].concepts[slug].label for slug in found] for name, found in values.items()}
    labels[KIND] = [types[name].label for name in selection.kinds]
    told: Attributes = {name: ", ".join(sorted(found)) for name, found in labels.items() if found}
    return told | ({LEAST: selection.least} if selection.least else {})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _pairs(projection: Projection) -> list[Pair]:
    return sorted((min(pair), max(pair)) for pair in projection.graph.edges)


def _records(records: Iterable[Record]) -> Mapping[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        for member in record.members:
            found[member.organisation].append(record)
    return found


def _node(model: Model, rules: ExportRules, projection: Projection, one: int, records: list[Record]) -> Attributes:
    ties = projection.ties[one].values()
    years = [year for record in records if (year := projection.last_active(record)) is not None]
    told = {name: _told(model, one, field) for name, field in rules.fields.items()}
    figures = (
        len(ties),
        rounded(fsum(tie["weight"] for tie in ties)),
        len(records),
        max(years, default=None),
        len(model.links(one, _SOURCES)),
    )
    counted = dict(zip(_FIGURES, figures, strict=True))
    return _there({"label": one_line(model.label(one))} | told | counted | {"iri": model.iri(one)})


def _edge(network: Network, projection: Projection, pair: Pair) -> Attributes:
    found, tie = projection.contributions(*pair), projection.ties[pair[0]][pair[1]]
    values = (
        rounded(tie["weight"]),
        tie["records"],
        tie["last"],
        _kinds(network.model, found),
        sum(not c.record.dated for c in found),
        len(set(_sources(network.model, found))),
        network.house(pair[0]) == network.house(pair[1]),
    )
    return _there(dict(zip(_TIE, values, strict=True)))


def _kinds(model: Model, found: Iterable[Contribution]) -> str:
    """The kinds of the records with their numbers: ``agreement 1, trial 2``."""
    counts = Counter(model.schema.types[c.record.kind.type].label for c in found)
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))


def _sources(model: Model, found: Iterable[Contribution]) -> Iterator[int]:
    """The sources of the records and of the parts in them."""
    for contribution in found:
        for entity in (contribution.record.entity, *(part.stated_by for part in contribution.parts)):
            yield from model.links(entity, _SOURCES)


def colour_of(model: Model, rules: ExportRules, one: int) -> str:
    """The colour of the value, or of the nearest broader one that has any."""
    value, field = model.get(one, rules.colour), model.kind(one).fields[rules.colour]
    concepts = model.schema.vocabularies[field.scheme or ""].concepts
    level = [] if value is None else [str(value)]
    while level:
        for slug in level:
            if slug in rules.colours:
                return rules.colours[slug]
        level = [up for slug in level for up in concepts[slug].broader]
    return rules.otherwise


def _told(model: Model, one: int, name: str) -> Attribute | None:
    """A cell of a single field as an attribute, a value of a vocabulary by its label."""
    value, field = model.get(one, name), model.kind(one).fields[name]
    if field.scheme and isinstance(value, str):
        value = model.schema.vocabularies[field.scheme].concepts[value].label
    return one_line(value) if isinstance(value, str) else value if isinstance(value, int | float) else None


def _there(values: Mapping[str, Attribute | None]) -> Attributes:
    """What is there, in the order given."""
    return {name: value for name, value in values.items() if value is not None}
