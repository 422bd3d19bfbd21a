"""To whom ads were shown is what the platform says, day by day, and adds up to what they did."""

from __future__ import annotations

from datetime import timedelta
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


def shown_to(running: Sandbox) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = running.control("GET", "truth", {"since": str(FIRST)})["shown_to"]
    return [row for row in rows if row["date_day"] < str(running.clock.today)]


def stored() -> list[tuple[Any, ...]]:
    with database.connection() as connected:
        rows = connected.execute(
            text("""SELECT date_day::text, ad_id, age, gender, impressions, clicks, spend
                    FROM adflux.ad_shown_to""")
        )
        return sorted(tuple(row) for row in rows)


def test_every_day_by_age_and_sex_is_the_truth_and_again_after_it_was_restated(running: Sandbox) -> None:
    meta = open_platform(PlatformName.META)
    for _ in range(2):
        yesterday = running.clock.today - timedelta(1)
        number = sync_shown_to(meta, FIRST, yesterday)
        names = ("date_day", "ad_id", "age", "gender", "impressions", "clicks")
        truth = [(*(row[name] for name in names), Decimal(row["spend"])) for row in shown_to(running)]
        assert stored() == sorted(truth)
        assert number == len(truth) > 100
        assert sync_metrics(meta, since=FIRST, today=running.clock.today).complete
        (row,) = reports.publications()
        whole = {"impressions": 0, "clicks": 0}
        for one in reports.campaign_shown_to(row.id):
            whole["impressions"] += one.impressions
            whole["clicks"] += one.clicks
        (campaign,) = reports.campaigns()
        assert whole == {"impressions": campaign.impressions, "clicks": campaign.clicks}
        running.control("POST", "clock", {"advance_days": 9})


def test_a_window_that_breaks_off_changes_nothing(running: Sandbox) -> None:
    meta = open_platform(PlatformName.META)
    yesterday = running.clock.today - timedelta(1)
    sync_shown_to(meta, FIRST, yesterday)
    before = stored()
    fault = {"method": "GET", "path": "insights$", "times": 1, "kind": "graph_error", "http_status": 400}
    running.control("POST", "faults", {**fault, "code": 100, "subcode": 0})
    with pytest.raises(ValidationError):
        sync_shown_to(meta, FIRST, yesterday)
    assert stored() == before


def test_too_much_at_once_is_read_in_halves(running: Sandbox) -> None:
    fault = {"method": "GET", "path": "insights$", "times": 2, "kind": "graph_error"}
    running.control("POST", "faults", {**fault, "code": 100, "subcode": 1487534, "http_status": 400})
    sync_shown_to(open_platform(PlatformName.META), FIRST, running.clock.today - timedelta(1))
    assert len(stored()) == len(shown_to(running))
