"""Days that should have been read and were not, or not since they settled; and reading them after all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from adflux_core import database
from adflux_core.advertising import AdPlatform
from adflux_core.errors import AdfluxError
from adflux_core.metrics.sync import RESTATED_DAYS, SliceReceipt, sync_metrics

HEALED_DAYS = 28  # a run: as much again as the window that is read anyway


@dataclass(frozen=True)
class Gap:
    """Consecutive days of one account. `why`: "unread", or "unsettled": last read before they settled.

    `tried`: how many slices that hold the days were answered and not complete.
    """

    since: date
    until: date
    why: str
    tried: int

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


def gaps(platform: str, account_id: str, *, before: date) -> list[Gap]:
    """The account's gaps before a day: never tried first, unread before unsettled, newest first.

    Days that failed before are gaps of one day each, so that one bad day holds back no other.
    """
    with database.connection() as connected:
        found = connected.execute(
            text("""
                SELECT date_day, why, tried FROM adflux.metrics_gap
                WHERE platform = :platform AND account_id = :account AND date_day < :before
                ORDER BY date_day
            """),
            {"platform": platform, "account": account_id, "before": before},
        ).all()
    joined: list[Gap] = []
    for day, why, tried in found:
        last = joined[-1] if joined else None
        if last and not tried and (last.until, last.why, last.tried) == (day - timedelta(1), why, tried):
            joined[-1] = Gap(last.since, day, why, tried)
        else:
            joined.append(Gap(day, day, why, tried))
    return sorted(joined, key=lambda gap: (gap.tried, gap.why != "unread", -gap.until.toordinal()))


def heal_gaps(
    platform: AdPlatform, *, today: date | None = None, most: int = HEALED_DAYS, run_id: str = ""
) -> list[SliceReceipt]:
    """Read up to `most` days of gaps before the window that a sync on `today` reads anyway.

    One that cannot be read is left to the next run, and so are those after it.
    """
    account = platform.account()
    today = today or datetime.now(ZoneInfo(account.time_zone)).date()
    before = today - timedelta(RESTATED_DAYS)
    receipts: list[SliceReceipt] = []
    for gap in _at_most(gaps(platform.name, account.external_id, before=before), most):
        try:
            receipts.append(
                sync_metrics(platform, since=gap.since, until=gap.until, today=today, run_id=run_id)
            )
        except AdfluxError:
            break
    return receipts


def _at_most(gaps: Sequence[Gap], most: int) -> list[Gap]:
    """The first of them, `most` days together; the last one is cut to its newest days."""
    chosen: list[Gap] = []
    for gap in gaps:
        room = most - sum(one.days for one in chosen)
        if room <= 0:
            break
        chosen.append(Gap(max(gap.since, gap.until - timedelta(room - 1)), gap.until, gap.why, gap.tried))
    return chosen
