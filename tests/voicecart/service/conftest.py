"""One running server for the tests that only need one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.skills.talking import imported
from tests.voicecart.service.running import Server, running_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`voicecart serve` over a database with a few shelves of the home shop."""
    with _a_server(tmp_path_factory) as running:
        yield running


@pytest.fixture(scope="module")
def pestered_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of a module's own, for tests that use up what one address may try in an hour."""
    with _a_server(tmp_path_factory) as running:
        yield running


@contextmanager
def _a_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("service")
    with running_server(folder, {"database": shop_database(folder)}, "--no-work") as running:
        yield running


def shop_database(folder: Path) -> str:
    """The URL of a fresh database with a few shelves of the home shop."""
    path = folder / "shop.db"
    shutil.copy(imported("home"), path)
    return f"sqlite:///{path}"
