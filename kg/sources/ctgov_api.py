"""The pages of a query to the ClinicalTrials.gov API v2, kept in a spool as they come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import AtmpError, DataError, Fault
from kg.mappings import rows_or_shipped
from kg.sources.ctgov_facts import facts_of
from kg.sources.ctgov_rules import Rules
from kg.sources.spool import Spool

BASE_URL = "https://clinicaltrials.gov/api/v2"
PAGE_SIZE = 500
PAUSE = 1.2
"""Seconds between two requests: the registry allows about fifty a minute."""
QUERY = "clinicaltrials-query.tsv"
_COLUMNS = ("term", "why")
_REFUSED = (400, 404, 410, 422)
PIECES = (
    "NCTId|BriefTitle|OfficialTitle|Acronym|OrgStudyId|SecondaryId|SecondaryIdType|SecondaryIdDomain|OverallStatus"
    "|StatusVerifiedDate|StartDate|StartDateType|PrimaryCompletionDate|PrimaryCompletionDateType|CompletionDate"
    "|CompletionDateType|StudyFirstPostDate|LastUpdatePostDate|LeadSponsorName|LeadSponsorClass|CollaboratorName"
    "|CollaboratorClass|Condition|Keyword|StudyType|Phase|EnrollmentCount|EnrollmentType|DesignAllocation"
    "|DesignInterventionModel|DesignMasking|DesignPrimaryPurpose|InterventionType|InterventionName"
    "|InterventionOtherName|LocationFacility|LocationCity|LocationState|LocationCountry|LocationStatus|Sex|MinimumAge"
    "|MaximumAge|StdAge|ConditionMeshId|ConditionMeshTerm|InterventionMeshId|InterventionMeshTerm|VersionHolder"
)
"""The pieces that are asked for: those that are kept, so that no contact is ever fetched."""

Get = Callable[[str, Mapping[str, str]], Any]
Told = Callable[[int, int | None], None]
"""Told the number of records so far and, if the registry says, of all."""


@dataclass(frozen=True)
class Query:
    """What is asked: a search term, and only what was updated since a day."""

    term: str
    since: str = ""
    base_url: str = BASE_URL

    @property
    def url(self) -> str:
        """The address of the list of studies."""
        return f"{self.base_url.rstrip('/')}/studies"

    def params(self, token: str = "") -> dict[str, str]:
        """The parameters of a page, the first one without a token."""
        asked = {"format": "json", "query.term": self.term, "fields": PIECES, "pageSize": str(PAGE_SIZE)}
        if self.since:
            asked["filter.advanced"] = f"AREA[LastUpdatePostDate]RANGE[{self.since},MAX]"
        return asked | ({"pageToken": token} if token else {"countTotal": "true"})

    @property
    def key(self) -> str:
        """What tells the query from others in the name of a file."""
        text = "\n".join((self.url, *map(str, sorted(self.params().items()))))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def default_term(data_folder: Path) -> str:
    """The search for advanced therapies that the table of terms makes; raises ``DataError`` if it has none."""
    terms = [row["term"] for _, _, row in rows_or_shipped(data_folder, QUERY, _COLUMNS)]
    if not terms:
        name = f"{data_folder.name}/mappings/{QUERY}"
        raise DataError([Fault(name, 0, "term", "there is no term to search for", "Add one, or give --query.")])
    return " OR ".join(terms)


def fetch(
    query: Query, get: Get, spool: Spool, rules: Rules, today: str, told: Told, say: Callable[[str], None]
) -> str:
    """Fetch all pages that the spool does not have yet; gives the day on which the first one was asked for."""
    token = spool.state("token") or ""
    day = spool.state("day") or today
    if token:
        say(f"going on after {len(spool)} records that were fetched on {day}")
    resumed = bool(token)
    while spool.state("done") is None:
        page = _page(query, get, token)
        if page is None and resumed:
            say("the registry does not know the place to go on from any more; starting anew")
            spool.clear()
            token, day, resumed = "", today, False
            continue
        resumed = False
        token = _keep(query, page, token, spool, rules, day)
        total = spool.state("total")
        told(len(spool), int(total) if total else None)
    return day


def _page(query: Query, get: Get, token: str) -> Any:
    """A page; None if the registry refuses the token that it is asked with."""
    try:
        return get(query.url, query.params(token))
    except AtmpError as error:
        if token and error.details.get("status") in _REFUSED:
            return None
        raise


def _keep(query: Query, page: Any, token: str, spool: Spool, rules: Rules, day: str) -> str:
    """Keep a page; gives the token of the next one, empty after the last."""
    studies = page.get("studies") if isinstance(page, Mapping) else None
    if not isinstance(studies, list):
        what = "the answer is no page of studies"
        raise DataError([Fault(query.url, 0, "studies", what, "Nothing was written. Try again later.")])
    following = page.get("nextPageToken") or ""
    if not isinstance(following, str) or (following and (following == token or spool.knows(following))):
        what = f"the registry gives the page token {following!r} again"
        remedy = "Nothing was written. Run the command again; it goes on from the page before."
        raise DataError([Fault(query.url, 0, "nextPageToken", what, remedy)])
    state = {"day": day, "token": following} | ({} if following else {"done": "yes"})
    if isinstance(total := page.get("totalCount"), int):
        state["total"] = str(total)
    spool.add((facts_of(study if isinstance(study, Mapping) else {}, rules) for study in studies), day, **state)
    return following
