"""To whom ads were shown is what the platform says, month by month, and adds up to what they did."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from meta_numbers import FIRST
from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.errors import ValidationError
from adflux_core.metrics.shown_to import sync_shown_to
from adflux_core.metrics.sync import sync_metrics
from sandbox.server import Sandbox

Told = tuple[str, str, str, str, int, int, Decimal]


def shown_to(running: Sandbox) -> list[Told]:
    """The truth, each month's whole days added up."""
    days: list[dict[str, Any]] = running.control("GET", "truth", {"since": str(FIRST)})["shown_to"]
    months: dict[tuple[str, str, str, str], tuple[int, int, Decimal]] = {}
    for day in days:
        if day["date_day"] < str(running.clock.today):
            key = (f"{day['date_day'][:7]}-01", day["ad_id"], day["age"], day["gender"])
            impressions, clicks, spend = months.get(key, (0, 0, Decimal(0)))
            months[key] = (
                impressions + day["impressions"],
                clicks + day["clicks"],
                spend + Decimal(day["spend"]),
            )
    return sorted((*key, *counts) for key, counts in months.items())


def stored() -> list[Told]:
    with database.connection() as connected:
        rows = connected.execute(
            text("SELECT month::text, ad_id, age, gender, impressions, clicks, spend FROM adflux.ad_shown_to")
        )
        return sorted(tuple(row) for row in rows)


def read(running: Sandbox, since: date = FIRST, until: date | None = None) -> int | None:
    today = running.clock.today
    return sync_shown_to(open_platform(PlatformName.META), since, until or today - timedelta(1), today)


def test_every_month_by_age_and_sex_is_the_truth_and_again_after_it_was_restated(running: Sandbox) -> None:
    meta = open_platform(PlatformName.META)
    for _ in range(2):
        assert read(running) == len(shown_to(running)) > 10
        assert stored() == shown_to(running)
        assert sync_metrics(meta, since=FIRST, today=running.clock.today).complete
        (row,) = reports.publications()
        whole = {"impressions": 0, "clicks": 0}
        for one in reports.campaign_shown_to(row.id):
            whole["impressions"] += one.impressions
            whole["clicks"] += one.clicks
        (campaign,) = reports.campaigns()
        assert whole == {"impressions": campaign.impressions, "clicks": campaign.clicks}
        running.control("POST", "clock", {"advance_days": 9})


def test_a_few_days_read_again_leave_their_months_whole(running: Sandbox) -> None:
    running.control("POST", "clock", {"advance_days": 40})
    read(running)
    assert len({row[0] for row in stored()}) > 1
    running.control("POST", "clock", {"advance_days": 3})
    read(running, since=FIRST + timedelta(1), until=FIRST + timedelta(2))  # asked for by hand
    month = str(FIRST.replace(day=1))
    first_month = [row for row in shown_to(running) if row[0] == month]
    assert [row for row in stored() if row[0] == month] == first_month
    read(running, since=running.clock.today - timedelta(5))
    assert stored() == shown_to(running)


def test_a_window_that_breaks_off_changes_nothing(running: Sandbox) -> None:
    read(running)
    before = stored()
    fault = {"method": "GET", "path": "insights$", "times": 1, "kind": "graph_error", "http_status": 400}
    running.control("POST", "faults", {**fault, "code": 100, "subcode": 0})
    with pytest.raises(ValidationError):
        read(running)
    assert stored() == before


def test_too_much_at_once_is_read_in_halves(running: Sandbox) -> None:
    fault = {"method": "GET", "path": "insights$", "times": 2, "kind": "graph_error"}
    running.control("POST", "faults", {**fault, "code": 100, "subcode": 1487534, "http_status": 400})
    read(running)
    assert stored() == shown_to(running)
