"""Each account's last night: when it was over, and whether its numbers came in since, whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select

from adflux_core import database
from adflux_core.advertising import AdPlatform, PlatformName
from adflux_core.schema.metrics import MetricsSlice
from adflux_core.schema.publication import AdAccount
from adflux_core.schema.reports import Heartbeat

DAY = timedelta(days=1)
OVER = time(4)  # the platforms finish a day about 03:00 of the account's own night


class Night(BaseModel):
    """`day`: the account's day that began; None of an account that never answered.

    `read_at`: when its numbers up to the day before were first read whole since; None: not yet.
    """

    model_config = ConfigDict(frozen=True)

    platform: PlatformName
    account_id: str
    day: date | None = None
    read_at: datetime | None = None


def last_night(platform: AdPlatform, today: date | None = None, now: datetime | None = None) -> Night:
    """The last night that is over where the account is. `today` is of a pretended calendar: its night is."""
    with database.transaction() as session:
        account = session.get(AdAccount, (platform.name, platform.account_id))
        if account is None:
            return Night(platform=platform.name, account_id=platform.account_id)
        began = _began(ZoneInfo(account.time_zone), now)
        day = today or began.date()
        whole = [MetricsSlice.complete, MetricsSlice.read_on >= day, MetricsSlice.until >= day - DAY]
        if today is None:
            whole.append(MetricsSlice.read_at >= began)
        read_at = session.scalar(
            select(func.min(MetricsSlice.read_at)).where(
                MetricsSlice.platform == platform.name,
                MetricsSlice.account_id == platform.account_id,
                *whole,
            )
        )
        return Night(platform=platform.name, account_id=platform.account_id, day=day, read_at=read_at)


def is_computed(nights: Sequence[Night], work: str) -> bool:
    """Whether `work` was done to its end since the last of these nights was read."""
    with database.transaction() as session:
        beaten = session.scalar(select(Heartbeat.beat_at).where(Heartbeat.work == work))
    return beaten is not None and all(night.read_at and night.read_at <= beaten for night in nights)


def _began(zone: ZoneInfo, now: datetime | None) -> datetime:
    """When the day began whose night is over, by the account's clock; a clock that leaps over it counts."""
    local = (now or datetime.now(zone)).astimezone(zone)
    day = local.date() if local.time() >= OVER else local.date() - DAY
    return datetime.combine(day, OVER, zone)
