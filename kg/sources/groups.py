"""Which broader conditions the graph keeps: the lists that curators wrote in ``data/mappings/``.

``condition-groups.tsv`` (``mondo use label condition reason``) names terms that are kept as groups wherever a curated
condition lies below them (``group``) and terms that are never kept (``refused``). ``condition`` names a curated
condition that stands for the term although it matches it closely and not exactly. ``condition-links-refused.tsv``
(``mondo not_under reason``) names links of the vocabulary that mislead here and are not followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import DataError, Fault
from kg.mappings import read_rows
from kg.sources.terms import Links

GROUPS, REFUSED_LINKS = "condition-groups.tsv", "condition-links-refused.tsv"
_GROUP_COLUMNS = ("mondo", "use", "label", "condition", "reason")
_LINK_COLUMNS = ("mondo", "not_under", "reason")
_USES = ("group", "refused")


@dataclass(frozen=True)
class Groups:
    """Labels of the kept terms, the terms never kept, curated conditions that stand for terms, links not followed."""

    labels: Mapping[str, str]
    refused: frozenset[str]
    stand_ins: Mapping[str, str]
    links: Links


def read_groups(data_folder: Path) -> Groups:
    """Read both lists; a list that is not there is empty. Raises ``DataError`` with file and line for a bad row."""
    labels: dict[str, str] = {}
    refused: set[str] = set()
    stand_ins: dict[str, str] = {}
    for name, line, row in read_rows(data_folder, GROUPS, _GROUP_COLUMNS):
        if row["use"] not in _USES:
            raise DataError([Fault(name, line, "use", f"{row['use']!r} is no use", f"Write {' or '.join(_USES)}.")])
        if row["mondo"] in labels or row["mondo"] in refused:
            raise DataError([Fault(name, line, "mondo", f"{row['mondo']} stands twice", "Keep one of the rows.")])
        if row["use"] == "refused":
            refused.add(row["mondo"])
            continue
        labels[row["mondo"]] = row["label"]
        if row["condition"]:
            stand_ins[row["mondo"]] = row["condition"]
    links = {(row["mondo"], row["not_under"]) for _, _, row in read_rows(data_folder, REFUSED_LINKS, _LINK_COLUMNS)}
    return Groups(labels, frozenset(refused), stand_ins, frozenset(links))
