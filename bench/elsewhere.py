"""Another database beside the one that a benchmark was given, for as long as it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL

from commerce.storage.database import Database


@contextmanager
def sibling(url: str, folder: Path, suffix: str) -> Iterator[URL]:
    """An empty database of the same kind, which is removed afterwards: a file in `folder`, or one on the same server.

    suffix: what its name ends with. Raises StorageError.
    """
    with closing(Database.open(url)) as database:
        if database.dialect == "sqlite":
            yield database.location.set(database=str(folder / f"{suffix}.sqlite3"))
            return
        name = f"{database.location.database}_{suffix}"
        with _maintaining(database, f'CREATE DATABASE "{name}"', f'DROP DATABASE "{name}"'):
            yield database.location.set(database=name)


@contextmanager
def _maintaining(database: Database, first: str, last: str) -> Iterator[None]:
    """Statements that no transaction may hold, before and after."""
    with database.driver() as connection:
        connection.autocommit = True
        connection.execute(first)
        try:
            yield
        finally:
            connection.execute(last)
            connection.autocommit = False
