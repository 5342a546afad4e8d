"""A small release, built once, and what its tests change of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.build import build
from kg.release import Release
from kg.settings import Settings
from tests.conftest import BASE, ROOT, write_records


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with one release of the base records; not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    write_records(folder / "data", BASE)
    settings = Settings(home=folder / "home", ontology=ROOT / "ontology", data=folder / "data")
    build(settings)
    return settings


@pytest.fixture(scope="session")
def release(built: Settings) -> Release:
    """The release of the base records."""
    return build(built).release


@pytest.fixture
def settings(built: Settings, tmp_path: Path) -> Settings:
    """A copy of that home and its records, to be changed at will."""
    shutil.copytree(built.home, tmp_path / "home")
    shutil.copytree(built.data, tmp_path / "data")
    return Settings(home=tmp_path / "home", ontology=built.ontology, data=tmp_path / "data")
