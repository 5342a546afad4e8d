"""The current release of a home, for commands that answer from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.command import progress, say, shown
from kg.errors import DataError
from kg.settings import Settings

if TYPE_CHECKING:  # what opens or builds a release is imported when one is wanted, so that --help is quick
    from kg.release import Release


def release_at(settings: Settings) -> Release:
    """The current release of a home; one is built if there is none."""
    from kg.build import STEPS
    from kg.build import build as build_release
    from kg.release import Releases

    kept = Releases(settings.home)
    if kept.pointers():
        return kept.current()
    say(f"no release in {settings.home} yet: building one")
    with progress(STEPS) as report:
        return with_places(settings, lambda: build_release(settings, report=report).release)


def with_places(settings: Settings, make: Callable[[], Release]) -> Release:
    """Make a release; if the records have faults, name their files as one would open them from here."""
    try:
        return make()
    except DataError as error:
        raise DataError(shown(fault, settings) for fault in error.faults) from error
