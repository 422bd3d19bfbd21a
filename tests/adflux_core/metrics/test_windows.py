"""Any stretch of days is windows, newest first, that hold each of its days once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_platform import ToldPlatform, row

from adflux_core import reports
from adflux_core.errors import InputError, UnavailableError
from adflux_core.metrics import windows as planning
from adflux_core.metrics.sync import LONGEST_DAYS, sync_metrics
from adflux_core.metrics.windows import DAYS_AT_ONCE, MOST, Window, windows

TODAY = date(2026, 10, 31)


@given(st.integers(1, LONGEST_DAYS), st.integers(0, 400))
def test_each_day_is_in_one_window(days: int, ago: int) -> None:
    platform = ToldPlatform()
    until = TODAY - timedelta(days=ago)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "remembered", lambda _platform: None)
        found = windows(platform, None, until, TODAY, days)  # type: ignore[arg-type]
    held = [
        one.until - timedelta(number) for one in found for number in range((one.until - one.since).days + 1)
    ]
    assert held == [until - timedelta(number) for number in range(days)]
    assert all((one.until - one.since).days < DAYS_AT_ONCE for one in found)
    assert len(found) <= MOST


def test_an_account_that_is_known_is_not_asked_for_its_calendar(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = ToldPlatform()

    def fail() -> None:
        raise UnavailableError("no answer", platform="meta")

    planned = windows(platform, None, None, TODAY, 90)  # type: ignore[arg-type]
    sync_metrics(platform, today=TODAY)  # type: ignore[arg-type]
    monkeypatch.setattr(platform, "account", fail)
    assert windows(platform, None, None, TODAY, 90) == planned  # type: ignore[arg-type]
    with pytest.raises(InputError, match="swap them"):
        windows(platform, TODAY, TODAY - timedelta(1), TODAY, 90)  # type: ignore[arg-type]


def test_a_window_that_failed_stays_a_concern_while_only_other_days_are_read(database_url: str) -> None:
    platform = ToldPlatform()

    def read(window: Window, *, lie: bool) -> list[str]:
        platform.lie = lie
        receipt = sync_metrics(platform, since=window.since, until=window.until, today=TODAY)  # type: ignore[arg-type]
        assert receipt.complete is not lie
        (health,) = reports.account_health()
        assert bool(health.reason) is ("incomplete" in [one.kind for one in reports.attention()])
        return [one.kind for one in reports.attention() if one.kind != "gap"]

    newest, older = windows(platform, None, None, TODAY, 60)  # type: ignore[arg-type]
    platform.tell(row(newest.since), row(older.since))
    assert read(older, lie=True) == ["incomplete"]
    assert read(newest, lie=False) == ["incomplete"]
    assert read(older, lie=False) == []
