"""Ten days of three ads of two campaigns, and how they are read and asked for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from told_platform import FIRST, ToldPlatform, row

from adflux_core import database
from adflux_core.metrics.sync import SliceReceipt, sync_metrics

LAST = FIRST + timedelta(9)


def ten_days() -> ToldPlatform:
    """Ten days of three ads of two campaigns."""
    told = ToldPlatform()
    for number in range(10):
        day = FIRST + timedelta(number)
        told.tell(
            row(day, "ad-1", impressions=100 + number),
            row(day, "ad-2", spend=Decimal("0.000001")),
            row(day, "ad-3", campaign_id="c-2", ad_group_id="g-2"),
        )
    return told


def sync(platform: ToldPlatform, since: date = FIRST, until: date = LAST) -> SliceReceipt:
    return sync_metrics(platform, since=since, until=until, today=LAST + timedelta(1))  # type: ignore[arg-type]


def asked(sql: str, **values: object) -> list[Any]:
    with database.connection() as connected:
        return list(connected.execute(text(sql), values))
