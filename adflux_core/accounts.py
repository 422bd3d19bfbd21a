"""The ad accounts, opened: every call on one first asks for room in a row that all processes share.

Each platform counts the calls of all our processes together, so the count must be one, too. One UPDATE
weighs a call against everything known of its account and takes the room; whoever gets no row back waits a
little, or is told how long (docs/adr/0012).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, text

from adflux_core import database, platforms
from adflux_core.advertising import AdPlatform, Allowance, PlatformName, Room, Usage
from adflux_core.errors import ThrottledError
from adflux_core.settings import settings

if TYPE_CHECKING:
    from adflux_core.platforms.meta.audiences import MetaAudiences

CAREFUL = {"points_allowed": 60, "hourly_calls": 300}  # until the platform has told more
SLOT = 10  # seconds
SLOTS = 32  # five minutes, the stretch that is only partly over, and one for clocks that disagree
WRITE_GAP = timedelta(seconds=0.01)  # at most 100 changes a second
NEARLY = 75.0  # percent used from which calls come one by one, so that the rest lasts for an hour
PATIENCE = 5.0  # seconds that a call waits for its room; beyond, the caller does something else

ASK = text("""
    UPDATE adflux.account_rate SET
        points[:place] = CASE WHEN slots[:place] = :slot THEN points[:place] ELSE 0 END + :cost,
        slots[:place] = :slot,
        next_write_at = CASE WHEN :writing THEN least(greatest(next_write_at, :now), :longest) + :gap
                             ELSE next_write_at END,
        open_at = CASE WHEN used < :nearly THEN open_at
                       ELSE :now + interval '1 hour' / (hourly_calls * greatest(100 - used, 1) / 100) END
    WHERE platform = :platform AND account_id = :account_id
      AND open_at <= :now
      AND :cost + (SELECT coalesce(sum(spent), 0) FROM unnest(slots, points) AS past(slot, spent)
                   WHERE past.slot > :slot - :slots) <= points_allowed
    RETURNING points_allowed, hourly_calls, used,
        (SELECT sum(spent) FROM unnest(slots, points) AS past(slot, spent)
         WHERE past.slot > :slot - :slots)::bigint AS score,
        CASE WHEN :writing THEN next_write_at - :gap ELSE :now END AS starts_at,
        set_config('synchronous_commit', 'off', true)  -- lost with the server, its last half second may be
""")
BEGIN = text("""
    INSERT INTO adflux.account_rate VALUES
        (:platform, :account_id, :points_allowed, :hourly_calls, 0, :now, :now,
         array_fill(0::bigint, ARRAY[:slots]), array_fill(0::bigint, ARRAY[:slots]))
    ON CONFLICT DO NOTHING
""")
HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
# By the hour, from here on: an hour that is only partly older than a day counts whole.
COUNTED = DAY + HOUR
SPENT = text("""
    SELECT coalesce(sum(operations), 0)::bigint FROM adflux.platform_operations
    WHERE platform = :platform AND hour > :since
""")
# The row of this hour is weighed as it is once it is ours to write; the hours before it no longer change.
TAKE = text("""
    WITH before AS (
        SELECT coalesce(sum(operations), 0) AS spent FROM adflux.platform_operations
        WHERE platform = :platform AND hour > :since AND hour <> :hour
    )
    INSERT INTO adflux.platform_operations AS kept (platform, hour, operations)
    SELECT :platform, :hour, :operations FROM before WHERE spent + :operations <= :a_day
    ON CONFLICT (platform, hour) DO UPDATE SET operations = kept.operations + excluded.operations
        WHERE kept.operations + excluded.operations + (SELECT spent FROM before) <= :a_day
    RETURNING 1
""")
OLDEST = text("""
    SELECT min(hour) FROM adflux.platform_operations
    WHERE platform = :platform AND hour > :since
""")
LOOK = text("SELECT * FROM adflux.account_rate WHERE platform = :platform AND account_id = :account_id")
NOTE = text("""
    UPDATE adflux.account_rate SET
        points_allowed = :points_allowed, hourly_calls = :hourly_calls, used = :used,
        open_at = greatest(open_at, CAST(:open_at AS timestamptz)),
        points[:place] = CASE WHEN slots[:place] = :slot THEN points[:place] ELSE 0 END + greatest(0, :told -
            (SELECT coalesce(sum(spent), 0) FROM unnest(slots, points) AS past(slot, spent)
             WHERE past.slot > :slot - :slots)),
        slots[:place] = :slot
    WHERE platform = :platform AND account_id = :account_id
""")


def open_platform(name: PlatformName, account_id: str | None = None) -> AdPlatform:
    """One ad account on that platform; without an id, the only one there is.

    Raises ConfigurationError when it is not in the settings, InputError when one must be chosen.
    """
    return platforms.open_platform(name, SharedGovernor(name, a_day=a_day(name)), account_id)


def open_audiences(account_id: str) -> MetaAudiences:
    """The custom audiences of one account on Meta. Raises as `open_platform` does."""
    from adflux_core.platforms.meta.adapter import MetaPlatform

    known = platforms.settings_of(PlatformName.META, account_id)
    return MetaPlatform(known, SharedGovernor(PlatformName.META)).audiences()


def a_day(name: PlatformName) -> int | None:
    """How many operations the platform allows in 24 hours; None where it counts otherwise."""
    return settings().google_ads_daily_operations if name is PlatformName.GOOGLE_ADS else None


def operations_left(name: PlatformName) -> int | None:
    """What is left of the last 24 hours' operations; None where the platform counts otherwise."""
    allowed = a_day(name)
    if allowed is None:
        return None
    with database.connection() as connected:
        spent: int = connected.execute(
            SPENT, {"platform": name, "since": datetime.now(UTC) - COUNTED}
        ).scalar_one()
    return max(0, allowed - spent)


