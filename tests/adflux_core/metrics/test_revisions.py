"""What was believed is kept, rollups are the sums at every commit, the same numbers again write nothing."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from told_platform import FIRST, ToldPlatform, out_of_step, row, stored

from adflux_core import database, reports
from adflux_core.errors import DatabaseRefusedError, ValidationError
from adflux_core.metrics import replacing
from adflux_core.metrics.day_rows import by_day
from adflux_core.metrics.sync import SliceReceipt, sync_metrics

pytestmark = pytest.mark.usefixtures("database_url")
LAST = FIRST + timedelta(9)


@pytest.fixture
def platform() -> ToldPlatform:
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
    ],
)
def test_nobody_changes_a_number_past_its_history(
    platform: ToldPlatform, statement: str, refusal: str
) -> None:
    sync(platform)
    with pytest.raises((DatabaseRefusedError, DBAPIError), match=refusal), database.connection() as connected:
        connected.execute(text(statement))
    assert stored("act_1") == platform.rows


def test_whoever_writes_the_rollups_are_the_sums(platform: ToldPlatform) -> None:
    sync(platform)
    with database.connection() as connected:
        connected.execute(
            text("UPDATE adflux.ad_metrics SET campaign_id = 'c-9', as_of = adflux.metrics_instant()")
        )
        connected.execute(text("DELETE FROM adflux.ad_metrics WHERE ad_id = 'ad-2'"))
        assert out_of_step(connected) == []
        assert connected.execute(text("SELECT DISTINCT campaign_id FROM adflux.campaign_day")).all() == [
            ("c-9",)
        ]


def test_rollups_are_in_step_at_every_commit_that_a_reader_can_see(platform: ToldPlatform) -> None:
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for number in range(25):
                platform.tell(row(FIRST + timedelta(number % 10), f"ad-{number % 4}", clicks=number))
                platform.rows.pop((FIRST + timedelta(number % 7), "ad-2"), None)
                sync(platform)
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    looked = 0
    while writer.is_alive():
        with database.connection() as connected:
            assert out_of_step(connected) == []
        looked += 1
    assert failures == []
    assert looked > 10


def test_two_syncs_of_one_account_write_one_after_the_other(platform: ToldPlatform) -> None:
    receipts: list[SliceReceipt] = []
    windows = [(FIRST, LAST - timedelta(3)), (FIRST + timedelta(3), LAST)] * 3
    threads = [
        threading.Thread(target=lambda window=window: receipts.append(sync(platform, *window)))
        for window in windows
    ]
    assert stored("act_1") == {}  # and the engine is there: threads that ask for it first make several
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == len(windows)
    assert sum(receipt.changed for receipt in receipts) == len(platform.rows)
    assert stored("act_1") == platform.rows
    in_order = asked("SELECT id, read_at FROM adflux.metrics_slice ORDER BY read_at")
    assert len({read_at for _, read_at in in_order}) == len(windows)


def test_whoever_holds_the_account_is_waited_for(platform: ToldPlatform) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    other = threading.Thread(target=lambda: sync(platform))
    with database.transaction() as session:
        replacing.hold_account(session, "meta", "act_1")
        sync(ToldPlatform("act_2"))  # another account does not wait
        other.start()
        while not asked(waiting)[0][0]:
            assert other.is_alive(), "the sync did not wait"
        assert stored("act_1") == {}
    other.join()
    assert stored("act_1") == platform.rows


def test_more_rows_than_are_held_in_no_order_of_days_are_still_all_there(
    platform: ToldPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = replacing.replace
    monkeypatch.setattr("adflux_core.metrics.sync.replace", lambda *told: replace(*told, buffered=4))
    assert sync(platform).changed == 30  # in the order of the days
    platform.rows = dict(sorted(platform.rows.items(), key=lambda item: item[0][1]))  # ad after ad
    platform.tell(row(LAST, "ad-2", clicks=3))
    platform.tell(row(FIRST, "ad-4"))
    assert sync(platform).changed == 2
    assert stored("act_1") == platform.rows


def test_a_lie_about_the_last_day_undoes_what_was_written_of_the_first(
    platform: ToldPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(platform)
    before = dict(platform.rows)
    written: list[Any] = []
    few = partial(replacing.replace, buffered=4)
    monkeypatch.setattr(
        "adflux_core.metrics.sync.replace", lambda *told: written.append(few(*told)) or written[-1]
    )
    platform.tell(row(FIRST, "ad-1", clicks=7))
    platform.lie = True
    refused = sync(platform)
    assert (refused.complete, refused.changed, written[0].changed) == (False, 0, 1)
    assert stored("act_1") == before
    platform.lie = False
    assert sync(platform).changed == 1


def test_days_are_put_away_as_they_come() -> None:
    rows = [row(FIRST + timedelta(number), f"ad-{ad}") for number in range(50) for ad in range(10)]
    held = [[len(found) for found in days.values()] for days in by_day(rows, buffered=1)]
    assert held == [[10]] * 50


@pytest.mark.parametrize("ad_id", ["tab\there", "back\\slash", "line\nfeed", "\\.", "\\N", "ñandú", "\r", ""])
def test_an_id_of_any_letters_arrives_as_it_is(platform: ToldPlatform, ad_id: str) -> None:
    platform.tell(row(FIRST, ad_id, campaign_id=f"c{ad_id}"))
    sync(platform)
    assert stored("act_1") == platform.rows
    assert sync(platform).changed == 0


def test_an_amount_finer_than_is_kept_is_refused_by_the_ad_and_nothing_is_rounded(
    platform: ToldPlatform,
) -> None:
    platform.tell(row(FIRST, "ad-2", spend=Decimal("1.5000000")))  # seven decimals, the last of them nothing
    sync(platform)
    platform.tell(row(FIRST, "ad-2", spend=Decimal("1.0000001")))
    refused = sync(platform)
    assert not refused.complete
    assert "ad ad-2 on 2026-10-20: 1.0000001" in refused.reason
    assert stored("act_1")[FIRST, "ad-2"].spend == Decimal("1.5")


def test_two_different_rows_of_one_ad_and_day_are_refused() -> None:
    with pytest.raises(ValidationError, match="two different rows"):
        list(by_day([row(FIRST), row(FIRST, clicks=9)]))
    assert list(by_day([row(FIRST), row(FIRST)])) == [{FIRST: [row(FIRST)]}]
