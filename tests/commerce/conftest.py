"""Both databases for the tests that need them: `place` runs a test on each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.commerce.places import Place
from tests.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of this test run."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Postgres | None:
    """None for SQLite."""
    return request.getfixturevalue("postgres") if request.param == "postgresql" else None


@pytest.fixture
def place(tmp_path: Path, server: Postgres | None) -> Iterator[Place]:
    """A test that asks for this runs on SQLite and on PostgreSQL."""
    with closing(Place(tmp_path, server)) as opened:
        yield opened
