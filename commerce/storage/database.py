"""One database: embedded SQLite in WAL mode, or PostgreSQL. Every access is one transaction."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, Executable, Row, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import Session

from commerce.errors import DatabaseBusy, DatabaseConflict, DatabaseUnusable
from commerce.storage import engines
from commerce.storage.engines import (
    Complaint,
    complaint,
    open_engine,
    passing_options,
    reading_options,
    shown,
    single_options,
)

NEWEST_REVISION = "0035"
MOST_TRIES = 5  # of a write that other writers get in the way of
PAUSE = 0.02  # seconds before the second try, at most; twice as long before each further one

T = TypeVar("T")


class Database:
    """A pool of connections to one database, shared by threads.

    Writers take SQLite's write lock when their transaction begins, so two of them wait for each other and never
    deadlock on upgrading a read lock. On PostgreSQL the services lock the rows they change.
    """

    def __init__(self, engine: Engine, passing: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(**reading_options(engine))
        self._passing = passing.execution_options(**passing_options(passing))
        self._single = passing.execution_options(**single_options(passing))
        self._writer = Lock()

    @classmethod
    def open(cls, url: str, *, must_exist: bool = False) -> Self:
        """Connect to `sqlite:///PATH` or `postgresql://...`; no table is made (see `upgrade`).

        must_exist: refuse an SQLite file that is not there, rather than make it.
        Raises DatabaseUnusable, UnsafeSqlite.
        """
        engine = open_engine(url, must_exist)
        database = cls(engine, open_engine(url, must_exist, durable=False))
        with database._naming_failures(), engine.connect():
            return database

    @property
    def url(self) -> str:
        """Where the data is, the password hidden."""
        return shown(self._engine.url)

    @property
    def location(self) -> URL:
        """Where the data is, the password included: for programs that connect by themselves. Never to be shown."""
        return self._engine.url

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Read and write: committed when the block ends, rolled back when it raises.

        Raises DatabaseBusy, DatabaseConflict, DatabaseUnusable.
        """
        with self._naming_failures(), self._turn_to_write(), Session(self._engine) as session, session.begin():
            session.connection()
            yield session

    def write(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a transaction; once more, from the start, when another writer got in its way.

        Raises DatabaseBusy, DatabaseConflict after five tries, DatabaseUnusable, and whatever `work` raises.
        """
        for tries in range(1, MOST_TRIES):
            try:
                with self.transaction() as session:
                    return work(session)
            except DatabaseConflict:
                time.sleep(random.uniform(0, PAUSE * 2**tries))
        with self.transaction() as session:
            return work(session)

    @contextmanager
    def passing(self) -> Iterator[Session]:
        """Read and write what a power cut may take back, such as who is talking now: seen by every process at once,
        and kept when a process dies, but not waiting for the disk. Raises DatabaseBusy, DatabaseConflict,
        DatabaseUnusable.
        """
        with self._naming_failures(), self._turn_to_write(), Session(self._passing) as session, session.begin():
            session.connection()
            yield session

    def at_once(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        """Do one statement, which is a transaction of its own, and return its rows; for what every turn does.

        Made beforehand, with `bindparam` for the values, a statement takes a sixth of the time that it takes in a
        session. What it writes does not wait for the disk, as in `passing`, and is undone when it fails.
        Raises DatabaseBusy, DatabaseConflict, DatabaseUnusable.
        """
        turn = nullcontext() if statement.is_select else self._turn_to_write()
        with self._naming_failures(), turn, self._single.connect() as connection:
            result = connection.execute(statement, values)
            return result.all() if result.returns_rows else ()

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

    @contextmanager
    def driver(self) -> Iterator[Any]:
        """A connection as the driver knows it, outside any transaction, for what SQL can't do: copying a database."""
        with self._naming_failures():
            borrowed = self._engine.raw_connection()
        try:
            yield borrowed.driver_connection
        finally:
            borrowed.close()

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
        self._passing.dispose()

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """SQLite has one writer at a time, and whoever waits for it sleeps, for up to a tenth of a second longer than
        need be. Threads of one process wait for each other here instead, and are woken. Raises DatabaseBusy.
        """
        if self.dialect != "sqlite":
            yield
            return
        if not self._writer.acquire(timeout=engines.BUSY_TIMEOUT / 1000):
            raise DatabaseBusy(self.url)
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def _naming_failures(self) -> Iterator[None]:
        try:
            yield
        except NoConnectionLeft as error:
            raise DatabaseBusy(self.url) from error
        except DBAPIError as error:
            match complaint(error):
                case Complaint.BUSY:
                    raise DatabaseBusy(self.url) from error
                case Complaint.CONFLICT:
                    raise DatabaseConflict(self.url) from error
                case Complaint.UNUSABLE:
                    raise DatabaseUnusable(self.url, _first_line(error)) from error
            raise


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]
