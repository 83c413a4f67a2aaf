"""Copies of a database, taken while it is in use, and the way back from one.

A backup is what the database was at one moment. It is written beside its name and only renamed when it is whole.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from commerce.care.checking import Finding, check
from commerce.errors import BackupFailed, DatabaseUnusable, RestoreRefused, StorageError
from commerce.shop import shops
from commerce.storage.database import Database
from commerce.storage.sqlite import sqlite
from commerce.storage.tables import Base

PROGRAMS = Path("/usr/lib/postgresql")  # where Debian keeps PostgreSQL's, one folder a version


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written. size: bytes; seconds: how long it took."""

    path: Path
    size: int
    seconds: float


def back_up(database: Database, path: Path) -> Backup:
    """Write the database into the file `path`, which must not be there yet; others go on reading and writing.

    Raises BackupFailed.
    """
    if path.exists():
        raise BackupFailed(str(path), "it is there already; name a new file")
    began = time.monotonic()
    try:
        with TemporaryDirectory(prefix=".voicecart-backup-", dir=path.parent) as folder:
            copy = Path(folder) / path.name
            if database.dialect == "sqlite":
                _copy_sqlite(database, copy)
            else:
                dump = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}"]
                _run(dump, partial(BackupFailed, str(path)), database)
            _to_disk(copy)
            copy.rename(path)
            _to_disk(path.parent)
    except OSError as error:
        raise BackupFailed(str(path), error.strerror or str(error)) from error
    return Backup(path, path.stat().st_size, time.monotonic() - began)


def restore(database: Database, path: Path, *, overwrite: bool = False) -> tuple[Finding, ...]:
    """Make the database what it was when the backup was taken, all or nothing, and check the result.

    A backup of an earlier version is brought up to date. Programs that have an SQLite database open see the restored
    one; those connected to PostgreSQL are waited for.
    Raises RestoreRefused when the database has shops and `overwrite` is not set, or the backup is damaged.
    """
    if not path.is_file():
        raise RestoreRefused(str(path), "there is no such file")
    if not overwrite and database.revision() is not None and shops(database):
        raise RestoreRefused(str(path), f"{database.url} has shops in it; --force replaces them")
    if database.dialect == "sqlite":
        _restore_sqlite(database, path)
    else:
        _restore_postgresql(database, path)
    database.upgrade()
    return tuple(check(database))


def _copy_sqlite(database: Database, copy: Path) -> None:
    with database.driver() as connection:
        try:
            connection.execute("VACUUM INTO ?", (str(copy),))
        except sqlite.Error as error:
            raise BackupFailed(str(copy), str(error)) from error


def _restore_sqlite(database: Database, path: Path) -> None:
    with _checked_copy(path) as copy, database.driver() as target:
        source = sqlite.connect(str(copy))
        try:
            source.backup(target)  # holds the write lock until the last page
        except sqlite.Error as error:
            raise RestoreRefused(str(path), str(error)) from error
        finally:
            source.close()


@contextmanager
def _checked_copy(path: Path) -> Iterator[Path]:
    """A copy that was opened, brought up to date and found sound; the backup itself is only read.

    Raises RestoreRefused.
    """
    with TemporaryDirectory(prefix="voicecart-restore-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        shutil.copyfile(path, copy)
        try:
            opened = Database.open(f"sqlite:///{copy}")
            try:
                if opened.revision() is None:
                    raise RestoreRefused(str(path), "it is no backup of a voicecart database")
                opened.upgrade()
                wrong = [finding for finding in check(opened) if not finding.ok]
            finally:
                opened.close()
        except DatabaseUnusable as error:
            raise RestoreRefused(str(path), error.why) from error
        if wrong:
            raise RestoreRefused(str(path), f"it is damaged ({wrong[0].name}: {wrong[0].detail})")
        yield copy


def _restore_postgresql(database: Database, path: Path) -> None:
    """The archive is read to its end first; then our tables go and come back in one transaction."""
    refused = partial(RestoreRefused, str(path))
    with TemporaryDirectory(prefix="voicecart-restore-") as folder:
        gone, back = Path(folder) / "gone.sql", Path(folder) / "back.sql"
        tables = ", ".join(f'"{name}"' for name in [*Base.metadata.tables, "alembic_version"])
        gone.write_text(f"DROP TABLE IF EXISTS {tables} CASCADE; DROP FUNCTION IF EXISTS ledger_append_only;\n")
        _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={back}", str(path)], refused)
        script = ["--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={gone}", f"--file={back}"]
        _run(["psql", "--no-psqlrc", "--quiet", *script], refused, database)


def _run(command: list[str], failure: Callable[[str], StorageError], database: Database | None = None) -> None:
    """Run one of PostgreSQL's programs, on a database where one is given. Raises what `failure` makes of its words."""
    program = _program(command[0])
    if program is None:
        raise failure(f"{command[0]} is not installed: apt-get install postgresql-client")
    words, environment = command[1:], dict(os.environ)
    if database is not None:
        location = database.location
        environment |= {"PGPASSWORD": location.password or ""}  # not on the command line, where others can read it
        bare = location.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
        words = [f"--dbname={bare}", *words]
    done = subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise failure(done.stderr.strip().partition("\n")[0])


def _program(name: str) -> str | None:
    newest = sorted(PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    return str(newest[-1]) if newest else shutil.which(name)


def _to_disk(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
