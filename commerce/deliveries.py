"""Requests of an outside platform, remembered by all processes together, so that none is taken twice."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import bindparam, delete, select, update

from commerce.clock import Clock
from commerce.secrets import kept
from commerce.storage.database import Database
from commerce.storage.delivery_tables import DeliveryRow
from commerce.storage.once import insertion

SWEPT_EVERY = 60.0  # seconds
_NAMED = DeliveryRow.id == bindparam("name")
_OUTDATED = delete(DeliveryRow).where(DeliveryRow.ends_at <= bindparam("now"))
_ANSWER = select(DeliveryRow.answer).where(_NAMED)
_KEEP_ANSWER = update(DeliveryRow).where(_NAMED).values(answer=bindparam("answered"))


class Deliveries:
    """What was delivered lately. Nothing waits for the disk: a power cut may forget the last few."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._swept_at = time.monotonic()

    def is_first(self, request_id: str, lasts: timedelta) -> bool:
        """Write a request down, and say whether it is the first of its name. lasts: how long to remember it."""
        now = self._clock.now()
        if self._is_time_to_sweep():
            self._database.at_once(_OUTDATED, now=now)
        insert = insertion(DeliveryRow, self._database.dialect)
        return bool(self._database.at_once(insert, id=kept(request_id), ends_at=now + lasts, answer=None))

    def answer_to(self, request_id: str) -> str | None:
        """What was answered to a request; None when it never came, or its answer was not kept."""
        found = self._database.at_once(_ANSWER, name=kept(request_id))
        return found[0].answer if found else None

    def keep_answer(self, request_id: str, answer: str) -> None:
        """Keep an answer for when the same request comes again."""
        self._database.at_once(_KEEP_ANSWER, name=kept(request_id), answered=answer)

    def _is_time_to_sweep(self) -> bool:
        if time.monotonic() - self._swept_at < SWEPT_EVERY:
            return False
        self._swept_at = time.monotonic()
        return True
