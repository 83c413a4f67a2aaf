"""Everything that a database holds, for tests that show that nothing was changed."""

from __future__ import annotations

from sqlalchemy import select

from commerce.storage.base import Base
from commerce.storage.database import Database

Contents = dict[str, list[tuple[object, ...]]]


def everything(database: Database) -> Contents:
    """The rows of every table, by its name, in an order of their own."""
    with database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
