"""What sources state and where they disagree: evidence, the shown value, conflicts, and each source's statements.

Here the engine knows four names of the ontology, because provenance is its own business: the types ``Source``,
``Evidence`` and ``Conflict``, and the field ``sources``. The rule that decides between values: what the record
itself says is shown; where it says nothing, the evidence with the highest confidence, then the newest date, then
the first source id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.dates import last_day
from kg.errors import Fault
from kg.records import Node, owned_id
from kg.schema import Field, Schema, kebab
from kg.values import Wrong, check_value

SOURCE, EVIDENCE, CONFLICT = "Source", "Evidence", "Conflict"
EVIDENCE_FIELD, CONFLICT_FIELD = "evidence", "conflicts"


@dataclass(frozen=True)
class Statement:
    """One value of one field of one entity, as one source states it."""

    source: str
    subject: str
    field: str
    value: str


@dataclass(frozen=True)
class Stated:
    """One piece of evidence that gives a value: who states what, when, how sure."""

    id: str
    source: str
    value: str
    date: str
    confidence: str


def evidence_by_field(
    schema: Schema, nodes: Mapping[str, Node], faults: list[Fault]
) -> dict[tuple[str, str], list[Stated]]:
    """For each (entity, field) the evidence that names it; values are checked and put into lexical form.

    Evidence without a value supports whatever the record says: its ``value`` is empty. Values that do not fit the
    field, and fields that are not written, become faults.
    """
    found: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for node in nodes.values():
        if node.kind.name != EVIDENCE or node.owner is None:
            continue
        owner, name = nodes[node.owner], node.first("field")
        if name is None:
            continue
        value = _stated_value(schema, node, owner, owner.kind.fields[name], faults)
        if value is not None:
            stated = Stated(
                node.id, node.first("source") or "", value, node.first("date") or "", node.first("confidence") or ""
            )
            found[owner.id, name].append(stated)
    return found


def _stated_value(schema: Schema, node: Node, owner: Node, fld: Field, faults: list[Fault]) -> str | None:
    if not fld.written or fld.owns:
        what = f"{fld.name} is not a value that this record writes"
        faults.append(Fault(node.file, node.line, "field", what, "Give the evidence on the record that states it."))
        return None
    text = node.first("value")
    if text is None:
        return ""
    checked = check_value(schema, owner.kind, fld, text)
    if isinstance(checked, Wrong):
        faults.append(Fault(node.file, node.lines.get("value", node.line), "value", checked.what, checked.remedy))
        return None
    node.values["value"] = [checked]
    return checked


def fill_from_evidence(
    schema: Schema, nodes: Mapping[str, Node], evidence: Mapping[tuple[str, str], list[Stated]]
) -> None:
    """Give each field that only evidence speaks of the value that the rule chooses; all values where many may stand."""
    ranks = {concept.slug: concept.rank or 0 for concept in schema.vocabularies["confidence"].concepts.values()}
    for (entity_id, name), stated in evidence.items():
        node = nodes[entity_id]
        valued = [s for s in stated if s.value]
        if not valued:
            continue
        if node.kind.fields[name].many:
            own = node.values.setdefault(name, [])
            own += sorted({s.value for s in valued} - set(own))
        elif not node.values.get(name):
            best = min(valued, key=lambda s: (-ranks.get(s.confidence, 0), _newest_first(s.date), s.source))
            node.values[name] = [best.value]


def _newest_first(date: str) -> tuple[int, ...]:
    return tuple(-int(part) for part in last_day(date).split("-")) if date else (0,)


def statements(nodes: Mapping[str, Node], evidence: Mapping[tuple[str, str], list[Stated]]) -> Iterator[Statement]:
    """What each source states: evidence speaks for its own field, a record's sources for the rest of it.

    To be asked before anything is derived or laid under: then the nodes hold just what was written in one place.
    """
    for node in nodes.values():
        speakers = list(_speakers(node))
        for name, values in node.values.items():
            fld = node.kind.fields[name]
            if fld.derived or fld.shortcut:
                continue
            if fld.owns:
                owned = ((value, source) for value in values for source in _speakers(nodes[value]))
                yield from (Statement(source, node.id, name, value) for value, source in owned)
                continue
            named = evidence.get((node.id, name), ())
            yield from (Statement(s.source, node.id, name, s.value) for s in named if s.value)
            for value in values:
                supporters = {s.source for s in named if s.value in ("", value)}
                given_by = sorted(supporters) if supporters or _contradicted(fld, named) else speakers
                yield from (Statement(source, node.id, name, value) for source in given_by)


def _contradicted(fld: Field, named: Iterable[Stated]) -> bool:
    return not fld.many and any(True for _ in named)


def _speakers(node: Node) -> Iterable[str]:
    """The sources whose word a node is: a source speaks for itself, evidence for its source, the rest cite theirs."""
    if node.kind.name == SOURCE:
        return (node.id,)
    if node.kind.name == EVIDENCE:
        return tuple(node.values.get("source", ()))
    return tuple(node.values.get("sources", ()))


def add_conflicts(
    schema: Schema, nodes: dict[str, Node], evidence: Mapping[tuple[str, str], list[Stated]]
) -> list[Fault]:
    """Add a conflict node for each field whose values differ, completing what a curator wrote on it.

    Returns faults: a curated conflict whose values do not differ, and a shown value that no evidence carries.
    """
    faults: list[Fault] = []
    curated = {
        (node.owner, node.first("field")): node for node in nodes.values() if node.kind.name == CONFLICT and node.owner
    }
    for (entity_id, name), stated in sorted(evidence.items()):
        node = nodes[entity_id]
        valued = [s for s in stated if s.value]
        shown = node.first(name)
        if node.kind.fields[name].many or len({shown, *(s.value for s in valued)}) < 2:
            continue
        if shown not in {s.value for s in valued}:
            remedy = f"Add evidence with the value {shown} that names its source."
            faults.append(
                Fault(node.file, node.lines.get(name, node.line), name, "the shown value has no evidence", remedy)
            )
        conflict = curated.pop((entity_id, name), None) or _new_conflict(schema, nodes, node, name)
        conflict.values["shown"] = [shown or ""]
        conflict.values["values"] = sorted(s.id for s in valued)
        conflict.values.setdefault("reason", [_RULE])
    for node in curated.values():
        what = f"no two sources state different values of {node.first('field')}"
        faults.append(Fault(node.file, node.line, "conflicts", what, "Give the values as evidence, or take it out."))
    return faults


_RULE = "Shown by rule: the record's own value, else the most confident and then the newest evidence."


def _new_conflict(schema: Schema, nodes: dict[str, Node], owner: Node, name: str) -> Node:
    kind = schema.types[CONFLICT]
    key = kebab(name)
    node = Node(owned_id(kind, owner, key, schema), kind, owner.file, owner.line, owner.id, key)
    node.values["field"] = [name]
    nodes[node.id] = node
    owner.values.setdefault(CONFLICT_FIELD, []).append(node.id)
    return node


NEWEST = "Shown by rule: the newest on record."
CURATED = "Shown by rule: what the curated record says stands before what a registry says."


def add_disagreement(
    schema: Schema,
    nodes: dict[str, Node],
    owner: Node,
    name: str,
    said: Iterable[tuple[Node, str, str]],
    reason: str = NEWEST,
) -> None:
    """Record that nodes disagree on a field of ``owner``: (who says it, value, date) each, the shown one first."""
    kind = schema.types[EVIDENCE]
    ids: list[str] = []
    shown = ""
    for speaker, value, date in said:
        shown = shown or value
        for source in _speakers(speaker):
            key = f"{kebab(name)}-{speaker.key or source.partition('/')[2]}"
            node_id = owned_id(kind, owner, key, schema)
            if node_id in nodes:
                key += f"-{len(ids) + 1}"
                node_id = owned_id(kind, owner, key, schema)
            node = Node(node_id, kind, speaker.file, speaker.line, owner.id, key)
            node.values = {"field": [name], "value": [value], "source": [source], **({"date": [date]} if date else {})}
            nodes[node.id] = node
            owner.values.setdefault(EVIDENCE_FIELD, []).append(node.id)
            ids.append(node.id)
    conflict = _new_conflict(schema, nodes, owner, name)
    conflict.values |= {"shown": [shown], "values": sorted(ids), "reason": [reason]}
