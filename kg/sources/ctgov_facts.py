"""The facts that are kept of a ClinicalTrials.gov record (API v2), and what in a record is not as it should be.

Codes stay as the registry spells them, dates as precise as it gives them. Descriptions, criteria, outcomes, reasons
and contacts are never read, and a name that a rule of ``clinicaltrials-personal.tsv`` takes for a person's is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.sources import ctgov_values as values
from kg.sources.ctgov_rules import NO_RULES, Rules
from kg.sources.ctgov_values import Reader, Remark, Reporter

_ID = "protocolSection.identificationModule"
_STATUS = "protocolSection.statusModule"
_DESIGN = "protocolSection.designModule"
_SPONSORS = "protocolSection.sponsorCollaboratorsModule"
_CONDITIONS = "protocolSection.conditionsModule"
_ARMS = "protocolSection.armsInterventionsModule"
_SITES = "protocolSection.contactsLocationsModule"
_WHO = "protocolSection.eligibilityModule"
_MESH = {"id": values.text, "term": values.text}

Sponsor = {"name": values.organisation, "class": values.code("sponsorClass")}

FIELDS: tuple[tuple[str, str, Reader], ...] = (
    ("title", f"{_ID}.briefTitle", values.text),
    ("officialTitle", f"{_ID}.officialTitle", values.text),
    ("acronym", f"{_ID}.acronym", values.text),
    ("orgStudyId", f"{_ID}.orgStudyIdInfo.id", values.text),
    (
        "secondaryIds",
        f"{_ID}.secondaryIdInfos",
        values.many(values.thing({"id": values.text, "type": values.code("secondaryIdType"), "domain": values.text})),
    ),
    ("status", f"{_STATUS}.overallStatus", values.code("status")),
    ("statusVerified", f"{_STATUS}.statusVerifiedDate", values.day),
    ("start", f"{_STATUS}.startDateStruct.date", values.day),
    ("startType", f"{_STATUS}.startDateStruct.type", values.code("dateType")),
    ("primaryCompletion", f"{_STATUS}.primaryCompletionDateStruct.date", values.day),
    ("primaryCompletionType", f"{_STATUS}.primaryCompletionDateStruct.type", values.code("dateType")),
    ("completion", f"{_STATUS}.completionDateStruct.date", values.day),
    ("completionType", f"{_STATUS}.completionDateStruct.type", values.code("dateType")),
    ("firstPosted", f"{_STATUS}.studyFirstPostDateStruct.date", values.day),
    ("lastUpdatePosted", f"{_STATUS}.lastUpdatePostDateStruct.date", values.day),
    ("sponsor", f"{_SPONSORS}.leadSponsor", values.thing(Sponsor)),
    ("collaborators", f"{_SPONSORS}.collaborators", values.many(values.thing(Sponsor))),
    ("conditions", f"{_CONDITIONS}.conditions", values.many(values.text)),
    ("keywords", f"{_CONDITIONS}.keywords", values.many(values.text)),
    ("studyType", f"{_DESIGN}.studyType", values.code("studyType")),
    ("phases", f"{_DESIGN}.phases", values.many(values.code("phases"))),
    ("enrolment", f"{_DESIGN}.enrollmentInfo.count", values.count),
    ("enrolmentType", f"{_DESIGN}.enrollmentInfo.type", values.code("dateType")),
    ("allocation", f"{_DESIGN}.designInfo.allocation", values.code("allocation")),
    ("interventionModel", f"{_DESIGN}.designInfo.interventionModel", values.code("interventionModel")),
    ("masking", f"{_DESIGN}.designInfo.maskingInfo.masking", values.code("masking")),
    ("primaryPurpose", f"{_DESIGN}.designInfo.primaryPurpose", values.code("primaryPurpose")),
    (
        "interventions",
        f"{_ARMS}.interventions",
        values.many(
            values.thing(
                {
                    "type": values.code("interventionType"),
                    "name": values.text,
                    "otherNames": values.many(values.text),
                }
            )
        ),
    ),
    (
        "locations",
        f"{_SITES}.locations",
        values.in_order(
            values.many(
                values.thing(
                    {
                        "facility": values.organisation,
                        "city": values.text,
                        "state": values.text,
                        "country": values.text,
                        "status": values.code("status"),
                    }
                )
            ),
            ("country", "city", "facility", "state", "status"),
        ),
    ),
    ("sex", f"{_WHO}.sex", values.code("sex")),
    ("minimumAge", f"{_WHO}.minimumAge", values.text),
    ("maximumAge", f"{_WHO}.maximumAge", values.text),
    ("stdAges", f"{_WHO}.stdAges", values.many(values.code("stdAges"))),
    ("conditionMesh", "derivedSection.conditionBrowseModule.meshes", values.many(values.thing(_MESH))),
    ("interventionMesh", "derivedSection.interventionBrowseModule.meshes", values.many(values.thing(_MESH))),
)
"""Each fact: its key, where it stands in a study, and how it is read."""

NUMBER = f"{_ID}.nctId"
VERSION = "derivedSection.miscInfoModule.versionHolder"
_CONVERTED = "_snapshot.date"


@dataclass(frozen=True)
class Read:
    """What a record gave: its facts (None if it has no NCT number), remarks, and the day it says it is of."""

    facts: Mapping[str, Any] | None
    remarks: tuple[Remark, ...] = field(default=())
    date: str | None = None


def facts_of(study: Mapping[str, Any], rules: Rules = NO_RULES) -> Read:
    """The facts of a study of API v2. Whatever a study holds, this does not fail: what cannot be read is remarked."""
    reporter = Reporter(rules)
    number = _at(study, NUMBER, lambda name, value: None)
    if not isinstance(number, str) or not values.NCT.fullmatch(number.strip().upper()):
        shown = "nothing" if number is None else repr(number)
        return Read(None, (Remark("no-number", "", NUMBER, f"{shown[:80]} where the NCT number is"),))
    reporter.record = number.strip().upper()
    facts: dict[str, Any] = {"id": reporter.record}
    for key, path, read in FIELDS:
        value = _at(study, path, reporter.wrong)
        if value is not None:
            facts[key] = read(value, key, reporter)
    kept = {key: value for key, value in facts.items() if value not in (None, "", [], {})}
    return Read(kept, tuple(reporter.remarks), _date_of(study))


def _date_of(study: Mapping[str, Any]) -> str | None:
    for path in (_CONVERTED, VERSION):
        value = _at(study, path, lambda name, value: None)
        if isinstance(value, str) and values.DATE.fullmatch(value):
            return value
    return None


def _at(study: Any, path: str, wrong: Callable[[str, Any], None]) -> Any:
    """The value at a dotted path, None if there is none; ``wrong`` is told where a part is no object."""
    value = study
    parts = path.split(".")
    for done, part in enumerate(parts):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            wrong(".".join(parts[:done]), value)
            return None
        value = value.get(part)
    return value
