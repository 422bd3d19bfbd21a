"""An account's night is over by its own clock, and read only by a whole reading that came after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from told_platform import FIRST, ToldPlatform, row

from adflux_core.heartbeat import beat
from adflux_core.metrics.nights import Night, is_computed, last_night
from adflux_core.metrics.sync import sync_metrics

pytestmark = pytest.mark.usefixtures("database_url")

TODAY = FIRST + timedelta(days=5)


@pytest.fixture
def platform() -> ToldPlatform:
    told = ToldPlatform()
    told.tell(*(row(FIRST + timedelta(days=number)) for number in range(5)))
    return told


def sync(platform: ToldPlatform, today: date = TODAY) -> bool:
    return sync_metrics(platform, since=FIRST, until=today - timedelta(days=1), today=today).complete  # type: ignore[arg-type]


def night(platform: ToldPlatform, today: date | None = TODAY, now: datetime | None = None) -> Night:
    return last_night(platform, today, now)  # type: ignore[arg-type]


def test_of_an_account_that_never_answered_nothing_was_read(platform: ToldPlatform) -> None:
    assert night(platform) == Night(platform=platform.name, account_id="act_1")


def test_the_night_is_read_by_a_whole_reading_up_to_the_day_before(platform: ToldPlatform) -> None:
    sync(platform, TODAY - timedelta(days=1))
    assert night(platform).read_at is None
    platform.lie = True
    assert not sync(platform)
    assert night(platform).read_at is None
    platform.lie = False
    assert sync(platform)
    first = night(platform).read_at
    assert first is not None
    assert sync(platform)
    assert night(platform).read_at == first


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        ("America/Bogota", "2026-10-25T08:59", "2026-10-24"),
        ("America/Bogota", "2026-10-25T09:00", "2026-10-25"),
        ("Europe/Madrid", "2026-10-25T02:59", "2026-10-24"),  # the clocks went back an hour in this night
        ("Europe/Madrid", "2026-10-25T03:00", "2026-10-25"),
        ("Asia/Kolkata", "2026-10-24T22:30", "2026-10-25"),
    ],
)
def test_a_night_is_over_at_four_by_the_clock_of_the_account(zone: str, utc: str, day: str) -> None:
    platform = ToldPlatform(time_zone=zone)
    platform.tell(row(FIRST))
    sync(platform)
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert night(platform, None, now).day == date.fromisoformat(day)


def test_what_was_read_before_the_night_was_over_does_not_count(platform: ToldPlatform) -> None:
    now = datetime.now(UTC)
    behind = now.hour - 1 if now.hour <= 13 else now.hour - 25
    platform.time_zone = f"Etc/GMT{behind:+d}"  # where it is past one o'clock
    today = now.astimezone(ZoneInfo(platform.time_zone)).date()
    sync_metrics(platform, since=FIRST, until=today, today=today)  # type: ignore[arg-type]
    begun, over = night(platform, None, now), night(platform, None, now + timedelta(hours=3))
    assert (begun.day, begun.read_at is None) == (today - timedelta(days=1), False)
    assert (over.day, over.read_at) == (today, None)


def test_what_was_computed_before_the_night_was_read_is_computed_again(platform: ToldPlatform) -> None:
    beat("nightly")
    sync(platform)
    assert not is_computed([night(platform)], "nightly")
    beat("nightly")
    assert is_computed([night(platform)], "nightly")
    assert not is_computed([night(platform), night(ToldPlatform(external_id="act_2"))], "nightly")
    assert not is_computed([night(platform)], "another")
