"""What is wrong with ``network.yaml``: every section as the room that reads it sees it, all faults of all sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from kg.errors import DataError, Fault
from kg.network.backtest_rules import read_backtest_rules
from kg.network.brokers import read_broker_rules
from kg.network.communities import read_community_rules
from kg.network.constants import Section, network_file
from kg.network.export_graph import read_export_rules
from kg.network.fit_rules import read_fit_rules
from kg.network.introductions import read_introduction_rules
from kg.network.rules import read_rules
from kg.network.selecting import read_map_rules
from kg.network.standing import read_standing_rules
from kg.network.whitespace_rules import read_space_rules
from kg.schema import Schema

SECTIONS: Mapping[Callable[[Schema, Section], object], tuple[str, ...]] = {
    read_rules: ("ties", "records", "roles", "grades"),
    read_fit_rules: ("fit",),
    read_backtest_rules: ("backtest",),
    read_introduction_rules: ("introductions",),
    read_broker_rules: ("brokers",),
    read_community_rules: ("communities",),
    read_standing_rules: ("standing",),
    read_space_rules: ("white_space",),
    read_export_rules: ("exports",),
    read_map_rules: ("map",),
}
"""Who reads which sections of the file."""


def check_network(schema: Schema, data_folder: Path) -> tuple[bytes, list[Fault]]:
    """The constants that hold for a data folder, as bytes, and a fault for whatever a room cannot use."""
    path = network_file(data_folder)
    folder = data_folder.name if path.parent == data_folder else path.parent.name
    content = path.read_bytes()
    try:
        whole = Section.parse(content, f"{folder}/{path.name}")
    except DataError as error:
        return content, list(error.faults)
    faults: list[Fault] = []
    for read in (*SECTIONS, _refuse_others):
        try:
            read(schema, whole)
        except DataError as error:
            faults += error.faults
    return content, faults


def _refuse_others(_schema: Schema, whole: Section) -> None:
    whole.refuse_others(name for names in SECTIONS.values() for name in names)
