"""Rollups are the sums at every commit, syncs of one account take turns, and no row is lost on its way in."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from ten_days import LAST, asked, sync, ten_days
from told_platform import FIRST, ToldPlatform, out_of_step, row, stored

from adflux_core import database
from adflux_core.errors import ValidationError
from adflux_core.metrics import replacing
from adflux_core.metrics.day_rows import by_day
from adflux_core.metrics.sync import SliceReceipt

pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture
def platform() -> ToldPlatform:
    return ten_days()


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


def test_what_is_changed_again_within_a_transaction_moved_once(platform: ToldPlatform) -> None:
    receipt = sync(platform)
    changes = """
        SELECT set_config('adflux.metrics_slice', CAST(:slice AS text), true);
        UPDATE adflux.ad_metrics SET clicks = clicks + 9, as_of = adflux.metrics_instant();
        UPDATE adflux.ad_metrics SET clicks = clicks - 8, as_of = adflux.metrics_instant();
        CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT * FROM adflux.ad_metrics WHERE ad_id = 'ad-1';
        DELETE FROM adflux.ad_metrics WHERE ad_id IN ('ad-1', 'ad-2');
        INSERT INTO adflux.ad_metrics SELECT * FROM gone WHERE date_day > :first
    """
    with database.connection() as connected:
        for change in changes.split(";"):
            statement = text(change)
            given = {"slice": receipt.slice_id, "first": FIRST}
            connected.execute(statement, {name: given[name] for name in statement.compile().params})
            assert out_of_step(connected) == []
    moved = asked("SELECT sum(rows), sum(clicks) FROM adflux.restated_day")
    vanished = asked("""
        SELECT sum(clicks) FROM adflux.ad_metrics_revision
        WHERE ad_id = 'ad-2' OR ad_id = 'ad-1' AND date_day = (SELECT min(date_day) FROM adflux.account_day)
    """)
    assert moved == [(30, vanished[0][0] + 9 + 10)]  # one click more for each of the nineteen that stayed


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
