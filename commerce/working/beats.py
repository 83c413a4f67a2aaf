"""Signs of life: every worker writes down now and then that it is there, so that others can see when none is."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select, update

from commerce.clock import Clock
from commerce.storage.database import Database
from commerce.storage.once import insert_once
from commerce.storage.worker_tables import WorkerRow

EVERY = timedelta(seconds=10)
ALIVE_FOR = timedelta(minutes=2)  # after a beat: a few slow gateways and mail servers in a row take a minute
REMEMBERED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Life:
    """A worker as others see it. done: how much it did since it started."""

    name: str
    started_at: datetime
    beat_at: datetime
    done: int

    def is_alive(self, at: datetime) -> bool:
        """Whether it showed itself lately."""
        return at - self.beat_at < ALIVE_FOR


class Beats:
    """One worker's signs of life. They survive the process, not a power cut: nothing waits for the disk."""

    def __init__(self, database: Database, clock: Clock, name: str | None = None) -> None:
        self._database = database
        self._clock = clock
        self._name = name or f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid4().hex[:6]}"
        self._written: datetime | None = None
        self._unwritten = 0

    def beat(self, done: int) -> None:
        """The worker is there and did so much; written down when the last time is long enough ago."""
        self._unwritten += done
        now = self._clock.now()
        if self._written is None:
            self._begin(now)
        elif now - self._written >= EVERY:
            self._write(now)

    def end(self) -> None:
        """The worker stops of its own accord."""
        with self._database.passing() as session:
            session.execute(delete(WorkerRow).where(WorkerRow.name == self._name))
        self._written = None

    def _begin(self, now: datetime) -> None:
        with self._database.passing() as session:
            session.execute(delete(WorkerRow).where(WorkerRow.beat_at < now - REMEMBERED_FOR))
            insert_once(session, WorkerRow, name=self._name, started_at=now, beat_at=now, done=0)
        self._written = now

    def _write(self, now: datetime) -> None:
        with self._database.passing() as session:
            session.execute(
                update(WorkerRow)
                .where(WorkerRow.name == self._name)
                .values(beat_at=now, done=WorkerRow.done + self._unwritten)
            )
        self._written, self._unwritten = now, 0


def lives(database: Database) -> tuple[Life, ...]:
    """The workers that are at work, or died within a day without saying so; by their start. Raises StorageError."""
    with database.reading() as session:
        rows = session.scalars(select(WorkerRow).order_by(WorkerRow.started_at, WorkerRow.name)).all()
        return tuple(Life(row.name, row.started_at, row.beat_at, row.done) for row in rows)
