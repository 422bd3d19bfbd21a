"""What a monitoring system asks every minute: how much of each thing there is now, or when it last was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adflux_core.accounts import SLOT, SLOTS
from adflux_core.money import Money
from adflux_core.reports.asking import ask
from adflux_core.reports.health import account_health
from adflux_core.settings import settings

# By the name it is scraped under, without "adflux_". What ends in _seconds counts from 1970.
MEANS = {
    "publications": "Publications by platform and state.",
    "alerts_open": "Alerts that are open, by kind.",
    "account_good_reading_timestamp_seconds": "When an account's numbers were last read completely.",
    "account_days_unread": "Days that should have been read of an account and were not.",
    "account_days_unsettled": "Days that were read before their numbers settle.",
    "account_spend_reserved": "What campaigns may spend at worst in the account's day or month.",
    "account_spend_cap": "What they may reserve there at most.",
    "account_spend_read": "What the platform says was spent there, as far as it was read.",
    "account_calls_left": "Points of calls an account still has of its five minutes.",
    "account_calls_used_percent": "How much of its allowance is used, as the platform last told.",
    "platform_operations_left": "Operations left of 24 hours, of all accounts together.",
    "credential_expiry_timestamp_seconds": "Until when a credential is valid; absent without an end.",
    "work_done_timestamp_seconds": "When scheduled work was last done to its end.",
}


@dataclass(frozen=True)
class Gauge:
    """One number. `name` is one of `MEANS`."""

    name: str
    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True)
class _Spending:
    platform: str
    account_id: str
    currency: str
    period: str
    reserved: int
    cap: int
    spent: float


def gauges() -> list[Gauge]:
    """All of them. Raises as every question does: an old number would look like a good one."""
    counted = ask(
        Gauge,
        """
            SELECT 'publications' AS name, count(*)::float AS value,
                   jsonb_build_object('platform', platform, 'state', state) AS labels
            FROM adflux.publication GROUP BY platform, state
            UNION ALL
            SELECT 'alerts_open', count(*), jsonb_build_object('kind', kind)
            FROM adflux.alert WHERE ended_at IS NULL GROUP BY kind
            UNION ALL
            SELECT 'account_calls_left', greatest(0, points_allowed - (
                       SELECT coalesce(sum(spent), 0) FROM unnest(slots, points) AS past(slot, spent)
                       WHERE slot > extract(epoch FROM now())::bigint / :slot - :slots)),
                   jsonb_build_object('platform', platform, 'account', account_id)
            FROM adflux.account_rate
            UNION ALL
            SELECT 'account_calls_used_percent', used,
                   jsonb_build_object('platform', platform, 'account', account_id)
            FROM adflux.account_rate
            UNION ALL
            SELECT 'platform_operations_left', greatest(0, :a_day - coalesce(sum(operations), 0)),
                   jsonb_build_object('platform', 'google_ads')
            FROM adflux.platform_operations
            WHERE platform = 'google_ads' AND hour > now() - interval '25 hours'
            UNION ALL
            SELECT 'credential_expiry_timestamp_seconds', extract(epoch FROM expires_at),
                   jsonb_build_object('platform', platform, 'account', account_id)
            FROM adflux.credential_expiry WHERE expires_at IS NOT NULL
            UNION ALL
            SELECT 'work_done_timestamp_seconds', extract(epoch FROM beat_at),
                   jsonb_build_object('work', work)
            FROM adflux.heartbeat
        """,
        slot=SLOT,
        slots=SLOTS,
        a_day=settings().google_ads_daily_operations,
    )
    return [*counted, *_of_readings(), *_of_spending()]


def _of_readings() -> list[Gauge]:
    found = []
    for account in account_health():
        labels = {"platform": account.platform, "account": account.account_id}
        found += [
            Gauge("account_days_unread", account.days_unread, labels),
            Gauge("account_days_unsettled", account.days_unsettled, labels),
        ]
        if account.good_read_at is not None:
            at = account.good_read_at.timestamp()
            found.append(Gauge("account_good_reading_timestamp_seconds", at, labels))
    return found


def _of_spending() -> list[Gauge]:
    """Of the day and the month that it is in each account's own calendar."""
    rows = ask(
        _Spending,
        """
            WITH here AS (
                SELECT cap.*, (now() AT TIME ZONE time_zone)::date AS today
                FROM adflux.spending_cap AS cap JOIN adflux.ad_account AS account
                  ON account.platform = cap.platform AND external_id = account_id
            ), stretch AS (
                SELECT *, 'day' AS period, today AS since, day_minor AS cap FROM here
                UNION ALL SELECT *, 'month', date_trunc('month', today)::date, month_minor FROM here
            )
            SELECT stretch.platform, stretch.account_id, currency, stretch.period,
                   coalesce(reserved_minor, 0) AS reserved, cap, (
                       SELECT coalesce(sum(spend), 0)::float FROM adflux.account_day AS sums
                       WHERE sums.platform = stretch.platform AND sums.account_id = stretch.account_id
                         AND sums.currency = stretch.currency AND date_day BETWEEN since AND today
                   ) AS spent
            FROM stretch LEFT JOIN adflux.spending AS spending
              ON spending.platform = stretch.platform AND spending.account_id = stretch.account_id
             AND spending.period = stretch.period AND starts_on = since
        """,
    )
    return [
        Gauge(
            f"account_spend_{name}",
            value,
            {
                "platform": row.platform,
                "account": row.account_id,
                "currency": row.currency,
                "period": row.period,
            },
        )
        for row in rows
        for name, value in (
            ("reserved", float(Money(currency=row.currency, minor=row.reserved).amount)),
            ("cap", float(Money(currency=row.currency, minor=row.cap).amount)),
            ("read", row.spent),
        )
    ]
