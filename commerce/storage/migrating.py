"""Bringing a database's tables to this version's shape, or back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, text

from commerce.errors import DatabaseUnusable
from commerce.storage.database import Database
from commerce.storage.tables import Base
from commerce.storage.types import UtcDateTime

MIGRATION_LOCK = 7_104_220  # any number, the same for every process that migrates on PostgreSQL


def _render_item(kind: str, item: object, _context: AutogenContext) -> str | bool:
    """Write our own column types into a step as what the database sees, so that old steps need no code of ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


OPTIONS: dict[str, Any] = {
    "render_as_batch": True,
    "render_item": _render_item,
    "compare_server_default": True,
}


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the missing steps up to a revision, all in one transaction: after a failure the database is as it was.

    Raises DatabaseUnusable when a newer version made the tables.
    """
    with _migrating(database) as config:
        try:
            command.upgrade(config, revision)
        except CommandError as error:
            raise DatabaseUnusable(database.url, f"its tables are not of this version ({error})") from error


def downgrade(database: Database, revision: str) -> None:
    """Go back to an earlier revision ("base": no tables). What later steps added is lost."""
    with _migrating(database) as config:
        command.downgrade(config, revision)


def differences(database: Database) -> list[Any]:
    """How the tables differ from what the code declares; empty when they agree."""
    with database.connection() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), Base.metadata))


@contextmanager
def _migrating(database: Database) -> Iterator[Config]:
    """One process at a time: SQLite's write lock, or a lock of our own on PostgreSQL."""
    with database.connection() as connection:
        _lock(connection)
        yield alembic_config(connection)


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})


def alembic_config(connection: Connection) -> Config:
    """Where the steps are, and on which connection they run."""
    config = Config()
    config.set_main_option("script_location", "commerce.storage:migrations")
    config.attributes["connection"] = connection
    return config