class SharedGovernor:
    """The `Governor` of one platform's accounts, by the row of each in `account_rate`.

    Raises what the database raises: an allowance that cannot be read is none. The machines' clocks may
    disagree by a slot.
    """

    def __init__(
        self,
        platform: PlatformName,
        now: Callable[[], float] = time.time,
        wait: Callable[[float], None] = time.sleep,
        a_day: int | None = None,
    ) -> None:
        self._platform = platform
        self._a_day = a_day
        self._now = now
        self._wait = wait

    def ask(self, account_id: str, points: int, *, writing: bool) -> Room:
        patient_until = self._now() + PATIENCE
        while True:
            now = self._now()
            known = self._at(now, account_id) | {
                "cost": points,
                "writing": writing,
                "gap": WRITE_GAP,
                "nearly": NEARLY,
                # Five hundred changes fit in there: more can only be a clock that was ahead for a while.
                "longest": _moment(patient_until),
            }
            with database.autocommit() as connected:
                granted = connected.execute(ASK, known).mappings().one_or_none()
                delay = 0.0 if granted else self._delay(connected, known)
            if granted:
                if self._a_day is not None:
                    self._take_of_the_day(self._a_day, points, now)
                self._pause(granted["starts_at"].timestamp() - now)
                allowance = Allowance(granted["points_allowed"], granted["hourly_calls"])
                return Room(allowance, granted["score"], granted["used"])
            if now + delay > patient_until:
                raise ThrottledError(
                    f"{self._platform} account {account_id} has no room for another call: "
                    f"in {delay:.0f} s again",
                    platform=self._platform,
                    retry_after=delay,
                )
            self._pause(delay)

    def note(self, account_id: str, room: Room, usage: Usage) -> None:
        allowance = usage.allowance or room.allowance
        told = round(usage.score * allowance.points / 100)
        news = (
            allowance != room.allowance
            or usage.blocked_for > 0
            or max(usage.used, room.used) >= NEARLY
            or told > max(room.score, allowance.points / 2)
        )
        if news:
            now = self._now()
            values = self._at(now, account_id) | {
                "points_allowed": allowance.points,
                "hourly_calls": allowance.hourly_calls,
                "used": usage.used,
                "open_at": _moment(now + usage.blocked_for) if usage.blocked_for else None,
                "told": told,
            }
            with database.autocommit() as connected:
                connected.execute(NOTE, values)

    def _take_of_the_day(self, a_day: int, operations: int, now: float) -> None:
        """Raises ThrottledError when the day has no room: nothing was sent.

        What is new, and so many operations at once, leaves a fifth of the day for looking after what runs
        and for stopping it.
        """
        at = _moment(now)
        most = a_day if operations == 1 else a_day * 4 // 5
        known = {
            "platform": self._platform,
            "hour": at.replace(minute=0, second=0, microsecond=0),
            "since": at - COUNTED,
            "operations": operations,
            "a_day": most,
        }
        with database.autocommit() as connected:
            if connected.execute(TAKE, known).one_or_none():
                return
            oldest = connected.execute(OLDEST, known).scalar_one_or_none() or at
        delay = max(60.0, (oldest + COUNTED - at).total_seconds())
        raise ThrottledError(
            f"{self._platform} has done {most} operations in 24 hours, of all accounts together: "
            f"in {delay / 60:.0f} minutes again",
            platform=self._platform,
            retry_after=delay,
        )

    def _delay(self, connected: Connection, known: Mapping[str, Any]) -> float:
        """Seconds until the account has room for this call, as things stand."""
        row = connected.execute(LOOK, known).mappings().one_or_none()
        if row is None:
            connected.execute(BEGIN, {**known, **CAREFUL})
            return 0.0
        now: datetime = known["now"]
        opens: datetime = max(row["open_at"], _free_at(row, known["slot"], known["cost"]))
        return max(0.0, (opens - now).total_seconds())

    def _at(self, now: float, account_id: str) -> dict[str, Any]:
        slot = int(now) // SLOT
        return {
            "platform": self._platform,
            "account_id": account_id,
            "now": _moment(now),
            "slot": slot,
            "place": slot % SLOTS + 1,
            "slots": SLOTS,
        }

    def _pause(self, seconds: float) -> None:
        if seconds > 0:
            self._wait(seconds)


def _free_at(row: RowMapping, slot: int, cost: int) -> datetime:
    """When enough of what was spent is five minutes old."""
    spent = sorted(zip(row["slots"], row["points"], strict=True))
    lately = [(at, points) for at, points in spent if at > slot - SLOTS]
    missing = cost + sum(points for _, points in lately) - row["points_allowed"]
    for at, points in lately:
        if missing <= 0:
            break
        missing -= points
        slot = at + SLOTS
    return _moment(slot * SLOT)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
