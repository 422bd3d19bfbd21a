"""The sandbox's own time: it stands still until somebody moves it."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

OPENING = time_of_day(9)
LONGEST_STEP = timedelta(days=400)


class ClockError(ValueError):
    """The clock cannot be moved that way."""


class Clock:
    """A clock whose days are those of the ad account's time zone.

    It stands still so that two reads of one day agree to the last digit. Rate limits are about real
    seconds as well as pretended ones, so they use `seconds()`.
    """

    def __init__(self, timezone: str, today: date | None = None) -> None:
        self.zone = ZoneInfo(timezone)
        started = datetime.combine(today, OPENING, self.zone) if today else datetime.now(self.zone)
        self._now = started.astimezone(UTC).replace(microsecond=0)
        self._origin = self._now
        self._started = time.monotonic()
        self.on_advance: list[Callable[[datetime, datetime], None]] = []

    @property
    def now(self) -> datetime:
        return self._now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.now.date()

    def seconds(self) -> float:
        """Seconds since the start: those that passed here plus those the clock was moved by."""
        return time.monotonic() - self._started + (self._now - self._origin).total_seconds()

    def advance(self, step: timedelta) -> None:
        self._move(self._now + step)

    def advance_days(self, days: int) -> None:
        """Move to the same time of day so many dates later, whatever the clocks do in between."""
        self.set_today(self.today + timedelta(days=days))

    def after(self, seconds: float) -> datetime:
        return (self._now + timedelta(seconds=seconds)).astimezone(self.zone)

    def set_today(self, today: date) -> None:
        """Move to the same time of day on another date."""
        self._move(datetime.combine(today, self.now.time(), self.zone).astimezone(UTC))

    def _move(self, target: datetime) -> None:
        if target < self._now:
            raise ClockError(f"the clock is at {self.now.isoformat()} and cannot go back")
        if target - self._now > LONGEST_STEP:
            raise ClockError(f"the clock moves at most {LONGEST_STEP.days} days at once")
        before, self._now = self._now, target
        for listener in self.on_advance:
            listener(before.astimezone(self.zone), self.now)


def days_between(start: datetime, end: datetime, zone: ZoneInfo) -> list[tuple[date, datetime, datetime]]:
    """Cut a stretch of time at every midnight of the zone."""
    pieces = []
    cursor = start.astimezone(zone)
    while cursor < end:
        day = cursor.date()
        midnight = datetime.combine(day + timedelta(days=1), time_of_day(), zone)
        stop = min(midnight, end.astimezone(zone), key=lambda moment: moment.astimezone(UTC))
        pieces.append((day, cursor, stop))
        cursor = stop
    return pieces


def day_length(day: date, zone: ZoneInfo) -> float:
    """Seconds in that calendar day: 23 or 25 hours when the clocks change."""
    start = datetime.combine(day, time_of_day(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time_of_day(), zone).astimezone(UTC)
    return (end - start).total_seconds()
