"""A window is replaced, only what changed is written, and what does not add up changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from meta_numbers import FIRST, stored, truth
from unhurried import Unhurried

from adflux_core import reports
from adflux_core.accounts import open_platform
from adflux_core.advertising import AccountDay, MetricsWindow, PlatformName
from adflux_core.errors import InputError, UnavailableError, ValidationError
from adflux_core.metrics.sync import sync_metrics
from adflux_core.platforms.meta.adapter import MetaPlatform
from adflux_core.platforms.meta.paging import Decode, decoded
from adflux_core.settings import settings
from adflux_core.witness import NOBODY, Witness
from sandbox.server import Sandbox


def test_every_day_of_a_restating_month_equals_the_truth(running: Sandbox) -> None:
    meta = open_platform(PlatformName.META)
    written = []
    for _ in range(30):
        today = running.clock.today
        receipt = sync_metrics(meta, since=FIRST, today=today)
        assert receipt.complete, receipt.reason
        assert stored() == truth(running, today - timedelta(days=1))
        written.append(receipt.changed)
        assert sync_metrics(meta, since=FIRST, today=today).changed == 0
        running.control("POST", "clock", {"advance_days": 1})
    assert sum(written) > len(stored())  # days were restated, so some were written more than once


@pytest.mark.parametrize("how", ["ARCHIVED", "DELETED"])
def test_an_ad_that_was_put_away_keeps_the_numbers_it_had(running: Sandbox, how: str) -> None:
    meta = MetaPlatform(settings(), Unhurried())
    (ad,) = [thing for thing in running.control("GET", "objects")["objects"] if thing["kind"] == "ad"]
    meta._post((ad["id"],), {"status": how})
    today = running.clock.today
    receipt = sync_metrics(meta, since=FIRST, today=today)
    assert receipt.complete, receipt.reason
    assert stored() == truth(running, today - timedelta(days=1)) != []


@pytest.mark.parametrize("fault", ["empty_middle_page", "repeated_row"])
def test_pages_that_shift_lose_and_double_nothing(
    running: Sandbox, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adflux_core.platforms.meta.insights.PAGE_SIZE", 3)
    running.control("POST", "faults", {"method": "GET", "path": "insights$", "times": 1, "kind": fault})
    today = running.clock.today
    receipt = sync_metrics(open_platform(PlatformName.META), since=FIRST, today=today)
    assert receipt.complete, receipt.reason
    assert stored() == truth(running, today - timedelta(days=1))


def test_a_circle_of_pages_is_an_error_and_not_a_short_answer(
    running: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adflux_core.platforms.meta.insights.PAGE_SIZE", 3)
    running.control(
        "POST", "faults", {"method": "GET", "path": "insights$", "times": 9, "kind": "cursor_loop"}
    )
    with pytest.raises(UnavailableError, match="leads nowhere"):
        sync_metrics(open_platform(PlatformName.META), since=FIRST, today=running.clock.today)
    assert stored() == []


@pytest.mark.parametrize(
    "fault", ["html_502", "plain_500", "json_without_error_500", "empty_200", "non_json_200"]
)
def test_a_read_that_fails_is_retriable_and_changes_nothing(running: Sandbox, fault: str) -> None:
    running.control("POST", "faults", {"method": "GET", "path": "insights$", "times": 1, "kind": fault})
    with pytest.raises(UnavailableError) as failure:
        sync_metrics(open_platform(PlatformName.META), since=FIRST, today=running.clock.today)
    assert failure.value.retriable
    assert stored() == []


@pytest.mark.parametrize("times", [1, 2, 3])
def test_too_much_data_is_asked_for_in_parts(running: Sandbox, times: int) -> None:
    fault = {"method": "GET", "path": "insights$", "times": times, "kind": "graph_error"}
    running.control("POST", "faults", {**fault, "code": 100, "subcode": 1487534, "http_status": 400})
    today = running.clock.today
    receipt = sync_metrics(open_platform(PlatformName.META), since=FIRST, today=today)
    assert receipt.complete, receipt.reason
    assert stored() == truth(running, today - timedelta(days=1)) != []


class Altered(MetaPlatform):
    """The real adapter, whose window a test then alters, as a platform that contradicts itself would."""

    def __init__(self, alter: Any) -> None:
        super().__init__(settings(), Unhurried())
        self.alter = alter

    def read_metrics(self, since: date, until: date, seen: Witness = NOBODY) -> MetricsWindow:
        window: MetricsWindow = self.alter(super().read_metrics(since, until, seen))
        return window


class Lying(MetaPlatform):
    """The real adapter, whose replies a test alters row by row before they are read."""

    def __init__(self, lie: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        super().__init__(settings(), Unhurried())
        self.lie = lie

    def _get(self, path: Any, params: Any, keep: Any = None, decode: Decode = decoded) -> dict[str, Any]:
        def altered(body: bytes) -> Any:
            told = json.loads(body)
            told["data"] = [{**row, **self.lie(row)} for row in told["data"]]
            return decode(json.dumps(told).encode())

        return super()._get(path, params, keep, altered if params.get("level") == "ad" else decode)


def _cut_short(window: MetricsWindow) -> MetricsWindow:
    return replace(window, rows=window.rows[:-1])


def _extra_total(window: MetricsWindow) -> MetricsWindow:
    return replace(window, totals=[*window.totals, AccountDay(window.since, 5, 1, Decimal(1))])


def _lost_total(window: MetricsWindow) -> MetricsWindow:
    return replace(window, totals=window.totals[1:])


@pytest.mark.parametrize("alter", [_cut_short, _extra_total, _lost_total])
def test_what_does_not_add_up_leaves_the_old_numbers_and_says_why(running: Sandbox, alter: Any) -> None:
    today = running.clock.today
    sync_metrics(open_platform(PlatformName.META), since=FIRST, today=today)
    before = stored()
    running.control("POST", "clock", {"advance_days": 1})
    receipt = sync_metrics(Altered(alter), since=FIRST, today=running.clock.today)
    assert not receipt.complete
    assert "account" in receipt.reason
    assert stored() == before


@pytest.mark.parametrize(
    ("lie", "named"),
    [
        ({"impressions": "hLbV2"}, "'hLbV2' is not a number"),
        ({"spend": "-0.01"}, "'-0.01' is not a number"),
        ({"date_start": "2024-04-32"}, "2024-04-32"),
        ({"account_currency": "USD"}, "in USD, not COP"),
        ({"campaign_id": None}, "campaign_id"),
    ],
)
def test_a_row_that_cannot_be_is_the_reason_of_an_incomplete_slice(
    running: Sandbox, lie: dict[str, Any], named: str
) -> None:
    today = running.clock.today
    sync_metrics(open_platform(PlatformName.META), since=FIRST, today=today)
    before = stored()
    receipt = sync_metrics(Lying(lambda _row: lie), since=FIRST, today=today)
    assert (receipt.complete, receipt.stored) == (False, 0)
    assert f"ad {before[0][1]} on" in receipt.reason
    assert named in receipt.reason
    assert stored() == before
    assert [issue.kind for issue in reports.attention()] == ["incomplete"]


def test_rows_in_no_order_and_many_times_are_the_same_rows_once(running: Sandbox) -> None:
    today = running.clock.today

    def shuffled(window: MetricsWindow) -> MetricsWindow:
        return replace(window, rows=sorted([*window.rows] * 3, key=hash))

    receipt = sync_metrics(Altered(shuffled), since=FIRST, today=today)
    assert receipt.complete, receipt.reason
    assert stored() == truth(running, today - timedelta(days=1)) != []
    assert sync_metrics(open_platform(PlatformName.META), since=FIRST, today=today).changed == 0


def test_a_currency_that_changes_in_the_middle_of_a_window_fails_it(running: Sandbox) -> None:
    today = running.clock.today
    sync_metrics(open_platform(PlatformName.META), since=FIRST, today=today)
    before, changed = stored(), str(FIRST + timedelta(days=6))

    def lie(row: dict[str, Any]) -> dict[str, Any]:
        return {"account_currency": "USD" if row["date_start"] >= changed else "COP"}

    receipt = sync_metrics(Lying(lie), since=FIRST, today=today)
    assert (receipt.complete, receipt.changed) == (False, 0)
    assert receipt.reason.endswith("in USD, not COP")
    assert stored() == before


def test_a_row_that_vanished_is_gone_and_days_outside_the_window_stay(running: Sandbox) -> None:
    today = running.clock.today
    sync_metrics(open_platform(PlatformName.META), since=FIRST, today=today)
    first, *rest = stored()

    def without_the_second_day(window: MetricsWindow) -> MetricsWindow:
        gone = date.fromisoformat(rest[0][0])
        return replace(
            window,
            rows=[row for row in window.rows if row.date_day != gone],
            totals=[total for total in window.totals if total.date_day != gone],
        )

    receipt = sync_metrics(Altered(without_the_second_day), since=date.fromisoformat(rest[0][0]), today=today)
    assert receipt.deleted == 1
    assert stored() == [first, *rest[1:]]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 10, 9), date(2026, 10, 8)),
        (date(2026, 10, 9), date(2026, 12, 8)),
        (date(2020, 1, 1), date(2026, 10, 8)),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(running: Sandbox, since: date, until: date) -> None:
    with pytest.raises(InputError):
        sync_metrics(open_platform(PlatformName.META), since=since, until=until, today=running.clock.today)


def test_a_currency_that_is_not_the_accounts_is_refused(running: Sandbox) -> None:
    meta = open_platform(PlatformName.META)
    account = meta.account().model_copy(update={"currency": "USD"})
    meta.account = lambda: account  # type: ignore[method-assign]
    with pytest.raises(ValidationError, match="in COP, not USD"):
        meta.read_metrics(FIRST, running.clock.today)
