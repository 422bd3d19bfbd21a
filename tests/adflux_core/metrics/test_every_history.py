"""Whatever is restated, vanishes, is read twice or cut off: what stands, stood and adds up is as modelled.

A sample here; ADFLUX_METRIC_HISTORIES=1500 runs the whole (`make torture`).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from told_platform import Key, ToldPlatform, days_of, out_of_step, row, stored

from adflux_core import database, reports
from adflux_core.advertising import AdMetrics
from adflux_core.errors import DatabaseUnavailableError
from adflux_core.metrics import replacing
from adflux_core.metrics.gaps import gaps, heal_gaps
from adflux_core.metrics.sync import SliceReceipt, sync_metrics

HISTORIES = int(os.environ.get("ADFLUX_METRIC_HISTORIES", "12"))
NUMBERS = itertools.count()
START = date(2026, 10, 30)  # New York puts its clocks back on 1 November
DAYS = 5
ADS = ("ad-1", "ad-2")

few = st.sampled_from([0, 1, 2, 10**12])
numbers = st.fixed_dictionaries(
    {
        "campaign_id": st.sampled_from(["c-1", "c-2"]),
        "impressions": few,
        "clicks": few,
        "spend": st.sampled_from([Decimal(0), Decimal("0.10"), Decimal("0.1"), Decimal("999999999.000001")]),
        "applications": st.sampled_from([Decimal(0), Decimal("0.333333")]),
    }
)
which = st.integers(min_value=0, max_value=1)
days = st.integers(min_value=0, max_value=DAYS - 1).map(lambda number: START + timedelta(number))
changes = st.lists(st.tuples(which, days, st.sampled_from(ADS), numbers | st.none()), min_size=1, max_size=6)
windows = st.tuples(days, days).map(lambda both: (min(both), max(both)))
STEPS = ("_copy", "_update", "_insert", "_delete", "_keep_fingerprints", "replace")
FEW = 6  # rows that are held at once, so that a window is written in several batches


class CutOffError(Exception):
    """What a test ends a transaction with."""


class Histories(RuleBasedStateMachine):
    """Two accounts in two currencies; of each what the platform says, what stands, what stood at each pin."""

    @initialize()
    def begin(self) -> None:
        number = next(NUMBERS)
        self.platforms = [
            ToldPlatform(f"act_{number}_bogota", "COP", "America/Bogota"),
            ToldPlatform(f"act_{number}_york", "USD", "America/New_York"),
        ]
        self.stands: list[dict[Key, AdMetrics]] = [{}, {}]
        self.asked: list[set[date]] = [set(), set()]
        self.read: list[set[date]] = [set(), set()]
        self.pins: list[tuple[datetime, list[dict[Key, AdMetrics]]]] = []
        self.today = START + timedelta(DAYS)
        for account, platform in enumerate(self.platforms):
            everything = days_of(START, self.today - timedelta(1))
            platform.tell(*(row(day, ad, currency=platform.currency) for day in everything[1:] for ad in ADS))
            self.sync(account, (everything[1], everything[3]))

    @rule(changes=changes)
    def restate(self, changes: list[tuple[int, date, str, dict[str, Any] | None]]) -> None:
        for account, day, ad, told in changes:
            platform = self.platforms[account]
            if told is None:
                platform.rows.pop((day, ad), None)
            else:
                platform.tell(row(day, ad, currency=platform.currency, **told))

    @rule(account=which, day=days)
    def withdraw_a_day(self, account: int, day: date) -> None:
        for ad in ADS:
            self.platforms[account].rows.pop((day, ad), None)

    @rule(account=which, window=windows)
    def sync(self, account: int, window: tuple[date, date]) -> None:
        receipt = self._sync(account, window)
        before, after = self._within(self.stands[account], window), self._said(account, window)
        changed = {key for key, one in after.items() if before.get(key) != one}
        assert (receipt.changed, receipt.deleted) == (len(changed), len(before.keys() - after.keys()))
        self._now_stands(account, window)

    @rule(account=which, window=windows)
    def replay(self, account: int, window: tuple[date, date]) -> None:
        self.sync(account, window)
        again = self._sync(account, window)
        assert (again.changed, again.deleted) == (0, 0)

    @rule(account=which, window=windows, step=st.sampled_from(STEPS), lost=st.booleans())
    def cut_off(self, account: int, window: tuple[date, date], step: str, lost: bool) -> None:
        try:
            with _ending_after(step, lost=lost):
                self._sync(account, window)
        except (CutOffError, DatabaseUnavailableError):
            return
        self._now_stands(account, window)  # it did not come by there

    @rule(account=which, window=windows)
    def contradict(self, account: int, window: tuple[date, date]) -> None:
        platform = self.platforms[account]
        platform.lie = True
        receipt = self._sync(account, window)
        platform.lie = False
        self.asked[account].update(days_of(*window))
        if receipt.complete:  # without rows there was nothing to disagree about
            assert not self._said(account, window)
            self._now_stands(account, window)

    @rule(account=which, most=st.integers(min_value=1, max_value=9))
    def heal(self, account: int, most: int) -> None:
        today = self.today + timedelta(28)  # so that every day lies before the window that is read anyway
        for receipt in heal_gaps(self.platforms[account], today=today, most=most):  # type: ignore[arg-type]
            assert receipt.complete
            self._now_stands(account, (receipt.since, receipt.until))

    @precondition(lambda self: len(self.pins) < 6)
    @rule()
    def pin(self) -> None:
        self.pins.append((reports.pin(), [dict(one) for one in self.stands]))

    @invariant()
    def what_stands_is_what_was_read(self) -> None:
        for platform, stands in zip(self.platforms, self.stands, strict=True):
            assert stored(platform.external_id) == stands

    @invariant()
    def what_stood_is_not_forgotten(self) -> None:
        for at, then in self.pins:
            for platform, stood in zip(self.platforms, then, strict=True):
                assert stored(platform.external_id, at) == stood

    @invariant()
    def sums_are_in_step(self) -> None:
        with database.connection() as connected:
            assert out_of_step(connected) == []

    @invariant()
    def gaps_are_the_days_that_were_asked_for_and_not_read(self) -> None:
        for platform, asked, read in zip(self.platforms, self.asked, self.read, strict=True):
            found = gaps("meta", platform.external_id, before=self.today + timedelta(1))
            unread = [day for gap in found if gap.why == "unread" for day in days_of(gap.since, gap.until)]
            expected = set(days_of(min(asked), max(asked))) - read if asked else set()
            assert sorted(unread) == sorted(expected)

    def _sync(self, account: int, window: tuple[date, date]) -> SliceReceipt:
        platform: Any = self.platforms[account]
        return sync_metrics(platform, since=window[0], until=window[1], today=self.today)

    def _said(self, account: int, window: tuple[date, date]) -> dict[Key, AdMetrics]:
        return self._within(self.platforms[account].rows, window)

    @staticmethod
    def _within(rows: dict[Key, AdMetrics], window: tuple[date, date]) -> dict[Key, AdMetrics]:
        return {key: one for key, one in rows.items() if window[0] <= key[0] <= window[1]}

    def _now_stands(self, account: int, window: tuple[date, date]) -> None:
        stands = self.stands[account]
        for key in self._within(stands, window):
            del stands[key]
        stands.update(self._said(account, window))
        self.asked[account].update(days_of(*window))
        self.read[account].update(days_of(*window))


@contextmanager
def _ending_after(step: str, *, lost: bool) -> Iterator[None]:
    """The transaction fails right after that step, or its connection is gone."""
    whole = getattr(replacing, step)

    def cut(session: Any, *told: Any, **named: Any) -> None:
        whole(session, *told, **named)
        if lost:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        raise CutOffError

    place = "adflux_core.metrics.sync" if step == "replace" else "adflux_core.metrics.replacing"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{place}.{step}", cut)
        yield


def test_every_history(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adflux_core.metrics.sync.replace", partial(replacing.replace, buffered=FEW))
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.generate] if HISTORIES < 100 else [Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


def test_a_lost_connection_is_the_reason_when_days_come_back_meanwhile(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adflux_core.metrics.sync.replace", partial(replacing.replace, buffered=FEW))
    platform: Any = ToldPlatform()
    told = days_of(START, START + timedelta(DAYS - 1))
    platform.tell(*(row(day, ad) for day in told for ad in ADS), row(START, "ad-3"))
    with _ending_after("_copy", lost=True), pytest.raises(DatabaseUnavailableError):
        sync_metrics(platform, since=told[0], until=told[-1], today=told[-1] + timedelta(1))
