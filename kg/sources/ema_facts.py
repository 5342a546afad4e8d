"""The facts of EMA's medicines report and orphan designations report (JSON): dates, codes, names; no texts.

A report is ``{"meta": {"total_records", "timestamp"}, "data": [...]}`` with rows of texts, dates ``dd/mm/yyyy`` and
flags ``Yes`` and ``No``. Indications, intended uses and what changes with every edit of a page are never read.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from kg.dates import is_partial_date
from kg.errors import DataError, Fault
from kg.sources.families import MEDICINES, ORPHANS
from kg.sources.remarks import Remarks

_FOLDER = "https://www.ema.europa.eu/en/documents/report"
URLS = {
    MEDICINES: f"{_FOLDER}/medicines-output-medicines_json-report_en.json",
    ORPHANS: f"{_FOLDER}/medicines-output-orphan_designations-json-report_en.json",
}
NUMBER = re.compile(r"EMEA/H/[A-Z]+/\d{6}")
DESIGNATION = re.compile(r"EU/3/(\d{2})/\d+")
_NEEDED = {
    MEDICINES: ("ema_product_number", "medicine_status", "name_of_medicine"),
    ORPHANS: ("eu_designation_number", "status", "active_substance"),
}
_AGAIN = "Fetch the report again; if it stays so, EMA changed its form."
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """One report: of which family, the day it was made (empty if it does not say), and its rows."""

    family: str
    date: str
    rows: tuple[Row, ...]


def read_report(name: str, content: bytes) -> Report:
    """Read a report, plain or gzip; raises ``DataError`` if it is cut short, empty or of no known form."""
    try:
        unpacked = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        return report_of(name, json.loads(unpacked.decode("utf-8-sig")))
    except (OSError, EOFError) as error:
        raise DataError([Fault(name, 0, "", f"the gzip file is broken ({error})", _AGAIN)]) from error
    except UnicodeDecodeError as error:
        raise DataError([Fault(name, 0, "", f"byte {error.start} is not UTF-8", _AGAIN)]) from error
    except json.JSONDecodeError as error:
        what = f"no JSON, or cut short ({error.msg})"
        raise DataError([Fault(name, error.lineno, "", what, _AGAIN)]) from error


def report_of(name: str, report: Any) -> Report:
    """The report that a JSON value is; raises ``DataError`` if it is none or holds fewer rows than it says."""
    meta = report.get("meta") if isinstance(report, dict) else None
    rows = report.get("data") if isinstance(report, dict) else report
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise DataError([Fault(name, 0, "data", "there are no rows", _AGAIN)])
    meta = meta if isinstance(meta, dict) else {}
    told = str(meta.get("total_records", len(rows)))
    if told != str(len(rows)):
        what = f"{len(rows)} rows where the report says {told}"
        raise DataError([Fault(name, 0, "meta.total_records", what, _AGAIN)])
    seen = {key for row in rows for key in row}
    family = next((known for known, needed in _NEEDED.items() if seen.issuperset(needed)), None)
    if family is None:
        remedy = "Give EMA's medicines report or its orphan designations report in JSON."
        fields = "; or ".join(", ".join(needed) for needed in _NEEDED.values())
        raise DataError([Fault(name, 0, "data", f"no report that is known: it has not the fields {fields}", remedy)])
    day = str(meta.get("timestamp", ""))[:10]
    return Report(family, day if is_partial_date(day) else "", tuple(rows))


Reader = Callable[[str, str], Any]


def _text(value: str, _name: str) -> str:
    return " ".join(value.split())


def _number(value: str, _name: str) -> str:
    return "".join(value.split())


def _many(value: str, _name: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in value.split(";") if part.strip()))


def _once(value: str, name: str) -> str:
    return "; ".join(_many(value, name))


def _flag(value: str, _name: str) -> bool | str:
    return {"yes": True, "no": False}.get(value.strip().lower(), value.strip())


def _date(value: str, _name: str) -> str:
    match = _DAY.fullmatch(value.strip())
    iso = f"{match[3]}-{match[2]}-{match[1]}" if match else value.strip()[:10]
    return iso if is_partial_date(iso) else value.strip()


_END = "withdrawal_expiry_revocation_lapse_of_marketing_authorisation_date"
_MEDICINE: tuple[tuple[str, str, Reader], ...] = (
    ("name", "name_of_medicine", _text),
    ("status", "medicine_status", _text),
    ("opinionStatus", "opinion_status", _text),
    ("inn", "international_non_proprietary_name_common_name", _text),
    ("substance", "active_substance", _text),
    ("atc", "atc_code_human", _many),
    ("areas", "therapeutic_area_mesh", _many),
    ("holder", "marketing_authorisation_developer_applicant_holder", _text),
    ("advancedTherapy", "advanced_therapy", _flag),
    ("conditional", "conditional_approval", _flag),
    ("exceptional", "exceptional_circumstances", _flag),
    ("accelerated", "accelerated_assessment", _flag),
    ("orphan", "orphan_medicine", _flag),
    ("prime", "prime_priority_medicine", _flag),
    ("opinionAdopted", "opinion_adopted_date", _date),
    ("authorised", "marketing_authorisation_date", _date),
    ("refused", "refusal_of_marketing_authorisation_date", _date),
    ("applicationWithdrawn", "withdrawal_of_application_date", _date),
    ("suspended", "suspension_of_marketing_authorisation_date", _date),
    ("ended", _END, _date),
    ("url", "medicine_url", _text),
)
_ORPHAN: tuple[tuple[str, str, Reader], ...] = (
    ("number", "eu_designation_number", _number),
    ("name", "medicine_name", _once),
    ("product", "related_ema_product_number", _many),
    ("substance", "active_substance", _text),
    ("status", "status", _text),
    ("decided", "date_of_designation_or_refusal", _date),
    ("url", "orphan_designation_url", _text),
)
FLAGS = tuple(key for key, _, read in _MEDICINE if read is _flag)
DATES = tuple(key for fields in (_MEDICINE, _ORPHAN) for key, _, read in fields if read is _date)


def medicine_facts(row: Row, remarks: Remarks) -> dict[str, Any] | None:
    """The facts of a medicine; its id is EMA's number or, where the row has none, the page: ``EPAR/adstiladrin``."""
    number = str(row.get("ema_product_number") or "").strip()
    name = str(row.get("name_of_medicine") or "").strip()
    page = _page(row.get("medicine_url"))
    ident = number if NUMBER.fullmatch(number) else page and f"EPAR/{page}"
    if not ident:
        remarks.add("a medicine without number and page is left out", name or "a row without name")
        return None
    if number and ident != number:
        remarks.add(f"{number!r} is no EMA number; the page stands for it", ident)
    return {"id": ident} | _facts(row, _MEDICINE, ident, remarks)


