"""What a platform said is kept as it came, and parsing it again makes the stored rows what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from backports import zstd
from meta_numbers import FIRST, stored
from sqlalchemy import select, text, update

from adflux_core import database, reports
from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.errors import InputError, RefusedError
from adflux_core.metrics import evidence
from adflux_core.metrics.evidence import drop_old_pages
from adflux_core.metrics.reparsing import Reparsed, readings, reparse
from adflux_core.metrics.sync import SliceReceipt, sync_metrics
from adflux_core.platforms.meta.paging import harmless
from adflux_core.schema.evidence import MetricsPage
from adflux_core.settings import settings
from sandbox.server import Sandbox
from tests.adflux_core.metrics.test_sync import Lying

META = PlatformName.META


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adflux_core.platforms.meta.insights.PAGE_SIZE", 3)


def sync(world: Sandbox, since: date = FIRST) -> SliceReceipt:
    receipt = sync_metrics(open_platform(META), since=since, today=world.clock.today, wait=lambda _: None)
    assert receipt.complete, receipt.reason
    return receipt


def again(**wanted: Any) -> list[Reparsed]:
    (found,) = readings(**wanted).values()
    return [one for slice_id, days in found.items() for one in reparse(open_platform(META), slice_id, days)]


def pages() -> list[MetricsPage]:
    with database.transaction() as session:
        return list(session.scalars(select(MetricsPage).order_by(MetricsPage.slice_id, MetricsPage.place)))


def one_number(question: str) -> Any:
    with database.transaction() as session:
        return session.execute(text(question)).scalar_one()


def test_every_reply_is_kept_in_its_order_and_holds_no_secret(running: Sandbox) -> None:
    before = datetime.now(UTC)
    receipt = sync(running)
    kept = pages()
    assert [one.place for one in kept] == list(range(1, len(kept) + 1))
    assert {one.slice_id for one in kept} == {receipt.slice_id}
    assert len(kept) == one_number("SELECT pages FROM adflux.metrics_slice") > 4
    assert [one.question for one in kept] == sorted((one.question for one in kept), key="ad account".index)
    secret = settings().meta_access_token
    assert secret
    for one in kept:
        body = zstd.decompress(one.body)
        assert (len(body), sha256(body).digest()) == (one.size, one.sha256)
        assert before <= one.read_at <= datetime.now(UTC)
        assert secret.get_secret_value().encode() not in body
    assert b'"impressions"' in zstd.decompress(kept[0].body)


@pytest.mark.parametrize("escaped", [False, True])
def test_paging_links_lose_their_token_and_nothing_else(escaped: bool) -> None:
    link = "https://graph.facebook.com/act_1?access_token=TOKEN&limit=3&appsecret_proof=TOKEN&after=QVFI"
    whole = f'{{"data":[{{"ad_id":"7","by":"E-MAIL"}}],"paging":{{"next":"{link}","previous":"{link}"}}}}'
    whole = whole.replace("/", "\\/") if escaped else whole
    given = whole.replace("E-MAIL", r"ana\u0040example.com" if escaped else "ana@example.com")
    clean = harmless(given.replace("TOKEN", "EAAB9zZ").encode()).decode()
    assert clean == whole.replace("TOKEN", "-").replace("E-MAIL", "-")


def test_parsing_again_writes_nothing_where_nothing_differs(running: Sandbox) -> None:
    receipt = sync(running)
    before = stored()
    (done,) = again(slice_id=receipt.slice_id)
    assert (done.since, done.until, done.read) == (receipt.since, receipt.until, receipt.read)
    assert (done.changed, done.deleted, done.reason) == (0, 0, "")
    assert stored() == before != []
    assert one_number("SELECT count(*) FROM adflux.ad_metrics_revision") == 0
    assert one_number("SELECT reparsed_at IS NOT NULL FROM adflux.metrics_slice")


def test_another_reading_of_the_same_pages_is_a_revision_and_no_restatement(
    running: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = sync(running)
    before = stored()
    monkeypatch.setenv("META_CONVERSION_ACTION", "link_click")
    settings.cache_clear()
    calls = len(running.control("GET", "calls")["calls"])
    (done,) = again(since=receipt.since, until=receipt.until)
    assert len(running.control("GET", "calls")["calls"]) == calls
    assert done.changed > 0
    assert [row[:-1] for row in stored()] == [row[:-1] for row in before]
    assert sum(row[-1] for row in stored()) > sum(row[-1] for row in before)
    ours = "SELECT count(*) FROM adflux.ad_metrics_revision WHERE superseded_by IS NULL"
    assert one_number(ours) == done.changed
    assert one_number("SELECT count(*) FROM adflux.restated_day") == 0
    assert sync(running).changed == 0  # whoever fetches them now reads the same


def test_an_older_receipt_says_nothing_of_days_that_were_read_since(running: Sandbox) -> None:
    old = sync(running)
    running.control("POST", "clock", {"advance_days": 3})
    new = sync(running, since=FIRST + timedelta(days=5))
    before = stored()
    done = again()
    assert [(one.slice_id, one.since, one.until) for one in done] == [
        (old.slice_id, FIRST, FIRST + timedelta(days=4)),
        (new.slice_id, new.since, new.until),
    ]
    assert [(one.changed, one.deleted, one.reason) for one in done] == [(0, 0, "")] * 2
    assert stored() == before
    sync(running)
    with pytest.raises(InputError, match=f"receipt {old.slice_id}"):
        readings(slice_id=old.slice_id)
    with pytest.raises(InputError, match="sync it"):
        readings(since=running.clock.today)


@pytest.mark.parametrize("how", ["another body", "no body at all"])
def test_a_page_that_is_not_as_it_was_kept_is_refused_in_one_line(running: Sandbox, how: str) -> None:
    receipt = sync(running)
    before = stored()
    other = zstd.compress(b'{"data":[]}') if how == "another body" else b"\x00"
    with database.transaction() as session:
        session.execute(update(MetricsPage).where(MetricsPage.place == 2).values(body=other))
    with pytest.raises(RefusedError) as refusal:
        again(slice_id=receipt.slice_id)
    told = str(refusal.value)
    assert told.startswith(f"page 2 of receipt {receipt.slice_id} is not as it was kept")
    assert "\n" not in told
    assert stored() == before


def test_old_pages_go_and_the_numbers_and_receipts_stay(running: Sandbox) -> None:
    receipt = sync(running)
    before, kept = stored(), len(pages())
    now = datetime.now(UTC)
    assert drop_old_pages(90, now + timedelta(days=89)) == 0
    assert drop_old_pages(90, now + timedelta(days=91)) == kept
    assert stored() == before
    assert [one.id for one in reports.slices()] == [receipt.slice_id]
    with pytest.raises(RefusedError, match=f"0 of {kept} pages are kept"):
        again(slice_id=receipt.slice_id)


@pytest.mark.parametrize("times", [1, 3, 6])
def test_of_a_window_read_in_parts_or_as_a_report_what_counts_is_kept(running: Sandbox, times: int) -> None:
    fault = {"method": "GET", "path": r"act_\d+/insights$", "times": times, "kind": "graph_error", "skip": 1}
    running.control("POST", "faults", {**fault, "code": 100, "subcode": 1487534, "http_status": 400})
    receipt = sync(running)
    assert len(pages()) == one_number("SELECT pages FROM adflux.metrics_slice")
    assert sum(one.changed + one.deleted for one in again(slice_id=receipt.slice_id)) == 0


def test_pages_beyond_memory_wait_in_a_file(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "IN_MEMORY", 100)
    receipt = sync(running)
    assert sum(one.changed for one in again(slice_id=receipt.slice_id)) == 0


def test_of_a_slice_that_failed_what_was_read_is_kept_and_not_parsed_again(running: Sandbox) -> None:
    lying = Lying(lambda _row: {"impressions": "many"})
    receipt = sync_metrics(lying, since=FIRST, today=running.clock.today)
    assert not receipt.complete
    assert [one.slice_id for one in pages()] == [receipt.slice_id]
    with pytest.raises(InputError, match="it was not complete"):
        readings(slice_id=receipt.slice_id)
