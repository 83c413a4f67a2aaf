"""A room with a sound path of its own, and a shop that was stocked once for all tests of a device."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.virtual_sound import VirtualSound
from commerce.importing import sample_folders
from tests.assembled import an_assembly


@pytest.fixture(scope="module")
def room() -> Iterator[VirtualSound]:
    with VirtualSound() as sound:
        yield sound


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample grocery."""
    folder = tmp_path_factory.mktemp("stocked")
    grocery = next(one for one in sample_folders() if one.name == "home")
    with pytest.MonkeyPatch.context() as patch, an_assembly(folder) as assembly:
        patch.setattr("voicecart.assembly.sample_folders", lambda: (grocery,))
        _ = assembly.database
    return folder


@pytest.fixture
def home(stocked: Path, tmp_path: Path) -> Path:
    """A device's home with its own copy of the shop, in `data`."""
    shutil.copytree(stocked, tmp_path / "data")
    return tmp_path
