"""What changed between two reports and why: against a model, in any history; and the sums always close."""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from told_platform import FIRST, Key, ToldPlatform, days_of, row

from adflux_core import reports
from adflux_core.advertising import AdMetrics
from adflux_core.metrics.sync import sync_metrics
from adflux_core.reports import Pinned

HISTORIES = int(os.environ.get("ADFLUX_CHANGE_HISTORIES", "25"))
ACCOUNTS = itertools.count()
DAYS = 8
Stand = tuple[Mapping[Key, AdMetrics], frozenset[date]]  # what stood, and which days were read

DAY = st.integers(0, DAYS - 1).map(lambda number: FIRST + timedelta(number))
WINDOW = st.tuples(DAY, DAY).map(lambda pair: (min(pair), max(pair)))
TOLD = st.builds(
    row,
    DAY,
    st.sampled_from(["ad-1", "ad-2", "ad-3"]),
    campaign_id=st.sampled_from(["c-1", "c-2"]),
    impressions=st.integers(0, 3),
    spend=st.integers(0, 3).map(Decimal),
)
STEP = st.tuples(st.lists(TOLD, max_size=4), st.lists(st.tuples(DAY, st.just("ad-1")), max_size=2), WINDOW)


class History:
    """A platform that is told and read, and what a perfect memory knows of it."""

    def __init__(self) -> None:
        self.platform = ToldPlatform(external_id=f"act_{next(ACCOUNTS)}")
        self.stored: dict[Key, AdMetrics] = {}
        self.read: set[date] = set()

    def step(self, told: list[AdMetrics], gone: list[Key], window: tuple[date, date]) -> None:
        self.platform.tell(*told)
        for key in gone:
            self.platform.rows.pop(key, None)
        since, until = window
        sync_metrics(self.platform, since=since, until=until, today=FIRST + timedelta(DAYS))  # type: ignore[arg-type]
        self.stored = {key: one for key, one in self.stored.items() if not since <= key[0] <= until}
        self.stored |= {key: one for key, one in self.platform.rows.items() if since <= key[0] <= until}
        self.read |= set(days_of(since, until))

    def stand(self) -> Stand:
        return dict(self.stored), frozenset(self.read)


def counts(one: AdMetrics | None) -> tuple[int, Decimal]:
    return (one.impressions, one.spend) if one else (0, Decimal(0))


def expected(
    then: Stand, told: tuple[date, date], now: Stand, asked: tuple[date, date]
) -> dict[object, object]:
    """By reason, campaign and day: rows, impressions and spend."""
    sums: dict[object, list[object]] = defaultdict(lambda: [0, 0, Decimal(0)])

    def add(why: str, one: AdMetrics, impressions: int, spend: Decimal) -> None:
        held = sums[why, one.campaign_id, one.date_day]
        held[:] = [held[0] + 1, held[1] + impressions, held[2] + spend]  # type: ignore[operator]

    for key in then[0].keys() | now[0].keys():
        was, is_ = then[0].get(key), now[0].get(key)
        in_told, in_asked = told[0] <= key[0] <= told[1], asked[0] <= key[0] <= asked[1]
        if in_told and (*counts(was), was is None) != (*counts(is_), is_ is None):
            why = "vanished" if is_ is None else "restated" if was else "late_row"
            if why == "late_row" and key[0] not in then[1]:
                why = "gap_healed"
            moved = (counts(is_)[0] - counts(was)[0], counts(is_)[1] - counts(was)[1])
            add(why, is_ or was, *moved)  # type: ignore[arg-type]
        if is_ and in_asked and not in_told:
            add("new_day", is_, *counts(is_))
        if is_ and in_told and not in_asked:
            add("left_window", is_, -is_.impressions, -is_.spend)
    return {key: tuple(value) for key, value in sums.items()}


@pytest.mark.usefixtures("database_url")
@settings(
    max_examples=HISTORIES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=1, max_size=3), st.lists(STEP, max_size=3), WINDOW, WINDOW)
def test_every_change_has_its_reason_and_the_sums_close(
    before: list[tuple[list[AdMetrics], list[Key], tuple[date, date]]],
    after: list[tuple[list[AdMetrics], list[Key], tuple[date, date]]],
    told: tuple[date, date],
    asked: tuple[date, date],
) -> None:
    history = History()
    for step in before:
        history.step(*step)
    then, stood = Pinned(*told, reports.pin()), history.stand()
    for step in after:
        history.step(*step)
    now, stands = Pinned(*asked, reports.pin()), history.stand()
    history.step([row(day, spend=Decimal(7)) for day in days_of(FIRST, FIRST + timedelta(3))], [], told)

    found = [one for one in reports.changes(then, now) if one.account_id == history.platform.external_id]
    assert {
        (one.why, one.campaign_id, one.date_day): (one.rows, one.impressions, one.spend) for one in found
    } == expected(stood, told, stands, asked)

    def said(pinned: Pinned) -> Decimal:
        rows = reports.campaign_delivery(pinned)
        return sum((one.spend for one in rows if one.account_id == history.platform.external_id), Decimal(0))

    assert said(then) + sum((one.spend for one in found), Decimal(0)) == said(now)
