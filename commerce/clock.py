"""Where commerce gets the time from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

SKEW = timedelta(minutes=1)
"""How far apart the clocks of two machines may be. What seems to begin later than that was written before a clock was
set back: nobody can tell how long ago.
"""


class Clock(Protocol):
    """The time, timezone-aware, UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def is_over(began: datetime, lasts: timedelta, now: datetime) -> bool:
    """Whether what lasts so long has ended; also when the clock was set back since it began."""
    return not began - SKEW <= now < began + lasts


class FrozenClock:
    """A clock that stands still until it is advanced: for tests, scenarios and the demo."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime.now(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, **delta: float) -> None:
        """Move forward by a `timedelta(**delta)`."""
        self._now += timedelta(**delta)
