"""Inserting a row unless its key is there: the base of everything that must happen once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from commerce.storage.base import Base


def insert_once(session: Session, table: type[Base], **values: Any) -> Row[Any] | None:
    """Insert the row and return its primary key, or None when a unique key of it is taken.

    A rival that is about to insert the same key is waited for, so that None means: committed, and readable from here.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    key = inspect(table).primary_key
    return session.execute(statement.returning(*key)).first()