def orphan_facts(rows: Iterable[Row], remarks: Remarks) -> list[dict[str, Any]]:
    """The facts of designations; a number that several rows have is the id of the row whose page bears it."""
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: str(row.get("orphan_designation_url") or "")):
        number = "".join(str(row.get("eu_designation_number") or "").split())
        page = _page(row.get("orphan_designation_url"))
        proper = DESIGNATION.fullmatch(number) is not None
        ident = number if proper and number not in found else page
        if not ident or ident in found:
            where = number or str(row.get("active_substance") or "")[:40]
            remarks.add("a designation without number and page of its own is left out", where)
            continue
        facts = {"id": ident} | _facts(row, _ORPHAN, ident, remarks)
        if not proper or ident == number:
            facts.pop("number", None)
        found[ident] = facts
    return list(found.values())


def _facts(row: Row, fields: Iterable[tuple[str, str, Reader]], ident: str, remarks: Remarks) -> dict[str, Any]:
    facts = {}
    for key, name, read in fields:
        value = _as_text(row.get(name), name, ident, remarks)
        if not value.strip():
            continue
        facts[key] = read(value, name)
        if read is _flag and not isinstance(facts[key], bool):
            remarks.add(f"{name} is neither Yes nor No; kept as it is", ident)
        if read is _date and not is_partial_date(facts[key]):
            remarks.add(f"{name} is no date; kept as it is", ident)
    return facts


def _as_text(value: Any, name: str, ident: str, remarks: Remarks) -> str:
    """EMA writes texts only; another type is reported and kept as the text that EMA would have written."""
    if value is None or isinstance(value, str):
        return (value or "").encode("utf-8", "replace").decode()
    remarks.add(f"{name} changed its type to {type(value).__name__}; kept as text", ident)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)


def _page(url: Any) -> str:
    """The last part of a page's address."""
    return PurePosixPath(str(url or "").strip()).name.lower() if url else ""
