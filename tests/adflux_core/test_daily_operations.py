"""All processes and accounts together stay within the operations a platform allows in 24 hours."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from adflux_core.accounts import SharedGovernor, a_day, operations_left
from adflux_core.advertising import Allowance, PlatformName, Usage
from adflux_core.errors import ThrottledError
from adflux_core.settings import settings

NOW = datetime(2026, 10, 1, 12, 30, tzinfo=UTC)
PLENTY = Allowance(points=10_000, hourly_calls=100_000)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def _seconds(self) -> float:
        return self.now.timestamp()

    def governor(self, a_day: int) -> SharedGovernor:
        return SharedGovernor(PlatformName.GOOGLE_ADS, now=self._seconds, wait=lambda _: None, a_day=a_day)


def taken(governor: SharedGovernor, operations: int) -> bool:
    try:
        room = governor.ask("1", operations, writing=False)
    except ThrottledError:
        return False
    governor.note("1", room, Usage(allowance=PLENTY))
    return True


def test_the_day_is_used_up_once_whoever_asks(database_url: str) -> None:
    clock = Clock()
    assert taken(clock.governor(100), 1)
    with ThreadPoolExecutor(24) as pool:
        got = list(pool.map(lambda _: taken(clock.governor(100), 3), range(200)))
        assert sum(got) == 26  # and a fifth is left for looking after what runs
        got = list(pool.map(lambda _: taken(clock.governor(100), 1), range(200)))
        assert sum(got) == 21


def test_what_does_not_fit_is_refused_with_the_time_when_it_will(database_url: str) -> None:
    clock = Clock()
    governor = clock.governor(100)
    assert taken(governor, 20)
    clock.now += timedelta(hours=2)
    assert taken(governor, 40)
    with pytest.raises(ThrottledError, match="80 operations in 24 hours") as refused:
        governor.ask("1", 21, writing=True)
    # The hour from 12 to 13 counts whole until all of it is older than a day.
    wait = refused.value.retry_after
    assert wait is not None
    assert clock.now + timedelta(seconds=wait) == datetime(2026, 10, 2, 13, 0, tzinfo=UTC)
    clock.now += timedelta(seconds=wait)
    assert taken(governor, 21)


def test_a_platform_that_counts_otherwise_has_no_day(database_url: str) -> None:
    assert a_day(PlatformName.META) is None
    assert operations_left(PlatformName.META) is None


def test_what_is_left_is_told(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_ADS_DAILY_OPERATIONS", "50")
    settings.cache_clear()
    room = SharedGovernor(PlatformName.GOOGLE_ADS, a_day=a_day(PlatformName.GOOGLE_ADS))
    room.ask("1", 8, writing=True)
    room.ask("2", 2, writing=True)
    assert operations_left(PlatformName.GOOGLE_ADS) == 40
