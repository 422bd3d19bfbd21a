"""One quota for everybody who asks the model: calls by the minute and the day, in a row all processes share.

Google counts by project and renews a day's allowance at midnight Pacific time. Source: Gemini API, Rate
limits.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import text

from adflux_core import database
from adflux_core.errors import ThrottledError
from adflux_core.settings import settings

PATIENCE = 90.0  # seconds that a call waits for its room
UNTOLD = 10.0  # seconds of rest after a throttle that does not say how long
PACIFIC = ZoneInfo("America/Los_Angeles")

BEGIN = text("""
    INSERT INTO adflux.model_quota VALUES (:project, :now, :minute, 0, :day, 0) ON CONFLICT DO NOTHING
""")
TAKE = text("""
    UPDATE adflux.model_quota SET
        minute_calls = CASE WHEN minute = :minute THEN minute_calls ELSE 0 END + 1, minute = :minute,
        day_calls = CASE WHEN day = :day THEN day_calls ELSE 0 END + 1, day = :day
    WHERE project = :project AND open_at <= :now
      AND (minute < :minute OR minute_calls < :a_minute) AND (day < :day OR day_calls < :a_day)
    RETURNING 1
""")
LOOK = text("SELECT * FROM adflux.model_quota WHERE project = :project")
REST = text("""
    UPDATE adflux.model_quota SET open_at = greatest(open_at, CAST(:until AS timestamptz))
    WHERE project = :project
""")


class ModelGovernor:
    """Room for calls of one project."""

    def __init__(
        self,
        project: str,
        *,
        a_minute: int,
        a_day: int,
        now: Callable[[], float] = time.time,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._project = project
        self._limits = {"a_minute": a_minute, "a_day": a_day}
        self._now = now
        self._wait = wait

    @classmethod
    def of(cls, api_key: str) -> Self:
        """Of the project behind a key; the key itself is nowhere written down."""
        current = settings()
        project = hashlib.sha256(api_key.encode()).hexdigest()[:16]
        return cls(
            project, a_minute=current.gemini_requests_per_minute, a_day=current.gemini_requests_per_day
        )

    def ask(self) -> None:
        """Return when a call may be made. Raises ThrottledError when that is not soon: nothing was sent."""
        patient_until = self._now() + PATIENCE
        while True:
            now = datetime.fromtimestamp(self._now(), UTC)
            known = {
                "project": self._project,
                "now": now,
                "minute": now.replace(second=0, microsecond=0),
                "day": now.astimezone(PACIFIC).date(),
                **self._limits,
            }
            with database.autocommit() as connected:
                connected.execute(BEGIN, known)
                if connected.execute(TAKE, known).one_or_none():
                    return
                row = connected.execute(LOOK, known).mappings().one()
            if row["day"] == known["day"] and row["day_calls"] >= self._limits["a_day"]:
                renewed = datetime.combine(row["day"] + timedelta(days=1), datetime.min.time(), PACIFIC)
                delay = (renewed - now).total_seconds()
            else:
                delay = max((row["open_at"] - now).total_seconds(), 0.0)
                if not delay:
                    delay = (row["minute"] + timedelta(minutes=1) - now).total_seconds()
            if self._now() + delay > patient_until:
                raise ThrottledError(
                    f"the model's project has no room for another call: in {delay:.0f} s again",
                    platform="gemini",
                    retry_after=delay,
                )
            self._wait(max(delay, 0.01))

    def rest(self, seconds: float | None) -> None:
        """Nobody calls for so long: Google said so."""
        until = datetime.fromtimestamp(self._now() + (seconds or UNTOLD), UTC)
        with database.autocommit() as connected:
            connected.execute(REST, {"project": self._project, "until": until})
