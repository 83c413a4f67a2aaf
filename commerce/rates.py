"""How often somebody may try something: counted in the database, so that every worker process counts together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite

from commerce.clock import Clock
from commerce.errors import TooManyTries
from commerce.secrets import kept
from commerce.storage.database import Database
from commerce.storage.login_tables import RateRow


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many tries in a time that begins with the first one. what: names the thing that is tried."""

    what: str
    most: int
    within: timedelta


class Rates:
    """Counts tries. A power cut may forget some; a dead process does not."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def count(self, rate: Rate, who: str) -> None:
        """Count one try. who: an address, an account, a device; only a hash of it is kept. Raises TooManyTries."""
        now = self._clock.now()
        dialect = sqlite if self._database.dialect == "sqlite" else postgresql
        first = dialect.insert(RateRow).values(key=kept(f"{rate.what} {who}"), count=1, ends_at=now + rate.within)
        over = RateRow.ends_at <= now
        again = first.on_conflict_do_update(
            index_elements=[RateRow.key],
            set_={
                "count": case((over, 1), else_=RateRow.count + 1),
                "ends_at": case((over, now + rate.within), else_=RateRow.ends_at),
            },
        )
        with self._database.passing() as session:
            tries, ends_at = session.execute(again.returning(RateRow.count, RateRow.ends_at)).one()
            if tries == 1:
                session.execute(delete(RateRow).where(RateRow.ends_at <= now))
        if tries > rate.most:
            raise TooManyTries(max(1, ceil((ends_at - now).total_seconds())))
