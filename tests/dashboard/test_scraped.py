"""What a monitoring system scrapes: numbers that the reports say, too, and only while they can be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prometheus_client.parser import text_string_to_metric_families
from served_dashboard import METRICS_TOKEN
from sqlalchemy import delete, text
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from adflux_core import database, reports
from adflux_core.heartbeat import beat
from adflux_core.reports.gauges import MEANS
from adflux_core.schema.spending import Spending, SpendingCap
from adflux_core.settings import settings
from dashboard.gate import Gate

SPENT = text("""
    SELECT coalesce(sum(spend), 0) FROM adflux.account_day
    WHERE platform = :platform AND account_id = :account_id AND date_day BETWEEN :since AND :until
""")
Numbers = dict[tuple[str, str], float]  # by name, and the values of the labels in the order of their names


async def nothing_behind(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError(scope["path"])


@pytest.fixture
def scraper(filled_url: str, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("ADFLUX_METRICS_TOKEN", METRICS_TOKEN)
    settings.cache_clear()
    return TestClient(Gate(nothing_behind), headers={"Authorization": f"Bearer {METRICS_TOKEN}"})


def numbers(scraper: TestClient) -> Numbers:
    families = text_string_to_metric_families(scraper.get("/metrics").text)
    return {
        (
            one.name.removeprefix("adflux_"),
            " ".join(value for _, value in sorted(one.labels.items())),
        ): one.value
        for family in families
        for one in family.samples
    }


def test_they_are_what_the_reports_say(scraper: TestClient) -> None:
    beat("nightly")
    told = numbers(scraper)
    states = [(one.platform, one.state) for one in reports.publications()]
    assert states
    for platform, state in states:
        assert told["publications", f"{platform} {state}"] == states.count((platform, state))
    for health in reports.account_health():
        where = f"{health.account_id} {health.platform}"
        assert health.good_read_at
        assert told["account_good_reading_timestamp_seconds", where] == health.good_read_at.timestamp()
        assert told["account_days_unread", where] == health.days_unread
        assert told["account_days_unsettled", where] == health.days_unsettled
    assert told["platform_operations_left", "google_ads"] == settings().google_ads_daily_operations
    assert abs(told["work_done_timestamp_seconds", "nightly"] - datetime.now(UTC).timestamp()) < 60
    assert {name for name, _ in told} <= MEANS.keys()


def test_money_is_of_the_account_s_own_day_and_month(scraper: TestClient) -> None:
    account = reports.accounts()[0]
    today = datetime.now(ZoneInfo(account.time_zone)).date()
    day, month = (
        f"{account.external_id} {account.currency} {period} {account.platform}" for period in ("day", "month")
    )
    this = {"platform": account.platform, "account_id": account.external_id}
    with database.transaction() as session:
        session.merge(
            SpendingCap(
                **this,
                currency=account.currency,
                campaign_minor=1,
                day_minor=200_000,
                month_minor=500_000,
                second_person_above_minor=0,
                set_by="luz",
            )
        )
        session.execute(delete(Spending).filter_by(**this))
        for first, minor in ((today, 12_345), (today - timedelta(days=1), 99)):
            session.add(
                Spending(**this, period="day", starts_on=first, reserved_minor=minor, cap_minor=200_000)
            )
    told = numbers(scraper)
    assert told["account_spend_cap", day] == 2_000
    assert told["account_spend_cap", month] == 5_000
    assert told["account_spend_reserved", day] == 123.45
    assert told["account_spend_reserved", month] == 0
    with database.connection() as connected:
        spent = connected.execute(SPENT, {**this, "since": today.replace(day=1), "until": today}).scalar_one()
    assert told["account_spend_read", month] == pytest.approx(float(spent))


def test_while_they_cannot_be_read_there_are_none(
    scraper: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert numbers(scraper)
    monkeypatch.setenv("ADFLUX_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    settings.cache_clear()
    told = scraper.get("/metrics")
    assert told.status_code == 503
    assert "adflux_" not in told.text
    assert "secret" not in told.text
