"""A long stretch of days as windows of their own: one that cannot be read holds back no other."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from adflux_core.advertising import AdPlatform, PlatformName
from adflux_core.metrics.sync import LONGEST_DAYS, RESTATED_DAYS, days_asked, remembered

DAYS_AT_ONCE = RESTATED_DAYS
MOST = -(-LONGEST_DAYS // DAYS_AT_ONCE)  # of one account; a flow run has room for some 200 tasks


class Window(BaseModel):
    """Days of one account, read on its own `today`."""

    model_config = ConfigDict(frozen=True)

    platform: PlatformName
    account_id: str
    since: date
    until: date
    today: date


def windows(
    platform: AdPlatform, since: date | None, until: date | None, today: date | None, days: int
) -> list[Window]:
    """What `sync_metrics` would read of these, in windows, newest first. Raises InputError.

    The platform is only asked, and raises what it raises, for an account that never answered before.
    """
    account = remembered(platform) or platform.account()
    since, until, today = days_asked(account.time_zone, since, until, today, days)
    found = []
    while until >= since:
        first = max(since, until - timedelta(DAYS_AT_ONCE - 1))
        found.append(
            Window(
                platform=platform.name,
                account_id=account.external_id,
                since=first,
                until=until,
                today=today,
            )
        )
        until = first - timedelta(1)
    return found
