"""When somebody does not want to be disturbed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commerce.errors import InvalidQuietHours


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a time of day to another, over midnight when `until` is earlier. time_zone: such as "Europe/Berlin".

    Raises InvalidQuietHours when the zone is unknown or the two times are the same.
    """

    begin: time
    until: time
    time_zone: str

    def __post_init__(self) -> None:
        if self.begin == self.until:
            raise InvalidQuietHours("they begin when they end")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of zones, an endless name
            raise InvalidQuietHours(f"there is no time zone {self.time_zone!r}") from error

    def over_at(self, moment: datetime) -> datetime:
        """`moment` itself when it is not in them, else their end. Aware, UTC."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        clock = local.time().replace(tzinfo=None)
        over_midnight = self.until < self.begin
        quiet = clock >= self.begin or clock < self.until if over_midnight else self.begin <= clock < self.until
        if not quiet:
            return moment
        day = local.date() + timedelta(days=1) if over_midnight and clock >= self.begin else local.date()
        return datetime.combine(day, self.until, ZoneInfo(self.time_zone)).astimezone(UTC)
