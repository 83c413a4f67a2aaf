"""Where a test keeps its databases: files in a folder, or databases of a PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from commerce.clock import FrozenClock
from commerce.importing.shops import import_shop
from commerce.storage.database import Database
from tests.postgres import Postgres


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, and a server where the databases are not files in it. What was opened here is closed with `close`."""

    folder: Path
    server: Postgres | None = None
    _opened: list[Database] = field(default_factory=list)

    def fresh(self, name: str = "new") -> str:
        """The URL of an empty database."""
        if self.server is None:
            return f"sqlite:///{self.folder / name}.db"
        return self.server.fresh()

    def copy(self, name: str, files: Path, at: datetime) -> str:
        """The URL of a new database with the shop that `files` describe; imported once a run, then copied.

        at: when the import thinks it is.
        """
        if self.server is None:
            path = self.folder / f"{name}.db"
            shutil.copy(_imported_file(files, at), path)
            return f"sqlite:///{path}"
        return self.server.fresh(_imported_database(self.server, files, at))

    def open(self, url: str) -> Database:
        """A database of this place, closed with it."""
        database = Database.open(url)
        self._opened.append(database)
        return database

    def close(self) -> None:
        """Close what was opened here."""
        for database in self._opened:
            database.close()


@cache
def _imported_file(files: Path, at: datetime) -> Path:
    path = Path(tempfile.mkdtemp(prefix="voicecart-template-")) / "template.db"
    _import(f"sqlite:///{path}", files, at)
    return path


@cache
def _imported_database(server: Postgres, files: Path, at: datetime) -> str:
    url = server.fresh()
    _import(url, files, at)
    return url.rpartition("/")[2]


def _import(url: str, files: Path, at: datetime) -> None:
    database = Database.open(url)
    database.upgrade()
    import_shop(database, files, FrozenClock(at))
    database.close()
