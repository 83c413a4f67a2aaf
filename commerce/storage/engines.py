"""How each kind of database is connected to, and which of its complaints mean what."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from commerce.errors import DatabaseUnusable, UnfitValue, UnsafeSqlite
from commerce.storage.sqlite import sqlite

SAFE_SQLITE = (3, 51, 3)  # earlier ones can corrupt a database when the WAL is reset: https://sqlite.org/wal.html
BUSY_TIMEOUT = 10_000  # milliseconds that a writer waits for another one
MOST_CONNECTIONS = 15  # of one process to PostgreSQL
MOST_PASSING = 5  # such connections more, for what does not wait for the disk: they are held for a moment only
POSTGRESQL = {"postgres", "postgresql"}


class Complaint(Enum):
    """What a failed statement says about the database."""

    BUSY = "busy"
    CONFLICT = "conflict"
    UNUSABLE = "unusable"


_BY_SQLSTATE = {
    "55P03": Complaint.BUSY,  # lock_not_available
    "40001": Complaint.CONFLICT,  # serialization_failure
    "40P01": Complaint.CONFLICT,  # deadlock_detected
    "25006": Complaint.UNUSABLE,  # read_only_sql_transaction
    "42501": Complaint.UNUSABLE,  # insufficient_privilege
    "42P01": Complaint.UNUSABLE,  # undefined_table: not our schema
    "42703": Complaint.UNUSABLE,  # undefined_column
}


def open_engine(url: str, must_exist: bool = False, *, durable: bool = True) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql://...`, which raises UnfitValue for what the database can't keep.

    durable: a commit waits until it is on the disk. Raises DatabaseUnusable, UnsafeSqlite.
    """
    engine = _engine(url, must_exist, durable)

    @event.listens_for(engine, "handle_error")
    def name_the_value(context: ExceptionContext) -> None:
        # The drivers say so each in their own way, some with errors that are not the database's.
        error = context.original_exception
        data_error = engine.dialect.loaded_dbapi.DataError
        if isinstance(error, (OverflowError, UnicodeError, data_error)):
            raise UnfitValue(str(error).strip().partition("\n")[0]) from error

    return engine


def _engine(url: str, must_exist: bool, durable: bool) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql://...`. Raises DatabaseUnusable, UnsafeSqlite."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnusable(url, "this is no database URL") from error
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        if must_exist and not Path(parsed.database or "").is_file():
            raise DatabaseUnusable(shown(parsed), "there is no such file")
        return _sqlite(parsed, durable)
    if kind in POSTGRESQL:
        return _postgresql(parsed, durable)
    raise DatabaseUnusable(shown(parsed), "only sqlite:///PATH and postgresql://... are understood")


def shown(url: URL) -> str:
    """A URL as it may be shown: without driver and password."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def reading_options(engine: Engine) -> dict[str, Any]:
    """What makes a connection one that only reads, and sees one moment."""
    if engine.dialect.name == "postgresql":
        return {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    return {"voicecart_begin": "BEGIN"}


def single_options(engine: Engine) -> dict[str, Any]:
    """What makes each statement of a connection that is not durable a transaction of its own."""
    return {} if engine.dialect.name == "postgresql" else {"voicecart_begin": None}


def passing_options(engine: Engine) -> dict[str, Any]:
    """What makes several statements of a connection that is not durable one transaction."""
    return {"isolation_level": "READ COMMITTED"} if engine.dialect.name == "postgresql" else {}


def complaint(error: DBAPIError) -> Complaint | None:
    """What an error of the driver says about the database; None when it is about the statement."""
    sqlite_name = getattr(error.orig, "sqlite_errorname", "")
    if sqlite_name.startswith("SQLITE_BUSY"):
        return Complaint.BUSY
    if sqlite_name in {"SQLITE_NOTADB", "SQLITE_CORRUPT"}:
        return Complaint.UNUSABLE
    known = _BY_SQLSTATE.get(getattr(error.orig, "sqlstate", None) or "")
    if known is None and isinstance(error, OperationalError):
        return Complaint.UNUSABLE
    return known


def _postgresql(url: URL, durable: bool) -> Engine:
    settings = f"-c lock_timeout={BUSY_TIMEOUT} -c timezone=UTC" + ("" if durable else " -c synchronous_commit=off")
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=MOST_CONNECTIONS - 5 if durable else MOST_PASSING - 5,
            pool_timeout=BUSY_TIMEOUT / 1000,
            connect_args={"options": settings},
            # Set once for what is done most: to change it for every statement takes as long as the statement.
            **({} if durable else {"isolation_level": "AUTOCOMMIT"}),
        )
    except ModuleNotFoundError as error:
        raise DatabaseUnusable(shown(url), "PostgreSQL needs its driver: pip install 'voicecart[server]'") from error


def _sqlite(url: URL, durable: bool) -> Engine:
    if sqlite.sqlite_version_info < SAFE_SQLITE:
        raise UnsafeSqlite(sqlite.sqlite_version, ".".join(map(str, SAFE_SQLITE)))
    engine = create_engine(url.set(drivername="sqlite+pysqlite"), module=sqlite)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling is off: it would begin late and in the wrong mode.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT}",
            "journal_mode=WAL",
            f"synchronous={'FULL' if durable else 'NORMAL'}",
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted is overwritten: a customer who is forgotten leaves no trace
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        words = connection.get_execution_options().get("voicecart_begin", "BEGIN IMMEDIATE")
        if words is not None:
            connection.exec_driver_sql(words)

    return engine
