"""Reads the CSV export of ClinicalTrials.gov (since 2023) into the same facts as its JSON, as far as the columns go.

Several values stand in one cell, joined by ``|``. Of a collaborator the export tells no class, of a date not whether it
is actual, and it writes ages as groups; a place is one text. What the export does not tell stays absent.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

from kg.errors import DataError, Fault
from kg.sources.ctgov_facts import Read, facts_of
from kg.sources.ctgov_rules import NO_RULES, Rules

COLUMNS = (
    "NCT Number",
    "Study Title",
    "Acronym",
    "Study Status",
    "Conditions",
    "Interventions",
    "Sponsor",
    "Collaborators",
    "Sex",
    "Age",
    "Phases",
    "Enrollment",
    "Funder Type",
    "Study Type",
    "Study Design",
    "Other IDs",
    "Start Date",
    "Primary Completion Date",
    "Completion Date",
    "First Posted",
    "Last Update Posted",
    "Locations",
)
"""The columns that are read; others (URL, summaries, outcomes, documents) are passed over."""
_FIRST = b"NCT Number"
_DESIGN = {
    "Allocation": "allocation",
    "Intervention Model": "interventionModel",
    "Primary Purpose": "primaryPurpose",
}
_MASKING = "Masking"
_POSTAL = re.compile(r"\d")
_OF = re.compile(r"\bof(?: the)?$")
_WITH_STATE, _WITHOUT_STATE = ("facility", "city", "state", "country"), ("facility", "city", "country")


def is_csv(head: bytes) -> bool:
    """Whether a file begins as the export does."""
    return head.lstrip(b'"').startswith(_FIRST)


def read_csv(name: str, file: IO[str], rules: Rules = NO_RULES) -> Iterator[Read]:
    """The records of an export; raises ``DataError`` if a column is missing or a row is cut short."""
    rows = csv.DictReader(file, strict=True)
    try:
        if absent := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
            remedy = "Download the CSV with all columns that are available."
            what = f"the export has no column {', '.join(absent)}"
            raise DataError([Fault(name, 1, absent[0], what, remedy)])
        for row in rows:
            if None in row or None in row.values():
                what = "the row has not as many cells as the header"
                remedy = "The file is cut short or damaged: fetch it again. Nothing was written."
                raise DataError([Fault(name, rows.line_num, "", what, remedy)])
            yield facts_of(_study(row), rules)
    except csv.Error as error:
        remedy = "The file is cut short or damaged: fetch it again. Nothing was written."
        raise DataError([Fault(name, rows.line_num, "", f"no whole row ({error})", remedy)]) from error


def _study(row: Mapping[str, str]) -> dict[str, Any]:
    """A row as the API would give the study."""
    own, *others = _split(row["Other IDs"]) or [""]
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": row["NCT Number"],
                "briefTitle": row["Study Title"],
                "acronym": row["Acronym"],
                "orgStudyIdInfo": {"id": own},
                "secondaryIdInfos": [{"id": other} for other in others],
            },
            "statusModule": {
                "overallStatus": row["Study Status"],
                "startDateStruct": _date(row["Start Date"]),
                "primaryCompletionDateStruct": _date(row["Primary Completion Date"]),
                "completionDateStruct": _date(row["Completion Date"]),
                "studyFirstPostDateStruct": _date(row["First Posted"]),
                "lastUpdatePostDateStruct": _date(row["Last Update Posted"]),
            },
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": row["Sponsor"], "class": row["Funder Type"]},
                "collaborators": [{"name": name} for name in _split(row["Collaborators"])],
            },
            "conditionsModule": {"conditions": _split(row["Conditions"])},
            "designModule": _design(row),
            "armsInterventionsModule": {"interventions": list(map(_intervention, _split(row["Interventions"])))},
            "contactsLocationsModule": {"locations": list(map(_location, _split(row["Locations"])))},
            "eligibilityModule": {"sex": row["Sex"], "stdAges": [part.strip() for part in row["Age"].split(",")]},
        }
    }


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _date(cell: str) -> dict[str, str] | None:
    return {"date": cell.strip()} if cell.strip() else None


def _design(row: Mapping[str, str]) -> dict[str, Any]:
    pairs = dict(part.split(": ", 1) for part in _split(row["Study Design"]) if ": " in part)
    info: dict[str, Any] = {key: pairs[name].strip() for name, key in _DESIGN.items() if pairs.get(name, "").strip()}
    if masking := pairs.get(_MASKING, "").partition("(")[0].strip():
        info["maskingInfo"] = {"masking": masking}
    count = row["Enrollment"].strip()
    return {
        "studyType": row["Study Type"],
        "phases": _split(row["Phases"]),
        "enrollmentInfo": {"count": int(count) if count.isascii() and count.isdigit() else count or None},
        "designInfo": info,
    }


def _intervention(cell: str) -> dict[str, str]:
    kind, colon, name = cell.partition(": ")
    return {"type": kind, "name": name} if colon else {"name": cell}


def _location(cell: str) -> dict[str, str]:
    """A place from its text ``site, city, state, postal code, country``, where any part may hold commas or be missing.

    Only where the parts can be told apart are they kept; else the country alone.
    """
    parts = [part.strip() for part in cell.split(",") if part.strip()]
    if len(parts) > 1 and _OF.search(parts[-1]):  # Korea, Republic of
        parts[-2:] = [f"{parts[-2]}, {parts[-1]}"]
    coded = [index for index, part in enumerate(parts) if index > 1 and _POSTAL.search(part)]
    if coded == [len(parts) - 2]:
        del parts[-2]
    if len(parts) == len(_WITH_STATE) and coded:
        return dict(zip(_WITH_STATE, parts, strict=True))
    if len(parts) == len(_WITHOUT_STATE):
        return dict(zip(_WITHOUT_STATE, parts, strict=True))
    return {"country": parts[-1]} if len(parts) > 1 else {"facility": cell}
