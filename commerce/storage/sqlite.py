"""A SQLite of our own choosing: the standard library's is whatever the system has."""

from __future__ import annotations

try:
    from pysqlite3 import dbapi2 as sqlite
except ModuleNotFoundError:  # no wheel for this kind of machine
    from sqlean import dbapi2 as sqlite

__all__ = ["sqlite"]
