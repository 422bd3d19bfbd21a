"""What was believed is kept from when until when, and the same numbers again write nothing."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from ten_days import LAST, asked, sync, ten_days
from told_platform import FIRST, ToldPlatform, row, stored

from adflux_core import database, reports
from adflux_core.errors import DatabaseRefusedError
from adflux_core.metrics import replacing

pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture
def platform() -> ToldPlatform:
    return ten_days()


def test_a_restated_row_leaves_what_was_believed_from_when_until_when_and_by_which_slices(
    platform: ToldPlatform,
) -> None:
    first = sync(platform)
    platform.tell(row(FIRST, "ad-1", spend=Decimal("99.99")))
    second = sync(platform)
    assert (second.changed, second.deleted) == (1, 0)
    revisions = asked("""
        SELECT revision.spend, slice_id, superseded_by, as_of = first.read_at, superseded_at = second.read_at
        FROM adflux.ad_metrics_revision AS revision
        JOIN adflux.metrics_slice AS first ON first.id = slice_id
        JOIN adflux.metrics_slice AS second ON second.id = superseded_by
    """)
    assert revisions == [(Decimal("12.5"), first.slice_id, second.slice_id, True, True)]


def test_a_pinned_report_answers_the_same_for_ever(platform: ToldPlatform) -> None:
    sync(platform)
    pinned, then = reports.pin(), stored("act_1")
    before = (
        reports.daily_by_platform(FIRST, LAST, as_of=pinned),
        reports.period_totals(FIRST, LAST, as_of=pinned),
    )
    assert before[0] == reports.daily_by_platform(FIRST, LAST)
    assert before[1] == reports.period_totals(FIRST, LAST)
    del platform.rows[FIRST, "ad-3"]
    platform.tell(row(FIRST, "ad-1", impressions=7), row(LAST, "ad-9", campaign_id="c-3"))
    receipt = sync(platform)
    assert (receipt.changed, receipt.deleted) == (2, 1)
    platform.tell(row(FIRST, "ad-3"))  # vanished, and back with other ids
    sync(platform)
    assert stored("act_1", pinned) == then
    after = (
        reports.daily_by_platform(FIRST, LAST, as_of=pinned),
        reports.period_totals(FIRST, LAST, as_of=pinned),
    )
    assert after == before
    assert reports.period_totals(FIRST, LAST) != before[1]
    assert stored("act_1", pinned - timedelta(days=1)) == {}


def test_a_pin_waits_for_the_slice_that_is_being_written(
    platform: ToldPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins: list[Any] = []
    pinning = threading.Thread(target=lambda: pins.append(reports.pin()))
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND query LIKE '%metrics_pin%'"
    )
    replace = replacing.replace

    def replace_while_somebody_pins(*arguments: Any) -> replacing.Replaced:
        pinning.start()
        while not asked(waiting)[0][0]:
            assert pinning.is_alive(), "the pin did not wait"
        return replace(*arguments)

    monkeypatch.setattr("adflux_core.metrics.sync.replace", replace_while_somebody_pins)
    sync(platform)
    pinning.join()
    assert stored("act_1", pins[0]) == platform.rows


def test_the_same_numbers_again_write_nothing_and_are_not_even_sent(
    platform: ToldPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(platform)
    before = asked("SELECT ctid, xmin, * FROM adflux.ad_metrics")
    sent = []
    replace = replacing.replace
    monkeypatch.setattr(
        "adflux_core.metrics.sync.replace", lambda *told: sent.append(replace(*told)) or sent[-1]
    )
    platform.rows = dict(reversed(platform.rows.items()))  # pages come in another order
    receipt = sync(platform)
    assert (receipt.read, receipt.changed, receipt.deleted) == (30, 0, 0)
    assert asked("SELECT ctid, xmin, * FROM adflux.ad_metrics") == before
    platform.tell(row(FIRST, "ad-1", clicks=1))
    assert sync(platform).changed == 1
    assert [each.sent for each in sent] == [0, 1]  # of a day with three ads


def test_equal_amounts_written_differently_are_equal(platform: ToldPlatform) -> None:
    sync(platform)
    platform.tell(row(FIRST, "ad-1", impressions=100, spend=Decimal("12.50"), applications=Decimal("1.0")))
    assert sync(platform).changed == 0


def test_a_digest_is_not_believed_once_somebody_changed_the_rows(platform: ToldPlatform) -> None:
    sync(platform)
    with database.connection() as connected:
        connected.execute(
            text(
                "UPDATE adflux.ad_metrics SET clicks = 0, as_of = adflux.metrics_instant() "
                "WHERE ad_id = 'ad-1'"
            )
        )
    assert stored("act_1") != platform.rows
    assert sync(platform).changed == 10
    assert stored("act_1") == platform.rows


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE adflux.ad_metrics SET clicks = 0", "metrics_instant"),
        ("UPDATE adflux.ad_metrics SET slice_id = 99, as_of = adflux.metrics_instant()", "names no slice"),
        ("TRUNCATE adflux.ad_metrics", "never emptied"),
        ("TRUNCATE adflux.ad_metrics_revision", "never emptied"),
        ("UPDATE adflux.account_day SET spend = 0", "kept by triggers"),
        ("DELETE FROM adflux.campaign_total", "kept by triggers"),
        ("TRUNCATE adflux.restated_day", "kept by triggers"),
    ],
)
def test_nobody_changes_a_number_past_its_history(
    platform: ToldPlatform, statement: str, refusal: str
) -> None:
    sync(platform)
    with pytest.raises((DatabaseRefusedError, DBAPIError), match=refusal), database.connection() as connected:
        connected.execute(text(statement))
    assert stored("act_1") == platform.rows
