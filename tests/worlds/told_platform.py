"""A platform that says what a test tells it to: numbers in a dictionary, and totals that agree with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from adflux_core import database
from adflux_core.advertising import Account, AccountDay, AdMetrics, MetricsWindow, PlatformName
from adflux_core.money import Money
from adflux_core.witness import NOBODY, Witness

FIRST = date(2026, 10, 20)
Key = tuple[date, str]  # day and ad


def row(day: date, ad: str = "ad-1", **told: Any) -> AdMetrics:
    """One ad on one day; what is not told is 100 impressions, 10 clicks, 8 link clicks, 12.5 spent."""
    values = {
        "campaign_id": "c-1", "ad_group_id": "g-1", "currency": "COP", "impressions": 100, "clicks": 10,
        "link_clicks": 8, "spend": Decimal("12.5"), "applications": Decimal(1),
    }  # fmt: skip
    return AdMetrics(date_day=day, ad_id=ad, **(values | told))


@dataclass
class ToldPlatform:
    """As much of an `AdPlatform` as a sync needs. `lie`: the account's totals disagree with its ads."""

    external_id: str = "act_1"
    currency: str = "COP"
    time_zone: str = "America/Bogota"
    rows: dict[Key, AdMetrics] = field(default_factory=dict)
    lie: bool = False
    name: PlatformName = PlatformName.META

    def tell(self, *rows: AdMetrics) -> None:
        self.rows.update({(one.date_day, one.ad_id): one for one in rows})

    @property
    def account_id(self) -> str:
        return self.external_id

    def account(self) -> Account:
        return Account(
            platform=self.name,
            external_id=self.external_id,
            name=self.external_id,
            currency=self.currency,
            time_zone=self.time_zone,
            smallest_daily_budget=Money.of(self.currency, 1),
        )

    def read_metrics(self, since: date, until: date, seen: Witness = NOBODY) -> MetricsWindow:  # noqa: ARG002
        rows = [one for (day, _), one in self.rows.items() if since <= day <= until]
        return MetricsWindow(
            account=self.account(), since=since, until=until, rows=rows, totals=self._totals(rows), pages=1
        )

    def read_shown_to(self, since: date, until: date, seen: Witness = NOBODY) -> None:  # noqa: ARG002
        return

    def _totals(self, rows: Iterable[AdMetrics]) -> list[AccountDay]:
        sums: dict[date, AccountDay] = {}
        for one in rows:
            so_far = sums.get(one.date_day) or AccountDay(one.date_day, 0, 0, Decimal(0))
            sums[one.date_day] = AccountDay(
                one.date_day,
                so_far.impressions + one.impressions + self.lie,
                so_far.clicks + one.clicks,
                so_far.spend + one.spend,
            )
        return list(sums.values())


def stored(account_id: str, as_of: object = None) -> dict[Key, AdMetrics]:
    """What stands of the account, or stood at an instant."""
    source = "adflux.ad_metrics" if as_of is None else "adflux.ad_metrics_as_of(:as_of)"
    names = ", ".join(AdMetrics._fields)
    with database.connection() as connected:
        found = connected.execute(
            text(f"SELECT {names} FROM {source} WHERE account_id = :account"),  # noqa: S608
            {"account": account_id} | ({} if as_of is None else {"as_of": as_of}),
        ).mappings()
        rows = [AdMetrics(**one) for one in found]
    assert len({(one.date_day, one.ad_id) for one in rows}) == len(rows), "a row that stood twice at once"
    return {(one.date_day, one.ad_id): one for one in rows}


OUT_OF_STEP = """
    WITH counted AS (
        SELECT {key}, count(*) AS ads, sum(impressions) AS impressions, sum(clicks) AS clicks,
               sum(link_clicks) AS link_clicks, sum(spend) AS spend, sum(applications) AS applications
        FROM adflux.ad_metrics GROUP BY {key}
    ), kept AS (
        SELECT {key}, ads, impressions, clicks, link_clicks, spend, applications FROM adflux.{table}
    )
    SELECT '{table}' AS table_name, * FROM (
        (TABLE counted EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE counted)
    ) AS differing
"""
ROLLUPS = {
    "campaign_day": "platform, account_id, campaign_id, currency, date_day",
    "account_day": "platform, account_id, currency, date_day",
    "campaign_total": "platform, account_id, campaign_id, currency",
}
# A step is from what was believed to what followed it at that instant; nothing followed a row that vanished.
RESTATED_OUT_OF_STEP = """
    WITH believed AS (
        SELECT date_day, platform, account_id, ad_id, currency, as_of AS superseded_at,
               impressions, clicks, spend, applications
        FROM adflux.ad_metrics
        UNION ALL
        SELECT date_day, platform, account_id, ad_id, currency, as_of AS superseded_at,
               impressions, clicks, spend, applications
        FROM adflux.ad_metrics_revision
    ), counted AS (
        SELECT date_day, platform, account_id, currency, read_on - date_day AS age,
               count(*) AS rows, sum(abs(coalesce(followed.impressions, 0) - was.impressions)) AS impressions,
               sum(abs(coalesce(followed.clicks, 0) - was.clicks)) AS clicks,
               sum(abs(coalesce(followed.spend, 0) - was.spend)) AS spend,
               sum(abs(coalesce(followed.applications, 0) - was.applications)) AS applications
        FROM adflux.ad_metrics_revision AS was
        JOIN (SELECT id, read_on FROM adflux.metrics_slice) AS slice ON slice.id = superseded_by
        LEFT JOIN believed AS followed
          USING (date_day, platform, account_id, ad_id, currency, superseded_at)
        GROUP BY date_day, platform, account_id, currency, age
    ), kept AS (
        SELECT date_day, platform, account_id, currency, age, rows, impressions, clicks, spend, applications
        FROM adflux.restated_day
    )
    SELECT 'restated_day' AS table_name, * FROM (
        (TABLE counted EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE counted)
    ) AS differing
"""
READINGS_OUT_OF_STEP = """
    WITH asked AS (
        SELECT platform, account_id, min(since) AS first_day, max(until) AS last_day, max(read_on) AS today
        FROM adflux.metrics_slice GROUP BY platform, account_id
    ), counted AS (
        SELECT asked.*, date_day FROM asked LEFT JOIN adflux.day_reading USING (platform, account_id)
    ), kept AS (
        SELECT platform, account_id, first_day, last_day, today, day::date AS date_day
        FROM adflux.account_reading LEFT JOIN unnest(days) AS span ON true
        LEFT JOIN generate_series(lower(span), upper(span) - 1, interval '1 day') AS day ON true
    )
    SELECT 'account_reading' AS table_name, * FROM (
        (TABLE counted EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE counted)
    ) AS differing
"""
SAID_OTHERWISE = """
    SELECT 'day_reading' AS table_name, day.* FROM adflux.day_reading AS day
    JOIN adflux.metrics_slice AS slice ON slice.id = slice_id
    WHERE (day.currency, day.read_at, day.read_on) <> (slice.currency, slice.read_at, slice.read_on)
"""


def out_of_step(connected: Any) -> list[Mapping[str, Any]]:
    """The rows of the rollups that are not the sums of the ads' rows, within one statement's snapshot."""
    questions = [OUT_OF_STEP.format(key=key, table=table) for table, key in ROLLUPS.items()]
    return [
        found
        for question in (*questions, RESTATED_OUT_OF_STEP, READINGS_OUT_OF_STEP, SAID_OTHERWISE)
        for found in connected.execute(text(question)).mappings()
    ]


def days_of(since: date, until: date) -> list[date]:
    return [since + timedelta(number) for number in range((until - since).days + 1)]
