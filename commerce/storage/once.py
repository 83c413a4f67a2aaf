"""Inserting a row unless its key is there: the base of everything that must happen once."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Executable, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from commerce.storage.base import Base


def insert_once(session: Session, table: type[Base], **values: Any) -> Row[Any] | None:
    """Insert the row and return its primary key, or None when a unique key of it is taken.

    A rival that is about to insert the same key is waited for, so that None means: committed, and readable from here.
    """
    session.flush()  # rows that this one refers to
    connection = session.connection()
    return connection.execute(insertion(table, connection.dialect.name), values).first()


@cache
def insertion(table: type[Base], dialect: str) -> Executable:
    """The statement that does so. Made once a table: the ORM would take seven times as long to write it for every row.

    dialect: `sqlite` or `postgresql`.
    """
    target = table.__table__
    assert isinstance(target, Table)
    insert = sqlite.insert(target) if dialect == "sqlite" else postgresql.insert(target)
    return insert.on_conflict_do_nothing().returning(*target.primary_key)
