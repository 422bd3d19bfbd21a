"""A report is the same bytes whenever and wherever it is made again, and is kept as it was given out."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sheet_readers import read_csv, read_xlsx
from sqlalchemy import text
from told_platform import FIRST, ToldPlatform, row

from adflux_core import database, reports
from adflux_core.errors import AdfluxError, DatabaseRefusedError, InputError
from adflux_core.exports import keep_report, pin_window
from adflux_core.metrics.sync import sync_metrics
from adflux_core.reports import Pinned

pytestmark = pytest.mark.usefixtures("database_url")
LAST = FIRST + timedelta(9)
AGAIN = """
import sys
from datetime import date, datetime
from adflux_core.exports import keep_report
from adflux_core.reports import Pinned
since, until, as_of = sys.argv[1:]
asked = Pinned(date.fromisoformat(since), date.fromisoformat(until), datetime.fromisoformat(as_of))
print(*keep_report(asked).sha256.values())
"""


@pytest.fixture
def platform() -> ToldPlatform:
    """Ten days of three ads of two campaigns, read."""
    told = ToldPlatform()
    for number in range(10):
        day = FIRST + timedelta(number)
        told.tell(
            row(day, "ad-1", impressions=100 + number),
            row(day, "ad-2", campaign_id="=HYPERLINK(1)", spend=Decimal("0.000001")),
        )
    sync(told)
    return told


def sync(platform: ToldPlatform, days: int = 10) -> None:
    until = FIRST + timedelta(days - 1)
    sync_metrics(platform, since=FIRST, until=until, today=until + timedelta(1))  # type: ignore[arg-type]


def made_again(asked: Pinned, **environment: str) -> str:
    given = (asked.since.isoformat(), asked.until.isoformat(), asked.as_of.isoformat())
    return subprocess.run(
        [sys.executable, "-c", AGAIN, *given],
        env={**os.environ, **environment},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_other_processes_make_the_same_bytes_after_everything_moved(platform: ToldPlatform) -> None:
    keep_report(pin_window(days=7, until=LAST - timedelta(1)))
    asked = pin_window(days=7)
    first = keep_report(asked)
    platform.tell(row(LAST, "ad-1", spend=Decimal(99)), row(LAST, "ad-9"))
    del platform.rows[LAST, "ad-2"]
    sync(platform)
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.metrics_settling SET learned_days = 1"))
    sums = " ".join(first.sha256.values())
    assert made_again(asked, TZ="Pacific/Auckland", PYTHONHASHSEED="1", LC_ALL="C") == sums
    assert made_again(asked, TZ="UTC", PYTHONHASHSEED="2", LC_ALL="es_CO.UTF-8") == sums
    assert keep_report(pin_window(days=7)).sha256 != first.sha256


def test_a_report_is_kept_with_its_receipt_and_never_changed(platform: ToldPlatform) -> None:
    first = keep_report(pin_window(days=7), run_id="run-1")
    second = keep_report(pin_window(days=7))
    assert (first.previous_id, second.previous_id) == (None, first.report_id)
    kept = reports.kept_reports()
    assert [one.id for one in kept] == [second.report_id, first.report_id]
    assert (kept[1].run_id, kept[1].rows, kept[1].sha256) == ("run-1", 14, first.sha256)
    for kind, size in kept[1].sizes.items():
        assert len(reports.report_file(first.report_id, kind)) == size > 0
    with pytest.raises(InputError, match="no pdf file"):
        reports.report_file(first.report_id, "pdf")
    for change in ("UPDATE adflux.report SET rows = 0", "DELETE FROM adflux.report_file"):
        with pytest.raises(DatabaseRefusedError, match="append-only"), database.connection() as connected:
            connected.execute(text(change))


def test_other_bytes_for_the_same_instant_are_said_aloud(platform: ToldPlatform) -> None:
    asked = pin_window(days=7)
    keep_report(asked)
    with database.connection() as connected:
        connected.execute(text("ALTER TABLE adflux.ad_metrics DISABLE TRIGGER ALL"))
        connected.execute(text("UPDATE adflux.ad_metrics SET clicks = clicks + 1"))  # behind everybody's back
    with pytest.raises(AdfluxError, match=r"kept with other bytes \(csv, html, xlsx\)"):
        keep_report(asked)


def test_the_files_say_what_the_numbers_are(platform: ToldPlatform) -> None:
    receipt = keep_report(pin_window(days=2), language="en")
    header, *rows = read_csv(reports.report_file(receipt.report_id, "csv"))
    table = [dict(zip(header, one, strict=True)) for one in rows]
    assert [(one["date_day"], one["campaign_id"], one["impressions"]) for one in table] == [
        ("2026-10-28", "'=HYPERLINK(1)", "100"),
        ("2026-10-28", "c-1", "108"),
        ("2026-10-29", "'=HYPERLINK(1)", "100"),
        ("2026-10-29", "c-1", "109"),
    ]
    book = read_xlsx(reports.report_file(receipt.report_id, "xlsx"))
    assert list(book) == ["Daily delivery", "Totals", "Platforms", "What changed", "Days", "Receipts"]
    assert book["Totals"][1]["B"] == Decimal("25.000002")
    page = reports.report_file(receipt.report_id, "html").decode()
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<svg") == 2


def test_a_window_that_makes_no_sense_is_refused(platform: ToldPlatform) -> None:
    with pytest.raises(InputError, match="still to come"):
        pin_window(as_of=datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(InputError, match="no numbers were read by then"):
        pin_window(as_of=datetime(2020, 1, 1, tzinfo=UTC))
    assert pin_window(days=3).since == LAST - timedelta(2)
