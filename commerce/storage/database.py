"""One database: embedded SQLite in WAL mode, or PostgreSQL. Every access is one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from commerce.errors import DatabaseBusy, DatabaseUnusable, UnsafeSqlite

SAFE_SQLITE = (3, 51, 3)  # earlier ones can corrupt a database when the WAL is reset: https://sqlite.org/wal.html
NEWEST_REVISION = "0003"
BUSY_TIMEOUT = 10_000  # milliseconds that a writer waits for another one


class Database:
    """A pool of connections to one database, shared by threads.

    Writers take SQLite's write lock when their transaction begins, so two of them wait for each other and never
    deadlock on upgrading a read lock. On PostgreSQL the services lock the rows they change.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(**_reading_options(engine))
        self._passing = engine.execution_options(voicecart_synchronous="NORMAL")

    @classmethod
    def open(cls, url: str) -> Self:
        """Connect to `sqlite:///PATH` or `postgresql+psycopg://...`; no table is made (see `upgrade`).

        Raises DatabaseUnusable, UnsafeSqlite.
        """
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise DatabaseUnusable(url, "this is no database URL") from error
        if parsed.get_backend_name() == "sqlite":
            engine = _sqlite_engine(url)
        else:
            engine = create_engine(parsed, pool_pre_ping=True)
        database = cls(engine)
        with database._naming_failures(), engine.connect():
            return database

    @property
    def url(self) -> str:
        """Where the data is, the password hidden."""
        url = self._engine.url
        return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Read and write: committed when the block ends, rolled back when it raises.

        Raises DatabaseBusy, DatabaseUnusable.
        """
        with self._naming_failures(), Session(self._engine) as session, session.begin():
            session.connection()
            yield session

    @contextmanager
    def passing(self) -> Iterator[Session]:
        """Read and write what a power cut may take back, such as who is talking now: seen by every process at once,
        and kept when a process dies, but not waiting for the disk. Raises DatabaseBusy, DatabaseUnusable.
        """
        with self._naming_failures(), Session(self._passing) as session, session.begin():
            session.connection()
            if self.dialect == "postgresql":
                session.execute(text("SET LOCAL synchronous_commit TO OFF"))
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Only read: one consistent picture, never waiting for a writer. Raises DatabaseUnusable."""
        with self._naming_failures(), Session(self._reader) as session:
            yield session

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A bare connection in a write transaction, for migrations and maintenance."""
        with self._naming_failures(), self._engine.begin() as connection:
            yield connection

    def upgrade(self) -> None:
        """Bring the tables to this version's shape. Safe to call from several processes. Raises DatabaseUnusable."""
        if self.revision() == NEWEST_REVISION:
            return
        # Alembic takes half a second to import, and most databases that are opened are up to date.
        from commerce.storage.migrating import upgrade

        upgrade(self)

    def revision(self) -> str | None:
        """The number of the newest migration that was run, or None in an empty database."""
        with self.reading() as session:
            if not inspect(session.connection()).has_table("alembic_version"):
                return None
            found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
            return found

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    @contextmanager
    def _naming_failures(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise DatabaseBusy(self.url) from error
            raise DatabaseUnusable(self.url, str(error.orig)) from error
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorname", "") in {"SQLITE_NOTADB", "SQLITE_CORRUPT"}:
                raise DatabaseUnusable(self.url, str(error.orig)) from error
            raise


def _reading_options(engine: Engine) -> dict[str, Any]:
    if engine.dialect.name == "postgresql":
        return {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    return {"voicecart_begin": "BEGIN"}


def _sqlite_engine(url: str) -> Engine:
    if sqlite.sqlite_version_info < SAFE_SQLITE:
        raise UnsafeSqlite(sqlite.sqlite_version, ".".join(map(str, SAFE_SQLITE)))
    engine = create_engine(make_url(url).set(drivername="sqlite+pysqlite"), module=sqlite)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling is off: it would begin late and in the wrong mode.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"PRAGMA synchronous={options.get('voicecart_synchronous', 'FULL')}")
        connection.exec_driver_sql(options.get("voicecart_begin", "BEGIN IMMEDIATE"))

    return engine
