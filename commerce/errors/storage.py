"""The database did not do what was asked."""

from __future__ import annotations

from commerce.errors.basic import CommerceError


class StorageError(CommerceError):
    """The database did not do what was asked; nothing was changed."""

    code = "storage_error"


class DatabaseUnusable(StorageError):
    """The database can't be used. url: without a password."""

    code = "database_unusable"

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"the database {url} can't be used: {why}")
        self.url = url
        self.why = why


class DatabaseBusy(StorageError):
    """Another writer held the database for longer than we wait."""

    code = "database_busy"

    def __init__(self, url: str) -> None:
        super().__init__(f"the database {url} is locked by another program; try again in a moment")
        self.url = url


class DatabaseConflict(StorageError):
    """Other writers got in the way again and again: a deadlock was broken, or rows changed under the transaction."""

    code = "database_conflict"

    def __init__(self, url: str) -> None:
        super().__init__(f"others were writing the same things to {url}; nothing was changed, try again")
        self.url = url


class UnfitValue(StorageError):
    """A number that is too large for the database, or a text with a character that it can't keep."""

    code = "unfit_value"

    def __init__(self, why: str) -> None:
        super().__init__(f"that can't be kept: {why}")
        self.why = why


class UnsafeSqlite(StorageError):
    """This SQLite has the bug that can corrupt a database in WAL mode."""

    code = "unsafe_sqlite"

    def __init__(self, version: str, least: str) -> None:
        super().__init__(f"SQLite {version} can corrupt a database in WAL mode; at least {least} is needed")
        self.version = version
        self.least = least


class BackupFailed(StorageError):
    """No backup was written; an earlier one is as it was."""

    code = "backup_failed"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"no backup was written to {path}: {why}")
        self.path = path
        self.why = why


class RestoreRefused(StorageError):
    """The backup was not restored; the database is as it was."""

    code = "restore_refused"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} was not restored: {why}")
        self.path = path
        self.why = why
