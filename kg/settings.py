"""Where things are: the one place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from kg.errors import UsageError

HOME_VARIABLE = "ATMP_KG_HOME"
TRACKER_VARIABLE = "ATMP_KG_TRACKER"


@dataclass(frozen=True, slots=True)
class Settings:
    """The folders that a command works with, all absolute."""

    home: Path
    """Where releases are kept."""
    ontology: Path
    """The Turtle files that declare the types, lists and rules."""
    data: Path
    """The curated records and registry snapshots."""


def load(
    home: Path | None = None,
    data: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Settle the folders: an argument wins over the environment, and that over the default.

    An empty ATMP_KG_HOME counts as unset. Nothing is created here and nothing has to exist.
    """
    named = environ.get(HOME_VARIABLE, "").strip()
    chosen = home or (Path(named) if named else user_data_path("atmp-kg", appauthor=False))
    return Settings(
        home=_absolute(chosen),
        ontology=packaged("ontology"),
        data=_absolute(data) if data else packaged("data"),
    )


def tracker(environ: Mapping[str, str] = os.environ) -> str | None:
    """Where errors in the data are reported: the address of a form, with ``{title}`` and ``{body}`` in it.

    None if ATMP_KG_TRACKER is not set; raises ``UsageError`` if it is no such address.
    """
    address = environ.get(TRACKER_VARIABLE, "").strip()
    if address and not (address.startswith(("https://", "http://")) and "{title}" in address and "{body}" in address):
        example = "https://tracker.example/new?title={title}&body={body}"
        raise UsageError(f"{TRACKER_VARIABLE} is '{address}', no address to report at. Write one like {example}.")
    return address or None


def packaged(folder: str) -> Path:
    """Find `ontology` or `data`: inside the installed package, or at the root of a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "packaged" / folder
    return installed if installed.is_dir() else package.parent / folder


def _absolute(path: Path) -> Path:
    return path.expanduser().resolve()
