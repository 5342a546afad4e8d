"""Studies of our own invention in just the shape in which API v2 serves them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

ADDRESS = {"name": "A. Contact", "role": "CONTACT", "phone": "+1 555 0100", "email": "a.contact@site.example"}
SITE = {
    "facility": "First Hospital",
    "city": "Springfield",
    "state": "Ohio",
    "zip": "12345",
    "country": "United States",
}


def study(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A study; ``changes`` put a value at a path like ``statusModule__overallStatus`` (None takes it away)."""
    made = deepcopy(_STUDY)
    made["protocolSection"]["identificationModule"]["nctId"] = f"NCT{number:08d}"
    for path, value in changes.items():
        *parts, last = path.split("__")
        inner = made if parts and parts[0] == "derivedSection" else made["protocolSection"]
        for part in parts:
            inner = inner[part]
        if value is None:
            inner.pop(last)
        else:
            inner[last] = value
    return made


_STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "",
            "orgStudyIdInfo": {"id": "INV-01"},
            "secondaryIdInfos": [
                {"id": "2020-000001-01", "type": "EUDRACT_NUMBER"},
                {"id": "X-9", "type": "REGISTRY", "domain": "A registry"},
            ],
            "organization": {"fullName": "Invented Hospital", "class": "OTHER"},
            "briefTitle": "Invented Cells for an Invented Disease",
            "officialTitle": "A Phase 1/2 Study of Invented Cells – für Erfundenes",
            "acronym": "INVENT",
        },
        "statusModule": {
            "statusVerifiedDate": "2026-02",
            "overallStatus": "RECRUITING",
            "whyStopped": "a reason that is not kept",
            "expandedAccessInfo": {"hasExpandedAccess": False},
            "startDateStruct": {"date": "2025-03", "type": "ACTUAL"},
            "primaryCompletionDateStruct": {"date": "2027-03-01", "type": "ESTIMATED"},
            "completionDateStruct": {"date": "2028-03-01", "type": "ESTIMATED"},
            "studyFirstPostDateStruct": {"date": "2025-01-15", "type": "ACTUAL"},
            "lastUpdatePostDateStruct": {"date": "2026-02-20", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {
            "responsibleParty": {"type": "PRINCIPAL_INVESTIGATOR", "investigatorFullName": "A. Investigator"},
            "leadSponsor": {"name": "Invented Hospital", "class": "OTHER"},
            "collaborators": [{"name": "Invented Company", "class": "INDUSTRY"}],
        },
        "descriptionModule": {"briefSummary": "a summary that is not kept", "detailedDescription": "nor is this"},
        "conditionsModule": {"conditions": ["Invented Disease", "Other Disease"], "keywords": ["cells"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE1", "PHASE2"],
            "designInfo": {
                "allocation": "RANDOMIZED",
                "interventionModel": "PARALLEL",
                "interventionModelDescription": "not kept",
                "primaryPurpose": "TREATMENT",
                "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT"]},
            },
            "enrollmentInfo": {"count": 24, "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {
            "armGroups": [{"label": "Cells", "type": "EXPERIMENTAL", "description": "not kept"}],
            "interventions": [
                {"type": "BIOLOGICAL", "name": "Invented cells", "description": "not kept", "otherNames": ["INV-01"]},
                {"type": "DRUG", "name": "Saline", "armGroupLabels": ["Control"]},
            ],
        },
        "outcomesModule": {"primaryOutcomes": [{"measure": "not kept", "timeFrame": "1 year"}]},
        "eligibilityModule": {
            "eligibilityCriteria": "criteria that are not kept",
            "sex": "ALL",
            "minimumAge": "18 Years",
            "maximumAge": "75 Years",
            "stdAges": ["ADULT", "OLDER_ADULT"],
        },
        "contactsLocationsModule": {
            "centralContacts": [ADDRESS],
            "overallOfficials": [{"name": "B. Official", "affiliation": "Invented Hospital"}],
            "locations": [
                SITE | {"status": "RECRUITING", "contacts": [ADDRESS], "geoPoint": {"lat": 1.5, "lon": 2.5}},
                {"facility": "Eerste Ziekenhuis", "city": "Leiden", "country": "Netherlands"},
            ],
            "locations_nested": [SITE | {"contacts": [ADDRESS]}],
        },
    },
    "derivedSection": {
        "miscInfoModule": {"versionHolder": "2026-03-01"},
        "conditionBrowseModule": {"meshes": [{"id": "D000001", "term": "Disease"}], "ancestors": [{"id": "D000002"}]},
        "interventionBrowseModule": {"meshes": [{"id": "D000003", "term": "Cells"}]},
    },
    "hasResults": False,
}

FACTS: dict[str, Any] = {
    "id": "NCT00000001",
    "title": "Invented Cells for an Invented Disease",
    "officialTitle": "A Phase 1/2 Study of Invented Cells – für Erfundenes",
    "acronym": "INVENT",
    "orgStudyId": "INV-01",
    "secondaryIds": [
        {"id": "2020-000001-01", "type": "EUDRACT_NUMBER"},
        {"id": "X-9", "type": "REGISTRY", "domain": "A registry"},
    ],
    "status": "RECRUITING",
    "statusVerified": "2026-02",
    "start": "2025-03",
    "startType": "ACTUAL",
    "primaryCompletion": "2027-03-01",
    "primaryCompletionType": "ESTIMATED",
    "completion": "2028-03-01",
    "completionType": "ESTIMATED",
    "firstPosted": "2025-01-15",
    "lastUpdatePosted": "2026-02-20",
    "sponsor": {"name": "Invented Hospital", "class": "OTHER"},
    "collaborators": [{"name": "Invented Company", "class": "INDUSTRY"}],
    "conditions": ["Invented Disease", "Other Disease"],
    "keywords": ["cells"],
    "studyType": "INTERVENTIONAL",
    "phases": ["PHASE1", "PHASE2"],
    "enrolment": 24,
    "enrolmentType": "ESTIMATED",
    "allocation": "RANDOMIZED",
    "interventionModel": "PARALLEL",
    "masking": "DOUBLE",
    "primaryPurpose": "TREATMENT",
    "interventions": [
        {"type": "BIOLOGICAL", "name": "Invented cells", "otherNames": ["INV-01"]},
        {"type": "DRUG", "name": "Saline"},
    ],
    "locations": [
        {"facility": "Eerste Ziekenhuis", "city": "Leiden", "country": "Netherlands"},
        {
            "facility": "First Hospital",
            "city": "Springfield",
            "state": "Ohio",
            "country": "United States",
            "status": "RECRUITING",
        },
    ],
    "sex": "ALL",
    "minimumAge": "18 Years",
    "maximumAge": "75 Years",
    "stdAges": ["ADULT", "OLDER_ADULT"],
    "conditionMesh": [{"id": "D000001", "term": "Disease"}],
    "interventionMesh": [{"id": "D000003", "term": "Cells"}],
}
"""What is kept of the first study."""
