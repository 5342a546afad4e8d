"""The facts of ROR records, of schema 2 and of schema 1 as older dumps have it; no addresses, e-mails or notes.

A record that gives several places keeps of its place only what all of them share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kg.dates import is_partial_date
from kg.sources.remarks import Remarks

API = "https://api.ror.org/v2/organizations"
ID = re.compile(r"https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")
_CODES = {
    "status": ("active", "inactive", "withdrawn"),
    "types": (
        "archive",
        "company",
        "education",
        "facility",
        "funder",
        "government",
        "healthcare",
        "nonprofit",
        "other",
    ),
    "names.types": ("acronym", "alias", "label", "ror_display"),
    "relationships.type": ("child", "parent", "predecessor", "related", "successor"),
}

Facts = dict[str, Any]


def full_id(text: str) -> str | None:
    """A ROR id as its whole address, from the address, ``ror.org/...`` or the last part; None if it is none."""
    whole = "https://ror.org/" + text.strip().lower().removesuffix("/").rsplit("/", 1)[-1]
    return whole if ID.fullmatch(whole) else None


def organisation_facts(record: Mapping[str, Any], remarks: Remarks) -> Facts | None:
    """The facts of a record; None, with a remark, if it has no ROR id or no name."""
    ident = record.get("id")
    if not isinstance(ident, str) or not ID.fullmatch(ident):
        remarks.add("a record without a ROR id is left out", str(ident)[:60])
        return None
    reader = _Reader(ident, remarks)
    facts = _second(record, reader) if "names" in record else _first(record, reader)
    if not facts["name"]:
        remarks.add("a record without a name is left out", ident)
        return None
    return {"id": ident} | facts


class _Reader:
    """Reads values of one record; what has another type than it should is reported and, where it can be, kept."""

    def __init__(self, ident: str, remarks: Remarks) -> None:
        self.ident = ident
        self.remarks = remarks

    def text(self, value: Any, name: str) -> str:
        if isinstance(value, str):
            return " ".join(value.encode("utf-8", "replace").decode().split())
        if value is not None:
            self._changed(name, value)
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""

    def code(self, value: Any, name: str) -> str:
        """A code in small letters; one that no list has is kept and reported."""
        found = self.text(value, name).lower()
        if found and found not in _CODES[name]:
            self.remarks.add(f"{name} has the new code {found!r}; kept", self.ident)
        return found

    def number(self, value: Any, name: str, kind: Callable[[str], float | int]) -> float | int | None:
        if value is None or (isinstance(value, kind) and not isinstance(value, bool)):  # type: ignore[arg-type]
            return value
        if not (kind is float and isinstance(value, int)):
            self._changed(name, value)
        try:
            return kind(str(value))
        except ValueError:
            return None

    def items(self, value: Any, name: str) -> list[Any]:
        if isinstance(value, list):
            return value
        if value is not None:
            self._changed(name, value)
        return [value] if isinstance(value, str | dict) else []

    def things(self, value: Any, name: str) -> list[Mapping[str, Any]]:
        found = self.items(value, name)
        for item in found:
            if not isinstance(item, dict):
                self._changed(name, item)
        return [item for item in found if isinstance(item, dict)]

    def thing(self, value: Any, name: str) -> Mapping[str, Any]:
        if value is not None and not isinstance(value, dict):
            self._changed(name, value)
        return value if isinstance(value, dict) else {}

    def _changed(self, name: str, value: Any) -> None:
        self.remarks.add(f"{name} changed its type to {type(value).__name__}", self.ident)


def _second(record: Mapping[str, Any], reader: _Reader) -> Facts:
    names: list[Facts] = [
        {
            "value": reader.text(item.get("value"), "names.value"),
            "types": sorted(
                reader.code(kind, "names.types") for kind in reader.items(item.get("types"), "names.types")
            ),
            "lang": reader.text(item.get("lang"), "names.lang"),
        }
        for item in reader.things(record.get("names"), "names")
    ]
    display = next((name["value"] for name in names if "ror_display" in name["types"]), "")
    places = [
        reader.thing(item.get("geonames_details"), "locations.geonames_details")
        for item in reader.things(record.get("locations"), "locations")
    ]
    links = reader.things(record.get("links"), "links")
    external = reader.things(record.get("external_ids"), "external_ids")
    wikidata = next((item for item in external if item.get("type") == "wikidata"), {})
    changed = reader.thing(reader.thing(record.get("admin"), "admin").get("last_modified"), "admin.last_modified")
    return _whole(
        reader,
        record,
        display=display,
        names=names,
        places=[(p.get("country_code"), p.get("name"), p.get("lat"), p.get("lng")) for p in places],
        website=next((link.get("value") for link in links if link.get("type") == "website"), None),
        wikidata=wikidata,
    ) | {"lastModified": reader.text(changed.get("date"), "admin.last_modified.date")}


def _first(record: Mapping[str, Any], reader: _Reader) -> Facts:
    display = reader.text(record.get("name"), "name")
    names: list[Facts] = [{"value": display, "types": ["label", "ror_display"], "lang": ""}]
    for key, kind in (("aliases", "alias"), ("acronyms", "acronym")):
        found = (reader.text(item, key) for item in reader.items(record.get(key), key))
        names += [{"value": value, "types": [kind], "lang": ""} for value in found]
    for item in reader.things(record.get("labels"), "labels"):
        value, lang = reader.text(item.get("label"), "labels.label"), reader.text(item.get("iso639"), "labels.iso639")
        names.append({"value": value, "types": ["label"], "lang": lang})
    country = reader.thing(record.get("country"), "country").get("country_code")
    addresses = reader.things(record.get("addresses"), "addresses")
    return _whole(
        reader,
        record,
        display=display,
        names=names,
        places=[(country, a.get("city"), a.get("lat"), a.get("lng")) for a in addresses] or [(country, "", None, None)],
        website=next(iter(reader.items(record.get("links"), "links")), None),
        wikidata=reader.thing(reader.thing(record.get("external_ids"), "external_ids").get("Wikidata"), "Wikidata"),
    )


def _whole(
    reader: _Reader,
    record: Mapping[str, Any],
    *,
    display: str,
    names: Iterable[Mapping[str, Any]],
    places: list[tuple[Any, Any, Any, Any]],
    website: Any,
    wikidata: Mapping[str, Any],
) -> Facts:
    """The facts in their order, lists sorted so that another order in the registry is no change."""
    country, city, lat, lng = (
        (values.pop() if len(values) == 1 else None for values in map(set, zip(*places, strict=True)))
        if places
        else (None,) * 4
    )
    kinds = (reader.code(kind, "types") for kind in reader.items(record.get("types"), "types"))
    return {
        "name": display,
        "names": sorted((n for n in names if n["value"]), key=lambda n: (n["value"], n["types"], n["lang"])),
        "types": sorted(kind for kind in kinds if kind),
        "status": reader.code(record.get("status"), "status"),
        "established": reader.number(record.get("established"), "established", int),
        "country": reader.text(country, "country_code"),
        "city": reader.text(city, "city"),
        "lat": reader.number(lat, "lat", float),
        "lng": reader.number(lng, "lng", float),
        "website": reader.text(website, "website"),
        "wikidata": _wikidata(reader, wikidata),
        "relationships": _relationships(reader, record),
    }


def _relationships(reader: _Reader, record: Mapping[str, Any]) -> list[Facts]:
    found = [
        {
            "type": reader.code(item.get("type"), "relationships.type"),
            "id": reader.text(item.get("id"), "relationships.id"),
            "label": reader.text(item.get("label"), "relationships.label"),
        }
        for item in reader.things(record.get("relationships"), "relationships")
    ]
    return sorted(found, key=lambda item: (item["type"], item["id"]))


def _wikidata(reader: _Reader, ids: Mapping[str, Any]) -> str:
    """The preferred id, or the only one; of several without a preferred one none."""
    several = reader.items(ids.get("all"), "external_ids.all")
    chosen = reader.text(ids.get("preferred") or (several[0] if len(several) == 1 else ""), "external_ids.preferred")
    return chosen if _WIKIDATA.fullmatch(chosen) else ""


def year(facts: Mapping[str, Any]) -> str:
    """The year of founding as a date, empty if there is none."""
    text = f"{facts.get('established') or 0:04d}"
    return text if is_partial_date(text) else ""
